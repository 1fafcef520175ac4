"""What can be known before the search: per shift, per visit, and for each pair of the two.

Visits and engineers are numbered as in the problem; a *slot* is one usable shift of one engineer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from scheduler.coupling import Coupling
from scheduler.hours import Hours
from scheduler.plan import ReasonCode
from scheduler.policy import HardRule, SchedulingPolicy
from scheduler.problem import Break, Engineer, PinKind, Problem, Visit, Warehouse, Window
from scheduler.units import Cost, Place, Seconds

NEVER: Seconds = 1 << 40
"""Later than any moment of any plan."""

ENDLESS: Seconds = NEVER - 1
"""The longest tour where there is no limit; no time between two moments of a plan is longer."""

ALWAYS = (Window(0, NEVER),)


@dataclass(frozen=True)
class Slot:
    """One usable shift of one engineer.

    Attributes:
        engineer: index of the engineer.
        start: when the engineer is free at ``start_place`` (the position is taken into account).
        end: the shift's regular end; ``limit`` is the last moment with overtime.
        break_: the break that may have to be taken, or None.
        longest: most seconds from leaving to coming home, or ENDLESS.
    """

    index: int
    engineer: int
    shift_index: int
    start: Seconds
    start_place: Place
    end: Seconds
    limit: Seconds
    end_place: Place
    break_: Break | None
    max_visits: int
    longest: Seconds

    @property
    def time(self) -> Seconds:
        """The seconds that one tour can have."""
        return min(self.limit - self.start, self.longest)


@dataclass(frozen=True)
class Timing:
    """When a visit may start, and what its start costs.

    Attributes:
        windows: start times that are allowed, in order.
        late_after: the last start that keeps the promise; ``late_rate`` is the cost per minute after it.
        published: the published start, or None; ``moved_rate`` is the cost per minute away from it.
        may_be_late: pinned to an engineer and a time, so that it stays even if the engineer is late for it.
    """

    place: Place
    duration: Seconds
    windows: tuple[Window, ...]
    late_after: Seconds
    late_rate: Cost
    published: Seconds | None
    moved_rate: Cost
    may_be_late: bool

    def soft_cost(self, start: Seconds) -> tuple[Cost, Cost]:
        """Cost of lateness and of moving a published start, for a start."""
        late = -((self.late_after - start) // 60) * self.late_rate // 100 if start > self.late_after else 0
        if self.published is None:
            return late, 0
        return late, abs(start - self.published) // 60 * self.moved_rate


@dataclass(frozen=True)
class Node:
    """A visit or a warehouse stop as the timing of a route sees it.

    Attributes:
        windows: first and last start of each window, in order.
        earliest: a further bound on the start: a shipped part, or a published start that is held.
        not_before: likewise, for what other visits in the plan demand; no reason to be late for a pin.
        latest: the last start that other visits in the plan allow.
        excused: the start at which it may be late for its pin, because an engineer of its group cannot but be.
    """

    place: Place
    duration: Seconds
    windows: tuple[tuple[Seconds, Seconds], ...]
    earliest: Seconds = 0
    may_be_late: bool = False
    is_visit: bool = True
    not_before: Seconds = 0
    latest: Seconds = NEVER
    excused: Seconds = NEVER


@dataclass(frozen=True)
class LegCosts:
    """Cost of every leg for one pair of rates: travel, distance, and both together."""

    travel: list[list[Cost]]
    distance: list[list[Cost]]
    both: list[list[Cost]]


class Facts:
    """The problem prepared for the search. Nothing here changes while a plan is made.

    Attributes:
        blocked: for each visit and slot, the rule that keeps them apart whatever else is planned, or None.
        allowed: for each visit, the slots that are not blocked.
        fit: for each visit and engineer, the cost of this engineer: moved, not preferred, over-qualified.
        unserved: for each visit, what leaving it out costs.
        timings: for each visit, its timing with the usual duration; see ``timing``.
        nodes: for each item of a route (see ``timing``), its node with the usual duration; see ``node``.
        learned: for each engineer, timing and node of the visits that take this engineer another time than usual.
        held: for each item, the published start if it may still be held.
        coupling: groups and orders of visits.
        hours: how travel depends on the hour, or None if it does not.
    """

    def __init__(self, problem: Problem, policy: SchedulingPolicy) -> None:
        self.problem = problem
        self.policy = policy
        self.visit_index = {visit.id: v for v, visit in enumerate(problem.visits)}
        self.engineer_index = {engineer.id: e for e, engineer in enumerate(problem.engineers)}
        self.warehouse_index = {warehouse.id: w for w, warehouse in enumerate(problem.warehouses)}
        self.travel: list[list[Seconds]] = problem.travel.tolist()
        self.slots = _slots(problem, policy)
        self.slots_of = [[s.index for s in self.slots if s.engineer == e] for e in range(len(problem.engineers))]
        self.timings = [_timing(visit, policy) for visit in problem.visits]
        self.fit = [[_fit(visit, engineer, policy) for engineer in problem.engineers] for visit in problem.visits]
        self.nodes = _nodes(problem, self.timings)
        self.learned = _learned(problem, self.timings, self.nodes)
        self.coupling = Coupling(problem)
        self.hours = Hours(problem.travel_percent_by_hour) if problem.travel_percent_by_hour else None
        self.held = _held_starts(problem, self.timings)
        self._expiring = _expiring(problem)
        self.blocked = [self._blocks(visit) for visit in problem.visits]
        self.allowed = [[slot.index for slot in self.slots if row[slot.index] is None] for row in self.blocked]
        self.last = max([problem.horizon, *(slot.limit for slot in self.slots)])
        self.unserved = unserved_costs(problem, policy, self.last)
        self._legs: dict[tuple[Cost, Cost], LegCosts] = {}
        self._lenders: dict[frozenset[str], tuple[int, ...]] = {}

    def timing(self, v: int, engineer: int) -> Timing:
        """When a visit may start and how long it takes an engineer."""
        own = self.learned[engineer].get(v)
        return self.timings[v] if own is None else own[0]

    def node(self, item: int, engineer: int) -> Node:
        """An item of an engineer's route as its timing sees it."""
        own = self.learned[engineer].get(item)
        return self.nodes[item] if own is None else own[1]

    def nodes_of(self, engineer: int, items: Iterable[int]) -> Mapping[int, Node]:
        """The nodes of an engineer's items, by item."""
        return {item: self.node(item, engineer) for item in items} if self.learned[engineer] else self.nodes

    def arrival(self, leaves: Seconds, leg: Seconds) -> Seconds:
        """When somebody who leaves then has a way of ``leg`` seconds of the matrix behind."""
        return leaves + leg if self.hours is None else self.hours.arrival(leaves, leg)

    def engineers_for(self, v: int) -> frozenset[int]:
        """The engineers with a slot that a visit may go to."""
        return frozenset(self.slots[slot].engineer for slot in self.allowed[v])

    def legs(self, engineer: int) -> LegCosts:
        """Cost of every leg for an engineer's rates."""
        who = self.problem.engineers[engineer]
        key = (who.cost_per_hour, who.cost_per_km)
        if key not in self._legs:
            self._legs[key] = _leg_costs(self.problem, self.policy, *key)
        return self._legs[key]

    def lenders(self, v: int, engineer: int) -> tuple[int, ...]:
        """A warehouse that is called at before lends all tools an engineer lacks for a visit.

        Returns:
            The warehouses that do; none if nothing is lacking.
        """
        visit = self.problem.visits[v]
        if not visit.tools or not self.policy.on(HardRule.TOOLS) or pinned_engineer(visit) is not None:
            return ()
        missing = visit.tools - self.problem.engineers[engineer].tools
        if missing and missing not in self._lenders:
            self._lenders[missing] = tuple(w for w, h in enumerate(self.problem.warehouses) if missing <= h.tools)
        return self._lenders[missing] if missing else ()

    def overtime_cost(self, slot: Slot, end: Seconds) -> Cost:
        """Cost of coming home at ``end``."""
        late = max(0, end - slot.end)
        rate = self.problem.engineers[slot.engineer].cost_per_hour
        return late * rate * self.policy.overtime_percent // 360_000

    def working_cost(self, slot: Slot, departure: Seconds, end: Seconds) -> Cost:
        """Time from leaving to coming home is paid for."""
        rate = self.problem.engineers[slot.engineer].cost_per_hour
        return (end - departure) * rate * self.policy.working_percent // 360_000

    def load_cost(self, slot: Slot, items: Iterable[int]) -> Cost:
        """A further minute costs more the more of a shift is filled already; see ``policy`` for the formula."""
        if not self.policy.fairness_percent:
            return 0
        busy, place, shift = 0, slot.start_place, self.problem.engineers[slot.engineer].shifts[slot.shift_index]
        for item in items:
            node = self.node(item, slot.engineer)
            busy += self.travel[place][node.place] + node.duration
            place = node.place
        busy += self.travel[place][slot.end_place]
        return busy * busy * self.policy.fairness_percent // (100 * max(1, shift.end - shift.start))

    def soft_limit(self, item: int, engineer: int) -> Seconds:
        """The last start of an item of a route that costs no lateness and moves no published start further."""
        if item < 0:
            return NEVER
        timing = self.timing(item, engineer)
        return timing.late_after if timing.published is None else min(timing.late_after, timing.published)

    def slot_at(self, engineer: int, moment: Seconds) -> int | None:
        """The slot of an engineer that contains a moment, overtime included."""
        for index in self.slots_of[engineer]:
            if self.slots[index].start <= moment <= self.slots[index].limit:
                return index
        return None

    def is_fixed(self, v: int) -> bool:
        """Whether a visit is pinned or mandatory, and so goes before all others."""
        visit = self.problem.visits[v]
        return visit.mandatory or visit.pin is not None

    def urgency(self, v: int) -> tuple[bool, bool, int, Seconds, str]:
        """Sort key: pinned first (in the order of their times), then mandatory, then by priority and promise."""
        visit = self.problem.visits[v]
        due = NEVER if visit.latest_sla_end is None else visit.latest_sla_end
        if visit.pin is not None:
            return False, visit.pin.start is None, visit.pin.start or 0, due, visit.id
        return True, not visit.mandatory, -visit.priority, due, visit.id

    def _blocks(self, visit: Visit) -> list[ReasonCode | None]:
        unfit: dict[tuple[int, Seconds], ReasonCode | None] = {}
        return [self._block(visit, slot, unfit) for slot in self.slots]

    def _block(
        self, visit: Visit, slot: Slot, unfit: dict[tuple[int, Seconds], ReasonCode | None]
    ) -> ReasonCode | None:
        engineer = self.problem.engineers[slot.engineer]
        pin = visit.pin
        if pin is not None and pin.engineer is not None:
            if pin.engineer != engineer.id:
                return ReasonCode.PIN
        else:
            # Shifts differ for an engineer only if certificates expire; what was found for one holds for all.
            until = engineer.shifts[slot.shift_index].end if slot.engineer in self._expiring else 0
            key = (slot.engineer, until)
            if key not in unfit:
                unfit[key] = engineer_block(visit, engineer, until, self.policy, self.problem.warehouses)
            if unfit[key] is not None:
                return unfit[key]
        if slot.max_visits == 0:
            return ReasonCode.MAX_VISITS
        v = self.visit_index[visit.id]
        if not self._fits_alone(v, slot):
            return ReasonCode.WINDOW
        return ReasonCode.LONGEST_TOUR if self.least_tour(v, slot) > slot.longest else None

    def least_tour(self, v: int, slot: Slot) -> Seconds:
        """Straight there, work, straight home; no tour with the visit is shorter. 0 if travel depends on the hour."""
        if self.hours is not None:
            return 0
        timing = self.timing(v, slot.engineer)
        out, back = self.travel[slot.start_place][timing.place], self.travel[timing.place][slot.end_place]
        return out + timing.duration + back

    def _fits_alone(self, v: int, slot: Slot) -> bool:
        """Straight there, work, straight home, without parts or break; a pinned visit may be late."""
        timing = self.timing(v, slot.engineer)
        arrival = self.arrival(slot.start, self.travel[slot.start_place][timing.place])
        start = next((max(arrival, w.start) for w in timing.windows if w.end >= arrival), NEVER)
        if start == NEVER and timing.may_be_late:
            planned = self.problem.engineers[slot.engineer].shifts[slot.shift_index].start
            start = arrival if timing.windows[0].end >= planned else NEVER
        home = self.travel[timing.place][slot.end_place]
        return start < NEVER and self.arrival(start + timing.duration, home) <= slot.limit


