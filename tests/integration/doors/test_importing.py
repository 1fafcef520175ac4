"""Real imports: into the record and Temporal, twice, and interrupted."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import func, select
from sqlmodel import col

import cli
from console.target import circle, prepare
from domain.errors import InvalidInputError
from domain.vocabulary import CaseState
from intake.importing import ImportAs, ImportProgress, import_requests
from intake.mapping import Area, Mapping
from intake.rejects import rejects_file
from intake.requests import read_requests
from models import tables as t
from tests.integration.doors.conftest import Doors
from tests.unit.intake_builders import a_csv, a_line, a_mapping

T = TypeVar("T")
ROOT = Path(__file__).parents[3]
DATA = ROOT.parent / "shared" / "data" / "sf311" / "requests_2008_2014.csv"
MODEL = '[product_models]\nPIPE = { name = "Pipe" }\n'
TERRITORY = '[territory]\nid = "BAY"\nname = "Bay"\ncity = "San Francisco"\ncountry = "US"\n'


_KEYS = count(1000)


@pytest.fixture
def key() -> str:
    """A key that no other test uses: one Temporal server sees the cases of all."""
    return str(next(_KEYS))


async def until(question: Callable[[], Awaitable[T]], holds: Callable[[T], bool]) -> T:
    """Ask again and again until the answer is the right one."""
    for _ in range(300):
        if holds(found := await question()):
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(f"still {found}")


def bay(folder: Path, more: str = "") -> Mapping:
    return a_mapping(folder, more=MODEL + TERRITORY + more)


async def run(doors: Doors, path: Path, mapping: Mapping, what: ImportAs = ImportAs.BY_STATE) -> ImportProgress:
    target = await prepare(doors.database, doors.queries, doors.commands, mapping, datetime.now(UTC))
    with rejects_file(path.with_suffix(".rejects")) as rejects:
        return await import_requests(read_requests(path, mapping), target, rejects, ImportProgress(), what)


async def written(doors: Doors, kind: Any) -> int:
    async with doors.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(kind)) or 0


@pytest.mark.usefixtures("worker")
async def test_open_rows_become_classified_cases_and_closed_rows_history(
    doors: Doors, tmp_path: Path, key: str
) -> None:
    closed_row = a_line(id="2", closed="2024-05-02T10:00:00")
    path = a_csv(tmp_path, a_line(id=key), closed_row, a_line(id="3", lat="0"))

    done = await run(doors, path, bay(tmp_path))

    assert (done.opened, done.archived, done.rejected) == (1, 1, 1)
    await until(lambda: doors.queries.known_cases([f"DEMO-{key}"]), bool)
    opened = await until(lambda: doors.queries.case(f"DEMO-{key}"), lambda c: c.case.state == CaseState.DIAGNOSING)
    assert (opened.case.territory, opened.case.severity, opened.external_ref) == ("BAY", "medium", key)
    assert [clock.name for clock in opened.clocks if clock.stopped_at] == []  # nobody has spoken with the customer
    closed = await doors.queries.case("DEMO-2")
    assert (closed.case.state, closed.case.closed_at) == ("archived", datetime(2024, 5, 2, 17, tzinfo=UTC))
    assert [event.kind for event in await doors.queries.timeline("DEMO-2")] == ["imported"]


@pytest.mark.usefixtures("worker")
async def test_a_second_import_adds_nothing(doors: Doors, tmp_path: Path, key: str) -> None:
    path = a_csv(tmp_path, a_line(id=key), a_line(id="2", closed="2024-05-02T10:00:00"))
    await run(doors, path, bay(tmp_path))
    await until(lambda: doors.queries.known_cases([f"DEMO-{key}"]), bool)
    before = [await written(doors, kind) for kind in (t.Case, t.Customer, t.Site, t.Territory, t.ProductModel)]

    again = await run(doors, path, bay(tmp_path))

    assert (again.opened, again.archived, again.already_there) == (0, 0, 2)
    after = [await written(doors, kind) for kind in (t.Case, t.Customer, t.Site, t.Territory, t.ProductModel)]
    assert after == before


async def test_without_a_worker_cases_are_safe_and_a_second_import_still_adds_none(
    doors: Doors, tmp_path: Path, key: str
) -> None:
    path = a_csv(tmp_path, a_line(id=key))

    first, again = await run(doors, path, bay(tmp_path)), await run(doors, path, bay(tmp_path))

    assert (first.opened, again.opened, again.already_there) == (1, 0, 1)


async def test_two_imports_of_history_at_once_write_each_case_once(doors: Doors, tmp_path: Path) -> None:
    path = a_csv(tmp_path, *(a_line(id=str(n), closed="2024-05-02T10:00:00") for n in range(300)))
    mapping = bay(tmp_path)
    await prepare(doors.database, doors.queries, None, mapping, datetime.now(UTC))

    both = await asyncio.gather(*(run(doors, path, mapping, ImportAs.HISTORY) for _ in range(2)))

    assert sum(done.archived for done in both) == 300
    assert sum(done.already_there for done in both) == 300
    assert (await written(doors, t.Case), await written(doors, t.CaseEvent)) == (300, 300)


async def test_requests_from_outside_every_territory_are_rejected(doors: Doors, tmp_path: Path) -> None:
    path = a_csv(tmp_path, a_line(closed="2024-05-02T10:00:00"))

    done = await run(doors, path, a_mapping(tmp_path, more=MODEL))

    assert done.reasons == {"territory: no territory serves this place": 1}
    assert await written(doors, t.Case) == 0


@pytest.mark.parametrize(
    ("more", "field", "rule"),
    [
        (TERRITORY, "rules[1].product_model", "there is no product model 'PIPE'"),
        (MODEL + '[territory]\nid = "BAY"', "territory.id", "there is no active territory 'BAY'"),
    ],
)
async def test_what_the_mapping_needs_must_exist_before_anything_is_written(
    doors: Doors, tmp_path: Path, more: str, field: str, rule: str
) -> None:
    before = await written(doors, t.ProductModel), await written(doors, t.Territory)

    with pytest.raises(InvalidInputError) as caught:
        await prepare(doors.database, doors.queries, None, a_mapping(tmp_path, more=more), datetime.now(UTC))

    assert caught.value.field == field
    assert rule in caught.value.rule
    assert (await written(doors, t.ProductModel), await written(doors, t.Territory)) == before


@pytest.mark.skipif(not DATA.exists(), reason=f"the 311 export is not part of the project: no {DATA}")
@pytest.mark.timeout(120)
async def test_the_san_francisco_export_goes_in_once(
    doors: Doors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in doors.environment.items():
        monkeypatch.setenv(name, value)
    rejects = tmp_path / "rejects.csv"
    command = ["import", "requests", str(DATA), "--mapping", "sf311", "--rejects", str(rejects), "--json"]

    assert await asyncio.to_thread(cli.run, command) == 0
    first = json.loads(capsys.readouterr().out)
    assert await asyncio.to_thread(cli.run, command) == 0
    again = json.loads(capsys.readouterr().out)

    assert (first["rows"], first["opened"], first["archived"], first["rejected"]) == (2508, 26, 2428, 54)
    assert (again["opened"], again["archived"], again["already_there"], again["rejected"]) == (0, 0, 2454, 54)
    assert len(rejects.read_text().splitlines()) == 55
    async with doors.database.reading() as session:
        customers = await session.scalar(
            select(func.count()).where(col(t.Customer.name) == "Caller to 311").select_from(t.Customer)
        )
    assert customers == 1


@pytest.mark.timeout(120)
async def test_ctrl_c_finishes_what_has_begun_and_says_how_far_it_came(doors: Doors, tmp_path: Path) -> None:
    path = a_csv(tmp_path, *(a_line(id=str(n), closed="2024-05-02T10:00:00") for n in range(20_000)))
    bay(tmp_path)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(ROOT / "cli.py"), "import", "requests", str(path)),
        *("--mapping", str(tmp_path / "mapping.toml")),
        env=doors.environment, cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    await until(lambda: written(doors, t.Case), bool)

    os.kill(process.pid, signal.SIGINT)
    out, err = await asyncio.wait_for(process.communicate(), 20)

    assert process.returncode == 130, err.decode()
    cases = await written(doors, t.Case)
    assert f"{cases} cases are new; run it again to go on." in out.decode()
    assert 0 < cases < 20_000


def test_a_territory_made_from_a_box_covers_its_corners() -> None:
    latitude, longitude, radius = circle(Area(south=37.70, north=37.84, west=-122.53, east=-122.35))

    assert (round(latitude, 2), round(longitude, 2)) == (37.77, -122.44)
    assert radius == 11.1
