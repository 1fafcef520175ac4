"""Settings of the company: one JSON document per key."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from models.columns import Row, document, moment

POLICY = "policy"
"""The company's ``ServicePolicy``."""

TIMEBASE = "timebase"
"""The ``Timebase`` that new cases are started with."""


class Setting(Row, table=True):
    """A document under a key; ``version`` counts its changes."""

    __tablename__ = "setting"
    key: str = Field(primary_key=True)
    value: Any = document()
    version: int = 1
    updated_at: datetime = moment()
    updated_by: str = ""
