"""The import: good rows go in, bad rows are listed, a second run adds nothing, a stop leaves nothing half done."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.errors import UnavailableError
from domain.ids import CaseId
from domain.registration import FieldProblem, Registration
from domain.vocabulary import Channel
from intake.errors import FileFormatError
from intake.importing import ImportAs, ImportProgress, import_requests
from intake.rejects import Rejects, default_path, rejects_file
from intake.requests import ImportedRequest, Reject

T0 = datetime(2024, 5, 1, tzinfo=UTC)


class FakeTarget:
    """Keeps what it is given."""

    def __init__(self, fail_at: str = "") -> None:
        self.cases: list[CaseId] = []
        self.history: list[list[CaseId]] = []
        self.fail_at = fail_at

    async def known(self, ids: Sequence[CaseId]) -> frozenset[CaseId]:
        there = set(self.cases) | {case for batch in self.history for case in batch}
        return frozenset(ids) & there

    def problem(self, request: ImportedRequest) -> FieldProblem | None:
        return FieldProblem("territory", "no territory serves this place") if request.key == "far" else None

    async def open_case(self, request: ImportedRequest) -> bool:
        if request.key == self.fail_at:
            raise UnavailableError("Temporal does not answer.")
        if request.case_id in self.cases:
            return False
        self.cases.append(request.case_id)
        return True

    async def archive(self, requests: Sequence[ImportedRequest]) -> int:
        self.history.append([request.case_id for request in requests])
        return len(requests)


def a_request(number: int, closed: bool = False) -> ImportedRequest:
    closed_at = T0 if closed else None
    key = str(number)
    return ImportedRequest(number + 1, key, CaseId(f"DEMO-{key}"), T0, closed_at, Registration(Channel.WEB, "Leak"))


def a_reject(number: int, rule: str = "is missing") -> Reject:
    return Reject(number + 1, str(number), (FieldProblem("created", rule),))


async def run(
    rows: Sequence[ImportedRequest | Reject],
    target: FakeTarget,
    path: Path,
    what: ImportAs = ImportAs.BY_STATE,
    stop_after: int = 1_000_000,
) -> ImportProgress:
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > stop_after

    with rejects_file(path) as rejects:
        return await import_requests(rows, target, rejects, ImportProgress(), what, stop)


async def test_open_rows_become_cases_and_closed_rows_history(tmp_path: Path) -> None:
    target = FakeTarget()

    done = await run([a_request(1), a_request(2, closed=True), a_reject(3)], target, tmp_path / "r.csv")

    assert target.cases == ["DEMO-1"]
    assert target.history == [["DEMO-2"]]
    assert (done.rows, done.opened, done.archived, done.rejected, done.line) == (3, 1, 1, 1, 4)
    assert (tmp_path / "r.csv").read_text() == "line,key,reason\n4,3,created: is missing\n"


async def test_a_row_that_the_company_cannot_serve_is_rejected(tmp_path: Path) -> None:
    target = FakeTarget()

    done = await run([replace(a_request(1), key="far"), a_request(2)], target, tmp_path / "r.csv")

    assert (done.opened, done.rejected, target.cases) == (1, 1, ["DEMO-2"])
    assert (tmp_path / "r.csv").read_text() == "line,key,reason\n2,far,territory: no territory serves this place\n"


async def test_a_second_run_adds_nothing(tmp_path: Path) -> None:
    rows = [a_request(1), a_request(2, closed=True)]
    target = FakeTarget()
    await run(rows, target, tmp_path / "r.csv")

    again = await run(rows, target, tmp_path / "r.csv")

    assert (again.opened, again.archived, again.already_there) == (0, 0, 2)
    assert target.cases == ["DEMO-1"]
    assert target.history == [["DEMO-2"]]


async def test_a_case_that_another_import_opens_meanwhile_counts_as_already_there(tmp_path: Path) -> None:
    target = FakeTarget()

    done = await run([a_request(1), a_request(1)], target, tmp_path / "r.csv")

    assert (done.opened, done.already_there) == (1, 1)


async def test_every_row_can_become_an_open_case(tmp_path: Path) -> None:
    target = FakeTarget()

    await run([a_request(1), a_request(2, closed=True)], target, tmp_path / "r.csv", ImportAs.OPEN)

    assert target.cases == ["DEMO-1", "DEMO-2"]
    assert target.history == []


async def test_history_alone_leaves_open_rows_out(tmp_path: Path) -> None:
    target = FakeTarget()

    done = await run([a_request(1), a_request(2, closed=True)], target, tmp_path / "r.csv", ImportAs.HISTORY)

    assert target.cases == []
    assert target.history == [["DEMO-2"]]
    assert done.left_out == 1


async def test_history_goes_in_batch_by_batch(tmp_path: Path) -> None:
    target = FakeTarget()

    await run([a_request(n, closed=True) for n in range(450)], target, tmp_path / "r.csv")

    assert [len(batch) for batch in target.history] == [200, 200, 50]


async def test_a_stop_finishes_what_has_begun_and_a_second_run_does_the_rest(tmp_path: Path) -> None:
    rows = [a_request(n) for n in range(300)]
    target = FakeTarget()

    stopped = await run(rows, target, tmp_path / "r.csv", stop_after=3)

    assert stopped.stopped
    assert (stopped.opened, stopped.line, len(target.cases)) == (32, 0, 32)
    again = await run(rows, target, tmp_path / "r.csv")
    assert (again.opened, again.already_there, again.line) == (268, 32, 300)
    assert sorted(target.cases) == sorted(row.case_id for row in rows)


async def test_when_the_system_stops_answering_the_progress_remains(tmp_path: Path) -> None:
    progress = ImportProgress()
    rows = [a_request(n) for n in range(210)]

    with rejects_file(tmp_path / "r.csv") as rejects, pytest.raises(UnavailableError):
        await import_requests(rows, FakeTarget(fail_at="205"), rejects, progress)

    assert (progress.opened, progress.line) == (200, 200)


def test_reasons_are_counted_whatever_the_value() -> None:
    progress = ImportProgress()
    for number, value in enumerate(("'soon'", "'later'")):
        progress.reject(a_reject(number, f"{value} is not a time"))

    assert progress.reasons == {"created: … is not a time": 2}


def test_the_rejects_lie_beside_the_file() -> None:
    assert default_path(Path("/data/requests.csv")) == Path("/data/requests.csv.rejects.csv")


def test_a_rejects_file_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="name another with --rejects"), rejects_file(tmp_path / "no" / "r.csv"):
        pass


def test_rejects_hold_no_value_that_the_reason_does_not_name(tmp_path: Path) -> None:
    written: list[Sequence[object]] = []

    Rejects(written.append).add(replace(a_reject(4), key="K"))

    assert written == [(5, "K", "created: is missing")]
