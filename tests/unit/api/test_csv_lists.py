"""CSV that spreadsheets read and do not run."""

from datetime import UTC, datetime

import pytest

from api.csv_lists import cell


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\n=x", "  =1+1"])
def test_a_formula_is_quoted(text: str):
    assert cell(text) == f"'{text}"


def test_everything_else_stays_what_it_is():
    moment = datetime(2026, 11, 25, 9, tzinfo=UTC)
    values = (None, -7, 0.5, True, "a=b", "漏水", moment)
    assert [cell(value) for value in values] == ["", "-7", "0.5", "yes", "a=b", "漏水", moment.isoformat()]
