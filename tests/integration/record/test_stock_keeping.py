"""Stock keepers move, write off and count stock: what is refused, what is listed, and who loses parts."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlmodel import col
from temporalio.exceptions import ApplicationError

from activities.stock import StockActivities
from domain.because import Because, BecauseCode
from domain.ids import BookingId, CaseId, LocationId, ReservationId, Sku, TerritoryId, VisitId
from domain.messages import (
    BookingChanged,
    CountRequest,
    CountStock,
    StockKept,
    TransferRequest,
    TransferStock,
    WriteOffRequest,
    WriteOffStock,
)
from domain.parts import ReservationFact
from domain.vocabulary import BookingState, MovementKind, PartSource, ReservationState, VisitState, WriteOffReason
from models import tables as t
from models.errors import ConflictError
from models.repositories import parts
from models.session import Database
from tests.builders import (
    KEEPER,
    NOW,
    a_booking_row,
    a_case_row,
    a_command,
    a_part,
    a_reservation,
    a_serial,
    a_territory,
    a_visit_row,
    a_warehouse,
    save,
    stock,
)
from tests.integration.record.reading import count, events, get, stock_of

T1 = TerritoryId("T1")


def a_transfer(quantity: int = 2, to: str = "VAN-E1", sku: str = "P1", command: str = "t-1", **more: Any) -> Any:
    head = a_command(command, KEEPER)
    given: dict[str, Any] = {"location": LocationId("W1"), **more}
    return TransferRequest(T1, TransferStock(head, to=LocationId(to), sku=Sku(sku), quantity=quantity, **given), NOW)


def a_write_off(quantity: int = 1, sku: str = "P1", command: str = "w-1", **more: Any) -> Any:
    given: dict[str, Any] = {"reason": WriteOffReason.BROKEN, "note": "Fell from the shelf", **more}
    head = a_command(command, KEEPER)
    return WriteOffRequest(T1, WriteOffStock(head, LocationId("W1"), Sku(sku), quantity, **given), NOW)


def a_count(counted: int, sku: str = "P1", command: str = "c-1", **more: Any) -> Any:
    return CountRequest(T1, CountStock(a_command(command, KEEPER), LocationId("W1"), Sku(sku), counted, **more), NOW)


async def do(database: Database, asked: Any) -> StockKept:
    stores = StockActivities(database)
    match asked:
        case TransferRequest():
            return await stores.transfer_stock(asked)
        case WriteOffRequest():
            return await stores.write_off_stock(asked)
        case _:
            return await stores.count_stock(asked)


async def refused(database: Database, asked: Any) -> tuple[str | None, str]:
    with pytest.raises(ApplicationError) as error:
        await do(database, asked)
    assert (await count(database, t.HandledCommand), await count(database, t.StockMovement)) == (0, 0)
    return error.value.type, error.value.message


async def listed(database: Database) -> list[tuple[str, str, int, int, int]]:
    """Every movement: kind, location, units, held, what lay there afterwards."""
    async with database.reading() as session:
        found = await session.scalars(select(t.StockMovement).order_by(col(t.StockMovement.id)))
        return [(row.kind.value, row.location_id, row.units, row.held, row.on_hand) for row in found]


async def holding(database: Database, case: str, quantity: int, *, priority: int = 2, **reservation: Any) -> None:
    """A visit that is booked, and holds P1 in W1."""
    visit = f"{case}-V1"
    start = 10.0 + int(case.rpartition("-")[2]) * 2
    await save(database, a_case_row(case), a_visit_row(visit, priority=priority, state=VisitState.BOOKED))
    await save(database, a_booking_row(f"{visit}-B1", "E2", start))
    await save(database, a_reservation(f"{visit}-B1-P1", "W1", quantity=quantity, **reservation))


# --- transfers -----------------------------------------------------------------------------------------------


async def test_units_go_to_another_location_and_both_ends_are_listed(company: Database) -> None:
    await save(company, stock("W1"))
    kept = await do(company, a_transfer(note="For Monday"))
    assert kept == StockKept((T1,))
    assert (await stock_of(company, "W1"), await stock_of(company, "VAN-E1")) == ((3, 0), (2, 0))
    assert await listed(company) == [("transferred", "W1", -2, 0, 3), ("transferred", "VAN-E1", 2, 0, 2)]
    async with company.reading() as session:
        away, came = await session.scalars(select(t.StockMovement).order_by(col(t.StockMovement.id)))
    assert (away.other_location_id, came.other_location_id) == ("VAN-E1", "W1")
    assert (away.actor_role, away.actor_id, away.at, away.note) == (KEEPER.role, KEEPER.id, NOW, "For Monday")
    assert await events(company) == ["stock_transferred"]


async def test_a_repeated_transfer_moves_once(company: Database) -> None:
    await save(company, stock("W1"))
    answers = await asyncio.gather(*(do(company, a_transfer()) for _ in range(4)))
    assert answers == [StockKept((T1,))] * 4
    assert (await stock_of(company, "W1"), await stock_of(company, "VAN-E1")) == ((3, 0), (2, 0))


async def test_of_two_that_take_the_last_unit_one_is_refused(company: Database) -> None:
    await save(company, stock("W1", on_hand=1))
    rivals = [a_transfer(1, to, command=f"t-{to}") for to in ("VAN-E1", "VAN-E2")]
    answers = await asyncio.gather(*(do(company, each) for each in rivals), return_exceptions=True)
    (late,) = [answer for answer in answers if isinstance(answer, ApplicationError)]
    assert (late.type, late.message) == (
        "not_enough_stock", "W1 has 0 of P1, not 1. Check the number, or count them.",
    )  # fmt: skip
    assert await stock_of(company, "W1") == (0, 0)
    async with company.reading() as session:
        assert await session.scalar(select(func.sum(col(t.Stock.on_hand)))) == 1


async def test_transfers_in_both_directions_at_once_do_not_wait_for_each_other(company: Database) -> None:
    await save(company, stock("W1", on_hand=50), stock("VAN-E1", on_hand=50))
    there = [a_transfer(1, command=f"t-{n}") for n in range(4)]
    back = [a_transfer(1, "W1", command=f"b-{n}", location=LocationId("VAN-E1")) for n in range(4)]
    await asyncio.gather(*(do(company, each) for pair in zip(there, back, strict=True) for each in pair))
    assert (await stock_of(company, "W1"), await stock_of(company, "VAN-E1")) == ((50, 0), (50, 0))
    assert await count(company, t.StockMovement) == 16


async def test_a_visit_and_a_keeper_do_not_both_get_the_last_unit(booked: Database) -> None:
    await save(booked, stock("W1", on_hand=1))
    fact = ReservationFact(ReservationId("C-1-V1-B1-P1"), Sku("P1"), 1, PartSource.WAREHOUSE, LocationId("W1"))

    async def reserve() -> None:
        async with booked.transaction() as session:
            await parts.reserve(session, [fact], "C-1-V1-B1", "C-1-V1", NOW)

    answers = await asyncio.gather(reserve(), do(booked, a_transfer(1)), return_exceptions=True)
    assert [isinstance(answer, Exception) for answer in answers].count(True) == 1
    on_hand, reserved = await stock_of(booked, "W1")
    assert on_hand == reserved


async def test_named_units_go_and_held_ones_stay(booked: Database) -> None:
    await save(booked, stock("W1", "S1", 3), *(a_serial(f"X-{n}", "W1") for n in (1, 2, 3)))
    fact = ReservationFact(ReservationId("C-1-V1-B1-P1"), Sku("S1"), 1, PartSource.WAREHOUSE, LocationId("W1"))
    async with booked.transaction() as session:
        await parts.reserve(session, [fact], "C-1-V1-B1", "C-1-V1", NOW)
    with pytest.raises(ApplicationError, match="W1 has 2 of S1 free; the others are held for C-1-V1."):
        await do(booked, a_transfer(1, sku="S1", serials=("X-1",)))
    await do(booked, a_transfer(2, sku="S1", serials=("X-3", "X-2")))
    assert [(await get(booked, t.SerialNumber, ("S1", f"X-{n}"))).location_id for n in (1, 2, 3)] == [
        "W1", "VAN-E1", "VAN-E1",
    ]  # fmt: skip


async def test_of_two_that_take_the_same_unit_one_is_refused(company: Database) -> None:
    await save(company, stock("W1", "S1", 2), a_serial("X-1", "W1"), a_serial("X-2", "W1"))
    rivals = [a_transfer(1, to, "S1", f"t-{to}", serials=("X-1",)) for to in ("VAN-E1", "VAN-E2")]
    answers = await asyncio.gather(*(do(company, each) for each in rivals), return_exceptions=True)
    (late,) = [answer for answer in answers if isinstance(answer, ApplicationError)]
    assert late.message == "Unit X-1 of S1 does not lie at W1. Check the number."
    assert await stock_of(company, "W1", "S1") == (1, 0)


@pytest.mark.parametrize(
    ("transfer", "code", "message"),
    [
        (a_transfer(0), "invalid_input", "quantity: must be 1 or more"),
        (a_transfer(1, "W1"), "invalid_input", "to: is where the units lie already; choose another location"),
        (a_transfer(1, "W9"), "not_found", "There is no stock location 'W9'. Check the id."),
        (a_transfer(1, sku="P9"), "not_found", "There is no part 'P9'. Check the id."),
        (a_transfer(1, "W2"), "invalid_input", "to: warehouse W2 is retired; choose another one"),
        (a_transfer(1, sku="P2"), "not_enough_stock", "W1 has 0 of P2, not 1. Check the number, or count them."),
        (a_transfer(1, serials=("A",)), "invalid_input", "serials: units of P1 have no serial numbers"),
        (a_transfer(1, sku="S1"), "invalid_input", "serials: name the serial number of each of the 1 units"),
        (
            a_transfer(1, sku="S1", serials=("A",)),
            "not_enough_stock",
            "Unit A of S1 is not known. Check the number, or count the units.",
        ),
        (
            a_transfer(4),
            "stock_reserved",
            "W1 has 3 of P1 free; the others are held for C-1-V1 and 1 of other territories. "
            "Transfer fewer, or have a dispatcher move these visits first.",
        ),
    ],
)
async def test_a_transfer_that_cannot_be_is_refused_as_a_whole(
    company: Database, transfer: TransferRequest, code: str, message: str
) -> None:
    await save(company, *a_warehouse("W2", active=False), stock("W1", on_hand=6, reserved=3), a_territory("T2"))
    await holding(company, "C-1", 2)
    await holding(company, "C-2", 1)
    async with company.transaction() as session:
        (await session.get_one(t.Visit, "C-2-V1")).territory_id = "T2"
    assert await refused(company, transfer) == (code, message)
    assert await stock_of(company, "W1") == (6, 3)


async def test_a_warehouse_for_all_wakes_every_territory_and_its_own_one_alone(company: Database) -> None:
    await save(company, a_territory("T2"), a_territory("T3"), *a_warehouse("W2", territory_id="T3"), stock("W1"))
    assert (await do(company, a_transfer(1))).planners == ("T1", "T2", "T3")
    async with company.transaction() as session:
        (await session.get_one(t.Warehouse, "W1")).territory_id = "T1"
    assert (await do(company, a_transfer(1, "W2", command="t-2"))).planners == ("T1", "T3")


# --- writing off ---------------------------------------------------------------------------------------------


async def test_what_is_written_off_is_gone_with_its_reason(company: Database) -> None:
    await save(company, stock("W1", "S1", 2), a_serial("X-1", "W1"), a_serial("X-2", "W1"))
    kept = await asyncio.gather(*(do(company, a_write_off(sku="S1", serials=("X-1",))) for _ in range(3)))
    assert kept == [StockKept((T1,))] * 3
    assert await stock_of(company, "W1", "S1") == (1, 0)
    unit = await get(company, t.SerialNumber, ("S1", "X-1"))
    assert (unit.state, unit.location_id) == (t.SerialState.WRITTEN_OFF, None)
    async with company.reading() as session:
        row = (await session.scalars(select(t.StockMovement))).one()
    assert (row.kind, row.units, row.reason, row.note, row.serials) == (
        MovementKind.WRITTEN_OFF, -1, WriteOffReason.BROKEN, "Fell from the shelf", ["X-1"],
    )  # fmt: skip
    with pytest.raises(ApplicationError, match="Unit X-1 of S1 was written off. If it is there again, count the units"):
        await do(company, a_transfer(1, sku="S1", serials=("X-1",)))


@pytest.mark.parametrize(
    ("write_off", "code", "message"),
    [
        (a_write_off(note=" "), "invalid_input", "note: say what happened"),
        (a_write_off(0), "invalid_input", "quantity: must be 1 or more"),
        (a_write_off(9), "not_enough_stock", "W1 has 5 of P1, not 9. Check the number, or count them."),
        (
            a_write_off(4),
            "stock_reserved",
            "W1 has 3 of P1 free; the others are held for C-1-V1. "
            "Check the number, or let these visits give their parts up: they are planned anew then.",
        ),
    ],
)
async def test_a_write_off_that_cannot_be_is_refused(
    company: Database, write_off: WriteOffRequest, code: str, message: str
) -> None:
    await save(company, stock("W1", reserved=2))
    await holding(company, "C-1", 2)
    assert await refused(company, write_off) == (code, message)


async def test_the_least_urgent_and_latest_visits_give_up_what_is_broken(company: Database) -> None:
    await save(company, stock("W1", on_hand=5, reserved=4))
    await holding(company, "C-1", 1)
    await holding(company, "C-2", 1)
    await holding(company, "C-3", 1, priority=4)
    await holding(company, "C-4", 1, priority=4)
    kept = await do(company, a_write_off(3, release=True))
    gone = Because(BecauseCode.PARTS_GONE)
    assert kept == StockKept(
        (T1,),
        tuple(
            BookingChanged(
                VisitId(f"{c}-V1"),
                None,
                "the parts are not there",
                case_id=CaseId(c),
                released=BookingId(f"{c}-V1-B1"),
                because=(gone,),
            )
            for c in ("C-1", "C-2")
        ),
    )
    assert await stock_of(company, "W1") == (2, 2)
    for case, state, version in (("C-1", BookingState.RELEASED, 1), ("C-3", BookingState.PLANNED, 0)):
        assert (await get(company, t.Booking, f"{case}-V1-B1")).state is state
        assert (await get(company, t.Visit, f"{case}-V1")).version == version
    assert await events(company) == ["booking_released", "booking_released", "stock_written_off"]
    assert await listed(company) == [
        ("released", "W1", 0, -1, 5),
        ("released", "W1", 0, -1, 5),
        ("written_off", "W1", -3, 0, 2),
    ]


async def test_a_visit_that_somebody_has_set_out_for_keeps_its_parts(company: Database) -> None:
    await save(company, stock("W1", on_hand=1, reserved=1))
    await holding(company, "C-1", 1)
    async with company.transaction() as session:
        (await session.get_one(t.Booking, "C-1-V1-B1")).state = BookingState.STARTED
    code, message = await refused(company, a_write_off(release=True))
    assert (code, message.rpartition(". Their")[2]) == (
        "stock_reserved",
        " engineers have set out, or the parts were sent: they end with the visits. Check the number.",
    )


async def test_the_very_unit_that_is_broken_is_taken_from_its_visit(booked: Database) -> None:
    await save(booked, stock("W1", "S1", 2), a_serial("X-1", "W1"), a_serial("X-2", "W1"))
    fact = ReservationFact(ReservationId("C-1-V1-B1-P1"), Sku("S1"), 1, PartSource.WAREHOUSE, LocationId("W1"))
    async with booked.transaction() as session:
        await parts.reserve(session, [fact], "C-1-V1-B1", "C-1-V1", NOW)
    kept = await do(booked, a_write_off(sku="S1", serials=("X-1",), release=True))
    assert [change.visit_id for change in kept.changes] == ["C-1-V1"]
    assert await stock_of(booked, "W1", "S1") == (1, 0)


# --- counting ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("counted", "difference"), [(3, -2), (5, 0), (8, 3), (0, -5)])
async def test_what_was_counted_is_there_and_the_difference_is_listed(
    company: Database, counted: int, difference: int
) -> None:
    await save(company, stock("W1"))
    for _ in range(2):
        kept = await do(company, a_count(counted))
    assert kept == StockKept((T1,) if difference else ())
    assert await stock_of(company, "W1") == (counted, 0)
    async with company.reading() as session:
        row = (await session.scalars(select(t.StockMovement))).one()
    assert (row.kind, row.units, row.counted, row.on_hand) == (MovementKind.COUNTED, difference, counted, counted)
    assert await events(company) == ["stock_counted"]


async def test_a_count_finds_parts_where_none_were_known(company: Database) -> None:
    await do(company, a_count(2))
    assert await stock_of(company, "W1") == (2, 0)
    await do(company, a_count(0, sku="P2", command="c-2"))
    assert await count(company, t.Stock) == 1


async def test_what_was_sent_does_not_lie_there_and_is_not_lost_by_a_count(company: Database) -> None:
    await save(company, stock("W1", on_hand=4, reserved=2))
    await holding(company, "C-1", 2, source=PartSource.SHIPMENT, state=ReservationState.SHIPPED)
    await do(company, a_count(2))
    assert await stock_of(company, "W1") == (4, 2)
    await do(company, a_count(0, command="c-2"))
    assert await stock_of(company, "W1") == (2, 2)


async def test_fewer_than_visits_hold_are_counted_only_when_these_may_give_up(company: Database) -> None:
    await save(company, stock("W1", on_hand=4, reserved=3))
    await holding(company, "C-1", 2)
    await holding(company, "C-2", 1)
    code, message = await refused(company, a_count(2))
    assert (code, message.partition(".")[0]) == (
        "stock_reserved", "W1 has 1 of P1 free; the others are held for C-1-V1, C-2-V1",
    )  # fmt: skip
    kept = await do(company, a_count(2, release=True))
    assert [change.visit_id for change in kept.changes] == ["C-2-V1"]
    assert await stock_of(company, "W1") == (2, 2)


async def test_counted_units_are_compared_one_by_one(company: Database) -> None:
    gone = t.SerialNumber(sku="S1", serial="OLD", state=t.SerialState.WRITTEN_OFF)
    await save(company, stock("W1", "S1", 2), a_serial("X-1", "W1"), a_serial("X-2", "W1"), gone)
    await do(company, a_count(3, "S1", serials=("X-2", "NEW", "OLD")))
    assert await stock_of(company, "W1", "S1") == (3, 0)
    async with company.reading() as session:
        units = {unit.serial: unit.location_id for unit in await session.scalars(select(t.SerialNumber))}
        row = (await session.scalars(select(t.StockMovement))).one()
    assert units == {"X-1": None, "X-2": "W1", "NEW": "W1", "OLD": "W1"}
    assert (row.units, row.counted, row.serials) == (1, 3, ["-X-1", "+NEW", "+OLD"])


@pytest.mark.parametrize(
    ("serial", "message"),
    [
        ("AWAY", "Unit AWAY of S1 lies at another location by the record. Transfer it from there."),
        ("USED", "Unit USED of S1 was used already. Check the number."),
        ("SENT", "Unit SENT of S1 was sent to visit C-1-V1. Check the number."),
    ],
)
async def test_a_unit_that_cannot_be_there_is_not_counted(company: Database, serial: str, message: str) -> None:
    used = t.SerialNumber(sku="S1", serial="USED", state=t.SerialState.USED)
    await save(company, stock("W1", "S1", 1, 1), a_serial("SENT", "W1"), a_serial("AWAY", "VAN-E1"), used)
    await holding(company, "C-1", 1, sku="S1", source=PartSource.SHIPMENT, state=ReservationState.READY)
    await save(company, t.ReservationSerial(reservation_id="C-1-V1-B1-P1", sku="S1", serial="SENT"))
    assert await refused(company, a_count(1, "S1", serials=(serial,))) == ("not_enough_stock", message)
    await do(company, a_count(0, "S1"))
    assert (await get(company, t.SerialNumber, ("S1", "SENT"))).location_id == "W1"


# --- the list ------------------------------------------------------------------------------------------------


async def test_a_count_and_a_change_of_the_part_wait_for_each_other(company: Database) -> None:
    """Whether units have serial numbers is settled by the first unit, wherever it comes from."""
    await save(company, a_part("P7"))
    async with company.transaction() as session:
        await session.get(t.Part, "P7", with_for_update=True)
        counting = asyncio.create_task(do(company, a_count(1, "P7")))
        await asyncio.sleep(0.2)
        assert not counting.done()
    await counting


async def test_nobody_rewrites_the_list(company: Database) -> None:
    await save(company, stock("W1"))
    await do(company, a_transfer())
    for statement in ("UPDATE stock_movement SET units = 9", "DELETE FROM stock_movement"):
        with pytest.raises(ConflictError, match="stock_movement_append_only"):
            async with company.transaction() as session:
                await session.execute(text(statement))
