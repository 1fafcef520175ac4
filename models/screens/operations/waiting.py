"""What a case waits for that is not the company's own next move: a part, the customer, the depot."""

from enum import StrEnum

from sqlalchemy import ColumnElement, Select, case, cast, literal, literal_column, null, or_, select
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlmodel import col

from domain.clock import PauseReason
from domain.vocabulary import CaseState, VisitState
from models import tables as t
from models.screens.plans import without_place

ASKS_THE_CUSTOMER = (CaseState.QUOTING, CaseState.CONFIRMING)
NO_PART = [{"code": "parts"}]
NOT_STARTED = (VisitState.REQUESTED, VisitState.BOOKED, VisitState.OFFERED, VisitState.CONFIRMED)
AWAITED = (
    col(t.Reservation.source) == literal_column("'shipment'"),
    col(t.Reservation.state).in_([literal_column("'held'"), literal_column("'shipped'")]),
)
"""A part that is sent to its visit and is not there yet; spelled as the index that answers it."""


class WaitingFor(StrEnum):
    """Who or what keeps a case waiting."""

    PART = "part"
    CUSTOMER = "customer"
    DEPOT = "depot"


def waits_for(kind: WaitingFor) -> ColumnElement[bool]:
    """Whether a case waits for this."""
    row = t.Case
    match kind:
        case WaitingFor.DEPOT:
            return col(row.state) == CaseState.HANDED_OVER
        case WaitingFor.CUSTOMER:
            return or_(col(row.state).in_(ASKS_THE_CUSTOMER), _is_paused_for(PauseReason.WAITING_FOR_CUSTOMER))
        case WaitingFor.PART:
            return or_(
                col(row.open_visit_id).in_(awaiting_shipment()),
                col(row.open_visit_id).in_(lacking_parts()),
                _is_paused_for(PauseReason.WAITING_FOR_PART),
            )


def waiting() -> ColumnElement[str | None]:
    """What a case waits for; the depot before a part before the customer."""
    order = (WaitingFor.DEPOT, WaitingFor.PART, WaitingFor.CUSTOMER)
    return case(*((waits_for(kind), literal(kind.value)) for kind in order), else_=null())


def awaiting_shipment() -> Select[str]:
    """Visits, not started, whose part is on its way."""
    held, visit = t.Reservation, t.Visit
    return (
        select(col(held.visit_id))
        .join(visit, col(visit.id) == col(held.visit_id))
        .where(*AWAITED, col(visit.state).in_(NOT_STARTED))
    )


def lacking_parts() -> Select[str]:
    """Visits without a place for which the last plan found no part."""
    row, visit = t.UnassignedVisit, t.Visit
    newest = (
        select(col(row.visit_id).label("visit_id"), col(row.reasons).label("reasons"))
        .join(t.Plan, col(t.Plan.id) == col(row.plan_id))
        .join(visit, col(visit.id) == col(row.visit_id))
        .where(without_place())
        .ext(distinct_on(col(row.visit_id)))
        .order_by(col(row.visit_id), col(t.Plan.number).desc())
        .subquery()
    )
    return select(newest.c.visit_id).where(newest.c.reasons.contains(cast(NO_PART, JSONB)))


def _is_paused_for(reason: PauseReason) -> ColumnElement[bool]:
    row = t.ClockPause
    paused = select(col(row.case_id)).where(col(row.reason) == reason, col(row.ended_at).is_(None))
    return col(t.Case.id).in_(paused)
