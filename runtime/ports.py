"""Loopback ports: chosen free at the first start, kept afterwards."""

import random
import socket
from collections.abc import Iterator
from pathlib import Path

from runtime.errors import PortInUseError, StackError

# Below the usual range of outgoing connections (32768 and up), so that a kept port is not lent out by the kernel.
_SEARCH_RANGE = range(17000, 30000)
_TRIES = 200
_given: set[int] = set()


def is_free(port: int) -> bool:
    """Returns whether a server could listen on this loopback port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def require_free(port: int, setting: str) -> None:
    """Checks a port that a person chose.

    Raises:
        PortInUseError: another program listens there.
    """
    if not is_free(port):
        raise PortInUseError(port, setting)


def any_free() -> int:
    """Returns some free port, never the same twice: it may be some time until its server listens.

    Raises:
        StackError: none was found.
    """
    for port in random.SystemRandom().sample(_SEARCH_RANGE, _TRIES):
        if port not in _given and is_free(port):
            _given.add(port)
            return port
    raise StackError(f"no free port on 127.0.0.1 between {_SEARCH_RANGE.start} and {_SEARCH_RANGE.stop - 1}")


def kept(file: Path, preferred: int | None = None) -> int:
    """Returns the port kept in `file`, or chooses a free one and keeps it.

    A kept port that somebody else has taken meanwhile is given up for a new one. `preferred` is tried first.
    """
    port = next((port for port in _earlier(file, preferred) if is_free(port)), None) or any_free()
    file.write_text(f"{port}\n")
    return port


def _earlier(file: Path, preferred: int | None) -> Iterator[int]:
    if file.exists() and file.read_text().strip().isdigit():
        yield int(file.read_text())
    if preferred is not None:
        yield preferred
