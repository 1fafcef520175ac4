"""A territory of one busy day, for measurements: every engineer's row full, and some visits without a place."""

import random
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from domain.clock import ClockName
from domain.ids import TerritoryId
from domain.sla import SlaState
from domain.vocabulary import VisitState
from models import tables as t
from models.columns import Row
from models.session import Database
from tests.builders import a_booking_row, a_case_row, a_company, a_site, a_van, a_visit_row, an_engineer

T1 = TerritoryId("T1")
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
MORNING = NOW + timedelta(hours=1)
WORK, SLOT = timedelta(minutes=35), timedelta(minutes=50)
UNPLANNED = 40


def rows(engineers: int, visits: int) -> list[list[Row]]:
    """A territory: each engineer's day of visits near home, some visits without a place; in the order of writing."""
    rng = random.Random(1)
    people, shifts, sites, cases, tasks, bookings, clocks = [], [], [], [], [], [], []
    for e in range(engineers):
        home = 53.4 + rng.random() * 0.3, 9.8 + rng.random() * 0.4
        name = f"EN{e:03}"
        people += [an_engineer(name, home_latitude=home[0], home_longitude=home[1])]
        shifts.append(
            t.Shift(
                engineer_id=name, starts_at=MORNING - timedelta(minutes=30), ends_at=MORNING + timedelta(hours=9),
                break_earliest=MORNING + timedelta(hours=2), break_latest=MORNING + timedelta(hours=8),
                break_minutes=15, overtime_minutes=60,
            )
        )  # fmt: skip
        for n in range(visits + (1 if e < UNPLANNED else 0)):
            number = e * 100 + n + 1
            case, site, visit = f"C-{number}", f"SI-B{number}", f"C-{number}-V1"
            place = home[0] + rng.uniform(-0.02, 0.02), home[1] + rng.uniform(-0.03, 0.03)
            sites.append(a_site(site, latitude=place[0], longitude=place[1]))
            cases.append(a_case_row(case, site_id=site))
            planned = n < visits
            tasks.append(
                a_visit_row(
                    visit, site_id=site, duration_seconds=int(WORK.total_seconds()), latest_sla_end=MORNING + 10 * SLOT,
                    state=VisitState.BOOKED if planned else VisitState.REQUESTED, state_since=NOW, requested_at=NOW,
                )
            )  # fmt: skip
            clocks.append(
                t.SlaClock(
                    case_id=case, name=ClockName.RESOLVE, target_seconds=3600, calendar="always", started_at=NOW,
                    warn_at=MORNING + 8 * SLOT, due_at=MORNING + 10 * SLOT, state=SlaState.RUNNING, stops=[],
                )
            )  # fmt: skip
            if planned:
                arrival = MORNING + n * SLOT
                bookings.append(
                    a_booking_row(
                        f"{visit}-B1", name, arrival=arrival, finish=arrival + WORK, travel_seconds=600,
                        plan_id="T1-P1",
                    )
                )  # fmt: skip
    vans: list[Row] = [a_van(person.id) for person in people]
    return [[*people], vans, [*shifts], [*sites], [*cases], [*tasks], [*clocks], [a_plan(bookings)], [*bookings]]


def a_plan(bookings: list[t.Booking]) -> Row:
    """The published plan's document: each route with its visits and a break in the middle."""
    routes: dict[str, list[dict[str, object]]] = {}
    for booking in bookings:
        start = int((booking.arrival - NOW).total_seconds())
        stops = routes.setdefault(booking.engineer_id, [])
        stops.append({"kind": "travel", "start": start - 600, "end": start, "place": 0})
        end = start + int(WORK.total_seconds())
        stops.append({"kind": "visit", "start": start, "end": end, "place": 0, "visit_id": booking.visit_id})
        if len(stops) == 10:
            stops.append({"kind": "break", "start": end, "end": end + 900, "place": 0})
    solution = {"routes": [{"engineer": name, "shift_index": 0, "stops": stops} for name, stops in routes.items()]}
    return t.Plan(
        id="T1-P1", territory_id="T1", number=1, state=t.PlanState.PUBLISHED, engine="callout", horizon_start=NOW,
        problem={}, plan={"solution": solution, "draft": {"bookings": [], "taken_off": []}, "outcome": None},
        visit_versions={}, score={}, cost=0, seconds=1.0, created_at=NOW, published_at=NOW,
    )  # fmt: skip


async def fill(database: Database, engineers: int, visits: int) -> None:
    """Write the territory."""
    async with database.transaction() as session:
        for group in (a_company(), *rows(engineers, visits)):
            for row in group:
                session.add(row)
                if len(group) < 20:
                    await session.flush()
            await session.flush()
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("ANALYZE"))
