"""What the scheduler is given for a world."""

from dataclasses import replace
from datetime import timedelta

from activities.planning.builder import LEAD, Built
from activities.planning.demand import BEYOND, PASSED, UNCLEAR
from domain.policy import PlanningSettings
from domain.vocabulary import BookingState, PartSource, ReservationState, Severity, VisitState
from domain.vocabulary import PinKind as Fixed
from domain.world import BookingFact, LastSeen, SkillHeld, Span
from scheduler.problem import Break, Pin, PinKind, Position, Published, Shift, Skill, Visit, Window
from tests.unit.planning.world_builders import (
    a_booked_visit,
    a_duty,
    a_pause,
    a_visit,
    a_warehouse,
    a_window,
    a_world,
    an_engineer,
    at,
    built,
    held,
    mile,
    needs,
)

PLANNED, STARTED = BookingState.PLANNED, BookingState.STARTED


def visit_of(problem: Built, id_: str = "V1") -> Visit:
    return next(visit for visit in problem.problem.visits if visit.id == id_)


def seconds(made: Built, clock: str, day: int = 0) -> int:
    return made.timeline.after(at(clock, day))


def shifts_of(made: Built) -> tuple[Shift, ...]:
    return made.problem.engineers[0].shifts


# --- facts and what may move -------------------------------------------------------------------------------------


def test_started_visits_are_not_planned_but_say_where_the_engineer_is_free() -> None:
    started = a_booked_visit("V1", 10, "09:00", STARTED, arrived=at("09:00"))
    made = built(a_world(started, a_visit("V2"), now="09:20"))
    assert [visit.id for visit in made.problem.visits] == ["V2"]
    assert made.problem.engineers[0].position == Position(made.ways.place(mile(10)), seconds(made, "10:00"))


def test_an_engineer_who_is_early_is_not_planned_into_the_time_that_stays_booked() -> None:
    started = a_booked_visit("V1", 10, "10:00", STARTED, arrived=at("09:30"), needs=needs(30))
    made = built(a_world(started, now="09:40"))
    assert made.problem.engineers[0].position == Position(made.ways.place(mile(10)), seconds(made, "11:00"))


def test_promised_bookings_are_pinned_where_they_are_expected() -> None:
    for state in (BookingState.OFFERED, BookingState.CONFIRMED):
        made = built(a_world(a_booked_visit("V1", 30, "10:00", state), now="09:50"))
        expected = Pin(PinKind.BOTH, "E1", seconds(made, "10:20") + int(LEAD.total_seconds()))
        assert visit_of(made).pin == expected
        assert made.kept == {"V1"}


def test_a_tentative_booking_may_move_and_is_remembered() -> None:
    made = built(a_world(a_booked_visit("V1", 30, "10:00", PLANNED)))
    assert visit_of(made).pin is None
    assert visit_of(made).published == Published("E1", seconds(made, "10:00"))
    assert made.movable == 1


def test_hold_pins_tentative_bookings_and_places_only_new_visits() -> None:
    made = built(a_world(a_booked_visit("V1", 30, "10:00", PLANNED), a_visit("V2")), hold=True)
    assert visit_of(made).pin == Pin(PinKind.BOTH, "E1", seconds(made, "10:00"))
    assert visit_of(made, "V2").pin is None
    assert made.movable == 1


def test_what_a_person_decided_stays() -> None:
    chosen = a_booked_visit("V1", 30, "10:00", PLANNED)
    assert chosen.booking is not None
    by_person = a_world(a_visit("V1", 30, state=VisitState.BOOKED, booking=_by_person(chosen.booking)))
    assert built(by_person).kept == {"V1"}


def _by_person(booking: BookingFact) -> BookingFact:
    return replace(booking, pin=Fixed.BOTH)


def test_a_visit_that_is_just_changing_hands_waits_for_the_next_round() -> None:
    made = built(a_world(a_visit("V1", state=VisitState.OFFERED)))
    assert made.refused == {"V1": UNCLEAR}


# --- what a visit asks for -----------------------------------------------------------------------------------------


def test_a_visit_carries_what_was_promised_and_what_it_needs() -> None:
    asked = a_visit(
        "V1", severity=Severity.SAFETY, needs=needs(30, {"fridge": 2}), on_site_due=at("10:00"),
        resolve_due=at("14:00"), preferred="E1", excluded=frozenset({"E2"}), requested=at("07:00"),
    )  # fmt: skip
    made = built(a_world(asked))
    visit = visit_of(made)
    assert (visit.duration, visit.skills, visit.priority, visit.mandatory) == (1800, {"fridge": 2}, 5, True)
    assert visit.latest_sla_end == seconds(made, "09:30")  # at ten, with an hour to spare
    assert (visit.preferred, visit.excluded, visit.requested) == ({"E1"}, {"E2"}, -3600)
    assert visit.earliest == LEAD.total_seconds()


