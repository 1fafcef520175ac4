"""The activities that work on the record alone, ready for a worker."""

from collections.abc import Callable
from typing import Any

from activities.cases import CaseActivities
from activities.drafts import DraftActivities
from activities.parts_orders import PartsOrderActivities
from activities.stock import StockActivities
from activities.territories import TerritoryActivities
from activities.visits import VisitActivities
from models.session import Database


def record_activities(database: Database) -> list[Callable[..., Any]]:
    """Every recording activity on one record."""
    cases, territories, drafts = CaseActivities(database), TerritoryActivities(database), DraftActivities(database)
    stock = StockActivities(database)
    return [
        cases.register_case,
        cases.resolve_terms,
        cases.record_case,
        VisitActivities(database).record_visit,
        PartsOrderActivities(database).record_reservation,
        stock.receive_stock,
        stock.transfer_stock,
        stock.write_off_stock,
        stock.count_stock,
        territories.record_absence,
        territories.move_visit,
        territories.pin_visit,
        drafts.change_draft,
        drafts.undo_draft,
        drafts.discard_draft,
    ]
