"""Domain values as JSON documents of the record, and back."""

from functools import lru_cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


@lru_cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def to_json(kind: Any, value: object) -> Any:
    """A value of the domain as plain lists, dictionaries, strings and numbers.

    Args:
        kind: The value's type, e.g. ``tuple[PartNeed, ...]``.
        value: The value.
    """
    return _adapter(kind).dump_python(value, mode="json")


def from_json(kind: type[T], document: object) -> T:
    """The value behind a document.

    Raises:
        pydantic.ValidationError: The document is not of that type; it was not written by this program.
    """
    hashable: Any = kind
    value: T = _adapter(hashable).validate_python(document)
    return value
