"""People change the plan: an engineer is reported absent, a visit is moved."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from temporalio.exceptions import ApplicationError

from activities.territories import TerritoryActivities
from domain.because import Because, BecauseCode
from domain.ids import EngineerId, TerritoryId, VisitId
from domain.messages import AbsenceRequest, BookingChanged, Bookings, MoveRequest, MoveVisit, ReportAbsence
from domain.people import Role
from domain.vocabulary import BookingState, PartSource, ReservationState, VisitState
from models import tables as t
from models.session import Database
from tests.builders import (
    DISPATCHER,
    MINUTE,
    NOW,
    a_booking_row,
    a_case_row,
    a_command,
    a_reservation,
    a_visit_row,
    at,
    save,
    stock,
)
from tests.integration.record.reading import count, events, get, stock_of

AT_FIVE = at(5)
ABSENT = (Because(BecauseCode.ENGINEER_ABSENT, {"engineer": "E1"}),)


def an_absence(start: float = 2, end: float = 4, engineer: str = "E1", territory: str = "T1") -> AbsenceRequest:
    given = ReportAbsence(a_command("ill", DISPATCHER), EngineerId(engineer), at(start), at(end))
    return AbsenceRequest(TerritoryId(territory), given, NOW)


def a_move(engineer: str = "E2", arrival: datetime = AT_FIVE, command: str = "move-1", **changes: Any) -> MoveRequest:
    given = {"visit_id": VisitId("C-1-V1"), "reason": "the customer asked for it", **changes}
    move = MoveVisit(a_command(command, DISPATCHER), engineer=EngineerId(engineer), arrival=arrival, **given)
    return MoveRequest(TerritoryId("T1"), move, NOW)


async def refused(database: Database, move: MoveRequest) -> ApplicationError:
    with pytest.raises(ApplicationError) as error:
        await TerritoryActivities(database).move_visit(move)
    assert error.value.non_retryable
    assert (await get(database, t.Booking, "C-1-V1-B1")).state is BookingState.PLANNED
    assert await count(database, t.CaseEvent) == 0
    return error.value


# --- absence -------------------------------------------------------------------------------------------------


async def test_an_absence_releases_the_bookings_of_that_time_with_their_parts(booked: Database) -> None:
    await save(
        booked,
        stock("VAN-E1", reserved=1),
        a_reservation(),
        a_case_row("C-2"),
        a_visit_row("C-2-V1"),
        a_booking_row("C-2-V1-B1", start=6),
    )
    answer = await TerritoryActivities(booked).record_absence(an_absence())
    assert [(c.visit_id, c.booking, c.reason, c.because, c.case_id) for c in answer.changes] == [
        ("C-1-V1", None, "E1 is absent", ABSENT, "C-1")
    ]
    assert (await get(booked, t.Booking, "C-1-V1-B1")).state is BookingState.RELEASED
    assert (await get(booked, t.Booking, "C-2-V1-B1")).state is BookingState.PLANNED
    assert await stock_of(booked, "VAN-E1") == (5, 0)
    assert (await get(booked, t.Visit, "C-1-V1")).version == 1
    assert await events(booked) == ["absence_reported", "booking_released"]


@pytest.mark.parametrize(("start", "end", "released"), [(2.99, 9, 1), (3, 9, 0), (1, 1.68, 1), (1, 1.66, 0)])
async def test_the_way_to_the_site_counts_and_the_end_does_not(
    booked: Database, start: float, end: float, released: int
) -> None:
    """The booking lasts from 2 to 3 with 20 minutes of travel."""
    answer = await TerritoryActivities(booked).record_absence(an_absence(start, end))
    assert len(answer.changes) == released


async def test_a_started_visit_stays_with_its_engineer(booked: Database) -> None:
    async with booked.transaction() as session:
        (await session.get_one(t.Booking, "C-1-V1-B1")).state = BookingState.STARTED
    assert (await TerritoryActivities(booked).record_absence(an_absence())).changes == ()


async def test_the_same_absence_at_once_is_noted_once(booked: Database) -> None:
    territories = TerritoryActivities(booked)
    answers = await asyncio.gather(*(territories.record_absence(an_absence()) for _ in range(4)))
    released = BookingChanged(
        VisitId("C-1-V1"), None, "E1 is absent", case_id="C-1", released="C-1-V1-B1", because=ABSENT
    )
    assert answers == [Bookings((released,))] * 4
    assert await count(booked, t.Absence) == 1


@pytest.mark.parametrize(
    ("absence", "code"),
    [
        (an_absence(4, 4), "invalid_input"),
        (an_absence(engineer="E9"), "not_found"),
        (an_absence(territory="T2"), "not_found"),
    ],
)
async def test_an_absence_that_makes_no_sense_is_refused(booked: Database, absence: AbsenceRequest, code: str) -> None:
    with pytest.raises(ApplicationError) as error:
        await TerritoryActivities(booked).record_absence(absence)
    assert error.value.type == code
    assert await count(booked, t.Absence) == 0


# --- move ----------------------------------------------------------------------------------------------------


async def test_a_person_moves_a_visit_and_the_audit_knows_who_and_why(booked: Database) -> None:
    answer = await TerritoryActivities(booked).move_visit(a_move())
    (change,) = answer.changes
    new = await get(booked, t.Booking, "C-1-V1-B2")
    old = await get(booked, t.Booking, "C-1-V1-B1")
    assert change.booking is not None
    assert (change.booking.id, change.booking.engineer, change.booking.arrival) == ("C-1-V1-B2", "E2", at(5))
    assert (old.state, old.end_reason) == (BookingState.RELEASED, "the customer asked for it")
    assert (new.state, new.finish, new.made_by_role, new.made_by) == (
        BookingState.PLANNED,
        at(6),
        Role.DISPATCHER,
        "dispatcher-1",
    )
    assert 10 * MINUTE < timedelta(seconds=new.travel_seconds) < 15 * MINUTE
    async with booked.reading() as session:
        event = (await session.scalars(select(t.CaseEvent))).one()
    assert (event.kind, event.actor_id, event.case_id) == ("visit_moved", "dispatcher-1", "C-1")
    assert (event.data["reason"], event.data["replaces"]) == ("the customer asked for it", "C-1-V1-B1")


async def test_moving_at_once_with_one_command_moves_once(booked: Database) -> None:
    territories = TerritoryActivities(booked)
    answers = await asyncio.gather(*(territories.move_visit(a_move()) for _ in range(4)))
    assert answers == [answers[0]] * 4
    assert await count(booked, t.Booking) == 2


async def test_parts_follow_to_the_new_engineers_van_or_the_warehouse(booked: Database) -> None:
    async with booked.transaction() as session:
        needs = [{"sku": "P1", "quantity": 1}, {"sku": "P2", "quantity": 2}]
        (await session.get_one(t.Visit, "C-1-V1")).parts = needs
    await save(
        booked,
        stock("VAN-E1", reserved=1),
        stock("VAN-E2", on_hand=1),
        stock("VAN-E2", "P2", on_hand=1),
        stock("W1", "P2", on_hand=2),
        a_reservation(),
    )
    answer = await TerritoryActivities(booked).move_visit(a_move())
    assert answer.changes[0].booking is not None
    assert [(r.sku, r.quantity, r.source, r.location) for r in answer.changes[0].booking.reservations] == [
        ("P1", 1, PartSource.VAN, "VAN-E2"),
        ("P2", 2, PartSource.WAREHOUSE, "W1"),
    ]
    assert await stock_of(booked, "VAN-E1") == (5, 0)
    assert await stock_of(booked, "W1", "P2") == (2, 2)
    assert (await get(booked, t.Reservation, "C-1-V1-B1-P1")).state is ReservationState.RELEASED


async def test_a_move_without_the_part_is_refused(booked: Database) -> None:
    async with booked.transaction() as session:
        (await session.get_one(t.Visit, "C-1-V1")).parts = [{"sku": "P1", "quantity": 1}]
    error = await refused(booked, a_move())
    assert (error.type, error.details[0]["sku"]) == ("not_enough_stock", "P1")


async def test_a_move_onto_another_booking_is_refused(booked: Database) -> None:
    await save(booked, a_case_row("C-2"), a_visit_row("C-2-V1"), a_booking_row("C-2-V1-B1", "E2", start=4.5))
    assert (await refused(booked, a_move())).type == "booking_conflict"


async def test_everything_that_is_in_the_engineers_way_is_named(booked: Database) -> None:
    async with booked.transaction() as session:
        visit = await session.get_one(t.Visit, "C-1-V1")
        visit.skills, visit.tools = {"heat": 3, "gas": 1}, ["ladder"]
        visit.windows = [{"start": at(1).isoformat(), "end": at(2).isoformat()}]
    await save(
        booked,
        t.EngineerSkill(engineer_id="E2", skill="heat", level=2),
        t.EngineerSkill(engineer_id="E2", skill="gas", level=1, expires_on=date(2026, 11, 22)),
        t.Absence(engineer_id="E2", starts_at=at(5), ends_at=at(9), kind="leave", reported_at=NOW),
    )
    error = await refused(booked, a_move())
    assert error.type == "engineer_unfit"
    assert error.message == (
        "Engineer E2 cannot make the visit then: the certificate for gas ends on 2026-11-22; heat needs level 3, "
        "has 2; tool ladder is not on board; the engineer is away (leave); the customer is not there at that time."
    )


async def test_an_engineer_with_skill_tool_and_time_is_accepted(booked: Database) -> None:
    async with booked.transaction() as session:
        visit = await session.get_one(t.Visit, "C-1-V1")
        visit.skills, visit.tools = {"gas": 1}, ["ladder"]
        visit.windows = [{"start": at(5).isoformat(), "end": at(7).isoformat()}]
    await save(
        booked,
        t.EngineerSkill(engineer_id="E2", skill="gas", level=1, expires_on=date(2026, 11, 23)),
        t.EngineerTool(engineer_id="E2", tool="ladder"),
    )
    await TerritoryActivities(booked).move_visit(a_move())
    assert (await get(booked, t.Booking, "C-1-V1-B2")).window_end == at(7)


@pytest.mark.parametrize(
    ("move", "code"),
    [
        (a_move(reason=" "), "invalid_input"),
        (a_move(arrival=at(-1)), "invalid_input"),
        (a_move("E9"), "not_found"),
        (a_move(visit_id=VisitId("C-9-V1")), "not_found"),
    ],
)
async def test_a_move_that_makes_no_sense_is_refused(booked: Database, move: MoveRequest, code: str) -> None:
    assert (await refused(booked, move)).type == code


async def test_a_started_visit_is_not_moved(booked: Database) -> None:
    async with booked.transaction() as session:
        (await session.get_one(t.Visit, "C-1-V1")).state = VisitState.EN_ROUTE
    assert (await refused(booked, a_move())).type == "wrong_state"
