"""The independent checker: does a plan keep every hard rule, and does it cost what it says?

It shares no code with the engines; it knows the problem, the plan and the policy alone. A plan is stored only if
this finds nothing.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from scheduler.check_cost import score_violations
from scheduler.check_coupling import coupling_violations
from scheduler.check_parts import parts_violations
from scheduler.plan import Plan, Route, Stop, StopKind
from scheduler.policy import HardRule, SchedulingPolicy
from scheduler.problem import Engineer, Pin, PinKind, Problem, Shift, Visit
from scheduler.units import Place, Seconds


class CheckRule(StrEnum):
    """The rules that a plan can break."""

    COMPLETE = "complete"
    SHIFT = "shift"
    CONTINUITY = "continuity"
    TRAVEL = "travel"
    DURATION = "duration"
    PLACE = "place"
    BREAK = "break"
    OVERTIME = "overtime"
    MAX_VISITS = "max_visits"
    LONGEST_TOUR = "longest_tour"
    WINDOW = "window"
    PIN = "pin"
    SKILL = "skill"
    CERTIFICATE = "certificate"
    TOOLS = "tools"
    ENGINEER = "engineer"
    PARTS = "parts"
    STOCK = "stock"
    OPENING = "opening"
    ORDER = "order"
    GROUP = "group"
    SCORE = "score"


@dataclass(frozen=True)
class Violation:
    """A broken rule.

    Attributes:
        who: the visit, or ``engineer/shift``, or ``plan``.
        sentence: what is wrong, in words.
    """

    rule: CheckRule
    who: str
    sentence: str


@dataclass(frozen=True)
class Drive:
    """A route with what it refers to."""

    problem: Problem
    policy: SchedulingPolicy
    engineer: Engineer
    shift: Shift
    route: Route
    plan: Plan

    @property
    def who(self) -> str:
        """The name of the route in violations."""
        return f"{self.route.engineer}/{self.route.shift_index}"


def check(problem: Problem, plan: Plan, policy: SchedulingPolicy | None = None) -> tuple[Violation, ...]:
    """Everything that is wrong with a plan; empty for a plan that may be stored.

    Args:
        problem: what was to be planned.
        plan: the answer.
        policy: the policy it was planned with; the default policy if left out.
    """
    rules = SchedulingPolicy() if policy is None else policy
    found = list(_complete(problem, plan))
    found.extend(_named(coupling_violations(problem, plan)))
    engineers = {engineer.id: engineer for engineer in problem.engineers}
    for route in plan.routes:
        engineer = engineers.get(route.engineer)
        if engineer is None or not 0 <= route.shift_index < len(engineer.shifts):
            who = f"{route.engineer}/{route.shift_index}"
            found.append(Violation(CheckRule.SHIFT, who, "There is no such engineer or shift."))
            continue
        drive = Drive(problem, rules, engineer, engineer.shifts[route.shift_index], route, plan)
        for rule in _ROUTE_RULES:
            found.extend(rule(drive))
    if not found:
        if rules.on(HardRule.PARTS):
            found.extend(_named(parts_violations(problem, plan)))
        found.extend(
            Violation(CheckRule.SCORE, "plan", sentence) for sentence in score_violations(problem, plan, rules)
        )
    return tuple(found)


def _named(found: Iterable[tuple[str, str, str]]) -> Iterator[Violation]:
    return (Violation(CheckRule(rule), who, sentence) for rule, who, sentence in found)


def _complete(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Each visit is assigned or unassigned, exactly once; each unassigned one has a reason; no shift runs twice."""
    counts = Counter(visit_id for route in plan.routes for visit_id in route.visit_ids)
    counts.update(item.visit_id for item in plan.unassigned)
    known = {visit.id for visit in problem.visits}
    for visit_id in sorted(known | counts.keys()):
        if visit_id not in known:
            yield Violation(CheckRule.COMPLETE, visit_id, "This visit is not part of the problem.")
        elif counts[visit_id] != 1:
            yield Violation(CheckRule.COMPLETE, visit_id, f"The visit is in the plan {counts[visit_id]} times.")
    for item in plan.unassigned:
        if not item.reasons:
            yield Violation(CheckRule.COMPLETE, item.visit_id, "The visit is left out without a reason.")
    shifts = Counter((route.engineer, route.shift_index) for route in plan.routes)
    for (engineer, index), count in shifts.items():
        if count > 1:
            yield Violation(CheckRule.COMPLETE, f"{engineer}/{index}", f"The shift has {count} routes.")


