"""What keeps an engineer from a visit in every shift: pin, exclusion, skill, tools."""

from dataclasses import dataclass

from scheduler.facts import NEVER, Facts, engineer_block, pinned_engineer
from scheduler.plan import ReasonCode


@dataclass(frozen=True)
class Never:
    """Why an engineer can never do a visit.

    Attributes:
        names: the skills or tools that are missing.
        shortfall: how many levels or tools, together.
    """

    code: ReasonCode
    names: tuple[str, ...] = ()
    shortfall: int | None = None


def never(facts: Facts, v: int, e: int) -> Never | None:
    """The first rule that keeps an engineer from a visit whatever the shift; None if there is none."""
    visit, engineer = facts.problem.visits[v], facts.problem.engineers[e]
    pinned = pinned_engineer(visit)
    if pinned is not None:
        return None if pinned == engineer.id else Never(ReasonCode.PIN)
    # Before all shifts every certificate is valid: those are a matter of the shift.
    code = engineer_block(visit, engineer, -NEVER, facts.policy, facts.problem.warehouses)
    match code:
        case ReasonCode.SKILL:
            held = {name: engineer.skills[name].level if name in engineer.skills else 0 for name in visit.skills}
            gaps = {name: level - held[name] for name, level in visit.skills.items() if level > held[name]}
            return Never(code, tuple(sorted(gaps)), sum(gaps.values()))
        case ReasonCode.TOOLS:
            missing = tuple(sorted(visit.tools - engineer.tools))
            return Never(code, missing, len(missing))
        case None:
            return None
        case _:
            return Never(code)
