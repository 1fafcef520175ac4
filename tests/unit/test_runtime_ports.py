"""Ports: kept when possible, replaced when taken, named when a person insists."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime import ports
from runtime.errors import PortInUseError, StackError
from runtime.stack import ChosenPorts


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_port_is_kept_from_start_to_start(tmp_path: Path) -> None:
    assert ports.kept(tmp_path / "port") == ports.kept(tmp_path / "port")


def test_a_kept_port_that_somebody_took_is_replaced_for_good(tmp_path: Path, taken: int) -> None:
    (tmp_path / "port").write_text(f"{taken}\n")
    fresh = ports.kept(tmp_path / "port")
    assert fresh != taken
    assert (tmp_path / "port").read_text() == f"{fresh}\n"


def test_the_usual_port_comes_first(tmp_path: Path, taken: int) -> None:
    free = ports.any_free()
    assert ports.kept(tmp_path / "one", free) == free
    assert ports.kept(tmp_path / "other", taken) != taken


def test_a_chosen_port_in_use_is_named_with_its_setting(taken: int) -> None:
    with pytest.raises(PortInUseError, match=rf"port {taken} .* set CALLOUT_API_PORT to a free port"):
        ports.require_free(taken, "CALLOUT_API_PORT")


def test_ports_that_a_person_insists_on_come_from_the_environment() -> None:
    chosen = ChosenPorts.from_environment({"CALLOUT_API_PORT": "8123", "CALLOUT_TEMPORAL_PORT": ""})
    assert chosen == ChosenPorts(api=8123)


@pytest.mark.parametrize("text", ["http", "0", "65536", "-1"])
def test_a_setting_that_is_no_port_is_named(text: str) -> None:
    with pytest.raises(StackError, match=rf"CALLOUT_TEMPORAL_UI_PORT must be a port from 1 to 65535, not '{text}'"):
        ChosenPorts.from_environment({"CALLOUT_TEMPORAL_UI_PORT": text})


def test_a_port_is_given_once_even_before_anybody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_SEARCH_RANGE", range(17000, 17200))
    given = [ports.any_free() for _ in range(20)]
    assert len(set(given)) == 20
