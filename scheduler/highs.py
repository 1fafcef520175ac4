"""HiGHS through its C interface, in the build that comes with OR-Tools.

The ``highspy`` package cannot be loaded beside OR-Tools: both bring a library of the same name, and the second one
finds the symbols of the first. OR-Tools' own interfaces do not keep HiGHS's basis between solves.
"""

import ctypes
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import ortools
from numpy.typing import NDArray

Floats = NDArray[np.float64]

INFINITY = float("inf")

FAILED, TIME_LIMIT = 4, 13
"""Model statuses of the C interface (``kHighsModelStatus``)."""

_FEASIBLE = 2
_WHOLE = 1


@cache
def _library() -> Any:
    path = next((Path(ortools.__file__).parent / ".libs").glob("libhighs.so*"))
    library = ctypes.CDLL(str(path))
    library.Highs_create.restype = ctypes.c_void_p
    library.Highs_getObjectiveValue.restype = ctypes.c_double
    return library


def _pointer(values: NDArray[Any]) -> Any:
    return values.ctypes.data_as(ctypes.c_void_p)


class Highs:
    """A linear or whole-number programme that grows by rows and columns. Minimises, silently, with one thread."""

    def __init__(self, **options: float | str | bool) -> None:
        self._library = _library()
        self._model = ctypes.c_void_p(self._library.Highs_create())
        self.set(output_flag=False, threads=1, parallel="off", **options)

    def __del__(self) -> None:
        self._library.Highs_destroy(self._model)

    def set(self, **options: float | str | bool) -> None:
        """Set options by HiGHS's names for them."""
        for name, value in options.items():
            key = name.encode()
            match value:
                case bool():
                    failed = self._library.Highs_setBoolOptionValue(self._model, key, int(value))
                case int():
                    failed = self._library.Highs_setIntOptionValue(self._model, key, value)
                case float():
                    failed = self._library.Highs_setDoubleOptionValue(self._model, key, ctypes.c_double(value))
                case str():
                    failed = self._library.Highs_setStringOptionValue(self._model, key, value.encode())
            if failed:
                raise ValueError(f"HiGHS does not take {value!r} for {name}")

    def add_rows(self, lower: Floats, upper: Floats, starts: NDArray[Any], index: NDArray[Any]) -> None:
        """Add rows; all coefficients are 1. ``starts`` says where each row's columns begin in ``index``."""
        self._library.Highs_addRows(self._model, *self._sparse((), lower, upper, starts, index, np.ones(len(index))))

    def add_columns(
        self, costs: Floats, upper: Floats, starts: NDArray[Any], index: NDArray[Any], values: Floats
    ) -> None:
        """Add columns from 0 to ``upper``. ``starts`` says where each column's rows begin in ``index``."""
        sparse = self._sparse((costs,), np.zeros(len(costs)), upper, starts, index, values)
        self._library.Highs_addCols(self._model, *sparse)

    def _sparse(
        self,
        costs: tuple[Floats, ...],
        lower: Floats,
        upper: Floats,
        starts: NDArray[Any],
        index: NDArray[Any],
        values: Floats,
    ) -> list[Any]:
        floats = [np.ascontiguousarray(part, np.float64) for part in (*costs, lower, upper, values)]
        places = [np.ascontiguousarray(part, np.int32) for part in (starts, index)]
        *head, last = [_pointer(part) for part in floats]
        self._kept = (floats, places)  # alive until the call is over
        return [len(lower), *head, len(index), *(_pointer(part) for part in places), last]

    def limit(self, column: int, lower: float, upper: float) -> None:
        """Change the bounds of a column."""
        self._library.Highs_changeColBounds(self._model, column, ctypes.c_double(lower), ctypes.c_double(upper))

    def make_whole(self) -> None:
        """Every column has to be a whole number."""
        count = self.columns
        self._library.Highs_changeColsIntegralityByRange(
            self._model, 0, count - 1, _pointer(np.full(count, _WHOLE, np.int32))
        )

    def run(self) -> int:
        """Solve; returns the model status."""
        self._library.Highs_run(self._model)
        return int(self._library.Highs_getModelStatus(self._model))

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return int(self._library.Highs_getNumCol(self._model))

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return int(self._library.Highs_getNumRow(self._model))

    @property
    def objective(self) -> float:
        """The solution's value."""
        return float(self._library.Highs_getObjectiveValue(self._model))

    @property
    def feasible(self) -> bool:
        """Whether there is a solution."""
        status = ctypes.c_int(0)
        self._library.Highs_getIntInfoValue(self._model, b"primal_solution_status", ctypes.byref(status))
        return status.value == _FEASIBLE

    def solution(self) -> tuple[Floats, Floats, Floats]:
        """Values of the columns, values of the rows, duals of the rows; zeros where none were found in time."""
        columns, unused = np.zeros(self.columns), np.zeros(self.columns)
        rows, duals = np.zeros(self.rows), np.zeros(self.rows)
        self._library.Highs_getSolution(
            self._model, _pointer(columns), _pointer(unused), _pointer(rows), _pointer(duals)
        )
        return columns, rows, duals
