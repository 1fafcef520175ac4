"""On 200 random problems every reason is what brute force finds: who fails for what, by how much, and for whom."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from scheduler.plan import Plan, Reason, ReasonCode, SourceKind, Unassigned
from scheduler.policy import HardRule, SchedulingPolicy
from scheduler.problem import Engineer, Pin, PinKind, Problem, Visit, Window
from tests.unit.scheduler.brute_force import empty_plan, fits, usable_shifts, what_is_left, without
from tests.unit.scheduler.builders import DAY, solve
from tests.unit.scheduler.random_problems import plain_problem

WITHOUT_PARTS = SchedulingPolicy(rules=frozenset(HardRule) - {HardRule.PARTS})
TOURS_ALONE = SchedulingPolicy(rules=frozenset(HardRule) - {HardRule.PARTS, HardRule.BREAKS, HardRule.MAX_VISITS})
TIMES_ALONE = SchedulingPolicy(rules=TOURS_ALONE.rules - {HardRule.LONGEST_TOUR})


@cache
def planned(seed: int) -> tuple[Problem, Plan]:
    problem = plain_problem(seed)
    return problem, solve(problem, engine=("insertion", "first_come")[seed % 2])


def visit_of(problem: Problem, item: Unassigned) -> Visit:
    return next(visit for visit in problem.visits if visit.id == item.visit_id)


def gaps(visit: Visit, engineer: Engineer) -> dict[str, int]:
    levels = {name: engineer.skills[name].level if name in engineer.skills else 0 for name in visit.skills}
    return {name: level - levels[name] for name, level in visit.skills.items() if levels[name] < level}


def never(visit: Visit, engineer: Engineer) -> ReasonCode | None:
    if visit.pin is not None and visit.pin.engineer is not None:
        return ReasonCode.PIN if visit.pin.engineer != engineer.id else None
    if engineer.id in visit.excluded or (visit.required and engineer.id not in visit.required):
        return ReasonCode.EXCLUDED
    if gaps(visit, engineer):
        return ReasonCode.SKILL
    return ReasonCode.TOOLS if visit.tools - engineer.tools else None


def short_certificates(visit: Visit, engineer: Engineer, shift: int) -> dict[str, int]:
    if visit.pin is not None and visit.pin.engineer is not None:
        return {}
    ends = {name: engineer.skills[name].expires for name in visit.skills}
    until = engineer.shifts[shift].end
    return {name: until - end for name, end in ends.items() if end is not None and end < until}


def in_a_shift(problem: Problem, plan: Plan, visit: Visit, engineer: Engineer, shift: int) -> ReasonCode:
    nothing = empty_plan(plan)
    visits = [r.visit_ids for r in plan.routes if (r.engineer, r.shift_index) == (engineer.id, shift)]
    if short_certificates(visit, engineer, shift):
        return ReasonCode.CERTIFICATE
    if fits(problem, plan, visit.id, engineer.id, shift):
        return ReasonCode.POSSIBLE
    if not fits(problem, nothing, visit.id, engineer.id, shift, WITHOUT_PARTS):
        in_time, out = (fits(problem, nothing, visit.id, engineer.id, shift, p) for p in (TIMES_ALONE, TOURS_ALONE))
        return ReasonCode.LONGEST_TOUR if in_time and not out else ReasonCode.WINDOW
    if not fits(what_is_left(problem, plan), nothing, visit.id, engineer.id, shift):
        return ReasonCode.PARTS
    limit = engineer.max_visits_per_shift
    return ReasonCode.MAX_VISITS if limit is not None and visits and len(visits[0]) >= limit else ReasonCode.TIME


def expected(problem: Problem, plan: Plan, visit: Visit) -> Iterator[ReasonCode]:
    for engineer in problem.engineers:
        block = never(visit, engineer)
        shifts = usable_shifts(problem, engineer.id)
        if block is not None or not shifts:
            yield block or ReasonCode.SHIFT
        else:
            yield from (in_a_shift(problem, plan, visit, engineer, shift) for shift in shifts)


@pytest.mark.parametrize("first", range(0, 200, 20))
def test_every_engineer_and_shift_fails_for_what_is_said_and_nothing_else(first: int) -> None:
    for seed in range(first, first + 20):
        problem, plan = planned(seed)
        for item in plan.unassigned:
            said: Counter[ReasonCode] = Counter()
            for reason in item.reasons:
                pushed = reason.code is ReasonCode.PUSHED_OUT
                said[ReasonCode.TIME if pushed else reason.code] += reason.count
            assert said == Counter(expected(problem, plan, visit_of(problem, item))), f"seed {seed} {item}"


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_the_nearest_engineer_misses_by_exactly_what_is_said(first: int) -> None:
    for seed in range(first, first + 50):
        problem, plan = planned(seed)
        for item in plan.unassigned:
            for reason in item.reasons:
                if reason.shortfall is not None:
                    least = least_shortfall(problem, plan, visit_of(problem, item), reason)
                    assert reason.shortfall == least, f"seed {seed} {item.visit_id} {reason}"


def least_shortfall(problem: Problem, plan: Plan, visit: Visit, reason: Reason) -> int:
    """By how much the nearest engineer fails; nobody fails by less where that can be compared."""
    nearest = next(e for e in problem.engineers if e.id == reason.nearest)
    able = [e for e in problem.engineers if never(visit, e) is None]
    match reason.code:
        case ReasonCode.SKILL:
            crew = [e for e in problem.engineers if never(visit, e) is ReasonCode.SKILL]
            assert nearest in crew
            return min(sum(gaps(visit, e).values()) for e in crew)
        case ReasonCode.TOOLS:
            crew = [e for e in problem.engineers if never(visit, e) is ReasonCode.TOOLS]
            return min(len(visit.tools - e.tools) for e in crew)
        case ReasonCode.CERTIFICATE:
            pairs = [(e, k) for e in able for k in usable_shifts(problem, e.id)]
            found = [short_certificates(visit, e, k) for e, k in pairs]
            return min(max(short.values()) for short in found if short)
        case ReasonCode.PARTS:
            before, left = (short_parts(p, visit, nearest.id) for p in (problem, what_is_left(problem, plan)))
            return before if before == reason.shortfall and "nobody holds" in reason.sentence else left
        case ReasonCode.WINDOW:
            return misses_by(problem, plan, visit, reason)
        case ReasonCode.LONGEST_TOUR:
            return out_too_long(problem, plan, visit, reason)
        case ReasonCode.TIME:
            return lacks_minutes(problem, plan, visit, reason)
        case _:
            raise AssertionError(reason)


def short_parts(problem: Problem, visit: Visit, engineer: str) -> int:
    van = next(e.van for e in problem.engineers if e.id == engineer)
    places = [van, *(house.stock for house in problem.warehouses)]
    return sum(max(0, units - max(place.get(sku, 0) for place in places)) for sku, units in visit.parts.items())


def misses_by(problem: Problem, plan: Plan, visit: Visit, reason: Reason) -> int:
    """Seconds that a shift of the nearest engineer with nothing else in it needs after the windows, or at its end."""
    by, late, who = reason.shortfall or 0, "would be there" in reason.sentence, reason.nearest or ""
    if visit.pin is not None and visit.pin.window is not None:
        return late_for_pin(problem, visit, who, visit.pin.window)

    def fitting(seconds: int) -> set[int]:
        wider = later(visit, seconds if late else 0)
        longer = work_longer(problem, who, DAY * 9 if late else seconds)
        changed = replace(longer, visits=tuple(wider if v.id == visit.id else v for v in problem.visits))
        shifts = usable_shifts(problem, who)
        return {k for k in shifts if fits(changed, empty_plan(plan), visit.id, who, k, TIMES_ALONE)}

    as_it_is = fitting(0)
    assert fitting(by - 1) <= as_it_is, f"{visit.id} {reason} needs less"
    assert fitting(by) - as_it_is, f"{visit.id} {reason} needs more"
    return by


def out_too_long(problem: Problem, plan: Plan, visit: Visit, reason: Reason) -> int:
    """Seconds that a tour of the nearest engineer would have to be longer to the visit and back."""
    by, who = reason.shortfall or 0, reason.nearest or ""

    def fitting(seconds: int) -> set[int]:
        changed, shifts = longer_tours(problem, who, seconds), usable_shifts(problem, who)
        return {k for k in shifts if fits(changed, empty_plan(plan), visit.id, who, k, TOURS_ALONE)}

    assert fitting(by - 1) <= fitting(0), f"{visit.id} {reason} needs less"
    assert fitting(by) - fitting(0), f"{visit.id} {reason} needs more"
    return by


def longer_tours(problem: Problem, id_: str, longer: int) -> Problem:
    """With tours of one engineer that may be so many seconds longer."""
    who = next(e for e in problem.engineers if e.id == id_)
    shifts = tuple(s if s.longest is None else replace(s, longest=s.longest + longer) for s in who.shifts)
    crew = tuple(replace(e, shifts=shifts) if e.id == id_ else e for e in problem.engineers)
    return replace(problem, engineers=crew)


def late_for_pin(problem: Problem, visit: Visit, engineer: str, pinned: Window) -> int:
    """How long after a pinned time, or after the end of the shift, the engineer is there, or home, at the earliest."""
    who, by = next(e for e in problem.engineers if e.id == engineer), []
    for k in usable_shifts(problem, engineer):
        start, place = who.start_of(k) or (0, 0)
        there = start + int(problem.travel[place, visit.place])
        back = max(there, pinned.start) + visit.duration + int(problem.travel[visit.place, who.shifts[k].end_place])
        over = back - who.shifts[k].end - who.shifts[k].overtime_limit
        by += [there - pinned.end] if there > pinned.end else [over] if over > 0 else []
    return min(by)


def later(visit: Visit, seconds: int) -> Visit:
    """With every window that many seconds longer."""
    if visit.pin is not None and visit.pin.window is not None:
        end = visit.pin.window.end + seconds
        return replace(visit, pin=Pin(PinKind.RANGE, visit.pin.engineer, visit.pin.window.start, end))
    return replace(visit, windows=tuple(Window(w.start, w.end + seconds) for w in visit.windows))


def work_longer(problem: Problem, id_: str | None, longer: int) -> Problem:
    """With so many seconds more at the end of each shift of one engineer."""

    def longer_shifts(engineer: Engineer) -> Engineer:
        shifts = (replace(shift, overtime_limit=shift.overtime_limit + longer) for shift in engineer.shifts)
        return replace(engineer, shifts=tuple(shifts))

    crew = tuple(longer_shifts(e) if e.id == id_ else e for e in problem.engineers)
    return replace(problem, engineers=crew)


def lacks_minutes(problem: Problem, plan: Plan, visit: Visit, reason: Reason) -> int:
    by, shifts = reason.shortfall or 0, usable_shifts(problem, reason.nearest or "")
    less, enough = (work_longer(problem, reason.nearest, seconds) for seconds in (by - 60, by))
    assert not any(fits(less, plan, visit.id, reason.nearest or "", k) for k in shifts)
    assert any(fits(enough, plan, visit.id, reason.nearest or "", k) for k in shifts)
    return by


def weight(visit: Visit) -> tuple[bool, bool, int]:
    return visit.pin is not None, visit.mandatory, visit.priority


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_whoever_is_named_holds_the_place_or_the_parts_and_is_no_less_urgent(first: int) -> None:
    for seed in range(first, first + 50):
        problem, plan = planned(seed)
        for item in plan.unassigned:
            for reason in item.reasons:
                for name in reason.visits:
                    check_named(problem, plan, visit_of(problem, item), reason, name)


def check_named(problem: Problem, plan: Plan, visit: Visit, reason: Reason, name: str) -> None:
    held = plan.assignments[name]
    if reason.code is ReasonCode.PARTS:
        kinds = {source.kind for sku, source in held.sources.items() if sku in visit.parts}
        assert kinds & {SourceKind.VAN, SourceKind.WAREHOUSE}, f"{reason} {name}"
        return
    other = next(v for v in problem.visits if v.id == name)
    assert weight(other) >= weight(visit)
    rest, shorter = without(problem, plan, name)
    assert fits(rest, shorter, visit.id, held.engineer, held.shift_index), f"{reason} {name}"


def test_every_kind_of_reason_was_judged() -> None:
    codes = {r.code for seed in range(200) for item in planned(seed)[1].unassigned for r in item.reasons}
    assert codes >= set(ReasonCode) - {ReasonCode.ORDER, ReasonCode.GROUP}
