"""The scheduler's reasons with every fact that its sentences tell, so that they can be told in any language."""

from activities.planning.builder import Built
from domain.because import WhyNot
from domain.ids import EngineerId, VisitId
from scheduler.plan import Reason, ReasonCode
from scheduler.problem import Engineer, Visit


class Telling:
    """Knows what was asked.

    Args:
        built: The problem that the reasons are about.
    """

    def __init__(self, built: Built) -> None:
        self._moment = built.timeline.moment
        self._visits = {visit.id: visit for visit in built.problem.visits}
        self._engineers = {engineer.id: engineer for engineer in built.problem.engineers}

    def of(self, visit_id: str, reason: Reason) -> WhyNot:
        """A reason against a visit of the problem."""
        visit = self._visits[visit_id]
        nearest = self._engineers.get(reason.nearest or "")
        return WhyNot(
            code=reason.code.value,
            sentence=reason.sentence,
            count=reason.count,
            nearest=EngineerId(reason.nearest) if reason.nearest else None,
            shortfall=reason.shortfall,
            visits=tuple(VisitId(other) for other in reason.visits),
            until=None if reason.until is None else self._moment(reason.until),
            lacking=_lacking(reason, visit, nearest),
            only=_only(reason.code, visit),
        )


def missing_skills(visit: Visit, engineer: Engineer) -> dict[str, int]:
    """The skills that an engineer lacks for a visit, with the level that it needs."""
    held = {name: skill.level for name, skill in engineer.skills.items()}
    return {name: level for name, level in sorted(visit.skills.items()) if held.get(name, 0) < level}


def missing_tools(visit: Visit, engineer: Engineer) -> dict[str, int]:
    """The tools that a visit needs and an engineer does not carry."""
    return dict.fromkeys(sorted(visit.tools - engineer.tools), 1)


def _lacking(reason: Reason, visit: Visit, nearest: Engineer | None) -> dict[str, int]:
    """What the nearest lacks; all that the visit needs of it where nobody is the nearest."""
    match reason.code:
        case ReasonCode.SKILL:
            return missing_skills(visit, nearest) if nearest else dict(sorted(visit.skills.items()))
        case ReasonCode.TOOLS:
            return missing_tools(visit, nearest) if nearest else dict.fromkeys(sorted(visit.tools), 1)
        case ReasonCode.CERTIFICATE:
            return _expired(visit, nearest, reason.shortfall) if nearest else {}
        case ReasonCode.PARTS:
            return dict(sorted(visit.parts.items()))
        case _:
            return {}


def _expired(visit: Visit, engineer: Engineer, short: int | None) -> dict[str, int]:
    """The certificates that end too early in the shift where the longest of these gaps is what was told."""
    for shift in engineer.shifts:
        ends = {name: engineer.skills[name].expires for name in sorted(visit.skills) if name in engineer.skills}
        gaps = {name: shift.end - end for name, end in ends.items() if end is not None and end < shift.end}
        if gaps and max(gaps.values()) == short:
            return {name: visit.skills[name] for name in gaps}
    return {}


def _only(code: ReasonCode, visit: Visit) -> tuple[EngineerId, ...]:
    if code is ReasonCode.PIN and visit.pin is not None and visit.pin.engineer is not None:
        return (EngineerId(visit.pin.engineer),)
    return tuple(EngineerId(one) for one in sorted(visit.required)) if code is ReasonCode.EXCLUDED else ()
