"""The San Francisco 311 export through the mapping that is part of the project."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from domain.vocabulary import CaseKind, Channel, Severity
from intake.mapping import load_mapping
from intake.requests import ImportedRequest, Reject, read_requests
from intake.rows import count_rows

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "sf311" / "requests_2008_2014.csv"
MAPPING = load_mapping(ROOT / "intake" / "mappings" / "sf311.toml")

pytestmark = pytest.mark.skipif(not DATA.exists(), reason=f"the 311 export is not part of the project: no {DATA}")


@pytest.fixture(scope="module")
def rows() -> list[ImportedRequest | Reject]:
    return list(read_requests(DATA, MAPPING))


def test_every_row_is_either_good_or_rejected_with_its_reason(rows: list[ImportedRequest | Reject]) -> None:
    assert count_rows(DATA, MAPPING) == len(rows) == 2508
    assert Counter(row.reason for row in rows if isinstance(row, Reject)) == {
        "latitude, longitude: are zero: the place is unknown": 39,
        "closed_date: is earlier than the request was created": 15,
    }


def test_good_rows_are_classified_by_trade_and_urgency(rows: list[ImportedRequest | Reject]) -> None:
    given = [row.registration for row in rows if isinstance(row, ImportedRequest)]
    classes = Counter((g.classification.kind, g.classification.severity) for g in given if g.classification)

    assert classes == {
        (CaseKind.FAULT, Severity.MEDIUM): 1517,
        (CaseKind.FAULT, Severity.HIGH): 531,
        (CaseKind.FAULT, Severity.SAFETY): 40,
        (CaseKind.FAULT, Severity.LOW): 158,
        (CaseKind.MAINTENANCE, Severity.LOW): 208,
    }
    assert Counter(g.channel for g in given)[Channel.PHONE] == 2195


def test_times_are_local_although_the_export_says_otherwise(rows: list[ImportedRequest | Reject]) -> None:
    first = next(row for row in rows if isinstance(row, ImportedRequest))

    assert first.case_id == "SF311-241450"
    assert first.created_at == datetime(2008, 7, 2, 22, 8, 46, tzinfo=UTC)
    assert first.registration.suggested_skills == {"glazier": 1}
    assert first.territory == "SF"


def test_the_storm_falls_on_one_local_day(rows: list[ImportedRequest | Reject]) -> None:
    zone = ZoneInfo(MAPPING.time.zone)
    days = Counter(row.created_at.astimezone(zone).date() for row in rows if isinstance(row, ImportedRequest))

    assert days.most_common(1) == [(date(2014, 12, 11), 47)]
