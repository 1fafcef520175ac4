"""Reservations as their workflows move them on, and parts that come in."""

import asyncio

import pytest
from sqlalchemy import select
from sqlmodel import col
from temporalio.exceptions import ApplicationError

from activities.parts_orders import PartsOrderActivities
from activities.stock import StockActivities
from domain.errors import StockError
from domain.ids import CaseId, CommandId, LocationId, ReservationId, Sku, TerritoryId, VisitId
from domain.messages import EventDraft, ReceiveStock, ReservationChange, StockRequest
from domain.parts import ReservationFact
from domain.vocabulary import PartSource, ReservationState
from models import tables as t
from models.repositories import parts
from models.session import Database
from tests.builders import KEEPER, NOW, a_command, a_reservation, a_serial, at, save, stock
from tests.integration.record.reading import count, events, get, stock_of

ID = "C-1-V1-B1-P1"


def moved_to(state: ReservationState, command: str | None = None, reservation: str = ID) -> ReservationChange:
    event = EventDraft(f"part_{state}", at(1), KEEPER, {"state": state.value})
    return ReservationChange(
        f"parts/{reservation}",
        CommandId(command or state),
        ReservationId(reservation),
        CaseId("C-1"),
        VisitId("C-1-V1"),
        state,
        event,
        at(1),
    )


def a_receipt(quantity: int = 3, sku: str = "P1", location: str = "W1", serials: tuple[str, ...] = ()) -> StockRequest:
    receipt = ReceiveStock(a_command("in-1", KEEPER), LocationId(location), Sku(sku), quantity, serials)
    return StockRequest(TerritoryId("T1"), receipt, NOW)


@pytest.fixture
async def held(booked: Database) -> Database:
    """The booked visit holds two of five P1 in the warehouse."""
    await save(booked, stock("W1", reserved=2), a_reservation(ID, "W1", quantity=2, source=PartSource.SHIPMENT))
    return booked


@pytest.mark.parametrize(
    ("state", "left"),
    [
        (ReservationState.SHIPPED, (5, 2)),
        (ReservationState.READY, (5, 2)),
        (ReservationState.CONSUMED, (3, 0)),
        (ReservationState.RELEASED, (5, 0)),
    ],
)
async def test_stock_follows_the_reservation(held: Database, state: ReservationState, left: tuple[int, int]) -> None:
    orders = PartsOrderActivities(held)
    await asyncio.gather(*(orders.record_reservation(moved_to(state)) for _ in range(3)))
    row = await get(held, t.Reservation, ID)
    assert (row.state, row.ended_at) == (state, None if state.is_active else at(1))
    assert await stock_of(held, "W1") == left
    assert await events(held) == [f"part_{state}"]


async def test_a_received_part_is_ready_from_then_on(held: Database) -> None:
    await PartsOrderActivities(held).record_reservation(moved_to(ReservationState.READY))
    assert (await get(held, t.Reservation, ID)).ready_at == at(1)


async def test_a_settled_reservation_stays_settled_and_the_event_says_how(held: Database) -> None:
    orders = PartsOrderActivities(held)
    await orders.record_reservation(moved_to(ReservationState.RELEASED))
    await orders.record_reservation(moved_to(ReservationState.CONSUMED))
    assert await stock_of(held, "W1") == (5, 0)
    async with held.reading() as session:
        said = list(await session.scalars(select(col(t.CaseEvent.data)).order_by(col(t.CaseEvent.id))))
    assert [data["state"] for data in said] == ["released", "released"]


async def test_a_part_that_was_given_back_is_not_shipped(held: Database) -> None:
    orders = PartsOrderActivities(held)
    await orders.record_reservation(moved_to(ReservationState.RELEASED))
    with pytest.raises(ApplicationError) as refused:
        await orders.record_reservation(moved_to(ReservationState.SHIPPED))
    assert (refused.value.type, refused.value.non_retryable) == ("wrong_state", True)


async def test_an_unknown_reservation_is_named(booked: Database) -> None:
    with pytest.raises(ApplicationError, match="There is no reservation 'C-9-V1-B1-P1'"):
        await PartsOrderActivities(booked).record_reservation(
            moved_to(ReservationState.READY, reservation="C-9-V1-B1-P1")
        )


