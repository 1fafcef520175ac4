"""What is really wrong, which nobody in the simulation knows before an engineer has looked."""

import math
from dataclasses import dataclass
from datetime import timedelta

from domain.case import VisitNeeds
from domain.ids import CaseId, Sku, VisitId, case_of
from domain.parts import PartNeed
from domain.registration import Registration
from domain.vocabulary import Outcome
from samples.catalogue import MODEL_BY_CODE, symptom_of
from simulation.behaviour import Behaviour
from simulation.draws import Draws, world_key


@dataclass(frozen=True)
class WorkKind:
    """What a kind of request usually asks for.

    Attributes:
        parts: What may have to be replaced, with the chance of each; at most one is really needed.
    """

    skills: tuple[tuple[str, int], ...]
    minutes: int
    parts: tuple[tuple[Sku, float], ...] = ()
    remote: float | None = None


@dataclass(frozen=True)
class Truth:
    """The hidden facts of a case."""

    remote: bool
    part: Sku | None
    part_foreseen: bool


# Parts for requests that come from files: by skill, which pieces the work may need.
FIELD_PARTS: dict[str, tuple[tuple[Sku, float], ...]] = {
    "sewer": ((Sku("SEWER-TRAP"), 0.12), (Sku("SEWER-PIPE-SECTION"), 0.13), (Sku("SEWER-GRATE"), 0.15)),
    "odor": ((Sku("SEWER-TRAP"), 0.2), (Sku("SEWER-VENT-CAP"), 0.15)),
    "glazier": ((Sku("GLASS-PANE-S"), 0.35), (Sku("GLASS-PANE-L"), 0.25), (Sku("WINDOW-SASH"), 0.1)),
    "labourer": ((Sku("LOCK-SET"), 0.1), (Sku("DOOR-HINGE"), 0.1)),
}


def work_of(given: Registration) -> WorkKind:
    """What a request asks for: from the catalogue, else from the hints that came with it."""
    symptom = symptom_of(given.product_model, given.symptom)
    if symptom is not None:
        worn = ((symptom.part, symptom.part_chance),) if symptom.part else ()
        return WorkKind(MODEL_BY_CODE[given.product_model].skills, symptom.minutes, worn, symptom.remote)
    skills = tuple(sorted(given.suggested_skills.items()))
    parts = tuple(part for skill, _ in skills for part in FIELD_PARTS.get(skill, ()))
    return WorkKind(skills, given.suggested_minutes or 60, parts)


def truth_of(draws: Draws, case: CaseId, work: WorkKind, behaviour: Behaviour) -> Truth:
    """The hidden facts: the same for both dispatchers."""
    draw = draws.of("truth", world_key(case))
    remote = draw.random() < (behaviour.remote_solved if work.remote is None else work.remote)
    position, foreseen = draw.random(), draw.random() < behaviour.agent_names_part
    for sku, chance in work.parts:
        if position < chance:
            return Truth(remote, sku, foreseen)
        position -= chance
    return Truth(remote, None, foreseen)


def needs_of(work: WorkKind, truth: Truth, found: bool) -> VisitNeeds:
    """What the agent asks for. ``found``: an engineer has already seen what must be replaced."""
    parts = (PartNeed(truth.part),) if truth.part and (truth.part_foreseen or found) else ()
    return VisitNeeds(timedelta(minutes=work.minutes), dict(work.skills), (), parts)


def mishap_of(draws: Draws, visit: VisitId, behaviour: Behaviour) -> Outcome | None:
    """What goes wrong at a visit whatever is on board; None when nothing does."""
    position = draws.of("mishap", world_key(visit)).random()
    for outcome, chance in (
        (Outcome.NO_ACCESS, behaviour.no_access),
        (Outcome.PARTIALLY_FIXED, behaviour.partially_fixed),
        (Outcome.UNSAFE, behaviour.unsafe),
        (Outcome.BEYOND_REPAIR, behaviour.beyond_repair),
    ):
        if position < chance:
            return outcome
        position -= chance
    return None


def time_on_site(draws: Draws, visit: VisitId, expected: timedelta, behaviour: Behaviour) -> timedelta:
    """How long the visit really takes; a closed door takes a short wait."""
    if mishap_of(draws, visit, behaviour) is Outcome.NO_ACCESS:
        return behaviour.no_access_stay
    factor = math.exp(draws.of("work", world_key(visit)).gauss(0, behaviour.work_spread))
    return max(timedelta(minutes=5), expected * factor)


def part_of_case(draws: Draws, visit: VisitId, given: Registration, behaviour: Behaviour) -> Sku | None:
    """The part that the case behind a visit really needs."""
    return truth_of(draws, case_of(visit), work_of(given), behaviour).part
