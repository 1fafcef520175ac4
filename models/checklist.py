"""Editions of the company's checklists. None is ever changed: visits refer to the one with which their work began."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Integer
from sqlmodel import Field

from models.columns import Row, document, moment


class ChecklistEdition(Row, table=True):
    """All checklists as they were from ``made_at`` on; ``version`` counts from 1, the highest one counts now.

    Attributes:
        checklists: A ``Checklists`` document.
    """

    __tablename__ = "checklist_edition"
    version: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    checklists: dict[str, Any] = document()
    made_at: datetime = moment()
    made_by: str = ""
