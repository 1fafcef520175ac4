"""Simulated people: what they do, when, and that chance is the same for both dispatchers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.case import VisitNeeds
from domain.checklists import ItemKind, check
from domain.ids import CaseId, LocationId, ReservationId, Sku, TerritoryId, VisitId
from domain.messages import (
    AcceptOffer,
    AnswerQuote,
    Arrive,
    ClassifyCase,
    ConfirmCase,
    DecideCase,
    DeclineOffer,
    Depart,
    FinishVisit,
    PartReceived,
    ReceiveStock,
    RecordCallBack,
    RecordDiagnosis,
    SettleHandOver,
)
from domain.parts import PartNeed, PartUsed
from domain.registration import ArrivalWindow, Registration
from domain.vocabulary import CaseState, Decision, Outcome, Severity, VisitState, Warranty
from domain.world import Point
from models.repositories.live import LiveCase, LiveVisit
from models.repositories.live_field import LiveEngineer, LiveShift, LiveShipment, Shortage
from samples.catalogue import OUT_OF_STOCK, SCARCE
from samples.checklists import CHECKLISTS
from simulation.acts import Act
from simulation.behaviour import Behaviour
from simulation.draws import Draws, world_key
from simulation.field import Field
from simulation.office import Office
from simulation.stores import Stores
from simulation.truth import truth_of, work_of
from tests.unit.simulation.builders import (
    FAR,
    HOME,
    HOUR,
    MINUTE,
    NOON,
    a_case,
    a_request,
    a_visit,
    an_engineer,
)

ZONE = "America/Los_Angeles"
PARTS = tuple(map(Sku, ("SEWER-TRAP", "SEWER-PIPE-SECTION", "SEWER-GRATE")))
DRAWS = Draws(3)
PLAIN = Behaviour(
    spread=0,
    remote_solved=0,
    quote_refused=0,
    quote_ignored=0,
    reopens=0,
    never_confirms=0,
    fault_returns=0,
    not_reached=0,
    declines=0,
    ignores=0,
    travel_spread=0,
    work_spread=0,
    no_access=0,
    partially_fixed=0,
    unsafe=0,
    beyond_repair=0,
)


def office(behaviour: Behaviour = PLAIN) -> Office:
    return Office(DRAWS, behaviour, ZONE)


def quarter_of_an_hour(_from: Point, _to: Point, _at: datetime) -> timedelta:
    return 15 * MINUTE


def the_field(behaviour: Behaviour = PLAIN, given: Registration | None = None, draws: Draws = DRAWS) -> Field:
    return Field(draws, behaviour, quarter_of_an_hour, {CaseId("SIM-C.241450"): given or a_request()})


def the_act(found: list[Act]) -> Act:
    (act,) = found
    return act


def case_act(case: LiveCase, behaviour: Behaviour = PLAIN) -> Act:
    act = office(behaviour).act(case)
    assert act is not None
    return act


def a_case_whose_part_is(sku: Sku | None) -> CaseId:
    """A case whose hidden fault needs exactly this part."""
    names = (CaseId(f"SIM-C.{n}") for n in range(1_000))
    return next(c for c in names if truth_of(DRAWS, c, work_of(a_request()), PLAIN).part == sku)


# --- chance ----------------------------------------------------------------------------------------------------


def test_the_same_key_draws_the_same_and_another_key_something_else() -> None:
    assert DRAWS.of("a", 1).random() == Draws(3).of("a", 1).random()
    assert DRAWS.of("a", 1).random() != DRAWS.of("a", 2).random()
    assert DRAWS.of("a", 1).random() != Draws(4).of("a", 1).random()


def test_keys_do_not_run_into_each_other() -> None:
    assert DRAWS.of("a", "bc").random() != DRAWS.of("ab", "c").random()


def test_twins_share_their_world() -> None:
    assert world_key("SIM-C.241450-V1") == world_key("SIM-F.241450-V1") == "241450-V1"
    assert world_key("C-2611230501") == "C-2611230501"
    one, other = a_case(CaseState.CLASSIFYING), a_case(CaseState.CLASSIFYING, id=CaseId("SIM-F.241450"))
    assert office(Behaviour()).act(one).at == office(Behaviour()).act(other).at


def test_a_delay_without_spread_is_the_median() -> None:
    assert DRAWS.delay(7 * MINUTE, 0.0, "x") == 7 * MINUTE


# --- agents and customers --------------------------------------------------------------------------------------


def test_an_agent_classifies_as_the_channel_suggests_after_the_usual_time() -> None:
    act = case_act(a_case(CaseState.CLASSIFYING))
    assert isinstance(act.message, ClassifyCase)
    assert act.message.classification.severity is Severity.MEDIUM
    assert act.at == act.message.command.at == NOON + PLAIN.classify


def test_a_command_keeps_its_id_as_long_as_the_step_is_open() -> None:
    first, escalated = case_act(a_case(CaseState.CLASSIFYING)), case_act(a_case(CaseState.CLASSIFYING, version=5))
    next_step = case_act(a_case(CaseState.CLASSIFYING, number=2))
    assert first.message.command.id == escalated.message.command.id == "sim:SIM-C.241450:step:1"
    assert next_step.message.command.id == "sim:SIM-C.241450:step:2"


def test_what_can_be_solved_on_the_phone_is_not_solved_there_twice() -> None:
    always = replace(PLAIN, remote_solved=1)
    first = case_act(a_case(CaseState.DIAGNOSING), always).message
    again = case_act(a_case(CaseState.DIAGNOSING, reopened=1), always).message
    assert isinstance(first, RecordDiagnosis)
    assert isinstance(again, RecordDiagnosis)
    assert (first.diagnosis.solved, again.diagnosis.solved) == (True, False)


def test_a_visit_is_asked_for_with_the_skills_and_minutes_of_the_request() -> None:
    message = case_act(a_case(CaseState.DECIDING, id=a_case_whose_part_is(None))).message
    assert isinstance(message, DecideCase)
    assert message.ruling.decision is Decision.ON_SITE
    assert message.ruling.needs == VisitNeeds(75 * MINUTE, {"sewer": 2})
    assert message.ruling.quote_cents == 0


def test_a_part_that_an_engineer_missed_is_on_the_next_visit() -> None:
    blind = replace(PLAIN, agent_names_part=0)
    case = a_case(CaseState.DECIDING, id=a_case_whose_part_is(Sku("SEWER-TRAP")))
    first = case_act(case, blind).message
    second = case_act(replace(case, outcome=Outcome.PART_MISSING), blind).message
    assert isinstance(first, DecideCase)
    assert isinstance(second, DecideCase)
    assert first.ruling.needs.parts == ()
    assert second.ruling.needs.parts == (PartNeed(Sku("SEWER-TRAP")),)


def test_out_of_warranty_a_price_is_asked_and_a_refusal_ends_it() -> None:
    expired = a_case(CaseState.DECIDING, warranty=Warranty.EXPIRED)
    asked = case_act(expired).message
    refused = case_act(replace(expired, quoted=True)).message
    assert isinstance(asked, DecideCase)
    assert isinstance(refused, DecideCase)
    assert asked.ruling.quote_cents == 6_900 + 75 * 150
    assert refused.ruling.decision is Decision.REFUSAL
    assert refused.ruling.reason


def test_what_cannot_be_repaired_is_exchanged() -> None:
    message = case_act(a_case(CaseState.DECIDING, outcome=Outcome.BEYOND_REPAIR)).message
    assert isinstance(message, DecideCase)
    assert message.ruling.decision is Decision.EXCHANGE


def test_a_customer_answers_by_day_only() -> None:
    night = datetime(2014, 12, 12, 7, 30, tzinfo=UTC)  # 23:30 in San Francisco
    act = case_act(a_case(CaseState.QUOTING, since=night))
    assert act.at == datetime(2014, 12, 12, 15, 0, tzinfo=UTC)  # 07:00
    assert isinstance(act.message, AnswerQuote)
    assert act.message.accepted


def test_a_quote_that_nobody_answers_is_refused_after_its_time() -> None:
    act = case_act(a_case(CaseState.QUOTING), replace(PLAIN, quote_ignored=1))
    assert act.at == NOON + HOUR + 4 * HOUR
    assert act.message == AnswerQuote(act.message.command, accepted=False)


def test_most_customers_confirm_and_silent_ones_do_nothing() -> None:
    act = case_act(a_case(CaseState.CONFIRMING))
    assert act.message == ConfirmCase(act.message.command, solved=True)
    assert office(replace(PLAIN, never_confirms=1)).act(a_case(CaseState.CONFIRMING)) is None
    reopened = case_act(a_case(CaseState.CONFIRMING), replace(PLAIN, reopens=1))
    assert reopened.message == ConfirmCase(reopened.message.command, solved=False)


def test_the_call_back_is_made_when_it_is_time_and_in_calling_hours() -> None:
    later = datetime(2014, 12, 15, 1, 30, tzinfo=UTC)  # 17:30 in San Francisco; 90 minutes on it is too late
    act = case_act(a_case(CaseState.CALLING_BACK, call_back_from=later))
    assert act.at == datetime(2014, 12, 15, 17, 0, tzinfo=UTC)  # 09:00 of the next day
    assert isinstance(act.message, RecordCallBack)
    assert act.message.satisfaction in {1, 2, 3, 4, 5}


def test_a_customer_who_is_not_reached_gives_no_answer() -> None:
    act = case_act(a_case(CaseState.CALLING_BACK, call_back_from=NOON), replace(PLAIN, not_reached=1, fault_returns=1))
    assert act.message == RecordCallBack(act.message.command, fault_is_back=False, satisfaction=None)


def test_an_exchange_is_settled_and_a_visit_is_nobodys_turn_at_the_desk() -> None:
    assert isinstance(case_act(a_case(CaseState.HANDED_OVER)).message, SettleHandOver)
    assert office().act(a_case(CaseState.VISITING)) is None


# --- engineers -------------------------------------------------------------------------------------------------


def acts(visit: LiveVisit, engineer: LiveEngineer | None = None, field: Field | None = None) -> list[Act]:
    return (field or the_field()).acts(engineer or an_engineer(), [visit])


def test_an_engineer_accepts_an_offer_and_names_the_booking() -> None:
    act = the_act(acts(a_visit(VisitState.OFFERED)))
    assert act.message == AcceptOffer(act.message.command, a_visit(VisitState.OFFERED).booking)
    assert act.at == NOON + PLAIN.accept


def test_some_decline_with_a_reason_and_some_stay_silent() -> None:
    declined = the_act(acts(a_visit(VisitState.OFFERED), field=the_field(replace(PLAIN, declines=1))))
    assert isinstance(declined.message, DeclineOffer)
    assert acts(a_visit(VisitState.OFFERED), field=the_field(replace(PLAIN, ignores=1))) == []


def test_an_offer_in_the_night_is_answered_before_the_shift() -> None:
    shift = LiveShift(NOON + 8 * HOUR, NOON + 16 * HOUR, "day")
    act = the_act(acts(a_visit(VisitState.OFFERED), an_engineer(shifts=(shift,))))
    assert act.at == shift.start - PLAIN.answers_before_shift


def test_an_engineer_sets_out_as_planned_and_not_before_the_last_visit_is_over() -> None:
    visit = a_visit(VisitState.CONFIRMED)
    planned = NOON + 2 * HOUR - 20 * MINUTE
    assert the_act(acts(visit)).at == planned
    assert isinstance(the_act(acts(visit)).message, Depart)
    late = an_engineer(last_finish=NOON + 3 * HOUR, last_place=FAR)
    assert the_act(acts(visit, late)).at == NOON + 3 * HOUR
    tomorrow = an_engineer(shifts=(LiveShift(NOON + 4 * HOUR, NOON + 9 * HOUR, "day"),))
    assert the_act(acts(visit, tomorrow)).at == NOON + 4 * HOUR


def test_visits_are_driven_in_the_order_of_their_bookings() -> None:
    first = a_visit(VisitState.CONFIRMED, id=VisitId("SIM-C.1-V1"), arrival=NOON + HOUR)
    second = a_visit(VisitState.CONFIRMED, id=VisitId("SIM-C.2-V1"), arrival=NOON + 3 * HOUR)
    assert the_act(the_field().acts(an_engineer(), [second, first])).target == "SIM-C.1-V1"


def test_nobody_leaves_for_a_second_visit_while_at_the_first() -> None:
    working = a_visit(VisitState.ON_SITE, id=VisitId("SIM-C.1-V1"), arrived_at=NOON)
    waiting = a_visit(VisitState.CONFIRMED, id=VisitId("SIM-C.2-V1"))
    act = the_act(the_field().acts(an_engineer(), [working, waiting]))
    assert act.target == "SIM-C.1-V1"
    assert isinstance(act.message, FinishVisit)


def test_nobody_leaves_for_a_visit_that_is_not_accepted() -> None:
    assert acts(a_visit(VisitState.BOOKED)) == []


def test_the_way_takes_its_time_and_a_warehouse_stop_longer() -> None:
    driving = a_visit(VisitState.EN_ROUTE, departed_at=NOON, travel=40 * MINUTE)
    assert the_act(acts(driving)).at == NOON + 15 * MINUTE
    assert isinstance(the_act(acts(driving)).message, Arrive)
    assert the_act(acts(replace(driving, warehouse_stop=True))).at == NOON + 40 * MINUTE


def test_an_early_engineer_waits_for_the_window() -> None:
    window = ArrivalWindow(NOON + HOUR, NOON + 3 * HOUR)
    needs = VisitNeeds(75 * MINUTE, windows=(window,))
    driving = a_visit(VisitState.EN_ROUTE, departed_at=NOON, needs=needs)
    assert the_act(acts(driving)).at == window.start


def test_the_way_begins_at_home_or_where_the_engineer_was_last_in_this_shift() -> None:
    field = the_field()
    assert field.place(an_engineer(last_place=FAR, last_finish=NOON), NOON + HOUR) == FAR
    assert field.place(an_engineer(last_place=FAR, last_finish=NOON - 20 * HOUR), NOON) == HOME


def test_work_without_parts_ends_fixed_after_the_expected_time() -> None:
    case = a_case_whose_part_is(None)
    visit = a_visit(VisitState.ON_SITE, id=VisitId(f"{case}-V1"), case_id=case, arrived_at=NOON)
    act = the_act(Field(DRAWS, PLAIN, quarter_of_an_hour, {case: a_request()}).acts(an_engineer(), [visit]))
    assert act.at == NOON + 75 * MINUTE
    assert isinstance(act.message, FinishVisit)
    assert act.message.report.outcome is Outcome.FIXED
    assert act.message.report.labour == 75 * MINUTE


def test_a_part_that_is_not_on_board_is_missing_and_one_that_is_gets_used() -> None:
    trap = Sku("SEWER-TRAP")
    case = a_case_whose_part_is(trap)
    visit = a_visit(VisitState.ON_SITE, id=VisitId(f"{case}-V1"), case_id=case, arrived_at=NOON)
    field = Field(DRAWS, PLAIN, quarter_of_an_hour, {case: a_request()})

    def report(engineer: LiveEngineer, seen: LiveVisit) -> tuple[Outcome, object, object]:
        message = the_act(field.acts(engineer, [seen])).message
        assert isinstance(message, FinishVisit)
        return message.report.outcome, message.report.needed_parts, message.report.parts_used

    assert report(an_engineer(), visit) == (Outcome.PART_MISSING, (PartNeed(trap),), ())
    used = (Outcome.FIXED, (), (PartUsed(trap, 1, "T-1"),))
    assert report(an_engineer(van={trap: 1}, serials={trap: "T-1"}), visit) == used
    assert report(an_engineer(), replace(visit, held={trap: 1}, serials={trap: "T-1"})) == used


def test_a_closed_door_takes_ten_minutes() -> None:
    working = a_visit(VisitState.ON_SITE, arrived_at=NOON)
    act = the_act(acts(working, field=the_field(replace(PLAIN, no_access=1))))
    assert act.at == NOON + 10 * MINUTE
    assert isinstance(act.message, FinishVisit)
    assert act.message.report.outcome is Outcome.NO_ACCESS


def test_a_checklist_is_answered_and_once_in_a_while_a_value_is_out_of_range() -> None:
    outside, values = 0, 0
    for number, checklist in enumerate(CHECKLISTS.lists * 200):
        visit = a_visit(VisitState.ON_SITE, id=VisitId(f"C-{number}-V1"), arrived_at=NOON, checklist=checklist)
        message = the_act(acts(visit, field=the_field(replace(PLAIN, partially_fixed=1)))).message
        assert isinstance(message, FinishVisit)
        check(checklist, message.report.checklist, message.report.outcome)
        items = {item.id: item for item in checklist.items}
        assert {each.item for each in message.report.checklist} == items.keys()
        outside += sum(items[each.item].is_out_of_range(each.answer) for each in message.report.checklist)
        values += sum(item.kind is ItemKind.VALUE for item in checklist.items)
    assert 0 < outside < values / 10


def test_whoever_does_not_get_in_answers_nothing() -> None:
    visit = a_visit(VisitState.ON_SITE, arrived_at=NOON, checklist=CHECKLISTS.lists[0])
    message = the_act(acts(visit, field=the_field(replace(PLAIN, no_access=1)))).message
    assert isinstance(message, FinishVisit)
    assert message.report.checklist == ()


def test_about_one_visit_in_twelve_meets_a_mishap() -> None:
    usual, hits = Behaviour(), 0
    for n in range(1_000):
        visit = a_visit(VisitState.ON_SITE, id=VisitId(f"C-{n}-V1"), arrived_at=NOON)
        message = the_act(acts(visit, an_engineer(van=dict.fromkeys(PARTS, 1)), the_field(usual))).message
        assert isinstance(message, FinishVisit)
        hits += message.report.outcome is not Outcome.FIXED
    assert 60 <= hits <= 110


# --- parts -----------------------------------------------------------------------------------------------------

STORES = Stores(DRAWS, PLAIN, ZONE)


def test_a_shipment_arrives_within_hours_of_the_expected_time() -> None:
    act = STORES.receive(LiveShipment(ReservationId("SIM-C.1-V1-B1-P1"), VisitId("SIM-C.1-V1"), NOON))
    assert isinstance(act.message, PartReceived)
    assert act.target == "SIM-C.1-V1-B1-P1"
    assert abs(act.at - NOON) < 6 * HOUR


def test_the_morning_delivery_brings_what_ran_out_once_a_day() -> None:
    low = Shortage(LocationId("SIM-C.WH"), TerritoryId("SIM-C"), Sku("SEWER-TRAP"))
    noon, evening = STORES.restock(low, NOON), STORES.restock(low, NOON + 6 * HOUR)
    tomorrow = STORES.restock(low, NOON + 24 * HOUR)
    assert noon is not None
    assert evening is not None
    assert tomorrow is not None
    assert isinstance(noon.message, ReceiveStock)
    assert noon.message.quantity == 5
    assert noon.message.command.id == evening.message.command.id
    assert noon.message.command.id != tomorrow.message.command.id


def test_each_delivered_piece_of_a_serialised_part_has_its_own_number() -> None:
    low = Shortage(LocationId("VAN-E1"), TerritoryId("T"), Sku("WP08-INVERTER"), is_van=True, serialised=True)
    act = STORES.restock(low, NOON)
    assert act is not None
    assert isinstance(act.message, ReceiveStock)
    assert (act.message.quantity, act.message.serials) == (1, ("WP08-INVERTER-VAN-E1-141211-1",))


def test_what_is_out_of_stock_stays_out_and_rare_parts_come_on_thursdays() -> None:
    def low(sku: Sku) -> Shortage:
        return Shortage(LocationId("WH"), TerritoryId("T"), sku)

    rare = min(SCARCE)
    assert STORES.restock(low(OUT_OF_STOCK), NOON) is None
    assert STORES.restock(low(rare), NOON) is not None  # 2014-12-11 is a Thursday
    assert STORES.restock(low(rare), NOON + 24 * HOUR) is None
