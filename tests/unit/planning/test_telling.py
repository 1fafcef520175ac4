"""A reason carries every fact that its sentence tells."""

from datetime import timedelta
from typing import Any

from activities.planning.demand import BEYOND, PASSED
from activities.planning.telling import Telling
from domain.because import WhyNot
from domain.world import SkillHeld
from models.documents import from_json, to_json
from models.screens.reasons import reason_line, stored_reasons
from scheduler.plan import Reason, ReasonCode
from scheduler.problem import Pin, PinKind
from tests.unit.planning.world_builders import MONDAY, a_booked_visit, a_visit, a_world, an_engineer, built, needs


def told(code: ReasonCode, needs_of: Any, engineer: Any = None, **facts: Any) -> WhyNot:
    """A reason against the visit V1, as the scheduler gives it, told."""
    world = a_world(a_visit("V1", needs=needs_of), engineers=(engineer or an_engineer(),))
    reason = Reason(code, "As the scheduler says it.", 1, **({"nearest": "E1"} | facts))
    return Telling(built(world)).of("V1", reason)


def test_missing_skills_are_named_with_the_level_that_is_needed() -> None:
    wanted = needs(skills={"gas": 2, "fridge": 1, "water": 1})
    assert told(ReasonCode.SKILL, wanted, shortfall=3).lacking == {"gas": 2, "water": 1}
    assert told(ReasonCode.SKILL, wanted, nearest=None).lacking == {"fridge": 1, "gas": 2, "water": 1}


def test_parts_are_named_with_their_units_and_until_when_they_come() -> None:
    why = told(ReasonCode.PARTS, needs(parts={"P1": 2}), until=3600, visits=("V7",))
    assert (why.lacking, why.visits) == ({"P1": 2}, ("V7",))
    assert why.until is not None
    assert why.until - timedelta(hours=1) >= MONDAY


def test_the_certificate_that_ends_too_early_is_named_and_no_other() -> None:
    ends = {"fridge": SkillHeld(3, MONDAY + timedelta(hours=9)), "gas": SkillHeld(1)}
    person = an_engineer(skills=ends)
    world = a_world(a_visit("V1", needs=needs(skills={"fridge": 2, "gas": 1})), engineers=(person,))
    made = built(world)
    [engineer] = made.problem.engineers
    expires = engineer.skills["fridge"].expires
    assert expires is not None
    short = engineer.shifts[0].end - expires
    assert short > 0
    why = Telling(made).of("V1", Reason(ReasonCode.CERTIFICATE, "", 1, "E1", short))
    assert why.lacking == {"fridge": 2}


def test_whom_a_visit_is_pinned_to_is_named() -> None:
    world = a_world(a_booked_visit("V1", 10, "10:00"))
    made = built(world, hold=True)
    [visit] = made.problem.visits
    assert visit.pin == Pin(PinKind.BOTH, "E1", visit.pin.start if visit.pin else 0)
    assert Telling(made).of("V1", Reason(ReasonCode.PIN, "", 1)).only == ("E1",)


def test_what_planning_itself_refuses_says_which_case_it_is() -> None:
    assert (PASSED.code, PASSED.cause, BEYOND.code, BEYOND.cause) == ("window", "passed", "window", "beyond")


def test_reasons_are_kept_whole_and_those_from_before_are_still_read() -> None:
    why = told(ReasonCode.SKILL, needs(skills={"gas": 2}), shortfall=2)
    assert from_json(WhyNot, to_json(WhyNot, why)) == why
    [old] = stored_reasons([{"code": "skill", "sentence": "Nobody knows gas.", "nearest": "E1"}])
    assert (old.code, old.nearest, old.cause, dict(old.lacking)) == ("skill", "E1", "", {})


def test_engineers_are_named_where_the_record_knows_them() -> None:
    why = WhyNot("excluded", "E1 may not.", nearest="E1", only=("E2", "E9"))
    assert reason_line(why, {"E1": "Li Wei", "E2": "Wang Fang", "E3": "Wu Min"}).people == {
        "E1": "Li Wei", "E2": "Wang Fang"
    }  # fmt: skip
