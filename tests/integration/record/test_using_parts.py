"""Parts of a finished visit: taken from what was held, then from the van; the rest is given back."""

from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationError

from activities.visits import VisitActivities
from domain.ids import Sku
from domain.messages import RecordedVisit
from domain.parts import PartUsed
from domain.visit import VisitProgress, VisitReport
from domain.vocabulary import Outcome, ReservationState, VisitState
from models import tables as t
from models.columns import Row
from models.session import Database
from tests.builders import (
    a_booking,
    a_booking_row,
    a_case_row,
    a_reservation,
    a_serial,
    a_visit,
    a_visit_change,
    a_visit_row,
    at,
    save,
    stock,
)
from tests.integration.record.reading import events, get, stock_of


def using(*used: PartUsed) -> VisitProgress:
    """Visit C-1-V1, done with these parts."""
    report = VisitReport(Outcome.FIXED, parts_used=used, labour=timedelta(hours=1))
    times = {"arrived_at": at(2), "finished_at": at(3)}
    return a_visit(state=VisitState.DONE, booking=a_booking(), report=report, version=9, **times)


def of(sku: str, quantity: int = 1, serial: str | None = None) -> PartUsed:
    return PartUsed(Sku(sku), quantity, serial)


async def finish(database: Database, *used: PartUsed) -> RecordedVisit:
    return await VisitActivities(database).record_visit(a_visit_change(using(*used), kind="finished"))


async def refused(database: Database, *used: PartUsed) -> ApplicationError:
    with pytest.raises(ApplicationError) as error:
        await finish(database, *used)
    assert error.value.non_retryable
    assert await events(database) == []
    assert (await get(database, t.Visit, "C-1-V1")).state is VisitState.REQUESTED
    return error.value


def a_held_unit(serial: str, reservation: str = "C-1-V1-B1-P1") -> Row:
    return t.ReservationSerial(reservation_id=reservation, sku="S1", serial=serial)


async def test_what_was_held_is_used_up_and_priced(booked: Database) -> None:
    await save(booked, stock("W1", on_hand=6, reserved=2), a_reservation(location="W1", quantity=2))
    answer = await finish(booked, of("P1", 2))
    assert answer == RecordedVisit(parts_cents=3_000)
    assert await stock_of(booked, "W1") == (4, 0)
    assert (await get(booked, t.Reservation, "C-1-V1-B1-P1")).state is ReservationState.CONSUMED
    assert (await get(booked, t.Visit, "C-1-V1")).parts_cents == 3_000


async def test_finishing_twice_uses_parts_once(booked: Database) -> None:
    await save(booked, stock("VAN-E1", on_hand=6))
    assert [await finish(booked, of("P1", 2)), await finish(booked, of("P1", 2))] == [RecordedVisit(3_000)] * 2
    assert await stock_of(booked, "VAN-E1") == (4, 0)


async def test_what_was_not_used_is_given_back(booked: Database) -> None:
    await save(
        booked,
        stock("VAN-E1", on_hand=5, reserved=3),
        stock("W1", "P2", on_hand=4, reserved=1),
        a_reservation("C-1-V1-B1-P1", quantity=3),
        a_reservation("C-1-V1-B1-P2", "W1", "P2"),
    )
    assert await finish(booked, of("P1")) == RecordedVisit(1_500)
    assert await stock_of(booked, "VAN-E1") == (4, 0)
    assert await stock_of(booked, "W1", "P2") == (4, 0)
    assert (await get(booked, t.Reservation, "C-1-V1-B1-P2")).state is ReservationState.RELEASED


async def test_more_than_was_held_comes_from_the_van(booked: Database) -> None:
    await save(
        booked,
        stock("W1", on_hand=1, reserved=1),
        stock("VAN-E1", on_hand=2),
        stock("VAN-E1", "P2", on_hand=1),
        a_reservation(location="W1"),
    )
    assert await finish(booked, of("P1", 3), of("P2")) == RecordedVisit(5_200)
    assert await stock_of(booked, "W1") == (0, 0)
    assert await stock_of(booked, "VAN-E1") == (0, 0)
    assert await stock_of(booked, "VAN-E1", "P2") == (0, 0)


async def test_more_than_the_van_has_is_refused_by_name_and_nothing_is_written(booked: Database) -> None:
    await save(booked, stock("VAN-E1", on_hand=2, reserved=1), a_reservation())
    error = await refused(booked, of("P1", 3))
    assert error.type == "not_enough_stock"
    assert error.message == (
        "There is not enough stock of P1 at VAN-E1: 1 free. Order the part or name another source."
    )
    assert error.details[0]["sku"] == "P1"
    assert await stock_of(booked, "VAN-E1") == (2, 1)


