"""Frozen dataclasses to plain JSON values and back, checked by their annotations."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import numpy as np

from scheduler.errors import ProblemError

T = TypeVar("T")


def to_json(value: Any) -> Any:
    """A value made of None, bool, int, float, str, list and dict only; sets are sorted, so equal is equal."""
    if value is None or isinstance(value, bool | int | float | str):
        return value.value if isinstance(value, StrEnum) else value
    if is_dataclass(value):
        return to_json_object(value)
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return {str(key): to_json(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, frozenset):
        return sorted(to_json(item) for item in value)
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    raise ProblemError("json", f"cannot write a {type(value).__name__}")


def to_json_object(value: Any) -> dict[str, Any]:
    """A dataclass as a dict. What is None or empty by default is left out, every other value is written."""
    out: dict[str, Any] = {}
    for item in fields(value):
        content = getattr(value, item.name)
        if not (_is_empty(content) and _is_empty(_default(item))):
            out[item.name] = to_json(content)
    return out


def _default(item: Field[Any]) -> Any:
    return item.default if item.default_factory is MISSING else item.default_factory()


def _is_empty(content: Any) -> bool:
    return content is None or (isinstance(content, Mapping | tuple | frozenset) and not content)


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def from_json_object(cls: type[T], data: Any, path: str = "") -> T:
    """Build a dataclass from what ``to_json_object`` wrote.

    Raises:
        ProblemError: a field is missing, unknown or of the wrong type; ``field`` names it.
    """
    where = path or cls.__name__
    if not isinstance(data, Mapping):
        raise ProblemError(where, "must be an object")
    hints = _hints(cast("Any", cls))
    known = {item.name: item for item in fields(cast("Any", cls))}
    for name in data:
        if name not in known:
            raise ProblemError(f"{where}.{name}", "is not a known field")
    values: dict[str, Any] = {}
    for name, item in known.items():
        if name in data:
            values[name] = _read(hints[name], data[name], f"{where}.{name}")
        elif item.default is MISSING and item.default_factory is MISSING:
            raise ProblemError(f"{where}.{name}", "is missing")
    return cls(**values)


def _read(hint: Any, data: Any, path: str) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        inner = [arg for arg in get_args(hint) if arg is not type(None)]
        return None if data is None else _read(inner[0], data, path)
    if origin is np.ndarray:
        return np.asarray(_expect(list, data, path))
    if origin in (tuple, frozenset):
        item = get_args(hint)[0]
        return origin(_read(item, value, f"{path}[{i}]") for i, value in enumerate(_expect(list, data, path)))
    if origin is not None and issubclass(origin, Mapping):
        key, item = get_args(hint)
        return {
            _read_key(key, name, path): _read(item, value, f"{path}[{name}]")
            for name, value in _expect(dict, data, path).items()
        }
    if is_dataclass(hint):
        return from_json_object(cast("type[Any]", hint), data, path)
    return _read_scalar(hint, data, path)


def _read_key(hint: Any, name: str, path: str) -> Any:
    if hint is int:
        try:
            return int(name)
        except ValueError:
            raise ProblemError(f"{path}[{name}]", "must be keyed by whole numbers") from None
    return _read_scalar(hint, name, path)


def _read_scalar(hint: Any, data: Any, path: str) -> Any:
    if issubclass(hint, StrEnum):
        try:
            return hint(data)
        except ValueError:
            raise ProblemError(path, f"must be one of {', '.join(hint)}") from None
    if hint is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    if hint is Any:
        return data
    return _expect(hint, data, path)


_NAMES = {
    int: "a whole number",
    float: "a number",
    str: "text",
    bool: "true or false",
    list: "a list",
    dict: "an object",
}


def _expect(kind: type[T], data: Any, path: str) -> T:
    if not isinstance(data, kind) or (kind is int and isinstance(data, bool)):
        raise ProblemError(path, f"must be {_NAMES[kind]}")
    return data
