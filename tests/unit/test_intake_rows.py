"""CSV files: rows keep their line numbers, and an unreadable file says where."""

from pathlib import Path

import pytest

from intake.errors import FileFormatError
from intake.rows import BadRow, Row, count_rows, read_rows
from tests.unit.intake_builders import HEADER, a_csv, a_line, a_mapping


def refused(folder: Path, content: bytes, **mapping: str) -> FileFormatError:
    path = folder / "requests.csv"
    path.write_bytes(content)
    with pytest.raises(FileFormatError) as caught:
        count_rows(path, a_mapping(folder, **mapping))
    assert str(caught.value).startswith(str(path))
    return caught.value


def test_rows_carry_the_line_on_which_they_begin(tmp_path: Path) -> None:
    path = a_csv(tmp_path, a_line(id="1", detail='"two\nlines"'), "", a_line(id="2"))

    rows = list(read_rows(path, a_mapping(tmp_path)))

    assert [(row.line, row.values["id"]) for row in rows if isinstance(row, Row)] == [(2, "1"), (5, "2")]


def test_values_are_trimmed_and_a_byte_order_mark_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "requests.csv"
    path.write_bytes(b"\xef\xbb\xbf" + f"{HEADER}\n{a_line(type=' Leak ')}\n".encode())

    (row,) = read_rows(path, a_mapping(tmp_path))

    assert isinstance(row, Row)
    assert row.values["id"] == "7"
    assert row.values["type"] == "Leak"


def test_a_row_with_another_number_of_fields_is_bad(tmp_path: Path) -> None:
    path = a_csv(tmp_path, "1,2,3", a_line())

    rows = list(read_rows(path, a_mapping(tmp_path)))

    assert rows[0] == BadRow(2, "has 3 fields instead of 9")
    assert isinstance(rows[1], Row)


def test_a_stray_quote_spoils_its_own_row_only(tmp_path: Path) -> None:
    path = a_csv(tmp_path, a_line(detail='"a" tap'), a_line(id="8"))

    rows = list(read_rows(path, a_mapping(tmp_path)))

    assert rows[0] == BadRow(2, "is not CSV: ',' expected after '\"'")
    assert isinstance(rows[1], Row)


def test_a_quote_that_never_closes_is_an_error_of_the_file(tmp_path: Path) -> None:
    error = refused(tmp_path, f'{HEADER}\n{a_line()}\n8,"never closed\n{a_line()}\n'.encode())

    assert error.line == 3
    assert "a quote that opens in the row beginning here is never closed" in error.message


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    error = refused(tmp_path, content)

    assert error.line == 1
    assert "is empty: the first line must name the columns" in error.message


def test_a_file_with_a_header_alone_has_no_rows(tmp_path: Path) -> None:
    assert count_rows(a_csv(tmp_path), a_mapping(tmp_path)) == 0


def test_a_missing_column_is_named_with_what_wants_it(tmp_path: Path) -> None:
    error = refused(tmp_path, b"id,created,closed,lat,type,detail,via,phone\n")

    assert error.line == 1
    assert error.message.endswith(
        "there is no column 'lon' (wanted by columns.longitude); "
        "the columns are id, created, closed, lat, type, detail, via, phone"
    )


def test_a_column_that_comes_twice_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, f"{HEADER},lat\n".encode())

    assert (error.line, error.column) == (1, 10)
    assert "two columns are called 'lat'" in error.message


def test_another_delimiter_is_recognised(tmp_path: Path) -> None:
    error = refused(tmp_path, HEADER.replace(",", ";").encode())

    assert "looks separated by ';', not by ','" in error.message


def test_the_mapping_may_set_the_delimiter(tmp_path: Path) -> None:
    path = tmp_path / "requests.csv"
    path.write_text(f"{HEADER}\n{a_line()}\n".replace(",", ";"))

    (row,) = read_rows(path, a_mapping(tmp_path, source='delimiter = ";"'))

    assert isinstance(row, Row)
    assert row.values["detail"] == "Kitchen tap"


def test_bytes_that_are_no_utf8_name_line_and_column(tmp_path: Path) -> None:
    error = refused(tmp_path, f"{HEADER}\n{a_line(detail='Küche, hinten'.replace(',', ''))}\n".encode("latin-1"))

    assert (error.line, error.column) == (2, a_line(detail="K").index(",K") + 3)
    assert "byte 0xfc is not utf-8 text: set source.encoding" in error.message


def test_the_mapping_may_set_the_encoding(tmp_path: Path) -> None:
    path = tmp_path / "requests.csv"
    path.write_bytes(f"{HEADER}\n{a_line(detail='Küche')}\n".encode("latin-1"))

    (row,) = read_rows(path, a_mapping(tmp_path, source='encoding = "latin-1"'))

    assert isinstance(row, Row)
    assert row.values["detail"] == "Küche"


def test_utf16_is_recognised(tmp_path: Path) -> None:
    error = refused(tmp_path, HEADER.encode("utf-16"))

    assert (error.line, error.column) == (1, 1)
    assert "is UTF-16 text: save it as UTF-8" in error.message


def test_a_binary_file_is_no_csv(tmp_path: Path) -> None:
    assert "holds a zero byte" in refused(tmp_path, b"PK\x03\x04\x00\x01").message
    assert "longer than 1,000,000 bytes" in refused(tmp_path, b"x" * 1_000_001).message


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    mapping = a_mapping(tmp_path)
    with pytest.raises(FileFormatError, match="cannot be read: No such file"):
        count_rows(tmp_path / "none.csv", mapping)
    with pytest.raises(FileFormatError, match="cannot be read: Is a directory"):
        count_rows(tmp_path, mapping)