def _beginning(drive: Drive) -> tuple[Seconds, Place] | None:
    """When and where the engineer is free in this shift; None if the shift is over."""
    position, shift = drive.engineer.position, drive.shift
    if position is None or position.free_from < shift.start:
        return shift.start, shift.start_place
    if position.free_from < shift.end + shift.overtime_limit:
        return position.free_from, position.place
    return None


def _times(drive: Drive) -> Iterator[Violation]:
    """Stops follow each other without gap, inside the shift and its overtime limit."""
    stops, who = drive.route.stops, drive.who
    beginning = _beginning(drive)
    if not stops or beginning is None:
        yield Violation(CheckRule.SHIFT, who, "The route is empty or its shift is over.")
        return
    if stops[0].start < beginning[0]:
        yield Violation(CheckRule.SHIFT, who, f"Starts at {stops[0].start}, free from {beginning[0]}.")
    for before, after in pairwise(stops):
        if before.end != after.start:
            yield Violation(
                CheckRule.CONTINUITY, who, f"A stop ends at {before.end}, the next starts at {after.start}."
            )
    for stop in stops:
        if stop.end < stop.start:
            yield Violation(CheckRule.CONTINUITY, who, f"A stop ends at {stop.end} before it starts at {stop.start}.")
    limit = drive.shift.end + drive.shift.overtime_limit
    if stops[-1].end > limit:
        yield Violation(CheckRule.OVERTIME, who, f"Ends at {stops[-1].end}, the limit is {limit}.")


def _tour(drive: Drive) -> Iterator[Violation]:
    """From leaving to coming back no more time passes than agreed."""
    longest, stops = drive.shift.longest, drive.route.stops
    if drive.policy.on(HardRule.LONGEST_TOUR) and longest is not None and stops:
        seconds = stops[-1].end - stops[0].start
        if seconds > longest:
            yield Violation(CheckRule.LONGEST_TOUR, drive.who, f"Is out for {seconds} s, at most {longest} are agreed.")


def _ways(drive: Drive) -> Iterator[Violation]:
    """Between two pieces of work the engineer travels exactly as long as the way takes."""
    beginning = _beginning(drive)
    if beginning is None:
        return
    here, driven = beginning[1], list[Stop]()
    for stop in drive.route.stops:
        if stop.kind is StopKind.TRAVEL:
            driven.append(stop)
        elif stop.kind in (StopKind.VISIT, StopKind.WAREHOUSE):
            yield from _way(drive, here, stop.place, driven)
            here, driven = stop.place, []
    yield from _way(drive, here, drive.shift.end_place, driven)


def _way(drive: Drive, here: Place, there: Place, driven: list[Stop]) -> Iterator[Violation]:
    needed = int(drive.problem.travel[here, there]) if here != there else 0
    seconds = sum(stop.end - stop.start for stop in driven)
    percents = drive.problem.travel_percent_by_hour
    if not percents and seconds != needed:
        sentence = f"From place {here} to {there} takes {needed} s, the plan has {seconds} s."
        yield Violation(CheckRule.TRAVEL, drive.who, sentence)
    if percents:
        parts = sum(_covered(percents, stop.start, stop.end) for stop in driven)
        spare = parts - needed * 100_000
        if spare < 0 or (seconds and spare >= _covered(percents, driven[-1].end - 1, driven[-1].end)):
            sentence = f"From place {here} to {there} does not take {seconds} s at that hour."
            yield Violation(CheckRule.TRAVEL, drive.who, sentence)


