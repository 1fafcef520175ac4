"""What differs between two documents, by dotted path."""

from collections.abc import Iterator, Mapping
from typing import Any


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The entries that are not the same on both sides, with their old and their new values.

    Documents are looked into; lists are compared as a whole. What one side lacks is missing from its result.
    """
    old, new = dict(_leaves(before)), dict(_leaves(after))
    changed = sorted(
        path for path in old.keys() | new.keys() if path not in old or path not in new or old[path] != new[path]
    )
    return {p: old[p] for p in changed if p in old}, {p: new[p] for p in changed if p in new}


def _leaves(document: Mapping[str, Any], at: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in document.items():
        path = f"{at}.{key}" if at else key
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, path)
        else:
            yield path, value