def test_the_resolve_promise_counts_when_it_is_the_tighter_one() -> None:
    made = built(a_world(a_visit("V1", on_site_due=at("14:00"), resolve_due=at("14:10"))))
    assert visit_of(made).latest_sla_end == seconds(made, "13:10")


def test_only_what_is_left_of_the_customers_windows_counts() -> None:
    asked = needs(windows=(a_window("07:00", "07:30"), a_window("07:45", "09:00"), a_window("13:00", "15:00")))
    made = built(a_world(a_visit("V1", needs=asked)))
    floor = int(LEAD.total_seconds())
    assert visit_of(made).windows == (Window(floor, 3600), Window(5 * 3600, 7 * 3600))


def test_the_window_that_the_customer_was_told_counts_alone_while_it_can_be_met() -> None:
    asked = needs(windows=(a_window("09:00", "10:00"), a_window("13:00", "15:00")))
    told = a_booked_visit("V1", 10, "09:30", PLANNED, window=a_window("09:00", "10:00"), needs=asked)
    made = built(a_world(told))
    assert visit_of(made).windows == (Window(3600, 7200),)
    missed = built(a_world(told, now="10:30"))
    assert visit_of(missed).windows == (Window(seconds(missed, "13:00"), seconds(missed, "15:00")),)


def test_a_visit_whose_windows_have_passed_is_refused_with_advice() -> None:
    made = built(a_world(a_visit("V1", needs=needs(windows=(a_window("06:00", "07:00"),)))))
    assert made.refused == {"V1": PASSED}
    assert made.problem.visits == ()


def test_a_visit_whose_windows_lie_beyond_the_horizon_is_refused() -> None:
    made = built(a_world(a_visit("V1", needs=needs(windows=(a_window("09:00", "10:00", day=9),)))))
    assert made.refused == {"V1": BEYOND}


def test_a_promise_that_is_broken_already_is_late_and_no_error() -> None:
    made = built(a_world(a_visit("V1", on_site_due=at("02:00"))))
    assert visit_of(made).latest_sla_end == -6 * 3600


def test_how_much_time_a_promise_is_planned_to_have_to_spare_is_a_setting() -> None:
    tight = PlanningSettings(promise_margin=timedelta(0))
    made = built(a_world(a_visit("V1", resolve_due=at("14:10"))), tight)
    assert visit_of(made).latest_sla_end == seconds(made, "14:10")


# --- parts ----------------------------------------------------------------------------------------------------


def test_what_movable_bookings_hold_is_given_back_and_what_facts_hold_is_not() -> None:
    movable = a_booked_visit("V1", 10, "10:00", PLANNED, held=(held("A", PartSource.VAN, "VAN-E1", 2),))
    fact = a_booked_visit("V2", 10, "12:00", held=(held("A", PartSource.VAN, "VAN-E1", 5),))
    engineer = an_engineer(van={"A": 1})
    made = built(a_world(movable, fact, engineers=(engineer,)))
    assert made.problem.engineers[0].van == {"A": 3}
    assert built(a_world(movable, fact, engineers=(engineer,)), hold=True).problem.engineers[0].van == {"A": 1}


def test_a_part_can_be_shipped_while_one_warehouse_has_enough_of_it() -> None:
    asked = a_visit("V1", needs=needs(parts={"A": 2}))
    policy = PlanningSettings(shipping=timedelta(hours=20))
    assert visit_of(built(a_world(asked, warehouses=(a_warehouse(stock={"A": 2}),)), policy)).shipped == {"A": 72_000}
    assert visit_of(built(a_world(asked, warehouses=(a_warehouse(stock={"A": 1}),)), policy)).shipped == {}


def test_a_part_that_is_under_way_keeps_its_time() -> None:
    sent = held("A", PartSource.SHIPMENT, "W1", state=ReservationState.SHIPPED, ready_at=at("09:00"))
    there = held("A", PartSource.SHIPMENT, "W1", state=ReservationState.READY, ready_at=at("09:00"))
    for part, ready in ((sent, 3600), (there, 0)):
        asked = a_booked_visit("V1", 10, "10:00", PLANNED, held=(part,), needs=needs(parts={"A": 1}))
        assert visit_of(built(a_world(asked, warehouses=(a_warehouse(),)))).shipped == {"A": ready}


def test_only_the_fact_itself_can_fetch_the_units_that_it_reserved() -> None:
    fact = a_booked_visit("V1", 30, "10:00", held=(held("A", PartSource.WAREHOUSE, "W1"),))
    made = built(a_world(fact, a_visit("V2", needs=needs(parts={"A": 1})), warehouses=(a_warehouse(),)))
    assert visit_of(made).parts == {"A for V1": 1}
    assert made.problem.warehouses[0].stock == {"A for V1": 1}


def test_units_that_were_picked_up_already_need_no_stop() -> None:
    picked = held("A", PartSource.WAREHOUSE, "W1", state=ReservationState.READY)
    made = built(a_world(a_booked_visit("V1", 30, "10:00", held=(picked,)), warehouses=(a_warehouse(),)))
    assert visit_of(made).parts == {}


