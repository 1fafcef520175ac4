"""Changes of times: an engineer works longer, or the customer accepts another start."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from scheduler.change import Change, ChangeKind
from scheduler.change_search import MINUTE, Candidate, Search, least
from scheduler.facts import ENDLESS, NEVER
from scheduler.plan import ReasonCode
from scheduler.policy import HardRule
from scheduler.problem import Window
from scheduler.units import Seconds

MOST_LONGER = 180
"""Nobody is asked to work, or to be out, more minutes than this beyond the limit."""

MOST_MOVED = 7 * 24 * 60
"""Nobody is asked to accept a time that is further away than so many minutes."""


def longer(search: Search) -> Change | None:
    """An engineer works longer than the limit of the overtime."""
    return least(search, _longer_candidates(search))


def _longer_candidates(search: Search) -> Iterator[Candidate]:
    facts, v = search.state.facts, search.v
    for slot in range(len(facts.slots)):
        most = min(MOST_LONGER, _until_next_shift(search, slot) // MINUTE)
        if facts.blocked[v][slot] not in (None, ReasonCode.WINDOW) or not search.has_time(slot, most * MINUTE):
            continue
        earliest, latest = search.alone(slot)
        start = next((max(earliest, w.start) for w in facts.timings[v].windows if w.end >= earliest), None)
        if start is not None or facts.timings[v].may_be_late:
            short = max((earliest if start is None else start) - latest, -search.room(slot))
            yield Candidate(max(1, -(-short // MINUTE)), slot, _by(search.change(ChangeKind.LONGER, slot)), most)


def _until_next_shift(search: Search, slot: int) -> Seconds:
    facts, shift = search.state.facts, search.state.facts.slots[slot]
    others = facts.problem.engineers[shift.engineer].shifts
    return min((other.start - shift.limit for other in others if other.start >= shift.limit), default=NEVER)


def longer_tour(search: Search) -> Change | None:
    """From leaving to coming back an engineer takes longer than agreed."""
    return least(search, _longer_tours(search))


def _longer_tours(search: Search) -> Iterator[Candidate]:
    facts = search.state.facts
    for slot in search.slots(None, ReasonCode.LONGEST_TOUR, more=MOST_LONGER * MINUTE):
        if facts.slots[slot].longest < ENDLESS:
            base = search.change(ChangeKind.LONGER_TOUR, slot)
            yield Candidate(max(1, -(search.room(slot) // MINUTE)), slot, _by(base), MOST_LONGER)


def _by(base: Change) -> Callable[[int], Change]:
    return lambda minutes: replace(base, amount=minutes * MINUTE)


def later(search: Search) -> Change | None:
    """The customer accepts a later start, or a pinned time is moved."""
    return least(search, (c for slot, window in _agreed(search) for c in _later_in(search, slot, window)))


def earlier(search: Search) -> Change | None:
    """The customer accepts an earlier start, or a pinned time is moved."""
    return least(search, (c for slot, window in _agreed(search) for c in _earlier_in(search, slot, window)))


def _agreed(search: Search) -> Iterator[tuple[int, Window]]:
    """The agreed windows, or the pinned one, for each shift that has room for the work."""
    visit = search.state.facts.problem.visits[search.v]
    pinned = None if visit.pin is None else visit.pin.window
    agreed = visit.windows if search.state.facts.policy.on(HardRule.WINDOWS) else ()
    windows = agreed if pinned is None else (pinned,)
    if windows:
        slots = [slot for slot in search.slots(None, ReasonCode.WINDOW) if search.room(slot) >= 0]
        yield from ((slot, window) for slot in slots for window in windows)


def _later_in(search: Search, slot: int, window: Window) -> Iterator[Candidate]:
    begin, last = search.alone(slot)
    if max(begin, window.end + 1) <= last:
        base = search.change(ChangeKind.LATER, slot)
        yield Candidate(max(1, -(-(begin - window.end) // MINUTE)), slot, _until_later(base, window), MOST_MOVED)


def _earlier_in(search: Search, slot: int, window: Window) -> Iterator[Candidate]:
    begin, last = search.alone(slot)
    if begin <= min(last, window.start - 1):
        base = search.change(ChangeKind.EARLIER, slot)
        yield Candidate(max(1, -(-(window.start - last) // MINUTE)), slot, _from_earlier(base, window), MOST_MOVED)


def _until_later(base: Change, window: Window) -> Callable[[int], Change]:
    return lambda minutes: replace(
        base, window=Window(window.start, window.end + minutes * MINUTE), amount=minutes * MINUTE
    )


def _from_earlier(base: Change, window: Window) -> Callable[[int], Change]:
    return lambda minutes: replace(
        base, window=Window(max(0, window.start - minutes * MINUTE), window.end), amount=minutes * MINUTE
    )
