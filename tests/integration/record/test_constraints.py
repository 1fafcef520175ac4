"""What the database refuses, tried by several connections at the same moment."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import text, update
from sqlmodel import col

from domain.errors import CalloutError, StockError, UnavailableError
from domain.vocabulary import BookingState
from models import tables as t
from models.errors import BookingConflictError, ConflictError
from models.session import Database
from tests.builders import (
    a_booking_row,
    a_case_row,
    a_reservation,
    a_serial,
    a_visit_row,
    at,
    rows,
    save,
    stock,
)
from tests.integration.record.reading import count, stock_of

RIVALS = 6


async def at_once(work: Callable[[int], Awaitable[None]]) -> list[BaseException]:
    """Let rivals loose together; returns what they were refused with."""
    gate = asyncio.Barrier(RIVALS)

    async def one(number: int) -> None:
        await gate.wait()
        while True:
            try:
                return await work(number)
            except UnavailableError:
                # Two that wait for each other: the server ends one of them, which tries again as an activity would.
                continue

    results = await asyncio.gather(*(one(number) for number in range(RIVALS)), return_exceptions=True)
    return [result for result in results if result is not None]


async def with_visits(database: Database, number: int) -> None:
    cases = [a_case_row(f"C-{n}") for n in range(1, number + 1)]
    await save(database, *cases, *(a_visit_row(f"C-{n}-V1") for n in range(1, number + 1)))


@pytest.mark.parametrize(
    "state", [BookingState.PLANNED, BookingState.OFFERED, BookingState.CONFIRMED, BookingState.STARTED]
)
async def test_of_several_overlapping_bookings_of_an_engineer_one_wins(company: Database, state: BookingState) -> None:
    await with_visits(company, RIVALS)

    async def book(n: int) -> None:
        await save(company, a_booking_row(f"C-{n + 1}-V1-B1", start=2 + n / 10, state=state))

    refused = await at_once(book)
    assert [type(error) for error in refused] == [BookingConflictError] * (RIVALS - 1)
    assert await count(company, t.Booking) == 1


async def test_of_several_bookings_of_a_visit_one_wins(company: Database) -> None:
    await with_visits(company, 1)

    async def book(n: int) -> None:
        await save(company, a_booking_row(f"C-1-V1-B{n + 1}", start=2 + 2 * n))

    refused = await at_once(book)
    assert [type(error) for error in refused] == [BookingConflictError] * (RIVALS - 1)
    assert "already has a booking" in str(refused[0])


async def test_bookings_that_touch_or_are_over_do_not_collide(company: Database) -> None:
    await with_visits(company, 4)
    await save(
        company,
        a_booking_row("C-1-V1-B1", start=2),
        a_booking_row("C-2-V1-B1", start=3),
        a_booking_row("C-3-V1-B1", start=2, state=BookingState.DONE),
        a_booking_row("C-4-V1-B1", start=2, state=BookingState.RELEASED),
    )
    assert await count(company, t.Booking) == 4


async def test_two_bookings_may_swap_their_times_within_one_transaction(company: Database) -> None:
    await with_visits(company, 2)
    await save(company, a_booking_row("C-1-V1-B1", start=2), a_booking_row("C-2-V1-B1", start=4))
    async with company.transaction() as session:
        await session.execute(text("SET CONSTRAINTS booking_engineer_excl DEFERRED"))
        for id_, start in (("C-1-V1-B1", 4), ("C-2-V1-B1", 2)):
            moved = update(t.Booking).where(col(t.Booking.id) == id_)
            await session.execute(moved.values(arrival=at(start), finish=at(start + 1)))
    async with company.reading() as session:
        assert (await session.get_one(t.Booking, "C-1-V1-B1")).during.lower == at(4)


async def test_a_booking_that_occupies_has_a_length(company: Database) -> None:
    await with_visits(company, 1)
    with pytest.raises(ConflictError, match="booking_order_check"):
        await save(company, a_booking_row(finish=at(2)))


async def test_the_last_units_are_reserved_once(company: Database) -> None:
    await save(company, stock("W1", on_hand=2))

    async def reserve(_: int) -> None:
        async with company.transaction() as session:
            await session.execute(update(t.Stock).values(reserved=col(t.Stock.reserved) + 1))

    refused = await at_once(reserve)
    assert [type(error) for error in refused] == [StockError] * (RIVALS - 2)
    assert await stock_of(company, "W1") == (2, 2)


async def test_stock_never_falls_below_zero(company: Database) -> None:
    await save(company, stock("W1", on_hand=3))

    async def take(_: int) -> None:
        async with company.transaction() as session:
            await session.execute(update(t.Stock).values(on_hand=col(t.Stock.on_hand) - 1))

    assert len(await at_once(take)) == RIVALS - 3
    assert await stock_of(company, "W1") == (0, 0)


async def test_a_serial_number_is_held_by_one_reservation(company: Database) -> None:
    await with_visits(company, RIVALS)
    bookings = [a_booking_row(f"C-{n}-V1-B1", start=2 * n) for n in range(1, RIVALS + 1)]
    held = [a_reservation(f"C-{n}-V1-B1-P1", "W1", "S1") for n in range(1, RIVALS + 1)]
    await save(company, *rows(stock("W1", "S1"), a_serial("X-1", "W1"), bookings, held))

    async def hold(n: int) -> None:
        await save(company, t.ReservationSerial(reservation_id=held[n].id, sku="S1", serial="X-1"))

    refused = await at_once(hold)
    assert [type(error) for error in refused] == [StockError] * (RIVALS - 1)
    assert await count(company, t.ReservationSerial) == 1


async def test_a_serial_number_that_was_given_back_may_be_held_again(company: Database) -> None:
    await with_visits(company, 2)
    bookings = [a_booking_row(f"C-{n}-V1-B1", start=2 * n) for n in (1, 2)]
    held = [a_reservation(f"C-{n}-V1-B1-P1", "W1", "S1") for n in (1, 2)]
    await save(company, *rows(stock("W1", "S1"), a_serial("X-1", "W1"), bookings, held))
    await save(company, t.ReservationSerial(reservation_id=held[0].id, sku="S1", serial="X-1", active=False))
    await save(company, t.ReservationSerial(reservation_id=held[1].id, sku="S1", serial="X-1"))
    assert await count(company, t.ReservationSerial) == 2


@pytest.mark.parametrize(
    "change", ["UPDATE case_event SET kind = 'x'", "DELETE FROM case_event", "TRUNCATE case_event CASCADE"]
)
async def test_nobody_rewrites_the_audit(database: Database, change: str) -> None:
    event = t.CaseEvent(
        workflow_id="w", command_id="c", seq=0, kind="k", at=at(0), recorded_at=at(0), actor_role="system",
        actor_id="callout", data={},
    )  # fmt: skip
    await save(database, event)
    with pytest.raises(ConflictError, match="case_event_append_only"):
        async with database.transaction() as session:
            await session.execute(text(change))
    assert await count(database, t.CaseEvent) == 1


async def test_an_event_of_a_command_is_written_once(database: Database) -> None:
    async def write(_: int) -> None:
        event = t.CaseEvent(
            workflow_id="w", command_id="c", seq=0, kind="k", at=at(0), recorded_at=at(0), actor_role="system",
            actor_id="callout", data={},
        )  # fmt: skip
        await save(database, event)

    refused = await at_once(write)
    assert all(isinstance(error, CalloutError) for error in refused)
    assert await count(database, t.CaseEvent) == 1


async def test_shifts_of_an_engineer_do_not_overlap(company: Database) -> None:
    await save(company, t.Shift(engineer_id="E1", starts_at=at(0), ends_at=at(8)))
    with pytest.raises(ConflictError, match="shift_overlap_excl"):
        await save(company, t.Shift(engineer_id="E1", starts_at=at(7), ends_at=at(9)))
    await save(company, t.Shift(engineer_id="E1", starts_at=at(8), ends_at=at(8) + timedelta(hours=1)))
    assert await count(company, t.Shift) == 2
