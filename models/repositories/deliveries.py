"""Messages while they are being sent: who gets what, and what became of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import NotFoundError
from domain.ids import CaseId
from domain.message_settings import MessageSettings
from domain.occasions import FIELDS, Occasion
from domain.people import Role
from domain.told import told_window
from domain.vocabulary import CaseState, MessageState, VisitState
from models import tables as t
from models.repositories import links, message_settings
from models.screens.customer import CustomerFacts, VisitFacts, facts, visit_facts
from models.screens.visits import visit as visit_screen

LINK_AT_LEAST = timedelta(days=7)


@dataclass(frozen=True)
class Address:
    """Where a recipient can be reached. Personal data: it never leaves the activity that sends."""

    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Outgoing:
    """A message with everything that its words need.

    Attributes:
        role: The staff that it is for; None for a customer.
        people: For a customer the contact, for a role everybody who has it.
        link_id, link_expires_at: Of the customer's link; None where the words name none.
        window: The arrival window that is told.
        outdated: Things went on while it waited, so that it would tell something that is not true any more.
    """

    number: int
    round: int
    occasion: Occasion
    language: str
    role: Role | None
    people: tuple[Address, ...]
    case_id: CaseId
    product: str
    time_zone: str
    engineer: str
    arrival: datetime | None
    window: tuple[datetime, datetime] | None
    quote_cents: int
    about: str
    link_id: str | None
    link_expires_at: datetime | None
    settings: MessageSettings
    outdated: bool = False


async def begin(session: AsyncSession, number: int, now: datetime) -> Outgoing | None:
    """Take up a message for one more attempt; None when it is settled already.

    Raises:
        NotFoundError: There is no such message.
    """
    row = await session.get(t.Message, number, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFoundError("message", str(number))
    if row.state in {MessageState.SENT, MessageState.UNDELIVERABLE, MessageState.FAILED}:
        return None
    row.state, row.attempts, row.updated_at = MessageState.SENDING, row.attempts + 1, now
    return await _outgoing(session, row, now)


async def settle(
    session: AsyncSession,
    number: int,
    state: MessageState,
    now: datetime,
    *,
    channel: str = "",
    reason: str = "",
    reference: str = "",
) -> None:
    """Write down what became of an attempt. What was sent stays sent."""
    row = await session.get(t.Message, number, with_for_update=True, populate_existing=True)
    if row is None or row.state is MessageState.SENT:
        return
    row.state, row.reason, row.updated_at = state, reason, now
    row.channel, row.reference = channel or row.channel, reference or row.reference
    if state is MessageState.SENT:
        row.sent_at = now


async def _outgoing(session: AsyncSession, row: t.Message, now: datetime) -> Outgoing:
    occasion, case_id = Occasion(row.occasion), CaseId(row.case_id)
    about_case = await facts(session, case_id)
    visit = await _visit(session, row.visit_id)
    window = told_window(visit.arrival, visit.window_start, visit.window_end) if visit and visit.arrival else None
    settings = await message_settings.load(session)
    link = None
    if "link" in FIELDS[occasion]:
        link = await links.for_messages(session, case_id, now, timedelta(days=settings.link_days), LINK_AT_LEAST)
    kind, _, key = row.recipient.partition(":")
    role = Role(key) if kind == "role" else None
    return Outgoing(
        number=row.id or 0,
        round=row.round,
        occasion=occasion,
        language=row.language,
        role=role,
        people=await _staff(session, role, case_id) if role else await _contact(session, key),
        case_id=case_id,
        product=about_case.product,
        time_zone=about_case.time_zone,
        engineer=visit.engineer if visit else "",
        arrival=(visit.predicted_arrival or visit.arrival) if visit else None,
        window=window,
        quote_cents=about_case.quote_cents,
        about=row.about,
        link_id=link.id if link else None,
        link_expires_at=link.expires_at if link else None,
        settings=settings,
        outdated=not _still_true(occasion, about_case, visit),
    )


def _still_true(occasion: Occasion, case: CustomerFacts, visit: VisitFacts | None) -> bool:
    state = VisitState(visit.state) if visit else None
    match occasion:
        case Occasion.VISIT_BOOKED | Occasion.VISIT_MOVED:
            return state is VisitState.CONFIRMED and visit is not None and visit.arrival is not None
        case Occasion.VISIT_UNPLANNED:
            return state in {VisitState.REQUESTED, VisitState.BOOKED, VisitState.OFFERED}
        case Occasion.ON_THE_WAY:
            return state is VisitState.EN_ROUTE
        case Occasion.QUOTE:
            return case.state is CaseState.QUOTING
        case Occasion.PLEASE_CONFIRM:
            return case.state is CaseState.CONFIRMING
        case Occasion.PLEASE_RATE:
            return case.state is CaseState.CALLING_BACK and case.satisfaction is None
        case Occasion.REGISTERED | Occasion.VISIT_CANCELLED | Occasion.ESCALATION | Occasion.TIME_ASKED:
            return True


async def _visit(session: AsyncSession, visit_id: str | None) -> VisitFacts | None:
    return await visit_facts(session, (await visit_screen(session, visit_id)).visit) if visit_id else None


async def _contact(session: AsyncSession, contact_id: str) -> tuple[Address, ...]:
    row = await session.get(t.Contact, contact_id) if contact_id else None
    return (Address(row.email, row.phone),) if row else ()


async def _staff(session: AsyncSession, role: Role, case_id: CaseId) -> tuple[Address, ...]:
    """Everybody who has the role and works in the case's territory, or in all of them."""
    territory = await session.scalar(select(col(t.Case.territory_id)).where(col(t.Case.id) == case_id))
    user = t.User
    asked = (
        select(col(user.email))
        .join(t.UserRole, col(t.UserRole.user_id) == col(user.id))
        .where(col(t.UserRole.role) == role, col(user.active))
        .where(or_(col(user.territory_id).is_(None), col(user.territory_id) == territory))
        .order_by(col(user.id))
    )
    return tuple(Address(email=email) for email in await session.scalars(asked))
