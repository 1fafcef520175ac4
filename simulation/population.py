"""The simulated company: the same engineers twice, once for each dispatcher, and nobody else."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.ids import CaseId, EngineerId, LocationId, Sku, TerritoryId, van_of
from domain.world import Point
from samples.arrivals import Arrival
from samples.company import StockLine
from samples.names import unlike
from simulation.draws import TWIN_MARK, Draws
from simulation.truth import FIELD_PARTS


@dataclass(frozen=True)
class Dispatcher:
    """Somebody, or something, that plans; ``engine`` is the scheduler's engine behind it."""

    key: str
    name: str
    engine: str

    @property
    def territory(self) -> TerritoryId:
        """Where this dispatcher plans."""
        return TerritoryId(f"SIM-{self.key}")

    def case(self, key: str) -> CaseId:
        """This dispatcher's copy of a request."""
        return CaseId(f"SIM-{self.key}{TWIN_MARK}{key}")


DISPATCHERS = (Dispatcher("C", "Callout", "callout"), Dispatcher("F", "First come, nearest", "first_come"))

SHIFTS = {"day": (time(8), time(16, 30)), "late": (time(12), time(20, 30))}
BREAK = timedelta(minutes=30)
OVERTIME = timedelta(hours=2)
_SKILL_SHARE = 0.75
_CARRIED_SHARE = 0.6
_IN_WAREHOUSE = 12
_SCATTER = 0.012  # degrees, about a kilometre


@dataclass(frozen=True)
class SimulatedEngineer:
    """One of the engineers, before she or he is doubled."""

    number: int
    name: str
    home: Point
    skills: tuple[tuple[str, int], ...]
    pattern: str

    def id_at(self, dispatcher: Dispatcher) -> EngineerId:
        """The id of the engineer who works for this dispatcher."""
        return EngineerId(f"{dispatcher.key}{TWIN_MARK}E{self.number:02d}")


@dataclass(frozen=True)
class SimulatedShift:
    """A shift of an engineer, in both territories."""

    number: int
    start: datetime
    end: datetime
    kind: str


@dataclass(frozen=True)
class Population:
    """Everything that is doubled: engineers, shifts and stock; the warehouse stands in the middle."""

    engineers: tuple[SimulatedEngineer, ...]
    shifts: tuple[SimulatedShift, ...]
    warehouse: Point
    carried: tuple[tuple[int, Sku, int], ...]
    skus: tuple[Sku, ...]

    def stock_at(self, dispatcher: Dispatcher) -> list[StockLine]:
        """What a dispatcher's warehouse and vans hold at the beginning."""
        lines = [StockLine(warehouse_id(dispatcher), sku, _IN_WAREHOUSE) for sku in self.skus]
        staff = {engineer.number: engineer.id_at(dispatcher) for engineer in self.engineers}
        return lines + [StockLine(van_of(staff[n]), sku, quantity) for n, sku, quantity in self.carried]


def warehouse_id(dispatcher: Dispatcher) -> LocationId:
    """The one warehouse of a dispatcher."""
    return LocationId(f"{dispatcher.key}{TWIN_MARK}WAREHOUSE")


def populate(
    draws: Draws, requests: Sequence[Arrival], engineers: int, first: date, last: date, time_zone: str
) -> Population:
    """Draw the people who will serve these requests.

    Args:
        requests: Their skills must be covered, and homes lie about where they come from.
        engineers: How many; 1 or more.
        first: First day with shifts.
        last: Last day with shifts.
        time_zone: Of the shifts' local times.
    """
    places = [p for p in (_place(request) for request in requests) if p is not None]
    needed = needed_skills(requests)
    taken: set[str] = set()
    staff = tuple(_engineer(draws, number, needed, places, taken) for number in range(1, engineers + 1))
    skus = tuple(sorted({sku for skill in needed for sku, _ in FIELD_PARTS.get(skill, ())}))
    middle = Point(_mean([p.latitude for p in places]), _mean([p.longitude for p in places]))
    return Population(
        engineers=_covered(staff, needed),
        shifts=tuple(_shifts(staff, first, last, time_zone)),
        warehouse=middle,
        carried=tuple(_carried(draws, staff, skus)),
        skus=skus,
    )


def needed_skills(requests: Iterable[Arrival]) -> dict[str, int]:
    """Every skill that a request suggests, with the highest level."""
    levels: Counter[str] = Counter()
    for request in requests:
        for skill, level in request.registration.suggested_skills.items():
            levels[skill] = max(levels[skill], level)
    return dict(sorted(levels.items()))


def _place(request: Arrival) -> Point | None:
    site = request.registration.site
    return None if site.latitude is None or site.longitude is None else Point(site.latitude, site.longitude)


def _engineer(
    draws: Draws, number: int, needed: dict[str, int], places: Sequence[Point], taken: set[str]
) -> SimulatedEngineer:
    draw = draws.of("engineer", number)
    name, _ = unlike(taken, draw)
    near = draw.choice(places)
    home = Point(
        round(near.latitude + draw.gauss(0, _SCATTER), 5),
        round(near.longitude + draw.gauss(0, _SCATTER) / math.cos(math.radians(near.latitude)), 5),
    )
    skills = tuple(
        (s, min(5, level + draw.choice((0, 0, 1, 2)))) for s, level in needed.items() if draw.random() < _SKILL_SHARE
    )
    return SimulatedEngineer(number, name, home, skills, "late" if number % 3 == 0 else "day")


def _covered(staff: Sequence[SimulatedEngineer], needed: dict[str, int]) -> tuple[SimulatedEngineer, ...]:
    """Whoever lacks every skill gets one, and each skill has somebody on every pattern of shifts."""
    made = list(staff)
    names = list(needed)

    def teach(index: int, skill: str) -> None:
        old = made[index]
        skills = tuple(sorted({**dict(old.skills), skill: needed[skill]}.items()))
        made[index] = SimulatedEngineer(old.number, old.name, old.home, skills, old.pattern)

    for index, engineer in enumerate(made):
        if names and not engineer.skills:
            teach(index, names[index % len(names)])
    for skill in names:
        for pattern in SHIFTS:
            same = [i for i, e in enumerate(made) if e.pattern == pattern]
            if same and not any(skill in dict(made[i].skills) for i in same):
                teach(same[0], skill)
    return tuple(made)


def _shifts(staff: Sequence[SimulatedEngineer], first: date, last: date, time_zone: str) -> Iterable[SimulatedShift]:
    zone = ZoneInfo(time_zone)
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        for engineer in staff:
            if works_on(engineer.number, day):
                opens, closes = (
                    datetime.combine(day, wall, tzinfo=zone).astimezone(UTC) for wall in SHIFTS[engineer.pattern]
                )
                yield SimulatedShift(engineer.number, opens, closes, engineer.pattern)


def works_on(number: int, day: date) -> bool:
    """Everybody works on weekdays, one half on Saturdays and the other on Sundays."""
    return day.weekday() < 5 or (number // 2) % 2 == day.weekday() % 2


def _carried(draws: Draws, staff: Sequence[SimulatedEngineer], skus: Sequence[Sku]) -> Iterable[tuple[int, Sku, int]]:
    for engineer in staff:
        for sku in skus:
            draw = draws.of("van", engineer.number, sku)
            if draw.random() < _CARRIED_SHARE:
                yield engineer.number, sku, draw.choice((1, 1, 2))


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 5)