async def test_what_another_visit_holds_in_the_van_is_not_taken(booked: Database) -> None:
    await save(
        booked,
        a_case_row("C-2"),
        a_visit_row("C-2-V1"),
        a_booking_row("C-2-V1-B1", start=4),
        stock("VAN-E1", on_hand=1, reserved=1),
        a_reservation("C-2-V1-B1-P1"),
    )
    assert (await refused(booked, of("P1"))).type == "not_enough_stock"


@pytest.mark.parametrize(
    ("used", "field", "rule"),
    [
        (of("P9"), "sku", "there is no part 'P9'"),
        (of("P1", 0), "quantity", "must be 1 or more"),
        (of("S1"), "serial", "units of S1 have serial numbers; name the one used"),
        (of("P1", 1, "X-1"), "serial", "units of P1 have no serial numbers"),
        (of("S1", 2, "X-1"), "quantity", "must be 1 for a unit with a serial number"),
    ],
)
async def test_a_line_that_makes_no_sense_is_named(booked: Database, used: PartUsed, field: str, rule: str) -> None:
    error = await refused(booked, used)
    assert (error.type, error.message) == ("invalid_input", f"report.parts_used[0].{field}: {rule}")


async def test_the_held_unit_is_marked_as_used(booked: Database) -> None:
    await save(
        booked,
        stock("W1", "S1", on_hand=2, reserved=1),
        a_serial("X-1", "W1"),
        a_serial("X-2", "W1"),
        a_reservation(location="W1", sku="S1"),
        a_held_unit("X-1"),
    )
    assert await finish(booked, of("S1", 1, "X-1")) == RecordedVisit(20_000)
    unit = await get(booked, t.SerialNumber, ("S1", "X-1"))
    assert (unit.state, unit.location_id, unit.used_in) == (t.SerialState.USED, None, "C-1-V1")
    assert (await get(booked, t.ReservationSerial, ("C-1-V1-B1-P1", "S1", "X-1"))).active is False
    assert await stock_of(booked, "W1", "S1") == (1, 0)


async def test_another_unit_than_the_held_one_frees_the_held_one(booked: Database) -> None:
    await save(
        booked,
        stock("W1", "S1", on_hand=2, reserved=1),
        a_serial("X-1", "W1"),
        a_serial("X-2", "W1"),
        a_reservation(location="W1", sku="S1"),
        a_held_unit("X-1"),
    )
    await finish(booked, of("S1", 1, "X-2"))
    assert (await get(booked, t.SerialNumber, ("S1", "X-1"))).state is t.SerialState.IN_STOCK
    assert (await get(booked, t.SerialNumber, ("S1", "X-2"))).state is t.SerialState.USED
    assert await stock_of(booked, "W1", "S1") == (1, 0)


async def test_a_unit_from_the_van_leaves_the_warehouse_alone(booked: Database) -> None:
    await save(
        booked,
        stock("W1", "S1", on_hand=1, reserved=1),
        stock("VAN-E1", "S1", on_hand=1),
        a_serial("X-1", "W1"),
        a_serial("X-2", "VAN-E1"),
        a_reservation(location="W1", sku="S1"),
        a_held_unit("X-1"),
    )
    await finish(booked, of("S1", 1, "X-2"))
    assert await stock_of(booked, "W1", "S1") == (1, 0)
    assert await stock_of(booked, "VAN-E1", "S1") == (0, 0)
    assert (await get(booked, t.Reservation, "C-1-V1-B1-P1")).state is ReservationState.RELEASED


@pytest.mark.parametrize(
    ("serial", "why"),
    [
        ("X-9", "Unit X-9 of S1 is not known"),
        ("X-1", "Unit X-1 of S1 is held for visit C-2-V1"),
        ("X-2", "Unit X-2 of S1 lies at W1"),
        ("X-3", "Unit X-3 of S1 was used already"),
    ],
)
async def test_a_unit_that_cannot_be_here_is_refused(booked: Database, serial: str, why: str) -> None:
    await save(
        booked,
        a_case_row("C-2"),
        a_visit_row("C-2-V1"),
        a_booking_row("C-2-V1-B1", start=4),
        stock("W1", "S1", on_hand=2, reserved=1),
        a_serial("X-1", "W1"),
        a_serial("X-2", "W1"),
        t.SerialNumber(sku="S1", serial="X-3", state=t.SerialState.USED, used_in="C-2-V1"),
        a_reservation("C-2-V1-B1-P1", "W1", "S1"),
        a_held_unit("X-1", "C-2-V1-B1-P1"),
    )
    error = await refused(booked, of("S1", 1, serial))
    assert error.type == "not_enough_stock"
    assert error.message.startswith(why)
