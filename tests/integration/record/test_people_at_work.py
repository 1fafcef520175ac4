"""What people at work see of the record."""

from datetime import timedelta

from domain.people import Role
from domain.registration import Registration, SiteDraft
from domain.vocabulary import CaseState, Channel, PartSource, ReservationState, Severity, VisitState
from domain.world import Point
from models import tables as t
from models.documents import to_json
from models.repositories import live, live_field
from models.repositories.live_field import LiveShift, LiveShipment, Shortage
from models.session import Database
from tests.builders import (
    MINUTE,
    NOW,
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


async def test_open_cases_come_with_their_step_and_without_those_that_are_over(company: Database) -> None:
    given = to_json(Registration, Registration(Channel.WEB, "leaks", site=SiteDraft("", 53.5, 10.0)))
    waiting = {"next_step": "decide", "state": CaseState.DECIDING, "responsible": Role.AGENT, "registration": given}
    await save(
        company,
        a_case_row("C-1", step_number=3, step_since=at(2), due_at=at(3), severity=Severity.LOW, version=7, **waiting),
        a_case_row("C-2", step_number=1, step_since=at(1), due_at=at(2), quote_cents=5, **waiting),
        a_case_row("C-3", state=CaseState.ARCHIVED),
    )
    async with company.reading() as session:
        first, second = await live.open_cases(session)
    assert (first.id, first.quoted, first.severity) == ("C-2", True, Severity.MEDIUM)
    assert (second.id, second.step, second.number, second.since, second.due) == ("C-1", "decide", 3, at(2), at(3))
    assert (second.version, second.severity, second.territory) == (7, Severity.LOW, "T1")
    assert (second.given.symptom, second.given.site.latitude) == ("leaks", 53.5)


async def test_open_visits_come_with_booking_place_and_parts(company: Database) -> None:
    await save(
        company,
        *rows(
            a_case_row(),
            a_visit_row(state=VisitState.OFFERED, step_number=4, step_since=at(1), offers=1),
            a_booking_row(window_start=at(1), window_end=at(3)),
            a_visit_row("C-1-V2"),
            a_visit_row("C-1-V3", state=VisitState.DONE),
            stock("W1", "S1", on_hand=1, reserved=1),
            a_serial("X-1", "W1"),
            a_reservation("C-1-V1-B1-P1", "W1", "S1"),
            t.ReservationSerial(reservation_id="C-1-V1-B1-P1", sku="S1", serial="X-1"),
        ),
    )
    async with company.reading() as session:
        booked, waiting = await live.open_visits(session)
    assert (booked.id, booked.engineer, booked.booking, booked.arrival) == ("C-1-V1", "E1", "C-1-V1-B1", at(2))
    assert (booked.number, booked.since, booked.offers, booked.travel) == (4, at(1), 1, 20 * MINUTE)
    assert (booked.site, booked.needs.duration) == (Point(53.545, 9.96), timedelta(hours=1))
    assert (booked.held, booked.serials, booked.warehouse_stop) == ({"S1": 1}, {"S1": "X-1"}, True)
    assert booked.window is not None
    assert (waiting.id, waiting.engineer, waiting.held, waiting.since) == ("C-1-V2", None, {}, NOW)


async def test_engineers_come_with_shifts_last_place_and_van(booked: Database) -> None:
    async with booked.transaction() as session:
        (await session.get_one(t.Booking, "C-1-V1-B1")).state = "done"  # type: ignore[assignment]
    await save(
        booked,
        t.Shift(engineer_id="E1", starts_at=at(0), ends_at=at(8), kind="early"),
        t.Shift(engineer_id="E1", starts_at=at(24), ends_at=at(32)),
        stock("VAN-E1", on_hand=3, reserved=1),
        stock("VAN-E1", "P2", on_hand=1, reserved=1),
        stock("VAN-E1", "S1", on_hand=1),
        a_serial("X-1", "VAN-E1"),
    )
    async with booked.reading() as session:
        first, second = await live_field.engineers_around(session, at(-1), at(12))
    assert first.shifts == (LiveShift(at(0), at(8), "early"),)
    assert (first.last_place, first.last_finish) == (Point(53.545, 9.96), at(3))
    assert (first.van, first.serials) == ({"P1": 2, "S1": 1}, {"S1": "X-1"})
    assert (second.id, second.shifts, second.last_place, second.van) == ("E2", (), None, {})


async def test_parts_on_their_way_and_parts_that_ran_out_are_listed(booked: Database) -> None:
    await save(
        booked,
        stock("W1", on_hand=2, reserved=2),
        stock("VAN-E1", "S1", on_hand=0),
        stock("VAN-E2", on_hand=1),
        a_reservation(
            location="W1", source=PartSource.SHIPMENT, state=ReservationState.SHIPPED, quantity=2, ready_at=at(5)
        ),
    )
    async with booked.reading() as session:
        assert await live_field.shipments(session) == [LiveShipment("C-1-V1-B1-P1", "C-1-V1", at(5))]
        assert await live_field.shortages(session) == [
            Shortage("VAN-E1", "T1", "S1", is_van=True, serialised=True),
            Shortage("W1", "T1", "P1"),
        ]
    async with booked.transaction() as session:
        (await session.get_one(t.Warehouse, "W1")).active = False
        (await session.get_one(t.Part, "S1")).active = False
        assert await live_field.shortages(session) == []
