"""What another policy would mean for the cases that are open now. Pure: facts and two sets of terms in, counts out."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.clock import Clock, ClockName, retarget
from domain.policy import CaseTerms
from domain.sla import SlaState, state

URGENT = (SlaState.WARNING, SlaState.JEOPARDY, SlaState.BREACHED)


@dataclass(frozen=True)
class OpenPromises:
    """The clocks of an open case that still run, with what it is promised under the policy now and under the other."""

    case_id: str
    clocks: tuple[Clock, ...]
    now: CaseTerms
    then: CaseTerms


@dataclass(frozen=True)
class ClockShift:
    """How many running clocks of one kind stand where.

    Attributes:
        before, after: State to count, of ``warning``, ``jeopardy`` and ``breached``.
        newly_warning, newly_breached: Cases that get there by the change alone.
        eased: Cases that are breached or warned now, and would not be.
    """

    clock: ClockName
    before: dict[str, int]
    after: dict[str, int]
    newly_warning: int
    newly_breached: int
    eased: int


def shifts(cases: Iterable[OpenPromises], at: datetime) -> list[ClockShift]:
    """Count, clock by clock, what the other terms would change at a moment.

    A clock that the terms do not promise is in no state.
    """
    pairs: dict[ClockName, Counter[tuple[SlaState, SlaState]]] = {name: Counter() for name in ClockName}
    for case in cases:
        for clock in case.clocks:
            pair = (_under(clock, case.now, at), _under(clock, case.then, at))
            pairs[clock.terms.name][pair] += 1
    return [_shift(name, found) for name, found in pairs.items()]


def _under(clock: Clock, terms: CaseTerms, at: datetime) -> SlaState:
    found = next((each for each in terms.clocks if each.name is clock.terms.name), None)
    return SlaState.NONE if found is None else state(retarget(clock, found), at)


def _shift(name: ClockName, found: Counter[tuple[SlaState, SlaState]]) -> ClockShift:
    before, after = Counter[SlaState](), Counter[SlaState]()
    for (old, new), count in found.items():
        before[old] += count
        after[new] += count
    return ClockShift(
        clock=name,
        before={each.value: before[each] for each in URGENT},
        after={each.value: after[each] for each in URGENT},
        newly_warning=_moved(found, to={SlaState.WARNING, SlaState.JEOPARDY}, unless=set(URGENT)),
        newly_breached=_moved(found, to={SlaState.BREACHED}, unless={SlaState.BREACHED}),
        eased=sum(count for (old, new), count in found.items() if old in URGENT and new not in URGENT),
    )


def _moved(found: Counter[tuple[SlaState, SlaState]], *, to: set[SlaState], unless: set[SlaState]) -> int:
    return sum(count for (old, new), count in found.items() if new in to and old not in unless)
