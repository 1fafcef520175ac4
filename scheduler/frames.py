"""Pickled messages with a length in front, over the pipes between a process and its solver.

Both ends are the same installation on the same machine, so pickle is safe and much faster than JSON here.
"""

import pickle
from typing import Any, BinaryIO

_LENGTH = 8


def write_frame(pipe: BinaryIO, message: object) -> None:
    """Send one message.

    Raises:
        BrokenPipeError: the other end is gone.
    """
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(len(data).to_bytes(_LENGTH, "big") + data)
    pipe.flush()


def read_frame(pipe: BinaryIO) -> Any:
    """Wait for one message.

    Raises:
        EOFError: the other end is gone.
    """
    size = int.from_bytes(_read_exactly(pipe, _LENGTH), "big")
    return pickle.loads(_read_exactly(pipe, size))  # noqa: S301 - our own process wrote it


def _read_exactly(pipe: BinaryIO, size: int) -> bytes:
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return data
