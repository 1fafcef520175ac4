"""Founds the simulated company in an empty record: two territories with the same people, parts and policy."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import insert

from domain.ids import van_of
from domain.policy import PlanningSettings, ServicePolicy, StepLimits
from domain.timebase import Timebase
from models import tables as t
from models.columns import Row
from models.repositories import policies
from models.repositories.rows import values_of
from models.session import Database
from samples.arrivals import Arrival
from simulation.population import BREAK, DISPATCHERS, OVERTIME, Dispatcher, Population, warehouse_id

SETTING = "simulation"
FOUNDER = "simulation"

GATHER_REAL = timedelta(seconds=0.25)
REACTION_REAL = timedelta(seconds=5)
BUDGET_SECONDS = 0.5


@dataclass(frozen=True)
class City:
    """Where it all takes place."""

    name: str
    country: str
    time_zone: str


def policy_at(speed: float) -> ServicePolicy:
    """The company's promises are the usual ones; what counts in minutes of a machine is made fit for fast time.

    An engineer's time to answer is never shorter than five seconds of the machine, whatever the speed, or the
    machine's own slowness would count as silence. Call backs are made after a day instead of three: the same
    process, over sooner.
    """
    usual, reaction, day = StepLimits(), REACTION_REAL * speed, timedelta(days=1)
    steps = StepLimits(
        accept_within=max(usual.accept_within, reaction),
        depart_grace=max(usual.depart_grace, reaction),
        arrive_grace=max(usual.arrive_grace, reaction),
        confirm_within=day,
        call_back_after=day,
        call_back_within=day,
    )
    planning = PlanningSettings(gather=GATHER_REAL * speed, budget_seconds=BUDGET_SECONDS, max_moves=1_000)
    return ServicePolicy(steps=steps, planning=planning)


async def found(
    database: Database, population: Population, requests: tuple[Arrival, ...], city: City, timebase: Timebase
) -> Timebase:
    """Write the company and start its clock, once; a company that was founded keeps its clock.

    Returns:
        The timebase that counts.
    """
    async with database.transaction() as session:
        if await policies.setting(session, SETTING) is not None:
            return await policies.timebase(session)
        now = timebase.started
        await policies.store_policy(session, policy_at(timebase.speed), now, FOUNDER)
        for table, rows in _rows(population, requests, city):
            if rows:
                await session.execute(insert(table), [_complete(table, row) for row in rows])
        await policies.store_timebase(session, timebase, now, FOUNDER)
        await policies.store_setting(session, SETTING, {"dispatchers": [d.key for d in DISPATCHERS]}, now, FOUNDER)
    return timebase


def _complete(table: type[Row], row: dict[str, Any]) -> dict[str, Any]:
    values = values_of(table(**row))
    return {name: value for name, value in values.items() if name != "id" or value is not None}


def _rows(
    population: Population, requests: tuple[Arrival, ...], city: City
) -> Iterator[tuple[type[Row], list[dict[str, Any]]]]:
    yield t.ProductModel, _models(requests)
    yield (
        t.Part,
        [{"sku": sku, "name": sku.replace("-", " ").capitalize(), "price_cents": 4_900} for sku in population.skus],
    )
    for dispatcher in DISPATCHERS:
        yield from _company(population, dispatcher, city)


def _models(requests: tuple[Arrival, ...]) -> list[dict[str, Any]]:
    codes = sorted({request.registration.product_model for request in requests})
    return [{"code": code, "name": code.capitalize(), "warranty_months": 0, "skills": {}} for code in codes]


def _company(
    population: Population, dispatcher: Dispatcher, city: City
) -> Iterator[tuple[type[Row], list[dict[str, Any]]]]:
    centre, warehouse = population.warehouse, warehouse_id(dispatcher)
    ids = {engineer.number: engineer.id_at(dispatcher) for engineer in population.engineers}
    yield (
        t.Territory,
        [
            {
                "id": dispatcher.territory,
                "name": dispatcher.name,
                "city": city.name,
                "country": city.country,
                "time_zone": city.time_zone,
                "latitude": centre.latitude,
                "longitude": centre.longitude,
                "business_hours": [],
                "policy": {"planning": {"engine": dispatcher.engine}},
            }
        ],
    )
    yield (
        t.Engineer,
        [
            {
                "id": ids[e.number],
                "name": e.name,
                "territory_id": dispatcher.territory,
                "home_latitude": e.home.latitude,
                "home_longitude": e.home.longitude,
            }
            for e in population.engineers
        ],
    )
    yield (
        t.EngineerSkill,
        [
            {"engineer_id": ids[e.number], "skill": skill, "level": level}
            for e in population.engineers
            for skill, level in e.skills
        ],
    )
    yield (
        t.Shift,
        [
            {
                "engineer_id": ids[shift.number],
                "kind": shift.kind,
                "starts_at": shift.start,
                "ends_at": shift.end,
                "break_earliest": shift.start + timedelta(hours=3, minutes=30),
                "break_latest": shift.start + timedelta(hours=5, minutes=30),
                "break_minutes": round(BREAK.total_seconds() / 60),
                "overtime_minutes": round(OVERTIME.total_seconds() / 60),
            }
            for shift in population.shifts
        ],
    )
    yield (
        t.Warehouse,
        [
            {
                "id": warehouse,
                "name": "Warehouse",
                "territory_id": dispatcher.territory,
                "time_zone": city.time_zone,
                "latitude": centre.latitude,
                "longitude": centre.longitude,
                "opening_hours": [],
            }
        ],
    )
    yield (
        t.StockLocation,
        [
            {"id": warehouse, "kind": t.LocationKind.WAREHOUSE, "warehouse_id": warehouse},
            *({"id": van_of(id_), "kind": t.LocationKind.VAN, "engineer_id": id_} for id_ in ids.values()),
        ],
    )
    yield (
        t.Stock,
        [
            {"location_id": line.location, "sku": line.sku, "on_hand": line.quantity, "reserved": 0}
            for line in population.stock_at(dispatcher)
        ],
    )
