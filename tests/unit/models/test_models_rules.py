"""The record's rules that need no database."""

from datetime import date
from typing import Any

import asyncpg
import pytest
from sqlalchemy.exc import IntegrityError

from domain.because import Because, BecauseCode, words
from domain.errors import InvalidInputError, StockError, UnavailableError
from domain.policy import ServicePolicy
from models.errors import BookingConflictError, ConflictError, typed
from models.repositories.events import because_data
from models.repositories.policies import merge_policy
from models.repositories.registrations import end_of_warranty, source_of
from models.repositories.territories import contains, distance_km, opening_hours
from models.repositories.webhooks import without_free_text
from tests.builders import a_territory


@pytest.mark.parametrize(
    ("bought", "months", "last_day"),
    [
        (date(2025, 3, 15), 24, date(2027, 3, 15)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2023, 12, 31), 2, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 12, 5), 1, date(2026, 1, 5)),
        (date(2025, 12, 5), 0, date(2025, 12, 5)),
    ],
)
def test_a_warranty_ends_on_the_same_day_or_on_the_months_last(bought: date, months: int, last_day: date) -> None:
    assert end_of_warranty(bought, months) == last_day


@pytest.mark.parametrize(("case_id", "source"), [("C-100042", "phone"), ("SF311-4242", "SF311"), ("CRM-1", "CRM")])
def test_an_imported_case_has_its_source_and_another_its_channel(case_id: str, source: str) -> None:
    assert source_of(case_id, "phone") == source


def test_a_territory_changes_single_entries_of_the_policy() -> None:
    company = {"steps": {"accept_within": "PT45M", "diagnose_within": "PT20M"}, "repeat_within": "P14D"}
    merged = merge_policy(company, {"steps": {"accept_within": "PT10M"}, "planning": {"horizon_days": 5}})
    assert merged.steps.accept_within.total_seconds() == 600
    assert merged.steps.diagnose_within.total_seconds() == 1200
    assert (merged.repeat_within.days, merged.planning.horizon_days) == (14, 5)


def test_without_documents_the_policy_is_the_default() -> None:
    assert merge_policy({}, {}) == ServicePolicy()


def test_a_stored_policy_reads_back_as_it_was() -> None:
    assert merge_policy(ServicePolicy().model_dump(mode="json"), {}) == ServicePolicy()


@pytest.mark.parametrize(
    ("override", "field"),
    [({"planning": {"horizon_days": 0}}, "policy.planning.horizon_days"), ({"step": {}}, "policy.step")],
)
def test_a_wrong_entry_of_a_policy_is_named(override: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        merge_policy({}, override)
    assert refused.value.field == field


def test_a_circle_contains_what_is_within_its_radius() -> None:
    area = a_territory(radius_km=10.0)
    assert contains(area, 53.55, 10.15)
    assert not contains(area, 53.55, 10.16)
    assert not contains(a_territory(radius_km=None), 53.55, 10.0)


def test_an_outline_wins_over_the_radius_and_may_be_hollow() -> None:
    hook = [[0.0, 0.0], [0.0, 10.0], [10.0, 10.0], [10.0, 0.0], [6.0, 0.0], [6.0, 6.0], [4.0, 6.0], [4.0, 0.0]]
    area = a_territory(polygon=hook, radius_km=20_000.0)
    assert contains(area, 2.0, 2.0)
    assert contains(area, 5.0, 8.0)
    assert not contains(area, 5.0, 3.0)
    assert not contains(area, 11.0, 5.0)


def test_the_distance_of_a_degree_is_that_of_the_sphere() -> None:
    assert distance_km(0, 0, 0, 1) == pytest.approx(111.195, abs=0.001)
    assert distance_km(53.55, 10.0, 53.55, 10.0) == 0.0
    assert distance_km(0, 0, 0, 180) == pytest.approx(20_015.1, abs=0.1)


def test_stored_opening_hours_read_as_hours() -> None:
    (row,) = opening_hours([{"weekday": 4, "opens": "08:30", "closes": "00:00"}])
    assert (row.weekday, row.opens.isoformat(), row.closes.isoformat()) == (4, "08:30:00", "00:00:00")


def driver_error(kind: type[asyncpg.PostgresError], constraint: str | None = None) -> IntegrityError:
    cause = kind("said the server")
    cause.constraint_name = constraint
    outer = Exception("adapted")
    outer.__cause__ = cause
    return IntegrityError("INSERT", {}, outer)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (driver_error(asyncpg.ExclusionViolationError, "booking_engineer_excl"), BookingConflictError),
        (driver_error(asyncpg.UniqueViolationError, "booking_visit_occupied_key"), BookingConflictError),
        (driver_error(asyncpg.CheckViolationError, "stock_available_check"), StockError),
        (driver_error(asyncpg.UniqueViolationError, "reservation_serial_held_key"), StockError),
        (driver_error(asyncpg.ForeignKeyViolationError, "x_fkey"), ConflictError),
        (driver_error(asyncpg.DeadlockDetectedError), UnavailableError),
        (driver_error(asyncpg.LockNotAvailableError), UnavailableError),
        (driver_error(asyncpg.UntranslatableCharacterError), InvalidInputError),
        (driver_error(asyncpg.DataError), InvalidInputError),
        (asyncpg.CannotConnectNowError("starting up"), UnavailableError),
        (asyncpg.TooManyConnectionsError("full"), UnavailableError),
        (ConnectionRefusedError(), UnavailableError),
        (TimeoutError(), UnavailableError),
    ],
)
def test_the_drivers_errors_become_the_domains(error: BaseException, expected: type[Exception]) -> None:
    assert type(typed(error)) is expected


def test_a_fault_of_the_program_stays_one() -> None:
    assert typed(driver_error(asyncpg.UndefinedColumnError)) is None
    assert typed(KeyError("x")) is None


def test_another_system_hears_the_codes_of_a_reason_and_nothing_that_a_person_typed() -> None:
    because = (words("Frau Muster asked"), Because(BecauseCode.FOLLOWS))
    told = without_free_text({"booking_id": "B1", "reason": "Frau Muster asked", **because_data(because)})
    assert (told["booking_id"], [one["code"] for one in told["because"]]) == ("B1", ["follows"])
    assert "Muster" not in str(told)
    assert without_free_text({"text": "x", "sku": "P1"}) == {"sku": "P1"}
