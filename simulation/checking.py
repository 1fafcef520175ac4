"""How simulated engineers answer a checklist: everything, and once in a while with a value out of range."""

from domain.checklists import DONE, Checklist, Item, ItemKind
from domain.visit import CheckAnswer
from simulation.behaviour import Behaviour
from simulation.draws import Draws, world_key


def answers(draws: Draws, visit_id: str, checklist: Checklist | None, behaviour: Behaviour) -> tuple[CheckAnswer, ...]:
    """An answer to every item; none without a checklist."""
    items = checklist.items if checklist else ()
    return tuple(CheckAnswer(item.id, _answer(draws, visit_id, item, behaviour)) for item in items)


def _answer(draws: Draws, visit_id: str, item: Item, behaviour: Behaviour) -> str:
    match item.kind:
        case ItemKind.TICK:
            return DONE
        case ItemKind.CHOICE:
            return item.options[0].id
        case ItemKind.VALUE:
            return f"{_measured(draws, (world_key(visit_id), item.id), item, behaviour):.2f}"


def _measured(draws: Draws, key: tuple[str, str], item: Item, behaviour: Behaviour) -> float:
    lowest, highest = item.lowest, item.highest
    if lowest is None and highest is None:
        return 1.0
    if lowest is None or highest is None:
        return lowest if lowest is not None else highest or 0.0
    span = highest - lowest
    if draws.chance(behaviour.out_of_range, "out_of_range", *key):
        return highest + span * 0.2
    return lowest + span * draws.of("measured", *key).uniform(0.25, 0.75)
