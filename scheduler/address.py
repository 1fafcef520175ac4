"""Compiled: one address instead of a dozen arrays.

A compiled function that passes arrays on hands over some ten words for each and counts their references; with all
tables of a plan that took most of a search's time. So compiled functions get the address of a table of tables
(``table_of_tables``) and look at the ones they need through views. A view does not own its memory: whoever calls
compiled code keeps the arrays alive meanwhile.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from numba.np.arrayobj import populate_array
from numpy.typing import NDArray

compiled = njit(cache=True, nogil=True, error_model="numpy")
"""How the search's functions are compiled: kept on disk, without Python's lock, and dividing as machines do."""

WORDS = 4
"""Words of an entry in a table of tables: the address of the data, and up to three lengths; or a number by itself."""

_WORD = ir.IntType(64)


def table_of_tables(entries: Sequence[NDArray[Any] | int]) -> NDArray[np.int64]:
    """One row for each array or number, in the order of their views.

    Raises:
        ValueError: an array is not contiguous.
    """
    out = np.zeros((len(entries), WORDS), np.int64)
    for row, entry in zip(out, entries, strict=True):
        if isinstance(entry, int):
            row[0] = entry
            continue
        if not entry.flags.c_contiguous:
            raise ValueError("compiled code reads contiguous arrays only")
        row[: 1 + entry.ndim] = entry.ctypes.data, *entry.shape
    return out


def view(index: int, *lengths: int | None, dtype: Any = types.int64) -> Any:
    """A compiled function from the address of a table of tables to one of its arrays.

    Args:
        index: the array's row.
        lengths: of its dimensions; None for those that differ from problem to problem.
        dtype: of its numbers.
    """
    kind = types.Array(dtype, len(lengths), "C")
    item = dtype.bitwidth // 8

    @intrinsic
    def look(context: Any, t: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            words = builder.inttoptr(arguments[0], _WORD.as_pointer())
            data = _load(builder, words, WORDS * index)
            shape = [
                _load(builder, words, WORDS * index + 1 + k) if length is None else _WORD(length)
                for k, length in enumerate(lengths)
            ]
            strides = [_WORD(item)]
            for length in reversed(shape[1:]):
                strides.insert(0, builder.mul(strides[0], length))
            out = context.make_array(kind)(context, builder)
            pointer = builder.inttoptr(data, context.get_value_type(dtype).as_pointer())
            layout = tuple(shape), tuple(strides), _WORD(item)
            populate_array(out, pointer, *layout, None)  # type: ignore[no-untyped-call]
            return out._getvalue()

        return kind(t), code

    return look


def number(index: int) -> Any:
    """A compiled function from the address of a table of tables to a number in it."""

    @intrinsic
    def look(context: Any, t: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return _load(builder, builder.inttoptr(arguments[0], _WORD.as_pointer()), WORDS * index)

        return types.int64(t), code

    return look


def _load(builder: Any, words: Any, at: int) -> Any:
    """A word that never changes, so the compiler needs to read it only once."""
    word = builder.load(builder.gep(words, [_WORD(at)]))
    word.set_metadata("invariant.load", builder.module.add_metadata([]))
    return word
