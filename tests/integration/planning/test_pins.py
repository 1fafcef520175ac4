"""Pins on a real record: planning respects them, and a new booking inherits them."""

from activities.planning.activities import PlanningActivities
from domain.vocabulary import BookingState, PinKind
from models.session import Database
from tests.builders import at
from tests.integration.planning.field import a_field, ask, occupying, plan_and_publish, set_booking, set_state


async def test_a_pinned_engineer_keeps_the_visit_and_the_pin_when_its_time_moves(
    database: Database, planning: PlanningActivities
) -> None:
    await a_field(database)
    visit = await ask(database, 1)
    await plan_and_publish(planning)
    other = {"E1": "E2", "E2": "E1"}[(await occupying(database))[visit].engineer_id]
    await set_booking(database, visit, BookingState.PLANNED, engineer_id=other, pin=PinKind.RESOURCE)
    await set_state(database, visit, earliest=at(5))
    await plan_and_publish(planning, 2)
    now = (await occupying(database))[visit]
    assert (now.engineer_id, now.pin) == (other, PinKind.RESOURCE)
    assert now.arrival >= at(5)
    assert now.number == 2


async def test_a_booking_that_was_pinned_while_the_plan_was_made_is_left_alone(
    database: Database, planning: PlanningActivities
) -> None:
    await a_field(database)
    visit = await ask(database, 1)
    await plan_and_publish(planning)
    await set_booking(database, visit, BookingState.PLANNED, pin=PinKind.BOTH)
    before = (await occupying(database))[visit]
    await set_state(database, visit, earliest=at(5))
    await plan_and_publish(planning, 2)
    assert (await occupying(database))[visit].id == before.id
