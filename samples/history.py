"""Some weeks of closed cases, so that a new company has something to look back on."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from domain.ids import CaseId
from domain.vocabulary import CaseKind, Category, Channel, Outcome
from samples.catalogue import MODEL_BY_CODE
from samples.city import TIME_ZONE
from samples.company import Customer, Engineer, InstalledProduct, PastCase, PastVisit, Shift, Symptom

CASES = 300
FIRST_NUMBER = 10_001
_MINUTE = timedelta(minutes=1)
_CHANNELS = (Channel.PHONE, Channel.PHONE, Channel.WEB, Channel.EMAIL, Channel.CHAT, Channel.SHOP)


def closed_cases(
    seed: int,
    today: date,
    staff: tuple[Engineer, ...],
    shifts: tuple[Shift, ...],
    customers: tuple[Customer, ...],
    products: tuple[InstalledProduct, ...],
) -> tuple[PastCase, ...]:
    """Cases whose last step lies before today. No engineer is at two places at once."""
    draw = Random(f"{seed}:history")
    territory_of = {c.id: c.territory for c in customers}
    zone = ZoneInfo(TIME_ZONE)
    midnight = datetime.combine(today, time(0), tzinfo=zone).astimezone(UTC)
    calendar = _Calendar(staff, [s for s in shifts if s.end < midnight and s.kind != "standby"])
    openings = sorted(
        midnight - timedelta(days=draw.randint(8, 20), minutes=-draw.randint(7 * 60, 18 * 60)) for _ in range(CASES)
    )
    made: list[PastCase] = []
    for opened in openings:
        product = draw.choice(products)
        case = _case(FIRST_NUMBER + len(made), opened, product, calendar, territory_of[product.customer], draw)
        made.append(case)
    return tuple(made)


class _Calendar:
    """When engineers were free."""

    def __init__(self, staff: tuple[Engineer, ...], shifts: list[Shift]) -> None:
        self._staff = {e.id: e for e in staff}
        self._shifts = sorted(shifts, key=lambda s: (s.start, s.engineer))
        self._free = {(s.engineer, s.start): s.start for s in self._shifts}

    def first_free(
        self, territory: str, skills: tuple[tuple[str, int], ...], after: datetime, lasts: timedelta
    ) -> tuple[Engineer, datetime] | None:
        """The first able engineer with so much time in one shift, and when; the time is taken then."""
        for shift in self._shifts:
            engineer = self._staff[shift.engineer]
            levels = {s.name: s.level for s in engineer.skills}
            able = engineer.territory == territory and all(levels.get(n, 0) >= level for n, level in skills)
            start = max(self._free[shift.engineer, shift.start], after)
            if able and start + lasts <= shift.end:
                self._free[shift.engineer, shift.start] = start + lasts
                return engineer, start
        return None


def _case(
    number: int, opened: datetime, product: InstalledProduct, calendar: _Calendar, territory: str, draw: Random
) -> PastCase:
    model = MODEL_BY_CODE[product.model]
    symptom = draw.choice(model.symptoms)
    classified = opened + _MINUTE * draw.randint(3, 22)
    diagnosed = classified + _MINUTE * draw.randint(8, 40)
    visits: list[PastVisit] = []
    if draw.random() >= symptom.remote:
        visits = _visits(model.skills, symptom, diagnosed, calendar, territory, draw)
    resolved = visits[-1].finished_at if visits else diagnosed
    confirmed = resolved + _MINUTE * draw.randint(15, 20 * 60)
    return PastCase(
        id=CaseId(f"C-{number}"),
        product=product.id,
        channel=draw.choice(_CHANNELS),
        kind=CaseKind.INQUIRY if symptom.part is None else CaseKind.FAULT,
        category=Category.USAGE_QUESTION if symptom.part is None else Category.PRODUCT_DEFECT,
        severity=symptom.severity,
        symptom=symptom,
        opened_at=opened,
        classified_at=classified,
        diagnosed_at=diagnosed,
        visits=tuple(visits),
        resolved_at=resolved,
        confirmed_at=confirmed,
        archived_at=confirmed + timedelta(days=3, minutes=draw.randint(5, 300)),
        satisfaction=draw.choices((None, 1, 2, 3, 4, 5), weights=(12, 2, 4, 12, 35, 35))[0],
    )


def _visits(
    skills: tuple[tuple[str, int], ...],
    symptom: Symptom,
    after: datetime,
    calendar: _Calendar,
    territory: str,
    draw: Random,
) -> list[PastVisit]:
    made: list[PastVisit] = []
    outcomes = [Outcome.FIXED]
    if draw.random() < 0.14:
        outcomes.insert(0, draw.choice((Outcome.PART_MISSING, Outcome.PART_MISSING, Outcome.NO_ACCESS)))
    for outcome in outcomes:
        travel = _MINUTE * draw.randint(10, 40)
        usual = 10 if outcome is Outcome.NO_ACCESS else symptom.minutes
        work = _MINUTE * max(10, round(usual * draw.lognormvariate(0, 0.2)))
        waits = _MINUTE * (30 if not made else draw.randint(45, 20 * 60))
        found = calendar.first_free(territory, skills, after + waits, travel + work)
        if found is None:
            return []  # nobody has time before today: the case was solved on the phone after all
        engineer, departed = found
        booked = after + _MINUTE * draw.randint(1, 4)
        replaced = symptom.part is not None and outcome is Outcome.FIXED and draw.random() < symptom.part_chance
        finished = departed + travel + work
        made.append(
            PastVisit(
                engineer=engineer.id,
                booked_at=booked,
                accepted_at=booked + _MINUTE * draw.randint(2, 20),
                departed_at=departed,
                arrived_at=departed + travel,
                finished_at=finished,
                outcome=outcome,
                parts_used=(symptom.part,) if replaced and symptom.part else (),
            )
        )
        after = finished
    return made
