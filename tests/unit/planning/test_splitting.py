"""The two visits of a split job in the plan: the second after the first, whoever comes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from activities.planning.builder import Built
from activities.planning.drafting import Round, draft_of
from activities.planning.moves import Ground, Move, Spot, ground_of
from activities.planning.moving import consequence
from activities.planning.placing import Placer
from activities.planning.splitting import GivenUp, SplitConsequence, split_consequence
from domain.errors import AlreadySplitError, NotFoundError, PinnedError, WrongStateError
from domain.ids import CommandId, EngineerId, Sku, VisitId
from domain.messages import Command, SplitVisit
from domain.parts import PartNeed
from domain.people import SYSTEM
from domain.policy import PlanningSettings
from domain.vocabulary import BookingState, PartSource, PinKind
from domain.world import OpenVisit, World
from scheduler.budget import Budget
from scheduler.facts import Facts
from scheduler.first_come import solve_first_come
from scheduler.plan import Plan, PlanStatus
from scheduler.policy import SchedulingPolicy
from scheduler.problem import After, Visit, Window
from scheduler.to_plan import routes_of
from tests.unit.planning.world_builders import (
    HOUR,
    MINUTE,
    a_booked_visit,
    a_duty,
    a_visit,
    a_window,
    a_world,
    an_engineer,
    at,
    built,
    held,
    needs,
    ways_of,
)

PLANNED, STARTED = BookingState.PLANNED, BookingState.STARTED
DAYS = (a_duty(), a_duty(day=1))
TWO = (an_engineer("E1", duties=DAYS), an_engineer("E2", duties=DAYS))


def second(id_: str = "V2", **changes: Any) -> OpenVisit:
    return a_visit(id_, 10, after=VisitId("V1"), **changes)


def visit_of(made: Built, id_: str) -> Visit:
    return next(visit for visit in made.problem.visits if visit.id == id_)


def ground(world: World) -> Ground:
    return ground_of(world, ways_of(world), PlanningSettings(), ZoneInfo("UTC"))


def asked(first: int = 120, later: int = 60, *parts: str) -> SplitVisit:
    return SplitVisit(Command(CommandId("c"), SYSTEM), first * MINUTE, later * MINUTE, tuple(map(Sku, parts)))


def first_come(made: Built) -> Plan:
    state = solve_first_come(Facts(made.problem, SchedulingPolicy()), Budget(), None)
    return Plan(routes_of(state), (), {}, 0, PlanStatus.FEASIBLE)


# --- what the scheduler is given ---------------------------------------------------------------------------------


def test_two_parts_that_may_both_be_placed_are_bound_to_their_order():
    made = built(a_world(a_visit("V1"), second()))
    assert visit_of(made, "V2").after == (After("V1"),)
    assert visit_of(made, "V1").after == ()


def test_a_second_part_begins_when_a_first_that_stays_is_over():
    for state in (BookingState.CONFIRMED, STARTED):
        made = built(a_world(a_booked_visit("V1", 10, "09:00", state, minutes=90), second(), engineers=TWO))
        assert visit_of(made, "V2").earliest == made.timeline.after(at("10:30"))


def test_a_second_part_waits_for_nobody_once_the_first_is_over():
    made = built(a_world(second()))
    assert (visit_of(made, "V2").after, visit_of(made, "V2").earliest) == ((), made.timeline.after(at("08:01")))


def test_a_first_part_comes_before_a_second_that_is_agreed():
    agreed = a_booked_visit("V2", 10, "13:00", engineer="E2", after=VisitId("V1"))
    made = built(a_world(a_visit("V1", needs=needs(90)), agreed, engineers=TWO))
    assert visit_of(made, "V1").windows == (
        Window(made.timeline.after(at("08:01")), made.timeline.before(at("11:30"))),
    )


def test_a_first_part_without_time_before_an_agreed_second_says_so():
    agreed = a_booked_visit("V2", 10, "09:00", engineer="E2", after=VisitId("V1"))
    made = built(a_world(a_visit("V1", needs=needs(90)), agreed, engineers=TWO))
    why = made.refused[VisitId("V1")]
    assert (why.code, why.cause, why.visits) == ("order", "no_time", ("V2",))


def test_a_second_part_waits_with_a_first_that_cannot_be_placed():
    passed = needs(windows=(a_window("07:00", "07:30"),))
    made = built(a_world(a_visit("V1", needs=passed), second()))
    why = made.refused[VisitId("V2")]
    assert (why.code, why.cause, why.visits) == ("order", "no_first", ("V1",))


def test_a_part_that_the_plan_moves_a_little_moves_although_that_is_within_the_tolerance():
    first = a_booked_visit("V1", 10, "09:00", PLANNED, needs=needs(70))
    later = a_booked_visit("V2", 10, "10:00", PLANNED, engineer="E2", after=VisitId("V1"))
    world = a_world(first, later, engineers=TWO)
    made = built(world)
    draft = draft_of(world, made, first_come(made), Round(1, "test", tolerance=timedelta(hours=4)))
    assert [(b.visit, b.arrival) for b in draft.bookings] == [("V1", at("09:00")), ("V2", at("10:10"))]


# --- what people move --------------------------------------------------------------------------------------------


def test_a_move_that_lets_the_second_part_begin_too_early_breaks_the_order():
    later = replace(a_booked_visit("V2", 10, "11:00", PLANNED, engineer="E2"), after=VisitId("V1"))
    world = a_world(a_booked_visit("V1", 10, "09:00", PLANNED), later, engineers=TWO)
    early = consequence(ground(world), [], [Move(VisitId("V2"), Spot(EngineerId("E2"), at("09:30")))])
    assert [(b.rule, b.visit_id, b.at) for b in early.broken] == [("order", "V2", at("09:30"))]
    late = consequence(ground(world), [], [Move(VisitId("V1"), Spot(EngineerId("E1"), at("10:30")))])
    assert [(b.rule, b.visit_id) for b in late.broken] == [("order", "V2")]
    assert consequence(ground(world), [], [Move(VisitId("V2"), Spot(EngineerId("E2"), at("10:00")))]).allowed


def test_places_of_a_part_lie_after_the_first_and_before_the_second():
    first = a_booked_visit("V1", 10, "14:00", minutes=120)
    found = Placer(ground(a_world(first, second(), engineers=TWO))).places(VisitId("V2"))
    assert min(place.arrival for place in found) >= at("16:00")
    agreed = a_booked_visit("V2", 10, "10:00", engineer="E2", after=VisitId("V1"))
    found = Placer(ground(a_world(a_visit("V1"), agreed, engineers=TWO))).places(VisitId("V1"))
    assert max(place.finish for place in found) <= at("10:00")


# --- what splitting would do -------------------------------------------------------------------------------------


def a_long_one(**changes: Any) -> OpenVisit:
    return a_booked_visit("C-1-V1", 10, "09:00", PLANNED, minutes=360, **changes)


def split(*visits: OpenVisit, this: SplitVisit | None = None) -> SplitConsequence:
    return split_consequence(ground(a_world(*visits, engineers=TWO)), VisitId("C-1-V1"), this or asked())


def test_splitting_tells_the_place_given_up_and_where_the_parts_would_go():
    found = split(a_long_one())
    assert found.gives_up == GivenUp("E1", at("09:00"), at("15:00"), "planned")
    assert (found.first.visit_id, found.first.minutes, found.second.visit_id) == ("C-1-V1", 120, "C-C-1-V1-V2")
    assert found.second.place.arrival >= found.first.place.finish
    assert found.first.place.finish - found.first.place.arrival == 2 * HOUR


def test_the_parts_that_the_booking_holds_are_there_for_its_parts():
    van = held("PUMP", PartSource.VAN, "VAN-E1")
    found = split(a_long_one(held=(van,), needs=needs(360, parts={"PUMP": 1})), this=asked(120, 60, "PUMP"))
    assert (found.first.parts, found.second.parts) == ((), (PartNeed(Sku("PUMP"), 1),))
    assert found.second.place.engineer_id == "E1"


@pytest.mark.parametrize(
    ("visits", "refusal"),
    [
        ((a_booked_visit("C-1-V1", 10, "09:00", STARTED),), WrongStateError),
        ((a_long_one(), a_visit("V9", after=VisitId("C-1-V1"))), AlreadySplitError),
        ((a_long_one(after=VisitId("V0")),), AlreadySplitError),
        ((), NotFoundError),
    ],
)
def test_what_cannot_be_split_says_why(visits, refusal):
    with pytest.raises(refusal):
        split(*visits)


def test_a_pinned_visit_is_not_split():
    whole = a_long_one()
    assert whole.booking
    with pytest.raises(PinnedError):
        split(replace(whole, booking=replace(whole.booking, pin=PinKind.TIME)))