async def test_serialised_units_are_picked_when_they_are_reserved(booked: Database) -> None:
    await save(booked, stock("W1", "S1", on_hand=3), *(a_serial(f"X-{n}", "W1") for n in (3, 1, 2)))
    fact = ReservationFact(ReservationId(ID), Sku("S1"), 2, PartSource.WAREHOUSE, LocationId("W1"))
    async with booked.transaction() as session:
        await parts.reserve(session, [fact], "C-1-V1-B1", "C-1-V1", NOW)
        assert await parts.free_serials(session, "W1", "S1", 9) == ["X-3"]
    assert await stock_of(booked, "W1", "S1") == (3, 2)


async def test_more_than_is_free_is_not_reserved(held: Database) -> None:
    fact = ReservationFact(ReservationId("C-1-V1-B1-P2"), Sku("P1"), 4, PartSource.WAREHOUSE, LocationId("W1"))
    with pytest.raises(StockError, match="not enough stock of P1 at W1: 3 free"):
        async with held.transaction() as session:
            await parts.reserve(session, [fact], "C-1-V1-B1", "C-1-V1", NOW)
    assert await count(held, t.Reservation) == 1


async def test_units_come_in_once(company: Database) -> None:
    await save(company, stock("W1", on_hand=1))
    stores = StockActivities(company)
    await asyncio.gather(*(stores.receive_stock(a_receipt()) for _ in range(3)))
    assert await stock_of(company, "W1") == (4, 0)
    assert await events(company) == ["stock_received"]


async def test_a_first_delivery_makes_the_stock_line(company: Database) -> None:
    await StockActivities(company).receive_stock(a_receipt(2, "S1", "VAN-E2", ("A-1", "A-2")))
    assert await stock_of(company, "VAN-E2", "S1") == (2, 0)
    assert (await get(company, t.SerialNumber, ("S1", "A-2"))).location_id == "VAN-E2"


@pytest.mark.parametrize(
    ("table", "key", "message"),
    [
        (t.Warehouse, "W1", "location: warehouse W1 is retired; choose another one"),
        (t.Part, "P1", "sku: part P1 is retired; take it into use again, or check the number"),
    ],
)
async def test_nothing_retired_takes_a_delivery(
    company: Database, table: type[t.Warehouse | t.Part], key: str, message: str
) -> None:
    async with company.transaction() as session:
        (await session.get_one(table, key)).active = False
    with pytest.raises(ApplicationError) as refused:
        await StockActivities(company).receive_stock(a_receipt())
    assert (refused.value.type, refused.value.message) == ("invalid_input", message)
    assert await count(company, t.Stock) == 0


@pytest.mark.parametrize(
    ("receipt", "code", "message"),
    [
        (a_receipt(0), "invalid_input", "quantity: must be 1 or more"),
        (a_receipt(location="W9"), "not_found", "There is no stock location 'W9'. Check the id."),
        (a_receipt(sku="P9"), "not_found", "There is no part 'P9'. Check the id."),
        (a_receipt(1, serials=("A",)), "invalid_input", "serials: units of P1 have no serial numbers"),
        (a_receipt(2, "S1", serials=("A",)), "invalid_input", "serials: name the serial number of each of the 2 units"),
        (a_receipt(2, "S1", serials=("A", "A")), "invalid_input", "serials: the same serial number is named twice"),
        (a_receipt(1, "S1", serials=("OLD",)), "invalid_input", "serials: unit OLD of S1 came in already"),
    ],
)
async def test_a_wrong_delivery_is_refused_as_a_whole(
    company: Database, receipt: StockRequest, code: str, message: str
) -> None:
    await save(company, a_serial("OLD", "W1"))
    with pytest.raises(ApplicationError) as refused:
        await StockActivities(company).receive_stock(receipt)
    assert (refused.value.type, refused.value.message) == (code, message)
    assert (await count(company, t.Stock), await count(company, t.HandledCommand)) == (0, 0)
