"""Pages of a list that grows while it is read: each page says where the next one begins."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime

from domain.errors import InvalidInputError


@dataclass(frozen=True)
class Place:
    """The last row of a page: its moment and its id."""

    at: datetime
    id: str


def to_cursor(place: Place) -> str:
    """A place as a text that callers hand back unread."""
    return base64.urlsafe_b64encode(json.dumps([place.at.isoformat(), place.id]).encode()).decode()


def from_cursor(cursor: str) -> Place:
    """The place behind a cursor.

    Raises:
        InvalidInputError: The cursor was not made here.
    """
    try:
        at, id_ = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        place = Place(datetime.fromisoformat(at), str(id_))
    except (ValueError, TypeError, binascii.Error) as error:
        raise InvalidInputError("cursor", "must be the next_cursor of the page before") from error
    if place.at.tzinfo is None:
        raise InvalidInputError("cursor", "must be the next_cursor of the page before")
    return place
