"""What a customer may know of their case: facts for the customer's page, and of nobody else."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.ids import CaseId
from domain.sla import SlaState
from domain.vocabulary import CaseState
from models import tables as t
from models.repositories import events
from models.repositories.events import TimelineEntry
from models.screens import cases
from models.screens.visits import VisitLine, visits_of_case


@dataclass(frozen=True)
class VisitFacts:
    """The newest visit of the case; ``engineer`` is the full name, to be shortened before it is shown."""

    state: str
    engineer: str
    arrival: datetime | None
    window_start: datetime | None
    window_end: datetime | None
    predicted_arrival: datetime | None


@dataclass(frozen=True)
class CustomerFacts:
    """The case as the customer's page needs it.

    Attributes:
        language: The contact's.
        answer_due: By when the open step is due.
        promised_by: When the next running promise ends.
    """

    case_id: CaseId
    state: CaseState
    product: str
    language: str
    time_zone: str
    opened_at: datetime
    answer_due: datetime | None
    promised_by: datetime | None
    sla_state: SlaState
    quote_cents: int
    satisfaction: int | None
    call_back_from: datetime | None
    visit: VisitFacts | None
    story: list[TimelineEntry]


async def facts(session: AsyncSession, case_id: CaseId) -> CustomerFacts:
    """One case.

    Raises:
        NotFoundError: There is none with this id.
    """
    row = await cases.require(session, case_id)
    area = await session.get(t.Territory, row.territory_id) if row.territory_id else None
    person = await session.get(t.Contact, row.contact_id) if row.contact_id else None
    owner = await session.get(t.Customer, row.customer_id) if row.customer_id else None
    model = await session.get(t.ProductModel, row.product_model_code) if row.product_model_code else None
    return CustomerFacts(
        case_id=case_id,
        state=CaseState(row.state),
        product=model.name if model else "",
        language=person.language if person else owner.language if owner else "en",
        time_zone=area.time_zone if area else "UTC",
        opened_at=row.opened_at,
        answer_due=row.due_at,
        promised_by=row.sla_due_at,
        sla_state=SlaState(row.sla_state),
        quote_cents=row.quote_cents,
        satisfaction=row.satisfaction,
        call_back_from=row.call_back_from,
        visit=await _visit(session, row),
        story=await events.timeline(session, case_id, limit=1_000),
    )


async def _visit(session: AsyncSession, row: t.Case) -> VisitFacts | None:
    visits = await visits_of_case(session, row.id)
    return await visit_facts(session, visits[-1]) if visits else None


async def visit_facts(session: AsyncSession, line: VisitLine) -> VisitFacts:
    """A visit with the place that counts."""
    booking = line.booking
    if booking is None:
        return VisitFacts(line.state, "", None, None, None, None)
    windows = select(col(t.Booking.window_start), col(t.Booking.window_end)).where(col(t.Booking.id) == booking.id)
    start, end = (await session.execute(windows)).one()
    return VisitFacts(line.state, booking.engineer, booking.arrival, start, end, booking.predicted_arrival)
