"""What a generated territory is made of, and the names of such recipes."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Recipe:
    """What a landscape is made of. Shares are from 0 to 1.

    Attributes:
        days: engineers work on each of them.
        engineers_per_1000_km2: gives the size of the square that everything lies in.
        engineers_per_town: gives the number of towns; ``in_towns`` is the share of homes and sites near one.
        skills: how many there are; engineers have two to four of them at level 1 to 3.
        windows: share of visits with arrival windows; a third of these have a second one on another day.
        promises: share of visits with a promised end.
        breaks: share of shifts with a break of half an hour about noon.
        overtime: most minutes after a shift.
        parts: share of visits that need parts.
        scarcity: 0: vans and warehouses together hold twice what is needed; 1: half of it.
    """

    visits: int
    engineers: int
    seed: int = 0
    days: int = 1
    engineers_per_1000_km2: float = 12.0
    engineers_per_town: float = 5.0
    in_towns: float = 0.6
    skills: int = 8
    windows: float = 0.5
    promises: float = 0.3
    breaks: float = 0.8
    overtime: int = 60
    parts: float = 0.3
    skus: int = 20
    warehouses: int = 2
    scarcity: float = 0.3

    @property
    def supply(self) -> float:
        """Units held per unit needed; one half in vans, one half in warehouses."""
        return 2 - 1.5 * self.scarcity


def recipe_of(name: str, seed: int) -> Recipe:
    """The recipe that a name stands for: ``400x40x3`` visits, engineers and days, then changes to its defaults.

    Args:
        name: such as ``400x40x3`` or ``400x40x3:scarcity=1:breaks=0``.
        seed: of every draw.

    Raises:
        ValueError: the name makes no recipe.
    """
    size, *changes = name.split(":")
    visits, engineers, days = map(int, size.split("x"))
    recipe = Recipe(visits, engineers, seed=seed, days=days)
    for field, value in (change.split("=") for change in changes):
        kind = type(getattr(recipe, field, None))
        if kind not in (int, float):
            raise ValueError(f"a recipe has no {field}")
        recipe = replace(recipe, **{field: kind(value)})
    return recipe
