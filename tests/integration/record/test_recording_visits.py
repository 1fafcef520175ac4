"""The record of a visit: its booking follows, a newer plan wins, each command counts once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from activities.visits import VisitActivities
from domain.case import VisitNeeds
from domain.ids import EngineerId
from domain.parts import PartNeed
from domain.people import Role
from domain.steps import OpenStep
from domain.visit import VisitProgress, VisitReport
from domain.vocabulary import BookingState, Outcome, ReservationState, Severity, VisitState
from models import tables as t
from models.session import Database
from tests.builders import (
    MINUTE,
    NOW,
    a_booking,
    a_booking_row,
    a_case_row,
    a_reservation,
    a_visit,
    a_visit_change,
    a_visit_row,
    at,
    save,
    stock,
)
from tests.integration.record.reading import events, get, stock_of


@pytest.fixture
def visits(booked: Database) -> VisitActivities:
    return VisitActivities(booked)


def in_state(state: VisitState, version: int = 1, **changes: Any) -> VisitProgress:
    return a_visit(state=state, booking=a_booking(), version=version, **changes)


def done(version: int = 9, **report: Any) -> VisitProgress:
    given = VisitReport(**{"outcome": Outcome.FIXED, "labour": timedelta(minutes=50), **report})
    return in_state(
        VisitState.DONE,
        version,
        report=given,
        departed_at=at(1.5),
        arrived_at=at(2) + 5 * MINUTE,
        finished_at=at(3) + 10 * MINUTE,
    )


async def booking_state(database: Database, id_: str = "C-1-V1-B1") -> BookingState:
    return (await get(database, t.Booking, id_)).state


async def test_a_new_visit_stands_where_its_case_is(company: Database) -> None:
    await save(company, a_case_row())
    needs = VisitNeeds(timedelta(minutes=90), {"heat": 3}, ("ladder",), (PartNeed("P1", 2),))
    step = OpenStep("plan", Role.DISPATCHER, NOW, at(1), 1)
    asked = a_visit(
        needs=needs, step=step, steps_opened=1, preferred=EngineerId("E2"), resolve_due=at(24), on_site_due=at(8)
    )
    await VisitActivities(company).record_visit(a_visit_change(asked))
    row = await get(company, t.Visit, "C-1-V1")
    assert (row.site_id, row.number, row.state) == ("SI-1", 1, VisitState.REQUESTED)
    assert (row.severity, row.priority) == (Severity.HIGH, 4)
    assert (row.duration_seconds, row.skills, row.tools) == (5400, {"heat": 3}, ["ladder"])
    assert (row.parts, row.preferred_engineer_id) == ([{"sku": "P1", "quantity": 2}], "E2")
    assert (row.latest_sla_end, row.on_site_due, row.next_step, row.due_at) == (at(24), at(8), "plan", at(1))


@pytest.mark.parametrize(
    ("visit", "booking"),
    [
        (VisitState.BOOKED, BookingState.PLANNED),
        (VisitState.OFFERED, BookingState.OFFERED),
        (VisitState.CONFIRMED, BookingState.CONFIRMED),
        (VisitState.EN_ROUTE, BookingState.STARTED),
        (VisitState.ON_SITE, BookingState.STARTED),
        (VisitState.DONE, BookingState.DONE),
        (VisitState.CANCELLED, BookingState.RELEASED),
    ],
)
async def test_the_booking_is_what_its_visit_is(
    booked: Database, visits: VisitActivities, visit: VisitState, booking: BookingState
) -> None:
    progress = done() if visit is VisitState.DONE else in_state(visit)
    if visit is VisitState.CANCELLED:
        progress.booking = None
    await visits.record_visit(a_visit_change(progress))
    assert await booking_state(booked) is booking


async def test_a_finished_visit_has_its_actual_times_and_costs(booked: Database, visits: VisitActivities) -> None:
    await visits.record_visit(a_visit_change(done(), now=at(4)))
    row, booking = await get(booked, t.Visit, "C-1-V1"), await get(booked, t.Booking, "C-1-V1-B1")
    assert (booking.arrival, booking.finish) == (at(2) + 5 * MINUTE, at(3) + 10 * MINUTE)
    assert (booking.during.lower, booking.during.upper) == (booking.arrival, booking.finish)
    assert (row.labour_cents, row.travel_cents, row.parts_cents) == (7_500, 3_500, 0)
    assert (row.outcome, (row.report or {})["labour"]) == (Outcome.FIXED, "PT50M")


async def test_the_engineer_is_free_again_once_the_work_is_done(booked: Database, visits: VisitActivities) -> None:
    await visits.record_visit(a_visit_change(done()))
    await save(booked, a_case_row("C-2"), a_visit_row("C-2-V1"), a_booking_row("C-2-V1-B1", start=2.5))
    assert await booking_state(booked, "C-2-V1-B1") is BookingState.PLANNED


async def test_a_change_that_rests_on_a_replaced_booking_is_stale(booked: Database, visits: VisitActivities) -> None:
    async with booked.transaction() as session:
        (await session.get_one(t.Booking, "C-1-V1-B1")).state = BookingState.RELEASED
        await session.flush()
        session.add(a_booking_row("C-1-V1-B2", "E2"))
    with pytest.raises(ApplicationError) as refused:
        await visits.record_visit(a_visit_change(in_state(VisitState.CONFIRMED)))
    assert (refused.value.type, refused.value.non_retryable) == ("stale_booking", True)
    assert await booking_state(booked, "C-1-V1-B2") is BookingState.PLANNED
    assert await events(booked) == []


async def test_a_change_on_a_booking_that_was_taken_off_is_stale(booked: Database, visits: VisitActivities) -> None:
    async with booked.transaction() as session:
        (await session.get_one(t.Booking, "C-1-V1-B1")).state = BookingState.RELEASED
    with pytest.raises(ApplicationError, match="it is being planned again"):
        await visits.record_visit(a_visit_change(in_state(VisitState.OFFERED)))


async def test_an_announcement_does_not_rest_on_the_booking(booked: Database, visits: VisitActivities) -> None:
    await visits.record_visit(a_visit_change(in_state(VisitState.CONFIRMED), "k1"))
    async with booked.transaction() as session:
        (await session.get_one(t.Booking, "C-1-V1-B1")).state = BookingState.RELEASED
    await visits.record_visit(a_visit_change(in_state(VisitState.CONFIRMED, 2), "k2", kind="step_escalated"))
    assert await events(booked) == ["changed", "step_escalated"]
    assert await booking_state(booked) is BookingState.RELEASED


async def test_a_declined_booking_is_released_with_its_parts(booked: Database, visits: VisitActivities) -> None:
    await save(booked, stock("VAN-E1", reserved=2), a_reservation(quantity=2))
    await visits.record_visit(a_visit_change(in_state(VisitState.OFFERED), "k1"))
    declined = a_visit(excluded=[EngineerId("E1")], version=2)
    await visits.record_visit(a_visit_change(declined, "k2", releases="C-1-V1-B1", kind="declined"))
    booking = await get(booked, t.Booking, "C-1-V1-B1")
    assert (booking.state, booking.end_reason, booking.ended_at) == (BookingState.RELEASED, "declined", NOW)
    assert await stock_of(booked, "VAN-E1") == (5, 0)
    assert (await get(booked, t.Reservation, "C-1-V1-B1-P1")).state is ReservationState.RELEASED
    assert (await get(booked, t.Visit, "C-1-V1")).excluded_engineers == ["E1"]


async def test_giving_up_an_older_booking_than_the_published_one_is_stale(
    booked: Database, visits: VisitActivities
) -> None:
    with pytest.raises(ApplicationError) as refused:
        await visits.record_visit(a_visit_change(a_visit(), releases="C-1-V1-B0"))
    assert refused.value.type == "stale_booking"
    assert await booking_state(booked) is BookingState.PLANNED


async def test_a_visit_without_a_booking_leaves_a_newly_published_one_alone(
    booked: Database, visits: VisitActivities
) -> None:
    await visits.record_visit(a_visit_change(a_visit()))
    assert await booking_state(booked) is BookingState.PLANNED


async def test_a_cancelled_visit_gives_up_whatever_was_published(booked: Database, visits: VisitActivities) -> None:
    await visits.record_visit(a_visit_change(a_visit(state=VisitState.CANCELLED), releases="C-1-V1-B0"))
    assert await booking_state(booked) is BookingState.RELEASED


async def test_the_same_change_at_once_is_written_once(booked: Database, visits: VisitActivities) -> None:
    change = a_visit_change(done())
    answers = await asyncio.gather(*(visits.record_visit(change) for _ in range(4)))
    assert answers == [answers[0]] * 4
    assert await events(booked) == ["changed"]
    assert (await get(booked, t.Visit, "C-1-V1")).version == 1


async def test_the_record_of_a_visit_never_goes_back(booked: Database, visits: VisitActivities) -> None:
    await visits.record_visit(a_visit_change(in_state(VisitState.CONFIRMED, 5), "k5"))
    with pytest.raises(ApplicationError) as refused:
        await visits.record_visit(a_visit_change(in_state(VisitState.BOOKED, 4), "k4"))
    assert refused.value.type == "stale_version"
    assert await booking_state(booked) is BookingState.CONFIRMED


async def test_only_what_a_plan_rests_on_outdates_a_plan(booked: Database, visits: VisitActivities) -> None:
    versions = []
    for number, progress in enumerate(
        [
            a_visit(version=1),  # the severity differs from the row's
            in_state(VisitState.BOOKED, 2),
            in_state(VisitState.BOOKED, 3),  # an announcement
            in_state(VisitState.OFFERED, 4),
            in_state(VisitState.OFFERED, 5, needs=VisitNeeds(timedelta(hours=2))),
        ]
    ):
        await visits.record_visit(a_visit_change(progress, f"k{number}"))
        versions.append((await get(booked, t.Visit, "C-1-V1")).version)
    assert versions == [1, 1, 1, 2, 3]


async def test_a_case_without_a_site_has_no_visit(company: Database) -> None:
    await save(company, a_case_row(site_id=None))
    with pytest.raises(ApplicationError, match="site of case") as refused:
        await VisitActivities(company).record_visit(a_visit_change(a_visit()))
    assert refused.value.type == "not_found"
