"""What a stack writes down about itself, and how it reads after a crash."""

import os
from pathlib import Path

from runtime import state
from runtime.processes import Identity
from runtime.state import PartRecord, PartStatus, RunRecord, StackStatus, StepRecord

_GONE = Identity(pid=os.getpid(), started=0.0)


def _me() -> Identity:
    found = Identity.of(os.getpid())
    assert found is not None
    return found


def a_record(supervisor: Identity, part: Identity | None) -> RunRecord:
    return RunRecord(
        supervisor=supervisor,
        phase="running",
        steps=(StepRecord("PostgreSQL", 0.7, "127.0.0.1:17000"),),
        parts=(PartRecord("worker", part, restarts=2),),
        urls={"API": "http://127.0.0.1:8000"},
    )


def test_a_record_reads_back_as_it_was_written(tmp_path: Path) -> None:
    record = a_record(_me(), None)
    state.write(tmp_path, record)
    assert state.read(tmp_path) == record


def test_a_living_stack_shows_its_parts_and_urls(tmp_path: Path) -> None:
    state.write(tmp_path, a_record(_me(), _GONE))
    assert state.status(tmp_path) == StackStatus(
        phase="running",
        pid=os.getpid(),
        parts=(PartStatus("worker", None, running=False, restarts=2),),
        urls={"API": "http://127.0.0.1:8000"},
    )


def test_parts_without_a_supervisor_are_a_crash(tmp_path: Path) -> None:
    state.write(tmp_path, a_record(_GONE, _me()))
    assert state.status(tmp_path).phase == "crashed"


def test_nothing_alive_means_stopped(tmp_path: Path) -> None:
    state.write(tmp_path, a_record(_GONE, _GONE))
    assert state.status(tmp_path) == StackStatus("stopped")


def test_a_record_of_another_version_is_no_record(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"supervisor": {"pid": 1}}')
    assert state.read(tmp_path) is None
    assert state.status(tmp_path).phase == "stopped"