def engineer_block(
    visit: Visit, engineer: Engineer, until: Seconds, policy: SchedulingPolicy, warehouses: Sequence[Warehouse]
) -> ReasonCode | None:
    """The first rule by which an engineer may not do a visit in a shift that ends at ``until``, or None.

    Tools that one of the warehouses lends are no obstacle.
    """
    if policy.on(HardRule.ENGINEERS) and (
        engineer.id in visit.excluded or (visit.required and engineer.id not in visit.required)
    ):
        return ReasonCode.EXCLUDED
    for name, level in visit.skills.items():
        skill = engineer.skills.get(name)
        if policy.on(HardRule.SKILLS) and (skill is None or skill.level < level):
            return ReasonCode.SKILL
        if (
            policy.on(HardRule.CERTIFICATES)
            and skill is not None
            and skill.expires is not None
            and skill.expires < until
        ):
            return ReasonCode.CERTIFICATE
    missing = visit.tools - engineer.tools
    if missing and policy.on(HardRule.TOOLS) and not any(missing <= house.tools for house in warehouses):
        return ReasonCode.TOOLS
    return None


def unserved_costs(problem: Problem, policy: SchedulingPolicy, last: Seconds) -> list[Cost]:
    """Cost of leaving out each visit: the policy's weights, scaled so that lateness never makes it worth while.

    The factor is the least whole number that lifts the least weight above the lateness and disruption of all
    visits together, each at its worst.
    """
    worst = 0
    for visit in problem.visits:
        if visit.latest_sla_end is not None:
            minutes = -(-max(0, last - visit.latest_sla_end) // 60)
            worst += minutes * visit.late_cost_per_minute * policy.lateness_percent // 100
        if visit.published is not None:
            worst += policy.moved_engineer + last // 60 * policy.moved_minute
    least = max(1, min(policy.unserved.values(), default=1))
    factor = worst // least + 1
    return [
        factor
        * (
            policy.unserved.get(visit.priority, least)
            + (policy.unserved_mandatory if visit.mandatory else 0)
            + (policy.unserved_pinned if visit.pin is not None else 0)
        )
        for visit in problem.visits
    ]


def _expiring(problem: Problem) -> frozenset[int]:
    """The engineers with a certificate that expires."""
    return frozenset(
        e
        for e, engineer in enumerate(problem.engineers)
        if any(skill.expires is not None for skill in engineer.skills.values())
    )


def _slots(problem: Problem, policy: SchedulingPolicy) -> list[Slot]:
    out: list[Slot] = []
    limits_tours = policy.on(HardRule.LONGEST_TOUR)
    for e, engineer in enumerate(problem.engineers):
        limit = engineer.max_visits_per_shift if policy.on(HardRule.MAX_VISITS) else None
        for k, shift in enumerate(engineer.shifts):
            begin = engineer.start_of(k)
            if begin is None:
                continue
            pause = shift.break_ if policy.on(HardRule.BREAKS) else None
            if pause is not None and (pause.duration == 0 or begin[0] > pause.latest):
                pause = None
            out.append(
                Slot(
                    index=len(out),
                    engineer=e,
                    shift_index=k,
                    start=begin[0],
                    start_place=begin[1],
                    end=shift.end,
                    limit=shift.end + shift.overtime_limit,
                    end_place=shift.end_place,
                    break_=pause,
                    max_visits=len(problem.visits) if limit is None else limit,
                    longest=shift.longest if limits_tours and shift.longest is not None else ENDLESS,
                )
            )
    return out


def _timing(visit: Visit, policy: SchedulingPolicy) -> Timing:
    pinned = visit.pin.window if visit.pin is not None else None
    if pinned is not None:
        windows: tuple[Window, ...] = (pinned,)
    else:
        open_ = visit.windows if visit.windows and policy.on(HardRule.WINDOWS) else ALWAYS
        clipped = (Window(max(w.start, visit.earliest), w.end) for w in open_)
        windows = tuple(sorted((w for w in clipped if w.start <= w.end), key=lambda w: (w.start, w.end)))
    sla = visit.latest_sla_end
    return Timing(
        place=visit.place,
        duration=visit.duration,
        windows=windows,
        late_after=NEVER if sla is None else sla - visit.duration,
        late_rate=visit.late_cost_per_minute * policy.lateness_percent,
        published=None if visit.published is None else visit.published.start,
        moved_rate=policy.moved_minute,
        may_be_late=pinned is not None and pinned_engineer(visit) is not None,
    )


def _nodes(problem: Problem, timings: list[Timing]) -> dict[int, Node]:
    nodes = {
        v: Node(t.place, t.duration, tuple((w.start, w.end) for w in t.windows), may_be_late=t.may_be_late)
        for v, t in enumerate(timings)
    }
    for w, house in enumerate(problem.warehouses):
        opening = tuple(sorted((window.start, window.end) for window in house.opening or ALWAYS))
        nodes[-1 - w] = Node(house.place, house.handling, opening, is_visit=False)
    return nodes


def _learned(problem: Problem, timings: list[Timing], nodes: dict[int, Node]) -> list[dict[int, tuple[Timing, Node]]]:
    index = {engineer.id: e for e, engineer in enumerate(problem.engineers)}
    out: list[dict[int, tuple[Timing, Node]]] = [{} for _ in problem.engineers]
    for v, visit in enumerate(problem.visits):
        for name, duration in visit.durations.items():
            longer = duration - visit.duration
            if name in index and longer:
                late_after = timings[v].late_after if visit.latest_sla_end is None else timings[v].late_after - longer
                timing = replace(timings[v], duration=duration, late_after=late_after)
                out[index[name]][v] = timing, replace(nodes[v], duration=duration)
    return out


def _held_starts(problem: Problem, timings: list[Timing]) -> dict[int, Seconds | None]:
    held: dict[int, Seconds | None] = {-1 - w: None for w in range(len(problem.warehouses))}
    for v, timing in enumerate(timings):
        start = timing.published
        fits = start is not None and any(w.start <= start <= w.end for w in timing.windows)
        held[v] = start if fits else None
    return held


def _fit(visit: Visit, engineer: Engineer, policy: SchedulingPolicy) -> Cost:
    moved, preferred, level = fit_costs(visit, engineer, policy)
    return moved + preferred + level


def fit_costs(visit: Visit, engineer: Engineer, policy: SchedulingPolicy) -> tuple[Cost, Cost, Cost]:
    """Cost of moving a published visit to this engineer, of not being preferred, of being over-qualified."""
    moved = visit.published is not None and visit.published.engineer != engineer.id
    passed_over = bool(visit.preferred) and engineer.id not in visit.preferred
    spare = sum(
        max(0, engineer.skills[name].level - level) for name, level in visit.skills.items() if name in engineer.skills
    )
    return (
        policy.moved_engineer if moved else 0,
        policy.not_preferred if passed_over else 0,
        spare * policy.overqualified_level,
    )


def _leg_costs(problem: Problem, policy: SchedulingPolicy, per_hour: Cost, per_km: Cost) -> LegCosts:
    travel = problem.travel.astype(np.int64) * (per_hour * policy.travel_percent) // 360_000
    distance = problem.distance.astype(np.int64) * (per_km * policy.distance_percent) // 100_000
    return LegCosts(travel.tolist(), distance.tolist(), (travel + distance).tolist())


def pinned_engineer(visit: Visit) -> str | None:
    """The engineer a visit is pinned to, if any."""
    if visit.pin is None or visit.pin.kind is PinKind.TIME:
        return None
    return visit.pin.engineer
