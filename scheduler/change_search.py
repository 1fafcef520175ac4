"""Shifts are planned anew with a change until the smallest one that does is found."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from scheduler.change import Change, ChangeKind
from scheduler.fitting import ways_in
from scheduler.plan import ReasonCode
from scheduler.scene import Scene, scene_of
from scheduler.state import State
from scheduler.units import Seconds

MINUTE: Seconds = 60

SHIFTS_TRIED = 100
"""For one visit and kind of change so many shifts are planned anew, the most promising first."""


@dataclass(frozen=True)
class Candidate:
    """A shift in which some amount of a change may do.

    Attributes:
        bound: no smaller amount can do.
        most: no greater amount is wanted.
        draft: the change with an amount.
    """

    bound: int
    slot: int
    draft: Callable[[int], Change]
    most: int


@dataclass
class Search:
    """What the searches for one visit share.

    Attributes:
        spare: for each shift of the plan, what travel and work leave of it.
        scenes: shifts that were cut out already.
    """

    state: State
    v: int
    spare: list[Seconds]
    scenes: dict[int, Scene] = field(default_factory=dict)

    def scene(self, slot: int) -> Scene:
        """A shift cut out of the plan."""
        if slot not in self.scenes:
            self.scenes[slot] = scene_of(self.state, self.v, slot)
        return self.scenes[slot]

    def change(self, kind: ChangeKind, slot: int) -> Change:
        """A change that lets the visit into a shift, still without amounts."""
        facts, shift = self.state.facts, self.state.facts.slots[slot]
        engineer = facts.problem.engineers[shift.engineer]
        return Change(kind, facts.problem.visits[self.v].id, engineer.id, shift.shift_index)

    def slot_of(self, change: Change) -> int:
        """The shift of a change."""
        facts = self.state.facts
        mine = facts.slots_of[facts.engineer_index[change.engineer]]
        return next(slot for slot in mine if facts.slots[slot].shift_index == change.shift_index)

    def slots(self, *codes: ReasonCode | None, more: Seconds = 0) -> Iterator[int]:
        """The shifts that are kept from the visit by one of these rules, or by none, and could hold its work.

        Args:
            codes: the rules.
            more: seconds by which a tour may get longer.
        """
        blocked = self.state.facts.blocked[self.v]
        return (slot for slot, code in enumerate(blocked) if code in codes and self.has_time(slot, more))

    def has_time(self, slot: int, more: Seconds = 0) -> bool:
        """Whether travel and work would fit a shift if it were longer."""
        facts = self.state.facts
        duration = facts.timing(self.v, facts.slots[slot].engineer).duration
        return facts.hours is not None or self.spare[slot] + more >= duration

    def room(self, slot: int) -> Seconds:
        """What travel and work would leave of a shift with the visit where it makes the least detour."""
        if self.state.facts.hours is not None:
            return 0
        route = self.state.routes[slot]
        return max(self.state.way(slot, (*route[:i], self.v, *route[i:]))[1] for i in range(len(route) + 1))

    def fits_whoever(self, slot: int) -> bool:
        """Whether the visit would fit a shift if the engineer could and might do it, and one visit more."""
        return self.has_time(slot) and next(ways_in(self.state, self.v, slot, whoever=True), None) is not None

    def alone(self, slot: int) -> tuple[Seconds, Seconds]:
        """The first and the last start if there were nothing else in the shift, windows apart."""
        facts, shift = self.state.facts, self.state.facts.slots[slot]
        timing, visit = facts.timing(self.v, shift.engineer), facts.problem.visits[self.v]
        first = facts.arrival(shift.start, facts.travel[shift.start_place][timing.place])
        home = facts.travel[timing.place][shift.end_place] if facts.hours is None else 0
        last = shift.limit - home - timing.duration
        pinned = visit.pin is not None and visit.pin.window is not None
        return first if pinned else max(first, visit.earliest), last


def least(search: Search, candidates: Iterable[Candidate]) -> Change | None:
    """The change with the least amount that does in any shift, or None."""
    best: tuple[int, Change] | None = None
    for candidate in sorted(candidates, key=lambda c: (c.bound, c.slot))[:SHIFTS_TRIED]:
        most = candidate.most if best is None else min(candidate.most, best[0] - 1)
        amount = _least_in_shift(search, candidate, most) if candidate.bound <= most else None
        found = None if amount is None else first(search, [(candidate.slot, candidate.draft(amount))])
        if amount is not None and found is not None:
            best = amount, found
    return None if best is None else best[1]


def _least_in_shift(search: Search, candidate: Candidate, most: int) -> int | None:
    """The least amount up to ``most`` that does in one shift, where nothing does not; more never does less.

    The bound is mostly what is needed, so it is tried first.
    """

    scene = search.scene(candidate.slot)

    def does(amount: int) -> bool:
        return scene.way_in(candidate.draft(amount)) is not None

    if not does(most):
        return None
    low, high = 0, most
    for guess in (candidate.bound, candidate.bound - 1):
        if low < guess < high:
            low, high = (low, guess) if does(guess) else (guess, high)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if does(middle) else (middle, high)
    return high


def first(search: Search, changes: Iterable[tuple[int, Change]]) -> Change | None:
    """The change with the least amount that does in its shift, or None."""
    for slot, change in sorted(changes, key=lambda pair: (pair[1].amount, pair[0]))[:SHIFTS_TRIED]:
        verified = search.scene(slot).verified(change)
        if verified is not None:
            return verified
    return None
