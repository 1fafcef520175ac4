"""Small worlds for planning tests: a straight road, one kilometre per minute, and a Monday in Berlin."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from activities.planning.builder import Built, build
from activities.planning.grid import Ways, points_of
from domain.case import VisitNeeds
from domain.ids import BookingId, CaseId, EngineerId, LocationId, ReservationId, Sku, TerritoryId, VisitId
from domain.parts import PartNeed
from domain.policy import PlanningSettings
from domain.registration import ArrivalWindow
from domain.vocabulary import BookingState, PartSource, ReservationState, Severity, VisitState
from domain.world import (
    BookingFact,
    BreakRule,
    Duty,
    EngineerState,
    Held,
    OpenVisit,
    Point,
    SkillHeld,
    WarehouseState,
    World,
)

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
TERRITORY = TerritoryId("T1")
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def at(clock: str, day: int = 0) -> datetime:
    """A time of the Monday, or of a later day."""
    hours, minutes = clock.split(":")
    return MONDAY + timedelta(days=day, hours=int(hours), minutes=int(minutes))


def mile(minutes: float) -> Point:
    """The place so many minutes down the road."""
    return Point(0.0, minutes)


def a_duty(start: str = "08:00", end: str = "17:00", day: int = 0, **changes: Any) -> Duty:
    given: dict[str, Any] = {"start_point": mile(0), "end_point": mile(0), "overtime": HOUR}
    return Duty(at(start, day), at(end, day), **(given | changes))


def a_pause(earliest: str = "11:30", latest: str = "13:00", minutes: int = 30) -> BreakRule:
    return BreakRule(at(earliest), at(latest), minutes * MINUTE)


def an_engineer(id_: str = "E1", **changes: Any) -> EngineerState:
    given: dict[str, Any] = {"home": mile(0), "duties": (a_duty(),), "skills": {"fridge": SkillHeld(3)}}
    return EngineerState(EngineerId(id_), **(given | changes))


def needs(minutes: int = 60, skills: dict[str, int] | None = None, parts: dict[str, int] | None = None,
          windows: tuple[ArrivalWindow, ...] = ()) -> VisitNeeds:  # fmt: skip
    lines = tuple(PartNeed(Sku(sku), quantity) for sku, quantity in (parts or {}).items())
    return VisitNeeds(minutes * MINUTE, skills or {}, parts=lines, windows=windows)


def a_window(start: str, end: str, day: int = 0) -> ArrivalWindow:
    return ArrivalWindow(at(start, day), at(end, day))


def a_visit(id_: str = "V1", where: float = 10, **changes: Any) -> OpenVisit:
    given: dict[str, Any] = {
        "case_id": CaseId(f"C-{id_}"),
        "version": 1,
        "state": VisitState.REQUESTED,
        "severity": Severity.MEDIUM,
        "point": mile(where),
        "requested": MONDAY,
        "needs": needs(),
    }
    return OpenVisit(VisitId(id_), **(given | changes))


STATES = {
    BookingState.PLANNED: VisitState.BOOKED,
    BookingState.OFFERED: VisitState.OFFERED,
    BookingState.CONFIRMED: VisitState.CONFIRMED,
    BookingState.STARTED: VisitState.EN_ROUTE,
}


def a_booked_visit(
    id_: str, where: float, start: str, state: BookingState = BookingState.CONFIRMED, engineer: str = "E1",
    minutes: int = 60, day: int = 0, held: tuple[Held, ...] = (), window: ArrivalWindow | None = None, **changes: Any,
) -> OpenVisit:  # fmt: skip
    arrival = at(start, day)
    booking = BookingFact(
        BookingId(f"{id_}-B1"), state, EngineerId(engineer), arrival, arrival + minutes * MINUTE,
        travel=10 * MINUTE, held=held, window=window,
    )  # fmt: skip
    given: dict[str, Any] = {"state": STATES[state], "booking": booking, "needs": needs(minutes)}
    return a_visit(id_, where, **(given | changes))


def held(sku: str, source: PartSource, location: str, quantity: int = 1,
         state: ReservationState = ReservationState.HELD, ready_at: datetime | None = None) -> Held:  # fmt: skip
    return Held(ReservationId(f"R-{sku}"), Sku(sku), quantity, source, LocationId(location), state, ready_at)


def a_warehouse(where: float = 5, stock: dict[str, int] | None = None, **changes: Any) -> WarehouseState:
    units = {Sku(sku): n for sku, n in (stock or {}).items()}
    return WarehouseState(LocationId("W1"), mile(where), stock=units, handling=10 * MINUTE, **changes)


def a_world(*visits: OpenVisit, now: str = "08:00", engineers: tuple[EngineerState, ...] | None = None,
            warehouses: tuple[WarehouseState, ...] = (), days: int = 3) -> World:  # fmt: skip
    return World(TERRITORY, at(now), MONDAY + timedelta(days=days), engineers or (an_engineer(),), visits, warehouses)


def ways_of(world: World) -> Ways:
    """Travel on the straight road."""
    points = points_of(world)
    miles = np.array([point.longitude for point in points])
    minutes = np.abs(miles[:, None] - miles[None, :])
    return Ways(points, np.rint(minutes * 60).astype(np.int32), np.rint(minutes * 1000).astype(np.int32))


def built(world: World, settings: PlanningSettings | None = None, hold: bool = False) -> Built:
    return build(world, ways_of(world), settings or PlanningSettings(), hold=hold)
