"""Insert mode: where one visit more would go, what it would truly cost, and which arrival times can be promised.

The plan stays as it is; nothing but the offered route changes. Every arrangement is timed by compiled code, and what is
offered once more by the exact timing. Where a visit is pinned to an engineer and a time, or depends on others, and on
routes where somebody has to wait between two visits, the exact state alone is asked; that takes longer.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

import numpy as np

from scheduler.build import state_from_plan
from scheduler.errors import ProblemError
from scheduler.insert_guest import Seat, Ways
from scheduler.insert_prices import Asked, Found, Prices
from scheduler.insert_say import effects_of, offer_sentence, reason_against
from scheduler.plan import Plan, PlanStatus, Reason
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Engineer, Problem, Shift, Visit, Window
from scheduler.state import Insertion
from scheduler.units import Cost, Seconds
from scheduler.validation import validate

__all__ = ["Choice", "Inserter", "Offer", "Ways", "warm_up"]

TWO_HOURS: Seconds = 7200


@dataclass(frozen=True)
class Offer:
    """One way to take a visit into the plan.

    Attributes:
        arrival: when the work would start, ``finish`` when it would be done.
        window: what may be promised: around the arrival, no wider than asked for.
        possible: the work can start at every second of it, and hard rules and the promises to others on the route
            still hold, all other routes being as they are; it is as wide as can be, except perhaps
            where a tour may not be longer. Of visits that depend on others, and of those pinned to a time, only the
            arrival itself is claimed.
        extra_cost: what the plan costs more than without the visit, the gain of serving it left out.
        extra_travel: seconds of the matrix.
        late: seconds after the visit's promise, 0 if in time.
        others_late: by how many seconds more others miss their promises, summed up.
        sentence: in words, for the dispatcher.
        insertion: the route with the visit, for a state of the problem with the visit (and its place) at the end.
    """

    visit_id: str
    engineer: str
    shift_index: int
    arrival: Seconds
    finish: Seconds
    window: Window
    possible: Window
    extra_cost: Cost
    extra_travel: Seconds
    late: Seconds
    others_late: Seconds
    sentence: str
    insertion: Insertion


@dataclass(frozen=True)
class Choice:
    """A window that was asked for: the cheapest offer with an arrival in it, or why there is none."""

    window: Window
    offer: Offer | None
    reason: Reason | None


class Inserter:
    """Answers for one plan; one question at a time, others wait.

    Args:
        problem: what was planned.
        policy: the policy it was planned with.
        plan: the plan.

    Raises:
        ProblemError: the problem makes no sense, or the plan does not fit it.
    """

    def __init__(self, problem: Problem, policy: SchedulingPolicy, plan: Plan) -> None:
        validate(problem)
        seat = Seat(problem, policy)
        self._facts = seat.facts
        self._state = state_from_plan(self._facts, plan)
        self._index = {visit.id: v for v, visit in enumerate(problem.visits)}
        self._prices, self._lock = Prices(seat, self._state), Lock()

    def rank(
        self, visit: Visit, ways: Ways | None = None, most: int = 10, width: Seconds = TWO_HOURS
    ) -> tuple[Offer, ...]:
        """The cheapest shifts for a visit, each with its cheapest place and time; the cheapest first.

        Args:
            visit: a new one, or one of the problem. One that is in the plan is taken out for the question, so that its
                costs can be compared with each other; it may be asked about with other details than were planned.
            ways: of the visit's place, if the problem does not have it; the visit's own ``place`` does not count then.
            most: so many offers at most.
            width: the widest window to promise.

        Returns:
            Offers; none if the visit fits nowhere (``offers`` says why).

        Raises:
            ProblemError: the visit or its ways make no sense, or the plan does not hold without it.
        """
        with self._asking(visit, ways) as asked:
            [found] = self._prices.cheapest(asked, [None])
            ranked = sorted(found.values(), key=lambda one: (one.cost, one.slot))[:most]
            return tuple(self._offer(asked, one, None, width) for one in ranked)

    def offers(self, visit: Visit, windows: Sequence[Window], ways: Ways | None = None) -> tuple[Choice, ...]:
        """For each window, the engineer who can come then at the least cost, or why nobody can.

        Args:
            visit: see ``rank``.
            windows: of arrival, both ends included; for example the company's standard windows of the next days.
            ways: see ``rank``.

        Raises:
            ProblemError: see ``rank``.
        """
        with self._asking(visit, ways) as asked:
            found = self._prices.cheapest(asked, windows)
            return tuple(self._choice(asked, window, slots) for window, slots in zip(windows, found, strict=True))

    def _choice(self, asked: Asked, window: Window, found: dict[int, Found]) -> Choice:
        if not found:
            return Choice(window, None, reason_against(self._state, asked.v, window, asked.starts))
        best = min(found.values(), key=lambda one: (one.cost, one.slot))
        return Choice(window, self._offer(asked, best, window, window.end - window.start), None)

    @contextmanager
    def _asking(self, visit: Visit, ways: Ways | None) -> Iterator[Asked]:
        """The visit in its seat, and out of the plan, for as long as it is asked about."""
        with self._lock:
            state, known = self._state, self._index.get(visit.id)
            slot = None if known is None else state.slot_of[known]
            before = None if slot is None else state.copy()
            if known is not None and slot is not None:
                if not state.take_out(known):
                    raise ProblemError("plan", f"visit {visit.id} cannot be taken out of its route")
                self._prices.changed(slot)
            try:
                same = known is not None and ways is None and visit == self._facts.problem.visits[known]
                yield self._prices.known(known) if same and known is not None else self._prices.guest(visit, ways)
            finally:
                self._prices.leave()
                if before is not None and slot is not None:
                    state.restore(before)
                    self._prices.changed(slot)

    def _offer(self, asked: Asked, one: Found, within: Window | None, width: Seconds) -> Offer:
        found = self._prices.timed(asked.v, one.slot, one.items, one.supply, within)
        if found is None:
            raise ProblemError("plan", "has a route that does not fit the problem")
        slot = self._facts.slots[one.slot]
        visit, engineer = self._facts.problem.visits[asked.v], self._facts.problem.engineers[slot.engineer]
        arrival = found.timed.starts[found.items.index(asked.v)]
        possible = self._prices.possible(asked, found, arrival)
        effects = effects_of(self._state, found)
        return Offer(
            visit_id=visit.id,
            engineer=engineer.id,
            shift_index=slot.shift_index,
            arrival=arrival,
            finish=arrival + visit.duration_for(engineer.id),
            window=_promise(arrival, possible, width) if within is None else within,
            possible=possible,
            extra_cost=found.extra,
            extra_travel=effects.travel,
            late=effects.late,
            others_late=effects.others_late,
            sentence=offer_sentence(self._facts, found, effects),
            insertion=found,
        )


def _promise(arrival: Seconds, possible: Window, width: Seconds) -> Window:
    """From the arrival on, as there is always something that takes longer; earlier only if it cannot be later."""
    start = max(possible.start, min(arrival, possible.end - width))
    return Window(start, max(arrival, min(possible.end, start + width)))


def warm_up() -> None:
    """Compile, or load what was compiled before, by asking about a visit of a tiny problem."""
    nowhere = np.zeros((1, 1), np.int32)
    problem = Problem(1, nowhere, nowhere, (Engineer("E", (Shift(0, 3600, 0, 0),)),), ())
    empty = Plan((), (), {}, 0, PlanStatus.FEASIBLE)
    Inserter(problem, SchedulingPolicy(), empty).rank(Visit("V", 0, 60))
