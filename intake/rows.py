"""CSV files as a stream of rows with their line numbers. Whatever makes a file unreadable names the place."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from intake.errors import FileFormatError
from intake.mapping import Mapping

LONGEST_LINE = 1_000_000  # bytes; a longer one is no line of a table
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_OTHER_DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class Row:
    """One row: column name to trimmed value. ``line`` is where it begins, counted from 1."""

    line: int
    values: dict[str, str]


@dataclass(frozen=True)
class BadRow:
    """A row that is no row of this table."""

    line: int
    reason: str


def read_rows(path: Path, mapping: Mapping) -> Iterator[Row | BadRow]:
    """Every row of a file, one at a time.

    Raises:
        FileFormatError: The file is missing, empty, not text in the mapping's encoding, lacks a column that the
            mapping needs, or has a quote that is never closed.
    """
    reader = csv.reader(_lines(path, mapping.source.encoding), delimiter=mapping.source.delimiter, strict=True)
    header = _header(path, mapping, reader)
    begins = reader.line_num + 1
    while True:
        row: Row | BadRow | None
        try:
            row = _row(begins, header, next(reader))
        except StopIteration:
            return
        except csv.Error as error:
            row = _broken(path, begins, error)
        if row is not None:
            yield row
        begins = reader.line_num + 1


def count_rows(path: Path, mapping: Mapping) -> int:
    """The number of rows, once the whole file has proved readable; so no import stops half-way for its file.

    Raises:
        FileFormatError: As for ``read_rows``.
    """
    return sum(1 for _ in read_rows(path, mapping))


def _lines(path: Path, encoding: str) -> Iterator[str]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise FileFormatError(path, f"cannot be read: {error.strerror}") from error
    with file:
        number = 0
        while True:
            try:
                raw = file.readline(LONGEST_LINE)
            except OSError as error:
                raise FileFormatError(path, f"cannot be read: {error.strerror}", number + 1) from error
            if not raw:
                return
            number += 1
            if number == 1:
                raw = _without_mark(path, raw)
            yield _decoded(path, raw, encoding, number)


def _without_mark(path: Path, raw: bytes) -> bytes:
    if raw.startswith(_UTF16_MARKS):
        raise FileFormatError(path, "is UTF-16 text: save it as UTF-8", 1, 1)
    return raw.removeprefix(_UTF8_MARK)


def _decoded(path: Path, raw: bytes, encoding: str, number: int) -> str:
    if len(raw) == LONGEST_LINE:
        raise FileFormatError(path, f"the line is longer than {LONGEST_LINE:,} bytes: this is no CSV file", number)
    if b"\0" in raw:
        raise FileFormatError(path, "holds a zero byte: this is no text file", number, raw.index(b"\0") + 1)
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        column = len(raw[: error.start].decode(encoding)) + 1
        reason = f"byte 0x{raw[error.start]:02x} is not {encoding} text: set source.encoding to the file's encoding"
        raise FileFormatError(path, reason, number, column) from error


def _header(path: Path, mapping: Mapping, reader: Iterator[list[str]]) -> list[str]:
    try:
        header = next((cells for cells in reader if cells), None)
    except csv.Error as error:
        raise FileFormatError(path, f"the header is not CSV: {error}", 1) from error
    if header is None:
        raise FileFormatError(path, "is empty: the first line must name the columns", 1)
    names = [name.strip() for name in header]
    for key, columns in mapping.used_columns().items():
        for column in columns:
            if column not in names:
                raise FileFormatError(path, _missing(key, column, names, mapping.source.delimiter), 1)
            if names.count(column) > 1:
                raise FileFormatError(path, f"two columns are called {column!r}", 1, _last(names, column) + 1)
    return names


def _last(names: list[str], column: str) -> int:
    return len(names) - 1 - names[::-1].index(column)


def _missing(key: str, column: str, names: list[str], delimiter: str) -> str:
    if len(names) == 1:
        other = max((d for d in _OTHER_DELIMITERS if d != delimiter), key=names[0].count)
        if other in names[0]:
            return f"looks separated by {other!r}, not by {delimiter!r}: set source.delimiter in the mapping"
    return f"there is no column {column!r} (wanted by {key}); the columns are {', '.join(names)}"


def _row(line: int, header: list[str], cells: list[str]) -> Row | BadRow | None:
    if not cells:
        return None  # a blank line
    if len(cells) != len(header):
        return BadRow(line, f"has {len(cells)} fields instead of {len(header)}")
    return Row(line, {name: cell.strip() for name, cell in zip(header, cells, strict=True)})


def _broken(path: Path, begins: int, error: csv.Error) -> BadRow:
    reason = str(error)
    if reason == "unexpected end of data" or reason.startswith("field larger"):
        raise FileFormatError(path, "a quote that opens in the row beginning here is never closed", begins) from error
    return BadRow(begins, f"is not CSV: {reason}")
