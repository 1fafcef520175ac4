"""A run's folder: complete or not there, and found again by name."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.errors import InvalidInputError, NotFoundError
from intake.mapping import load_mapping
from simulation.replay import read
from simulation.spec import RunSpec, create, find

SF311 = Path(__file__).parents[3] / "intake" / "mappings" / "sf311.toml"
HEADER = (
    "unique_key,created_date,closed_date,status,status_notes,agency_name,category,complaint_type,descriptor,"
    "incident_address,neighborhood,source,latitude,longitude\n"
)


def a_row(key: int, created: str, latitude: float = 37.77) -> str:
    return f"{key},{created}+00:00,,Open,,DPW,Sewer Issues,Flooding,On_street,1 A ST,Mission,Phone,{latitude},-122.42\n"


def a_spec(**changes: Any) -> RunSpec:
    given: dict[str, Any] = {
        "run": "",
        "source": "storm.csv",
        "engineers": 12,
        "first": date(2014, 12, 10),
        "last": date(2014, 12, 12),
        "speed": 720.0,
        "seed": 1,
        "drain_days": 6.0,
    }
    return RunSpec(**{**given, **changes})


def a_file(folder: Path, *rows: str) -> Path:
    file = folder / "storm.csv"
    file.write_text(HEADER + "".join(rows), encoding="utf-8")
    return file


def test_a_run_keeps_its_own_copy_of_what_it_needs(tmp_path: Path) -> None:
    file = a_file(tmp_path, a_row(1, "2014-12-10 08:00:00"))
    folder = create(tmp_path / "runs", a_spec(), file, SF311)
    file.unlink()
    again = find(tmp_path / "runs", folder.path.name)
    assert again.spec() == a_spec(run=folder.path.name)
    assert again.mapping() == load_mapping(SF311)
    assert len(read(again.requests, again.mapping(), date(2014, 12, 10), date(2014, 12, 12)).calls) == 1


def test_two_runs_do_not_share_a_folder(tmp_path: Path) -> None:
    file = a_file(tmp_path, a_row(1, "2014-12-10 08:00:00"))
    names = {create(tmp_path / "runs", a_spec(), file, SF311).path.name for _ in range(3)}
    assert len(names) == 3


def test_an_unknown_run_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="There is no run 'nothing'"):
        find(tmp_path, "nothing")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"engineers": 0}, "--engineers"),
        ({"engineers": 100}, "--engineers"),
        ({"speed": 0}, "--speed"),
        ({"drain_days": -1}, "--drain"),
        ({"last": date(2014, 12, 9)}, "--to"),
        ({"last": date(2016, 12, 9)}, "--to"),
    ],
)
def test_what_cannot_be_simulated_names_the_option(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        a_spec(**changes)
    assert refused.value.field == field


def test_requests_are_those_of_the_local_days_in_order_and_bad_rows_are_counted(tmp_path: Path) -> None:
    file = a_file(
        tmp_path,
        a_row(3, "2014-12-11 23:59:59"),
        a_row(1, "2014-12-10 00:00:00"),
        a_row(2, "2014-12-10 08:00:00", latitude=0.0),
        a_row(4, "2014-12-12 00:00:00"),
    )
    found = read(file, load_mapping(SF311), date(2014, 12, 10), date(2014, 12, 11))
    assert [call.case_id for call in found.calls] == ["SF311-1", "SF311-3"]
    assert found.rejected == 1


def test_days_without_requests_are_refused(tmp_path: Path) -> None:
    file = a_file(tmp_path, a_row(1, "2014-12-10 08:00:00"))
    with pytest.raises(InvalidInputError, match="no good request from 2013-01-01 to 2013-01-02"):
        read(file, load_mapping(SF311), date(2013, 1, 1), date(2013, 1, 2))