def test_a_warehouse_lets_nobody_in_whom_it_cannot_serve_before_it_closes() -> None:
    house = a_warehouse(opening=(Span(at("09:00"), at("12:00")),))
    assert built(a_world(warehouses=(house,))).problem.warehouses[0].opening == (Window(3600, 4 * 3600 - 600),)
    shut = a_warehouse(opening=())
    assert built(a_world(warehouses=(shut,))).problem.warehouses == ()


# --- shifts ---------------------------------------------------------------------------------------------------


def test_a_shift_that_is_on_begins_after_the_lead() -> None:
    made = built(a_world(now="10:00"))
    assert shifts_of(made)[0].start == LEAD.total_seconds()
    assert shifts_of(made)[0].end == 7 * 3600


def test_an_engineer_who_finished_a_visit_today_starts_from_there() -> None:
    made = built(a_world(now="10:00", engineers=(an_engineer(last_seen=LastSeen(mile(50), at("09:50"))),)))
    assert made.problem.engineers[0].position == Position(made.ways.place(mile(50)), 60)


def test_an_absence_is_cut_out_and_no_overtime_runs_into_it() -> None:
    engineer = an_engineer(absences=(Span(at("10:00"), at("12:00")),))
    made = built(a_world(engineers=(engineer,), now="07:00"))
    spans = [(shift.start, shift.end, shift.overtime_limit) for shift in shifts_of(made)]
    assert spans == [(3600, 3 * 3600, 0), (5 * 3600, 10 * 3600, 3600)]


def test_an_absence_until_after_the_shift_takes_the_overtime_too() -> None:
    made = built(a_world(engineers=(an_engineer(absences=(Span(at("15:00"), at("23:00")),)),), now="07:00"))
    assert [(s.start, s.end, s.overtime_limit) for s in shifts_of(made)] == [(3600, 8 * 3600, 0)]


def test_a_shift_that_is_over_is_not_planned() -> None:
    engineer = an_engineer(duties=(a_duty(), a_duty(day=1)))
    assert len(shifts_of(built(a_world(now="19:00", engineers=(engineer,))))) == 1


def test_a_chain_of_facts_that_runs_late_raises_the_limit_of_its_shift() -> None:
    facts = [a_booked_visit(f"V{n}", 30, f"{14 + n}:00", minutes=60) for n in range(4)]
    started = a_booked_visit("V9", 30, "12:00", STARTED, arrived=at("13:55"), minutes=120)
    made = built(a_world(started, *facts, now="14:00"))
    starts = [visit_of(made, f"V{n}").pin for n in range(4)]
    assert [pin.start if pin else None for pin in starts] == [
        seconds(made, "15:55"), seconds(made, "16:55"), seconds(made, "17:55"), seconds(made, "18:55"),
    ]  # fmt: skip
    shift = shifts_of(made)[0]
    assert shift.end + shift.overtime_limit == seconds(made, "20:30")


def test_a_fact_before_the_shift_lets_the_shift_begin_in_time_for_it() -> None:
    made = built(a_world(a_booked_visit("V1", 20, "07:30"), now="06:00"))
    assert shifts_of(made)[0].start == seconds(made, "07:10")


def test_a_fact_far_from_every_shift_stays_out_of_the_problem() -> None:
    made = built(a_world(a_booked_visit("V1", 20, "23:00"), now="06:00"))
    assert made.problem.visits == ()
    assert made.kept == {"V1"}


def test_the_break_waits_for_a_fact_that_leaves_no_room_for_it() -> None:
    engineer = an_engineer(duties=(a_duty(pause=a_pause("11:30", "13:00")),))
    blocked = built(a_world(a_booked_visit("V1", 10, "11:30", minutes=120), engineers=(engineer,)))
    assert shifts_of(blocked)[0].break_ == Break(seconds(blocked, "11:30"), seconds(blocked, "13:30"), 1800)
    free = built(a_world(a_booked_visit("V1", 10, "12:30", minutes=120), engineers=(engineer,)))
    assert shifts_of(free)[0].break_ == Break(seconds(free, "11:30"), seconds(free, "13:00"), 1800)


def test_facts_never_count_against_the_most_visits_of_a_day() -> None:
    facts = [a_booked_visit(f"V{n}", 10, f"{9 + 2 * n}:00") for n in range(3)]
    made = built(a_world(*facts, engineers=(an_engineer(max_visits=2),)))
    assert made.problem.engineers[0].max_visits_per_shift == 3


def test_a_certificate_is_given_as_the_second_at_which_it_ends() -> None:
    made = built(a_world(engineers=(an_engineer(skills={"gas": SkillHeld(2, at("00:00", 1))}),)))
    assert made.problem.engineers[0].skills == {"gas": Skill(2, 16 * 3600)}


def test_what_another_territory_plans_only_takes_time() -> None:
    made = built(a_world(a_booked_visit("V1", 10, "10:00", PLANNED, is_foreign=True)))
    assert visit_of(made).pin == Pin(PinKind.BOTH, "E1", 2 * 3600)
