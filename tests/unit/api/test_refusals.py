"""Errors come back from workflows as what they were."""

from temporalio.exceptions import ApplicationError

from api.refusals import UnexpectedRefusalError, refusal
from domain.errors import InvalidInputError, StaleBookingError, WrongStateError
from models.errors import BookingConflictError


def test_a_wrong_state_is_one_again() -> None:
    facts = {"what": "case", "key": "C-1", "state": "archived", "command": "note", "allowed": "open"}

    found = refusal(ApplicationError("case C-1 is archived", facts, type="wrong_state"))

    assert isinstance(found, WrongStateError)
    assert (found.message, found.state, found.facts["key"]) == ("case C-1 is archived", "archived", "C-1")
    assert found.http_status == 409


def test_an_invalid_field_keeps_field_and_rule() -> None:
    found = refusal(ApplicationError("x", {"field": "ruling.reason", "rule": "is needed"}, type="invalid_input"))

    assert isinstance(found, InvalidInputError)
    assert (found.field, found.rule, found.message) == ("ruling.reason", "is needed", "ruling.reason: is needed")


def test_errors_without_facts_and_errors_of_the_record_are_known_by_code() -> None:
    assert isinstance(refusal(ApplicationError("m", type="stale_booking")), StaleBookingError)
    assert isinstance(refusal(ApplicationError("m", type="booking_conflict")), BookingConflictError)


def test_an_unknown_code_is_a_fault_of_ours() -> None:
    found = refusal(ApplicationError("m", type="never_heard_of"))

    assert isinstance(found, UnexpectedRefusalError)
    assert found.http_status == 500
