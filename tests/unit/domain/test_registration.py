from datetime import timedelta

import pytest

from domain.errors import InvalidInputError
from domain.registration import ArrivalWindow, ContactDraft, SiteDraft, check_case_id, problems
from tests.unit.domain.builders import HOUR, NOON, a_registration


def fields(**changes: object) -> list[str]:
    return [problem.field for problem in problems(a_registration(**changes))]


def test_a_complete_registration_has_no_problems():
    assert fields() == []


def test_every_missing_field_is_named_at_once():
    found = fields(symptom=" ", contact=ContactDraft(), site=SiteDraft(), product_model="")
    assert found == ["symptom", "contact.name", "site", "product_model"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"contact": ContactDraft(name="A", phone="call me")}, "contact.phone"),
        ({"contact": ContactDraft(name="A", email="nobody")}, "contact.email"),
        ({"site": SiteDraft(latitude=91, longitude=0)}, "site.latitude"),
        ({"site": SiteDraft(latitude=float("nan"), longitude=1)}, "site.latitude"),
        ({"site": SiteDraft(latitude=0, longitude=0)}, "site"),
        ({"site": SiteDraft(latitude=1, longitude=181)}, "site.longitude"),
        ({"symptom": "x" * 4_001}, "symptom"),
        ({"symptom": "cold\x00"}, "symptom"),
        ({"contact": ContactDraft(name="A\x00")}, "contact.name"),
        ({"serial": "\x00"}, "serial"),
        ({"windows": (ArrivalWindow(NOON, NOON - HOUR),)}, "windows[0]"),
        ({"windows": (ArrivalWindow(NOON.replace(tzinfo=None), NOON),)}, "windows[0]"),
    ],
)
def test_an_ill_formed_field_is_named(changes, field):
    assert fields(**changes) == [field]


def test_an_existing_customer_and_product_need_no_contact_and_no_place():
    assert fields(customer_id="K1", installed_product_id="IP1", contact=ContactDraft(), site=SiteDraft()) == []


def test_a_window_of_one_moment_is_allowed():
    assert fields(windows=(ArrivalWindow(NOON, NOON + timedelta(0)),)) == []


@pytest.mark.parametrize("given", ["C-100042", "SF311-241450"])
def test_case_ids_have_a_source_and_a_key(given):
    assert check_case_id(given) == given


@pytest.mark.parametrize("given", ["", "42", "c-1", "C-1/../2", "C- 1", "C-" + "x" * 41])
def test_another_form_of_case_id_is_refused(given):
    with pytest.raises(InvalidInputError, match="case_id"):
        check_case_id(given)
