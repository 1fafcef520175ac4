"""Views that people keep: a name for filters that they look through often."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from models.columns import Row, document, moment


class SavedView(Row, table=True):
    """One person's name for one set of filters. A preference: no case depends on it.

    Attributes:
        owner: Who keeps it: a user's id, or the role and id that a machine acts as.
        query: The filters as the list's query parameters.
    """

    __tablename__ = "saved_view"
    owner: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    query: dict[str, Any] = document()
    saved_at: datetime = moment()
