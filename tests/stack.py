"""The servers of one test run: started once, in a folder of their own, and cleared away also after a killed run."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from runtime import ports
from runtime.postgres import EmbeddedPostgres
from runtime.processes import working_in
from runtime.temporal import EmbeddedTemporal

_PREFIX = "callout-tests-"
_IN_MEMORY = Path("/dev/shm")
_ENOUGH_BYTES = 2_000_000_000


def _folder() -> Path:
    """Memory where there is enough of it: killing a process loses nothing there, and nothing waits for a disk."""
    if _IN_MEMORY.is_dir() and os.access(_IN_MEMORY, os.W_OK):
        room = os.statvfs(_IN_MEMORY)
        if room.f_bavail * room.f_frsize > _ENOUGH_BYTES and not room.f_flag & os.ST_NOEXEC:
            return _IN_MEMORY
    return Path(tempfile.gettempdir())


@contextmanager
def a_home() -> Iterator[Path]:
    """A home folder for embedded servers that the database's user may enter; removed afterwards."""
    home = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=_folder()))
    home.chmod(0o711)
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def a_postgres(home: Path) -> EmbeddedPostgres:
    """A fast server in `home` that keeps also below `home` what it would keep outside of a closed folder."""
    return EmbeddedPostgres(home, durable=False, private_root=home / "private")


@contextmanager
def running_postgres() -> Iterator[EmbeddedPostgres]:
    """A running server for one test run."""
    with a_home() as home:
        server = a_postgres(home)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def running_temporal() -> Iterator[EmbeddedTemporal]:
    """A running dev server in memory, with the project's search attributes."""
    with a_home() as home:
        server = EmbeddedTemporal(home, port=ports.any_free(), headless=True, persistent=False)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def clear_killed_runs() -> None:
    """Ends the servers, and removes the folders, of earlier test runs that were killed."""
    for home in _folder().glob(f"{_PREFIX}*"):
        owner = home.name.removeprefix(_PREFIX).partition("-")[0]
        if psutil.pid_exists(int(owner)):
            continue
        for folder, name in ((home / "postgres" / "data", "postgres"), (home / "temporal", "temporal")):
            for left in working_in(folder.resolve(), name):
                psutil.Process(left.pid).kill()
        shutil.rmtree(home, ignore_errors=True)
