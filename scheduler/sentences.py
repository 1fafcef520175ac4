"""Reasons and changes in words, for the dispatcher."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from scheduler.change import Change, ChangeKind
from scheduler.plan import ReasonCode
from scheduler.problem import Visit
from scheduler.units import Seconds


class Cause(StrEnum):
    """What exactly a rule is about, where one rule can fail in several ways."""

    LATE = "late"
    """Nobody can be there before the last agreed time is over."""
    HOME = "home"
    """There in time, but home too late."""
    BREAK = "break"
    """There and home in time, but not with the break."""
    CLOSED = "closed"
    """No agreed time is left after the earliest start."""
    MISSING = "missing"
    """Neither van nor warehouse has, or had, the units."""
    TAKEN = "taken"
    """Other visits take the units."""
    SENT_LATE = "sent_late"
    """Parts that are sent come too late."""
    FETCHED_LATE = "fetched_late"
    """There is no time to fetch the parts."""


@dataclass(frozen=True)
class Told:
    """What a sentence may speak of; see ``Reason`` for the fields.

    Attributes:
        count: how many engineers.
        shifts: how many shifts of theirs, or None if the reason is about the engineers.
        causes: what exactly fails, that of the nearest first.
    """

    visit: Visit
    count: int
    shifts: int | None
    details: tuple[str, ...]
    causes: tuple[Cause, ...]
    nearest: str | None
    shortfall: int | None
    visits: tuple[str, ...]

    @property
    def who(self) -> str:
        """The engineers the sentence is about, and on how many shifts if that is not one each."""
        engineers = "One engineer" if self.count == 1 else f"{self.count} engineers"
        return engineers if self.shifts in (None, self.count) else f"{engineers} (on {self.shifts} shifts)"

    def verb(self, one: str, many: str) -> str:
        """The verb that agrees with the count."""
        return one if self.count == 1 else many


def duration(seconds: Seconds) -> str:
    """A length of time, in whole minutes rounded up: ``1 h 20 min``."""
    minutes = -(-seconds // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [f"{n} {unit}" for n, unit in ((days, "d"), (hours, "h"), (rest, "min")) if n]
    return " ".join(parts) or "0 min"


def _pin(told: Told) -> str:
    pin = told.visit.pin
    return f"The visit is pinned to {pin.engineer if pin else 'somebody'}, not to {told.who.lower()}."


def _excluded(told: Told) -> str:
    required = told.visit.required
    if required:
        return f"{told.who} may not do this visit; it is for {', '.join(sorted(required))}."
    return f"{told.who} may not do this visit."


def _skill(told: Told) -> str:
    near = f"; nearest is {told.nearest}, short of {told.shortfall} level(s)" if told.shortfall else ""
    return f"{told.who} {told.verb('lacks', 'lack')} a skill ({'; '.join(told.details)}){near}."


def _tools(told: Told) -> str:
    near = f"; nearest is {told.nearest}, short of {told.shortfall}" if told.count > 1 else ""
    return f"{told.who} {told.verb('lacks', 'lack')} tools ({'; '.join(told.details)}){near}."


def _certificate(told: Told) -> str:
    names = "; ".join(told.details)
    near = f"; nearest is {told.nearest}, {duration(told.shortfall)} short" if told.shortfall else ""
    return f"{told.who} {told.verb('has', 'have')} a certificate that ends before the shift does ({names}){near}."


def _window(told: Told) -> str:
    rest = f"{told.who} cannot be there at an agreed time and end the shift in time"
    cause, short = told.causes[0], duration(told.shortfall or 0)
    match cause:
        case Cause.CLOSED:
            return "No agreed time is left after the earliest start."
        case Cause.LATE:
            return f"{rest}; {told.nearest} would be there {short} late."
        case Cause.HOME:
            return f"{rest}; {told.nearest} would be home {short} late."
        case _:
            return f"{rest}; {told.nearest} could without the break."


def _longest_tour(told: Told) -> str:
    near = f"; {told.nearest} would be out {duration(told.shortfall)} too long" if told.shortfall else ""
    return f"{told.who} would be out longer than agreed for it alone{near}."


def _parts(told: Told) -> str:
    names = f"{told.who} cannot get the parts in time ({'; '.join(told.details)})"
    said = dict.fromkeys(told.causes)
    ends = {
        Cause.TAKEN: f"taken for {', '.join(told.visits)}",
        Cause.MISSING: "nobody holds enough of them",
        Cause.SENT_LATE: "shipped ones come too late",
        Cause.FETCHED_LATE: "fetching them takes too long",
    }
    unsent = [] if set(told.visit.shipped) >= set(told.visit.parts) else ["not all can be shipped"]
    unsent = ["none can be shipped"] if not told.visit.shipped else unsent
    return f"{names}; {'; '.join([*(ends[cause] for cause in said if cause in ends), *unsent])}."


def _max_visits(told: Told) -> str:
    others = f"; it would fit without any one of {', '.join(told.visits)}" if told.visits else ""
    return f"{told.who} already {told.verb('has', 'have')} the most visits agreed{others}."


def _time(told: Told) -> str:
    near = f"; {told.nearest} is {duration(told.shortfall)} short" if told.nearest and told.shortfall else ""
    return f"{told.who} {told.verb('has', 'have')} no time left between other visits{near}."


def _pushed_out(told: Told) -> str:
    others = ", ".join(told.visits)
    return f"{told.who} {told.verb('has', 'have')} no time beside visits that are no less urgent: {others}."


def _order(told: Told) -> str:
    others = ", ".join(told.visits)
    return f"{told.who} would have to wait for {others}, which this plan leaves out or which ends too late."


def _group(told: Told) -> str:
    others = ", ".join(told.visits)
    return f"{told.who} could come, but no moment was found that suits {others} as well, which must start with it."


_SENTENCES: dict[ReasonCode, Callable[[Told], str]] = {
    ReasonCode.PIN: _pin,
    ReasonCode.EXCLUDED: _excluded,
    ReasonCode.SKILL: _skill,
    ReasonCode.CERTIFICATE: _certificate,
    ReasonCode.TOOLS: _tools,
    ReasonCode.SHIFT: lambda told: f"{told.who} {told.verb('has', 'have')} no shift left in the planned time.",
    ReasonCode.WINDOW: _window,
    ReasonCode.LONGEST_TOUR: _longest_tour,
    ReasonCode.MAX_VISITS: _max_visits,
    ReasonCode.PARTS: _parts,
    ReasonCode.TIME: _time,
    ReasonCode.ORDER: _order,
    ReasonCode.GROUP: _group,
    ReasonCode.PUSHED_OUT: _pushed_out,
    ReasonCode.POSSIBLE: lambda told: f"{told.nearest} could still take it: this plan can be improved.",
}


def sentence(code: ReasonCode, told: Told) -> str:
    """One sentence that says what keeps engineers from a visit, and who came nearest."""
    return _SENTENCES[code](told)


def _names(change: Change) -> str:
    return ", ".join(f"{units} x {name}" for name, units in change.names.items())


def _sent(change: Change) -> str:
    return f"{_names(change)} {'is' if change.amount == 1 else 'are'} there within {duration(change.until or 0)}"


def _skilled(change: Change) -> str:
    return f"{change.engineer} had {', '.join(f'{name} at level {level}' for name, level in change.names.items())}"


def _renewed(change: Change) -> str:
    return f"{change.engineer}'s certificates ({', '.join(change.names)}) lasted {duration(change.amount)} longer"


_CHANGES: dict[ChangeKind, Callable[[Change], str]] = {
    ChangeKind.MOVE: lambda change: f"{change.other} is moved to {change.other_engineer}",
    ChangeKind.LONGER: lambda change: f"{change.engineer} works {duration(change.amount)} longer",
    ChangeKind.LONGER_TOUR: lambda change: f"{change.engineer} is out for {duration(change.amount)} longer than agreed",
    ChangeKind.MORE_VISITS: lambda change: f"{change.engineer} does {change.amount} visit(s) more than agreed",
    ChangeKind.LATER: lambda change: f"the customer accepts a start {duration(change.amount)} later",
    ChangeKind.EARLIER: lambda change: f"the customer accepts a start {duration(change.amount)} earlier",
    ChangeKind.SENT: _sent,
    ChangeKind.STOCKED: lambda change: f"{change.warehouse} has {_names(change)} more",
    ChangeKind.GIVE_UP: lambda change: f"{change.other} is given up",
    ChangeKind.UNPIN: lambda change: f"its pin is taken off: {change.engineer} could come",
    ChangeKind.ALLOW: lambda change: f"{change.engineer} may come",
    ChangeKind.TOOLS: lambda change: f"{change.engineer} gets {', '.join(change.names)}",
    ChangeKind.CERTIFICATE: _renewed,
    ChangeKind.SKILL: _skilled,
}


def change_sentence(change: Change) -> str:
    """One sentence that says what would let a visit in."""
    return f"It fits if {_CHANGES[change.kind](change)}."
