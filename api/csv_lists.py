"""Lists as CSV: streamed page by page, readable by spreadsheets, and harmless in them."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from starlette.responses import StreamingResponse

BYTE_ORDER_MARK = "\ufeff"
"""Spreadsheets read UTF-8 as such only with it."""
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(value: object) -> str:
    """A value as a cell; a text that a spreadsheet would run as a formula is quoted by an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float) and not isinstance(value, Enum):
        return str(value)
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(STARTS_A_FORMULA) else text


def flat(item: object, before: str = "") -> dict[str, object]:
    """A line of a list as columns; what it contains is named after it, and lists of things are left out."""
    found: dict[str, object] = {}
    for field in fields(item):  # type: ignore[arg-type]
        value: Any = getattr(item, field.name)
        name = before + field.name.rstrip("_")
        if is_dataclass(value):
            found |= flat(value, f"{name}_")
        elif not isinstance(value, list):
            found[name] = value
    return found


async def streamed(name: str, columns: Sequence[str], pages: AsyncIterator[Iterable[object]]) -> StreamingResponse:
    """An answer that sends a list while it is read. It begins when the first page is there: until then it may refuse.

    Args:
        name: The file's name, without ending.
        columns: Which columns of ``flat`` lines, in this order.
        pages: The list's lines, page by page.
    """

    def lines_of(page: Iterable[object]) -> str:
        rows: list[Mapping[str, object]] = [flat(item) for item in page]
        return _written([cell(row.get(column)) for column in columns] for row in rows)

    async def lines() -> AsyncIterator[str]:
        yield BYTE_ORDER_MARK + _written([columns])
        yield lines_of(first)
        async for page in pages:
            yield lines_of(page)

    first: Iterable[object] = await anext(pages, ())

    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=headers)


def _written(rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()