def _covered(percents: tuple[int, ...], start: Seconds, end: Seconds) -> int:
    """How many seconds of the matrix are driven between two moments, in parts of 100,000."""
    total = 0
    while start < end:
        stop = min(end, start // 3600 * 3600 + 3600)
        total += (stop - start) * math.ceil(10_000_000 / percents[start // 3600 % len(percents)])
        start = stop
    return total


def _work(drive: Drive) -> Iterator[Violation]:
    """A stop is where its visit or warehouse is, and takes as long."""
    who = drive.engineer.id
    places = {visit.id: (visit.place, visit.durations.get(who, visit.duration)) for visit in drive.problem.visits}
    houses = {w.id: (w.place, w.handling) for w in drive.problem.warehouses}
    for stop in drive.route.stops:
        if stop.kind is StopKind.VISIT:
            known = places.get(stop.visit_id or "")
        elif stop.kind is StopKind.WAREHOUSE:
            known = houses.get(stop.warehouse_id or "")
        else:
            if stop.visit_id is not None or stop.warehouse_id is not None:
                yield Violation(CheckRule.PLACE, drive.who, f"A {stop.kind} stop names a visit or warehouse.")
            continue
        name = stop.visit_id or stop.warehouse_id or drive.who
        if known is None:
            yield Violation(CheckRule.PLACE, name, "There is no such visit or warehouse.")
        elif stop.place != known[0]:
            yield Violation(CheckRule.PLACE, name, f"Is at place {known[0]}, the plan says {stop.place}.")
        elif stop.end - stop.start != known[1]:
            yield Violation(CheckRule.DURATION, name, f"Takes {known[1]} s, the plan has {stop.end - stop.start} s.")


def _breaks(drive: Drive) -> Iterator[Violation]:
    """The break is taken once, in its window, in full; a route that starts later or is over by then needs none."""
    if not drive.policy.on(HardRule.BREAKS):
        return
    taken = [stop for stop in drive.route.stops if stop.kind is StopKind.BREAK]
    pause, stops = drive.shift.break_, drive.route.stops
    if pause is None or pause.duration == 0:
        if taken:
            yield Violation(CheckRule.BREAK, drive.who, "The shift has no break.")
        return
    if not taken and stops and stops[0].start <= pause.latest < stops[-1].end:
        yield Violation(CheckRule.BREAK, drive.who, "The break is missing.")
    if len(taken) > 1:
        yield Violation(CheckRule.BREAK, drive.who, f"There are {len(taken)} breaks.")
    for stop in taken:
        if not pause.earliest <= stop.start <= pause.latest or stop.end - stop.start != pause.duration:
            yield Violation(CheckRule.BREAK, drive.who, f"The break [{stop.start}, {stop.end}) is not as agreed.")


def _limits(drive: Drive) -> Iterator[Violation]:
    """An engineer does no more visits in a shift than agreed."""
    limit, count = drive.engineer.max_visits_per_shift, len(drive.route.visit_ids)
    if drive.policy.on(HardRule.MAX_VISITS) and limit is not None and count > limit:
        yield Violation(CheckRule.MAX_VISITS, drive.who, f"{count} visits, at most {limit} are agreed.")


def _visits(drive: Drive) -> Iterator[Violation]:
    """Each visit has an engineer who can and may do it, at a time the customer accepted."""
    visits = {visit.id: visit for visit in drive.problem.visits}
    for position, stop in enumerate(drive.route.stops):
        visit = visits.get(stop.visit_id or "")
        if visit is None:
            continue
        pin = visit.pin
        if pin is not None and pin.engineer is not None:
            if pin.engineer != drive.engineer.id:
                yield Violation(CheckRule.PIN, visit.id, f"Pinned to {pin.engineer}, given to {drive.engineer.id}.")
        else:
            yield from _ability(drive, visit)
            yield from _tools(drive, visit, position)
        yield from _start(drive, visit, pin, position, visits)


def _ability(drive: Drive, visit: Visit) -> Iterator[Violation]:
    engineer, on = drive.engineer, drive.policy.on
    if on(HardRule.ENGINEERS):
        if engineer.id in visit.excluded:
            yield Violation(CheckRule.ENGINEER, visit.id, f"{engineer.id} is excluded.")
        if visit.required and engineer.id not in visit.required:
            yield Violation(CheckRule.ENGINEER, visit.id, f"{engineer.id} is not among the required ones.")
    for name, level in visit.skills.items():
        skill = engineer.skills.get(name)
        if on(HardRule.SKILLS) and (skill is None or skill.level < level):
            yield Violation(CheckRule.SKILL, visit.id, f"{engineer.id} lacks {name} level {level}.")
        expires = None if skill is None else skill.expires
        if on(HardRule.CERTIFICATES) and expires is not None and expires < drive.shift.end:
            yield Violation(CheckRule.CERTIFICATE, visit.id, f"{name} of {engineer.id} expires at {expires}.")


def _tools(drive: Drive, visit: Visit, position: int) -> Iterator[Violation]:
    """An engineer has every tool of a visit, or has borrowed those that are missing at one earlier stop."""
    missing = visit.tools - drive.engineer.tools
    lent = (stop.tools for stop in drive.route.stops[:position] if stop.kind is StopKind.WAREHOUSE)
    if drive.policy.on(HardRule.TOOLS) and missing and not any(missing <= tools for tools in lent):
        yield Violation(CheckRule.TOOLS, visit.id, f"{drive.engineer.id} has no {', '.join(sorted(missing))}.")


def _loans(drive: Drive) -> Iterator[Violation]:
    """A warehouse lends only the tools it has."""
    houses = {warehouse.id: warehouse.tools for warehouse in drive.problem.warehouses}
    for stop in drive.route.stops:
        unknown = stop.tools - houses.get(stop.warehouse_id or "", frozenset())
        if unknown:
            yield Violation(CheckRule.TOOLS, drive.who, f"Nobody lends {', '.join(sorted(unknown))} there.")


def _start(drive: Drive, visit: Visit, pin: Pin | None, position: int, visits: dict[str, Visit]) -> Iterator[Violation]:
    start = drive.route.stops[position].start
    if pin is not None and pin.kind is not PinKind.RESOURCE and pin.start is not None:
        last = pin.start if pin.end is None else pin.end
        if start < pin.start:
            yield Violation(CheckRule.PIN, visit.id, f"Starts at {start}, pinned to {pin.start} or later.")
        elif start > last and not (
            _unavoidable(drive, pin, position, visits) or _with_a_late_one(drive, visit, pin, position, visits)
        ):
            yield Violation(CheckRule.PIN, visit.id, f"Starts at {start}, pinned to {last} or earlier.")
        return
    if start < visit.earliest:
        yield Violation(CheckRule.WINDOW, visit.id, f"Starts at {start}, possible from {visit.earliest}.")
    if (
        drive.policy.on(HardRule.WINDOWS)
        and visit.windows
        and not any(w.start <= start <= w.end for w in visit.windows)
    ):
        yield Violation(CheckRule.WINDOW, visit.id, f"Starts at {start}, outside all windows of the customer.")


def _unavoidable(drive: Drive, pin: Pin, position: int, visits: dict[str, Visit]) -> bool:
    """Late for a pin, but the engineer came at once, and only visits with no later pins were before it."""
    if pin.engineer is None or pin.start is None:
        return False
    before = drive.route.stops[:position]
    ready = max((visits[drive.route.stops[position].visit_id or ""].shipped.values()), default=0)
    waited = bool(before) and before[-1].kind is StopKind.WAIT
    if (waited or _left_late(drive, position)) and drive.route.stops[position].start != ready:
        return False
    return all(_pinned_by(visits[stop.visit_id], pin.start) for stop in before if stop.visit_id in visits)


def _left_late(drive: Drive, position: int) -> bool:
    """The engineer drove straight to a stop, and would have been there earlier by leaving when the shift began."""
    stop, beginning = drive.route.stops[position], _beginning(drive)
    if beginning is None or any(before.kind is not StopKind.TRAVEL for before in drive.route.stops[:position]):
        return False
    needed = int(drive.problem.travel[beginning[1], stop.place]) if beginning[1] != stop.place else 0
    percents = drive.problem.travel_percent_by_hour
    if percents:
        return _covered(percents, beginning[0], stop.start - 1) >= needed * 100_000
    return beginning[0] + needed < stop.start


def _with_a_late_one(drive: Drive, visit: Visit, pin: Pin, position: int, visits: dict[str, Visit]) -> bool:
    """Late for a pin, but together with one of its group whose engineer could not come earlier."""
    moment, before = pin.start, drive.route.stops[:position]
    if visit.group is None or pin.engineer is None or moment is None:
        return False
    if not all(_pinned_by(visits[stop.visit_id], moment) for stop in before if stop.visit_id in visits):
        return False
    for route in drive.plan.routes:
        engineer = next((e for e in drive.problem.engineers if e.id == route.engineer), None)
        if engineer is None or not 0 <= route.shift_index < len(engineer.shifts):
            continue
        theirs = replace(drive, engineer=engineer, shift=engineer.shifts[route.shift_index], route=route)
        for i, stop in enumerate(route.stops):
            other = visits.get(stop.visit_id or "")
            if other is None or other.id == visit.id or other.group != visit.group or other.pin is None:
                continue
            last = max(other.pin.start or 0, other.pin.end or 0)
            if stop.start > last and _unavoidable(theirs, other.pin, i, visits):
                return True
    return False


def _pinned_by(visit: Visit, moment: Seconds) -> bool:
    pin = visit.pin
    return pin is not None and pin.engineer is not None and pin.start is not None and pin.start <= moment


_ROUTE_RULES: tuple[Callable[[Drive], Iterator[Violation]], ...] = (
    _times,
    _tour,
    _ways,
    _work,
    _breaks,
    _limits,
    _loans,
    _visits,
)
