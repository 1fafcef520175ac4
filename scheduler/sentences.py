"""Reasons in words, for the dispatcher."""

from collections.abc import Callable
from dataclasses import dataclass

from scheduler.plan import ReasonCode
from scheduler.problem import Visit


@dataclass(frozen=True)
class Told:
    """What a sentence may speak of; see ``Reason`` for the fields."""

    visit: Visit
    count: int
    details: tuple[str, ...]
    nearest: str | None
    shortfall: int | None
    visits: tuple[str, ...]

    @property
    def who(self) -> str:
        """The engineers the sentence is about."""
        return "One engineer" if self.count == 1 else f"{self.count} engineers"

    def verb(self, one: str, many: str) -> str:
        """The verb that agrees with the count."""
        return one if self.count == 1 else many


def _pin(told: Told) -> str:
    pin = told.visit.pin
    return f"The visit is pinned to {pin.engineer if pin else 'somebody'}, not to {told.who.lower()}."


def _skill(told: Told) -> str:
    near = f"; nearest is {told.nearest}, short of {told.shortfall} level(s)" if told.shortfall else ""
    return f"{told.who} {told.verb('lacks', 'lack')} a skill ({'; '.join(told.details)}){near}."


def _certificate(told: Told) -> str:
    names = "; ".join(told.details)
    return f"{told.who} {told.verb('has', 'have')} a certificate that ends before the shift does ({names})."


def _window(told: Told) -> str:
    near = f"; {told.nearest} misses it by {-(-told.shortfall // 60)} min" if told.shortfall else ""
    return f"{told.who} cannot be there at an agreed time and end the shift in time{near}."


def _parts(told: Told) -> str:
    until = "shipped ones come too late" if told.visit.shipped else "none can be shipped"
    taken = f"; taken for {', '.join(told.visits)}" if told.visits else ""
    return f"{told.who} cannot get the parts in time ({'; '.join(told.details)}){taken}; {until}."


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
    ReasonCode.EXCLUDED: lambda told: f"{told.who} may not do this visit.",
    ReasonCode.SKILL: _skill,
    ReasonCode.CERTIFICATE: _certificate,
    ReasonCode.TOOLS: lambda told: f"{told.who} {told.verb('lacks', 'lack')} tools ({'; '.join(told.details)}).",
    ReasonCode.SHIFT: lambda told: f"{told.who} {told.verb('has', 'have')} no shift left in the planned time.",
    ReasonCode.WINDOW: _window,
    ReasonCode.MAX_VISITS: lambda told: f"{told.who} already {told.verb('has', 'have')} the most visits agreed.",
    ReasonCode.PARTS: _parts,
    ReasonCode.TIME: lambda told: f"{told.who} {told.verb('has', 'have')} no time left between other visits.",
    ReasonCode.ORDER: _order,
    ReasonCode.GROUP: _group,
    ReasonCode.PUSHED_OUT: _pushed_out,
    ReasonCode.POSSIBLE: lambda told: f"{told.nearest} could still take it: this plan can be improved.",
}


def sentence(code: ReasonCode, told: Told) -> str:
    """One sentence that says what keeps engineers from a visit, and who came nearest."""
    return _SENTENCES[code](told)
