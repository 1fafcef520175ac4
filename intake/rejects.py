"""The rejects file: every row that was not taken, by line, with the reason."""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from intake.errors import FileFormatError
from intake.requests import Reject

HEADER = ("line", "key", "reason")


class Rejects:
    """An open rejects file. It holds keys and reasons, never a row's other values."""

    def __init__(self, write_row: Callable[[Sequence[object]], object]) -> None:
        self._write_row = write_row

    def add(self, reject: Reject) -> None:
        """Write one reject."""
        self._write_row((reject.line, reject.key, reject.reason))


def default_path(source: Path) -> Path:
    """``requests.csv`` has its rejects in ``requests.csv.rejects.csv``."""
    return source.with_name(f"{source.name}.rejects.csv")


@contextmanager
def rejects_file(path: Path) -> Iterator[Rejects]:
    """A new rejects file, which replaces that of an earlier import; without rejects it holds the header alone.

    Raises:
        FileFormatError: It cannot be written.
    """
    try:
        file = path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        reason = f"the rejects file cannot be written ({error.strerror}): name another with --rejects"
        raise FileFormatError(path, reason) from error
    with file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        yield Rejects(writer.writerow)
