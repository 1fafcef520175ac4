"""Compiled code is kept for one state of the sources, and never used with another."""

import os
import time
from pathlib import Path

import pytest

from scheduler.compiled_code import OLD, VARIABLE, choose_folder


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "kept"))
    monkeypatch.setattr("numba.config.CACHE_DIR", "")
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "a.py").write_text("def f(): return 1")
    return folder


def test_a_change_of_any_file_takes_another_folder_beside(sources: Path) -> None:
    first = choose_folder(sources)
    assert first is not None
    assert os.environ[VARIABLE] == str(first)
    (sources / "b.py").write_text("")
    second = choose_folder(sources)
    assert second is not None
    assert second != first
    assert second.parent == first.parent
    (sources / "b.py").unlink()
    assert choose_folder(sources) == first


def test_what_was_not_used_for_long_is_removed_and_nothing_else(sources: Path) -> None:
    first = choose_folder(sources)
    assert first is not None
    other = first.parent / "something else"
    other.mkdir()
    for folder in (first, other):
        os.utime(folder, (time.time() - OLD - 60,) * 2)
    (sources / "a.py").write_text("def f(): return 2")
    choose_folder(sources)
    assert not first.exists()
    assert other.exists()


def test_without_a_place_to_write_the_compiler_looks_for_one_itself(
    sources: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file"))
    assert choose_folder(sources) is None
    assert os.environ[VARIABLE] == str(tmp_path / "file")
