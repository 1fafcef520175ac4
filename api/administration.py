"""Everything that administrators see and change, as one part of the application."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from temporalio.converter import PayloadCodec

from api.admin_checklists import ChecklistDesk
from api.admin_engineers import EngineerDesk
from api.admin_messages import MessageDesk
from api.admin_parts import PartDesk
from api.admin_policy import PolicyDesk
from api.admin_territories import TerritoryDesk
from api.admin_users import UserDesk
from api.admin_warehouses import WarehouseDesk
from api.codec import HistoryReader
from models.session import Database


@dataclass(frozen=True)
class Administration:
    """The desks of the administration."""

    users: UserDesk
    policy: PolicyDesk
    engineers: EngineerDesk
    territories: TerritoryDesk
    histories: HistoryReader
    messages: MessageDesk
    checklists: ChecklistDesk
    warehouses: WarehouseDesk
    parts: PartDesk


def administration_of(
    database: Database, now: Callable[[], Awaitable[datetime]], codec: PayloadCodec | None = None
) -> Administration:
    """The administration of a record.

    Args:
        now: The virtual time.
        codec: What encrypts workflow payloads; None where histories cannot be read.
    """
    return Administration(
        UserDesk(database),
        PolicyDesk(database, now),
        EngineerDesk(database),
        TerritoryDesk(database),
        HistoryReader(database, codec, now),
        MessageDesk(database, now),
        ChecklistDesk(database, now),
        WarehouseDesk(database),
        PartDesk(database),
    )
