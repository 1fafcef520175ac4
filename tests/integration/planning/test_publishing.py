"""Publishing on a real database: what changed meanwhile is left alone, the rest is published, nothing twice."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from activities.planning.activities import PlanningActivities
from activities.stock import StockActivities
from domain.because import Because, BecauseCode
from domain.ids import LocationId, PlanId, Sku
from domain.messages import (
    CountRequest,
    CountStock,
    PublishRequest,
    TransferRequest,
    TransferStock,
    WriteOffRequest,
    WriteOffStock,
)
from domain.vocabulary import BookingState, PartSource, ReservationState, Severity, VisitState, WriteOffReason
from models import tables as t
from models.documents import to_json
from models.repositories import parts
from models.session import Database
from tests.builders import KEEPER, NOW, a_booking_row, a_command, a_reservation, a_serial, at, save, stock
from tests.integration.planning.field import (
    T1,
    InlineSolver,
    a_field,
    a_shift,
    ask,
    every,
    occupying,
    optimise,
    plan_and_publish,
    publish,
    run,
    set_booking,
    set_state,
)

P1 = [{"sku": "P1", "quantity": 1}]
KEEPS, KEEPS_ON = a_command("keep-1", KEEPER), a_command("keep-2", KEEPER)


async def stock_of(database: Database, location: str, sku: str = "P1") -> tuple[int, int]:
    async with database.reading() as session:
        row = await session.get_one(t.Stock, (location, sku))
        return row.on_hand, row.reserved


async def kinds(database: Database) -> list[str]:
    return [event.kind for event in await every(database, t.CaseEvent)]


async def test_a_fresh_visit_is_placed_published_and_written_down(
    database: Database, planning: PlanningActivities
) -> None:
    await a_field(database)
    visit = await ask(database, severity=Severity.HIGH, priority=4, on_site_due=at(2))
    made = await optimise(planning)
    assert (made.plan_id, made.added, made.moved, made.unassigned, made.open_visits) == ("T1-P1", 1, 0, 0, 1)
    outcome = await publish(planning, made.plan_id)
    (change,) = outcome.changes
    booking = (await occupying(database))[visit]
    assert change.booking is not None
    assert (change.visit_id, change.case_id, change.booking.id) == (visit, "C-1", f"{visit}-B1")
    assert (change.booking.engineer, change.booking.arrival) == (booking.engineer_id, booking.arrival)
    assert (booking.state, booking.plan_id, booking.predicted_arrival) == (
        BookingState.PLANNED,
        "T1-P1",
        booking.arrival,
    )
    assert booking.arrival <= at(2)
    (event,) = await every(database, t.CaseEvent)
    assert (event.kind, event.case_id, event.visit_id) == ("booking_made", "C-1", visit)
    assert event.data["plan_id"] == "T1-P1"
    (plan,) = await every(database, t.Plan)
    assert (plan.state, plan.visit_versions) == (t.PlanState.PUBLISHED, {visit: 0})


async def test_publishing_again_changes_nothing_and_says_the_same(
    database: Database, planning: PlanningActivities
) -> None:
    await a_field(database)
    await ask(database)
    first = await plan_and_publish(planning)
    again = await publish(planning, first.plan_id)
    assert again == first
    assert len(await every(database, t.Booking)) == 1
    assert await kinds(database) == ["booking_made"]


async def test_a_plan_is_recalled_as_it_was_published_and_never_published_by_that(
    database: Database, planning: PlanningActivities
) -> None:
    await a_field(database)
    await ask(database)
    plan = (await optimise(planning)).plan_id
    asked = PublishRequest(T1, plan, NOW, recall=True)
    assert (await run(planning.publish, asked)).changes == ()
    assert await every(database, t.Booking) == []
    first = await publish(planning, plan)
    assert (await run(planning.publish, asked)).changes == first.changes


async def test_a_retried_optimisation_finds_the_stored_draft(
    database: Database, planning: PlanningActivities, solver: InlineSolver
) -> None:
    await a_field(database)
    await ask(database)
    assert await optimise(planning) == await optimise(planning)
    assert len(solver.engines) == 1
    assert len(await every(database, t.Plan)) == 1


@pytest.mark.parametrize("state", [BookingState.OFFERED, BookingState.CONFIRMED, BookingState.STARTED])
async def test_what_was_offered_or_more_never_moves_although_another_engineer_lives_next_door(
    database: Database, planning: PlanningActivities, state: BookingState
) -> None:
    states = {
        BookingState.OFFERED: VisitState.OFFERED,
        BookingState.CONFIRMED: VisitState.CONFIRMED,
        BookingState.STARTED: VisitState.EN_ROUTE,
    }
    await a_field(database)
    visit = await ask(database, where=(53.9, 10.4), state=states[state])
    await save(database, a_booking_row(f"{visit}-B1", "E1", 3, state=state))
    async with database.transaction() as session:
        moved = update(t.Engineer).where(col(t.Engineer.id) == "E2")
        await session.execute(moved.values(home_latitude=53.9, home_longitude=10.4))
    outcome = await plan_and_publish(planning)
    booking = (await occupying(database))[visit]
    assert (outcome.changes, outcome.left_alone) == ((), ())
    assert (booking.id, booking.engineer_id, booking.arrival) == (f"{visit}-B1", "E1", at(3))


async def test_a_tentative_booking_moves_where_that_pays(database: Database, planning: PlanningActivities) -> None:
    await a_field(database)
    visit = await ask(database, on_site_due=at(1))
    await save(database, a_booking_row(f"{visit}-B1", "E1", 6))
    made = await optimise(planning)
    assert (made.added, made.moved) == (0, 1)
    outcome = await publish(planning, made.plan_id)
    booking = (await occupying(database))[visit]
    assert (booking.id, booking.number) == (f"{visit}-B2", 2)
    assert booking.arrival <= at(1)
    assert [change.booking.id for change in outcome.changes if change.booking] == [f"{visit}-B2"]
    old = next(row for row in await every(database, t.Booking) if row.number == 1)
    assert (old.state, old.ended_at) == (BookingState.RELEASED, at(0))
    (event,) = await every(database, t.CaseEvent)
    assert (event.kind, event.data["replaces"]) == ("booking_moved", f"{visit}-B1")


async def test_hold_leaves_tentative_bookings_where_they_are(database: Database, planning: PlanningActivities) -> None:
    await a_field(database)
    visit = await ask(database, on_site_due=at(1))
    await save(database, a_booking_row(f"{visit}-B1", "E1", 6))
    await ask(database, 2)
    made = await optimise(planning, hold=True)
    assert (made.added, made.moved) == (1, 0)
    await publish(planning, made.plan_id)
    assert (await occupying(database))[visit].id == f"{visit}-B1"


async def test_a_visit_that_changed_meanwhile_is_left_alone_and_the_others_are_published(
    database: Database, planning: PlanningActivities
) -> None:
    await a_field(database)
    changed, other = await ask(database, 1), await ask(database, 2)
    made = await optimise(planning)
    await set_state(database, changed, duration_seconds=7200)
    outcome = await publish(planning, made.plan_id)
    assert outcome.left_alone == (changed,)
    assert [change.visit_id for change in outcome.changes] == [other]
    assert set(await occupying(database)) == {other}
    again = await plan_and_publish(planning, 2)
    assert [change.visit_id for change in again.changes] == [changed]


async def test_a_booking_that_was_offered_meanwhile_is_left_alone(
    database: Database, planning: PlanningActivities
) -> None:
    await a_field(database)
    visit = await ask(database, on_site_due=at(1))
    await save(database, a_booking_row(f"{visit}-B1", "E1", 6))
    made = await optimise(planning)
    await set_booking(database, visit, BookingState.OFFERED)
    outcome = await publish(planning, made.plan_id)
    assert (outcome.changes, outcome.left_alone) == ((), (visit,))
    assert (await occupying(database))[visit].arrival == at(6)


async def test_of_two_drafts_published_at_once_one_wins_each_visit(
    database: Database, planning: PlanningActivities
) -> None:
    await a_field(database)
    visits = {await ask(database, number) for number in (1, 2, 3)}
    drafts = [(await optimise(planning, number)).plan_id for number in (1, 2)]
    outcomes = await asyncio.gather(*(publish(planning, draft) for draft in drafts))
    assert sorted(len(outcome.changes) for outcome in outcomes) == [0, 3]
    assert {visit for outcome in outcomes for visit in outcome.left_alone} == visits
    assert len(await every(database, t.Booking)) == 3


async def test_the_same_draft_published_twice_at_once_is_published_once(
    database: Database, planning: PlanningActivities
) -> None:
    await a_field(database)
    await ask(database)
    made = await optimise(planning)
    first, second = await asyncio.gather(publish(planning, made.plan_id), publish(planning, made.plan_id))
    assert first == second
    assert await kinds(database) == ["booking_made"]


async def test_a_visit_without_a_possible_engineer_is_taken_off_with_its_reasons(
    database: Database, planning: PlanningActivities
) -> None:
    await a_field(database)
    visit = await ask(database, skills={"gas": 2})
    await save(database, a_booking_row(f"{visit}-B1", "E1", 3))
    outcome = await plan_and_publish(planning)
    (change,) = outcome.changes
    assert (change.booking, outcome.unassigned) == (None, 1)
    assert await occupying(database) == {}
    (unassigned,) = await every(database, t.UnassignedVisit)
    assert [reason["code"] for reason in unassigned.reasons] == ["skill"]
    assert await kinds(database) == ["booking_released"]
    (because,) = change.because
    assert (because.code, because.why_not.code, because.sentence) == (BecauseCode.NO_PLACE, "skill", change.reason)
    (event,) = await every(database, t.CaseEvent)
    assert event.data["because"] == to_json(tuple[Because, ...], change.because)


async def test_an_absence_reported_after_planning_is_not_booked_into(
    database: Database, planning: PlanningActivities
) -> None:
    await a_field(database)
    visit = await ask(database)
    made = await optimise(planning)
    for engineer in ("E1", "E2"):
        away = t.Absence(engineer_id=engineer, starts_at=at(0), ends_at=at(9), reported_at=at(0))
        await save(database, away)
    outcome = await publish(planning, made.plan_id)
    assert (outcome.changes, outcome.left_alone) == ((), (visit,))
    assert (await optimise(planning, 2)).unassigned == 1


async def test_an_absence_keeps_its_engineer_out_of_the_plan(database: Database, planning: PlanningActivities) -> None:
    await a_field(database)
    visit = await ask(database, where=(53.56, 10.02))
    await save(database, t.Absence(engineer_id="E1", starts_at=at(0), ends_at=at(9), reported_at=at(0)))
    await plan_and_publish(planning)
    assert (await occupying(database))[visit].engineer_id == "E2"


async def test_an_engineer_who_was_booked_by_somebody_else_meanwhile_is_not_booked_twice(
    database: Database, planning: PlanningActivities
) -> None:
    await a_field(database)
    visit = await ask(database)
    made = await optimise(planning)
    await ask(database, 2)
    for number, engineer in enumerate(("E1", "E2"), start=1):
        taken = a_booking_row(f"C-2-V1-B{number}", engineer, 0, finish=at(10), state=BookingState.PLANNED)
        if engineer == "E2":
            await ask(database, 3)
            taken = a_booking_row("C-3-V1-B1", engineer, 0, finish=at(10))
        await save(database, taken)
    outcome = await publish(planning, made.plan_id)
    assert (outcome.changes, outcome.left_alone) == ((), (visit,))


# --- parts ----------------------------------------------------------------------------------------------------


async def test_parts_are_reserved_in_the_van_with_their_serial_numbers(
    database: Database, planning: PlanningActivities
) -> None:
    await a_field(database)
    serials = [a_serial(serial, "VAN-E1") for serial in ("SN-1", "SN-2")]
    await save(database, stock("VAN-E1", "S1", 2), *serials, a_shift("E2", 10, 11))
    await ask(database, parts=[{"sku": "S1", "quantity": 1}])
    (change,) = (await plan_and_publish(planning)).changes
    assert change.booking is not None
    (fact,) = change.booking.reservations
    assert (fact.id, fact.source, fact.location) == ("C-1-V1-B1-P1", PartSource.VAN, "VAN-E1")
    assert await stock_of(database, "VAN-E1", "S1") == (2, 1)
    (unit,) = await every(database, t.ReservationSerial)
    assert (unit.serial, unit.active) == ("SN-1", True)


async def test_the_last_part_is_reserved_once_and_the_other_visit_is_told_why_it_waits(
    database: Database, planning: PlanningActivities
) -> None:
    await a_field(database)
    await save(database, stock("W1", "P1", 1))
    for number in (1, 2):
        await ask(database, number, parts=P1)
    outcome = await plan_and_publish(planning)
    assert len(outcome.changes) == 1
    assert outcome.unassigned == 1
    assert await stock_of(database, "W1") == (1, 1)
    (waiting,) = await every(database, t.UnassignedVisit)
    (served,) = outcome.changes
    assert [served.visit_id] in [reason["visits"] for reason in waiting.reasons]


async def test_stock_that_was_used_meanwhile_leaves_that_one_visit_alone(
    database: Database, planning: PlanningActivities
) -> None:
    await a_field(database)
    await save(database, stock("W1", "P1", 2))
    visits = [
        await ask(database, 1, parts=P1),
        await ask(database, 2, parts=P1, severity=Severity.SAFETY, priority=5),
        await ask(database, 3),
    ]
    made = await optimise(planning)
    assert made.added == 3
    async with database.transaction() as session:
        await session.execute(update(t.Stock).where(col(t.Stock.location_id) == "W1").values(on_hand=1))
    outcome = await publish(planning, made.plan_id)
    assert {change.visit_id for change in outcome.changes} == {visits[1], visits[2]}
    assert outcome.left_alone == (visits[0],)
    assert await stock_of(database, "W1") == (1, 1)
    assert {row.visit_id for row in await every(database, t.Reservation)} == {visits[1]}


async def test_a_part_that_no_van_has_is_shipped_where_no_warehouse_can_be_called_at(
    database: Database, planning: PlanningActivities
) -> None:
    await a_field(database)
    await save(database, stock("W1", "P1", 1), a_shift("E1", 24, 33), a_shift("E2", 24, 33))
    async with database.transaction() as session:
        shut = [{"weekday": 6, "opens": "09:00", "closes": "10:00"}]
        await session.execute(update(t.Warehouse).values(opening_hours=shut))
    await ask(database, parts=P1)
    (change,) = (await plan_and_publish(planning)).changes
    assert change.booking is not None
    (fact,) = change.booking.reservations
    assert (fact.source, fact.location, fact.ready_at) == (PartSource.SHIPMENT, "W1", at(24))
    assert change.booking.arrival >= at(24)
    assert await stock_of(database, "W1") == (1, 1)


async def test_a_move_gives_back_what_the_old_booking_held(database: Database, planning: PlanningActivities) -> None:
    await a_field(database)
    visit = await ask(database, on_site_due=at(1), parts=P1)
    await save(
        database,
        stock("VAN-E1", "P1", 1, reserved=1),
        a_booking_row(f"{visit}-B1", "E1", 6),
        a_reservation(f"{visit}-B1-P1"),
        a_shift("E2", 10, 11),
    )
    await plan_and_publish(planning)
    assert (await occupying(database))[visit].id == f"{visit}-B2"
    assert await stock_of(database, "VAN-E1") == (1, 1)
    states = {row.id: row.state for row in await every(database, t.Reservation)}
    assert states == {f"{visit}-B1-P1": ReservationState.RELEASED, f"{visit}-B2-P1": ReservationState.HELD}


async def test_a_part_under_way_goes_with_its_visit(database: Database, planning: PlanningActivities) -> None:
    await a_field(database)
    visit = await ask(database, on_site_due=at(1), parts=P1)
    sent: dict[str, Any] = {
        "source": PartSource.SHIPMENT, "state": ReservationState.SHIPPED, "ready_at": at(2), "location": "W1",
    }  # fmt: skip
    await save(
        database,
        stock("W1", "P1", 1, reserved=1),
        a_booking_row(f"{visit}-B1", "E1", 6),
        a_reservation(f"{visit}-B1-P1", **sent),
    )
    async with database.transaction() as session:
        shut = [{"weekday": 6, "opens": "09:00", "closes": "10:00"}]
        await session.execute(update(t.Warehouse).values(opening_hours=shut))
    (change,) = (await plan_and_publish(planning)).changes
    assert change.booking is not None
    assert (change.booking.arrival, [fact.id for fact in change.booking.reservations]) == (at(2), [f"{visit}-B1-P1"])
    (reservation,) = await every(database, t.Reservation)
    assert (reservation.booking_id, reservation.state) == (f"{visit}-B2", ReservationState.SHIPPED)
    assert await stock_of(database, "W1") == (1, 1)


async def test_a_failure_while_reserving_leaves_nothing_half_written(
    database: Database, planning: PlanningActivities, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_field(database)
    await save(database, stock("VAN-E1", "P1", 1), stock("VAN-E2", "P1", 1))
    await ask(database, parts=P1)
    made = await optimise(planning)

    async def fail(*_: object) -> None:
        raise ConnectionError("the cable was pulled")

    with monkeypatch.context() as broken:
        broken.setattr(parts.StockMoves, "write", fail)
        with pytest.raises(Exception, match="database"):
            await publish(planning, made.plan_id)
    for table in (t.Booking, t.Reservation, t.CaseEvent):
        assert await every(database, table) == []
    async with database.reading() as session:
        assert await session.scalar(select(col(t.Plan.state))) == t.PlanState.DRAFT
    assert len((await publish(planning, made.plan_id)).changes) == 1


async def test_a_part_that_a_keeper_moves_while_a_plan_is_made_is_found_by_the_next_plan(
    database: Database, planning: PlanningActivities
) -> None:
    await a_field(database)
    await save(database, stock("W1", "P1", 1))
    visit = await ask(database, parts=P1)
    made = await optimise(planning)
    assert made.added == 1
    move = TransferStock(KEEPS, LocationId("W1"), LocationId("VAN-E2"), Sku("P1"), 1)
    await StockActivities(database).transfer_stock(TransferRequest(T1, move, NOW))
    assert (await publish(planning, made.plan_id)).left_alone == (visit,)
    (change,) = (await plan_and_publish(planning, 2)).changes
    assert change.booking is not None
    (fact,) = change.booking.reservations
    assert (change.booking.engineer, fact.location, fact.source) == ("E2", "VAN-E2", PartSource.VAN)


async def test_a_visit_that_gave_its_part_up_is_planned_again_when_one_is_counted(
    database: Database, planning: PlanningActivities
) -> None:
    await a_field(database)
    await save(database, stock("W1", "P1", 1))
    visit = await ask(database, parts=P1)
    await plan_and_publish(planning)
    gone = WriteOffStock(KEEPS, LocationId("W1"), Sku("P1"), 1, WriteOffReason.BROKEN, "dropped", release=True)
    kept = await StockActivities(database).write_off_stock(WriteOffRequest(T1, gone, NOW))
    assert ([change.visit_id for change in kept.changes], kept.planners) == ([visit], (T1,))
    assert await occupying(database) == {}
    assert (await optimise(planning, 2)).unassigned == 1
    found = CountStock(KEEPS_ON, LocationId("W1"), Sku("P1"), 1)
    await StockActivities(database).count_stock(CountRequest(T1, found, NOW))
    (change,) = (await plan_and_publish(planning, 3)).changes
    assert change.booking is not None
    assert (change.visit_id, change.booking.id) == (visit, f"{visit}-B2")
    assert await stock_of(database, "W1") == (1, 1)


async def test_an_unknown_plan_is_a_clear_error(database: Database, planning: PlanningActivities) -> None:
    await a_field(database)
    with pytest.raises(Exception, match="no plan 'T1-P9'"):
        await publish(planning, PlanId("T1-P9"))
