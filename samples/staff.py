"""Engineers, shifts, absences and users of the sample company."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from domain.ids import EngineerId, TerritoryId
from domain.people import Role
from samples import names
from samples.catalogue import CERTIFIED, SKILLS
from samples.city import NORTH, SOUTH, TIME_ZONE, WEST, place_in
from samples.company import Absence, Engineer, Shift, Skill, User

ENGINEERS: dict[TerritoryId, int] = {WEST: 13, NORTH: 14, SOUTH: 13}
PAST, AHEAD = timedelta(days=21), timedelta(days=28)

# Start and end of work, local time. Standby follows a day shift: at home, but called out when it burns.
PATTERNS = {"early": (time(7), time(15, 30)), "day": (time(8), time(16, 30)), "late": (time(11, 30), time(20))}
STANDBY = (time(20), time(23))
BREAK = timedelta(minutes=30)
OVERTIME = timedelta(hours=1, minutes=30)

# What each engineer of a territory is best at, in turn: every skill has several masters everywhere.
_TRADES = (
    {"refrigerant": 4, "electrics": 3, "ventilation": 2},
    {"gas": 3, "electrics": 2, "water": 2},
    {"refrigerant": 3, "electrics": 2, "gas": 2},
    {"electronics": 4, "gas": 2, "electrics": 3},
    {"water": 3, "electrics": 2, "ventilation": 2},
    {"refrigerant": 5, "electrics": 3, "electronics": 3, "gas": 3},
    {"ventilation": 3, "electrics": 2, "refrigerant": 2},
)


def engineers(seed: int, today: date) -> tuple[Engineer, ...]:
    """Forty people: three of them hold a certificate that ends within the next four weeks."""
    draw = Random(f"{seed}:engineers")
    taken: set[str] = set()
    made: list[Engineer] = []
    for territory, count in ENGINEERS.items():
        for nth in range(count):
            number = len(made) + 1
            name, _ = names.unlike(taken, draw)
            trade = _TRADES[nth % len(_TRADES)]
            soon = number in {6, 20, 33}
            made.append(
                Engineer(
                    id=EngineerId(f"E{number:03d}"),
                    name=name,
                    phone=names.phone(draw),
                    territory=territory,
                    home=place_in(territory, draw),
                    skills=tuple(_skill(s, trade[s], today, draw, soon) for s in SKILLS if s in trade),
                    pattern="late" if nth % 6 == 5 else "early" if nth % 4 == 1 else "day",
                    tools=("leak-detector",) if "refrigerant" in trade else (),
                )
            )
    return tuple(made)


def _skill(name: str, level: int, today: date, draw: Random, soon: bool) -> Skill:
    if name not in CERTIFIED:
        return Skill(name, level)
    return Skill(name, level, today + timedelta(days=draw.randint(5, 24) if soon else draw.randint(90, 1_000)))


def shifts_on(engineer: Engineer, day: date, absences: tuple[Absence, ...] = ()) -> tuple[Shift, ...]:
    """The working times of one engineer on one local day: the same whenever it is asked."""
    number = int(engineer.id[1:])
    if not _works(number, day):
        return ()
    zone = ZoneInfo(TIME_ZONE)

    def at(wall: time) -> datetime:
        return datetime.combine(day, wall, tzinfo=zone).astimezone(UTC)

    opens, closes = (at(t) for t in PATTERNS[engineer.pattern])
    if any(a.engineer == engineer.id and a.start < closes and opens < a.end for a in absences):
        return ()
    kind = "late" if engineer.pattern == "late" else "day"
    middle = opens + timedelta(hours=3, minutes=30)
    made = [Shift(engineer.id, opens, closes, kind, middle, middle + timedelta(hours=2), BREAK, OVERTIME)]
    week = day.isocalendar().week
    if kind == "day" and number % 7 == week % 7:
        made.append(Shift(engineer.id, at(STANDBY[0]), at(STANDBY[1]), "standby"))
    return tuple(made)


def _works(number: int, day: date) -> bool:
    """Five days a week; one engineer in four works Tuesday to Saturday, one in ten covers Sundays."""
    if number % 10 == 7:
        return day.weekday() not in {2, 3}
    return day.weekday() in (range(1, 6) if number % 4 == 0 else range(5))


def roster(staff: tuple[Engineer, ...], absences: tuple[Absence, ...], first: date, last: date) -> tuple[Shift, ...]:
    """Every shift from ``first`` to ``last``, both included."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return tuple(shift for day in days for engineer in staff for shift in shifts_on(engineer, day, absences))


def absences(seed: int, staff: tuple[Engineer, ...], today: date) -> tuple[Absence, ...]:
    """A few holidays and a sick note around today."""
    draw = Random(f"{seed}:absences")
    away = draw.sample(staff, 5)
    zone = ZoneInfo(TIME_ZONE)
    made = []
    for nth, engineer in enumerate(away):
        first = today + timedelta(days=(-12, -1, 2, 9, 16)[nth])
        start = datetime.combine(first, time(0), tzinfo=zone).astimezone(UTC)
        days = 3 if nth == 1 else 5
        made.append(Absence(engineer.id, start, start + timedelta(days=days), "sick" if nth == 1 else "holiday"))
    return tuple(made)


def one_per_role(people: Iterable[User]) -> dict[Role, User]:
    """The first person of each role: those whom a newcomer signs in as."""
    first: dict[Role, User] = {}
    for person in people:
        first.setdefault(person.role, person)
    return first


def users(staff: tuple[Engineer, ...]) -> tuple[User, ...]:
    """One login per engineer, and the people of the office."""
    office = (
        ("agent-1", "Mia Sommer", Role.AGENT), ("agent-2", "陈晓明", Role.AGENT),
        ("agent-3", "Grace Bennett", Role.AGENT), ("dispatcher-1", "Jörg Lüders", Role.DISPATCHER),
        ("dispatcher-2", "Priya Shah", Role.DISPATCHER), ("stock-1", "Heiko Brandt", Role.STOCK_KEEPER),
        ("stock-2", "刘强", Role.STOCK_KEEPER), ("operations-1", "Birte Claasen", Role.OPERATIONS),
        ("lead-1", "Torben Harms", Role.TEAM_LEAD), ("manager-1", "Katrin Vogt", Role.MANAGER),
        ("director-1", "Samuel Okafor", Role.DIRECTOR), ("admin", "Administrator", Role.ADMIN),
    )  # fmt: skip
    return tuple(User(*row) for row in office) + tuple(User(e.id.lower(), e.name, Role.ENGINEER) for e in staff)
