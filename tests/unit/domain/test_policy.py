from datetime import timedelta

import pytest
from pydantic import ValidationError

from domain.calendars import ALWAYS, Calendar
from domain.clock import ClockName
from domain.policy import PromiseRule, ServicePolicy, resolve_terms
from domain.vocabulary import CaseKind, Severity, Warranty

H = timedelta(hours=1)
BUSINESS = Calendar("business", "Europe/Berlin", always=True)


def targets(kind: CaseKind, severity: Severity, warranty: Warranty) -> dict[str, timedelta]:
    terms = resolve_terms(ServicePolicy(), kind, severity, warranty, BUSINESS)
    return {clock.name: clock.target for clock in terms.clocks}


def test_a_fault_in_warranty_is_promised_two_eight_twenty_four_and_forty_eight_hours():
    assert targets(CaseKind.FAULT, Severity.MEDIUM, Warranty.COVERED) == {
        ClockName.RESPOND: 2 * H,
        ClockName.DISPATCH: 8 * H,
        ClockName.ON_SITE: 24 * H,
        ClockName.RESOLVE: 48 * H,
    }


def test_safety_comes_before_every_other_rule():
    assert targets(CaseKind.RETURN, Severity.SAFETY, Warranty.COVERED)[ClockName.RESPOND] == 0.25 * H


def test_a_return_runs_in_business_hours_and_has_no_visit_to_promise():
    terms = resolve_terms(ServicePolicy(), CaseKind.RETURN, Severity.MEDIUM, Warranty.EXPIRED, BUSINESS)
    assert {clock.name for clock in terms.clocks} == {ClockName.RESPOND, ClockName.RESOLVE}
    assert {clock.calendar.name for clock in terms.clocks} == {"business"}


def test_a_fault_runs_round_the_clock():
    terms = resolve_terms(ServicePolicy(), CaseKind.FAULT, Severity.LOW, Warranty.COVERED, BUSINESS)
    assert {clock.calendar for clock in terms.clocks} == {ALWAYS}


def test_a_policy_must_promise_something_to_everybody():
    with pytest.raises(ValidationError, match="the last promise rule must match every case"):
        ServicePolicy(promises=(PromiseRule(warranty=Warranty.COVERED, respond=H),))


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"warn_fraction": 1.5}, "warn_fraction"),
        ({"steps": {"accept_within": "PT0S"}}, "accept_within"),
        ({"planning": {"engine": "magic"}}, "engine"),
        ({"promises": [{"respond": "-PT1H"}]}, "respond"),
        ({"unknown": 1}, "unknown"),
        ({"ladder": []}, "at least one rung"),
        ({"ladder": [{"rung": "manager", "delay": 0}, {"rung": "owner", "delay": 60}]}, "must climb"),
        ({"ladder": [{"rung": "owner", "delay": 0}, {"rung": "owner", "delay": 60}]}, "must climb"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(document, field):
    with pytest.raises(ValidationError, match=field):
        ServicePolicy.model_validate(document)


def test_a_policy_survives_storage():
    policy = ServicePolicy()
    assert ServicePolicy.model_validate_json(policy.model_dump_json()) == policy
