"""What leaves the house: links and messages to people, calls of other systems, calendars."""

from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, Column, Identity, Index, String, UniqueConstraint, text
from sqlmodel import Field

from domain.people import Role
from domain.vocabulary import MessageState
from models.columns import Row, choice, moment, reference


def _number() -> Column[int]:
    return Column(BigInteger, Identity(always=True), primary_key=True, autoincrement=True)


class CustomerLink(Row, table=True):
    """A customer's way to one case. The row is the grant and its own record: by whom, until when, ended by whom.

    Like a session it is no step of the case, and a closed case can still be looked at; so no workflow writes it.
    """

    __tablename__ = "customer_link"
    id: str = Field(primary_key=True)
    case_id: str = reference("service_case.id", index=True)
    made_at: datetime = moment()
    made_by_role: Role = choice(Role)
    made_by: str
    expires_at: datetime = moment()
    revoked_at: datetime | None = moment(optional=True)
    revoked_by: str = ""


class Message(Row, table=True):
    """One thing that somebody is told, written in the transaction of the event that it tells of.

    Attributes:
        key: What it tells; unique within the case, so that nothing is told twice.
        recipient: ``contact:{id}`` or ``role:{role}``; the address itself is looked up when it is sent.
        not_before: After the quiet hours of where the recipient is.
        handed_at: When a workflow took it over; None while it waits.
        about: What is overdue, for an escalation: the name of a step or a clock.
        round: Counts how often a person had it sent again.
        attempts: How often it was tried in this round.
        reason: A stable word for why it was not sent: ``no_channel``, ``no_address``, ``channel_refused``, ...
        reference: The channel's own id of it, where it gives one.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("case_id", "key"),
        Index("message_waiting_idx", "not_before", postgresql_where=text("state = 'queued' AND handed_at IS NULL")),
        Index("message_state_idx", "state", "id"),
    )
    id: int | None = Field(default=None, sa_column=_number())
    case_id: str = reference("service_case.id")
    visit_id: str | None = reference("visit.id", optional=True)
    occasion: str
    key: str
    recipient: str
    language: str
    channel: str = ""
    state: MessageState = choice(MessageState)
    reason: str = ""
    reference: str = ""
    attempts: int = 0
    round: int = 1
    about: str = ""
    not_before: datetime = moment()
    created_at: datetime = moment()
    handed_at: datetime | None = moment(optional=True)
    updated_at: datetime = moment()
    sent_at: datetime | None = moment(optional=True)


class Webhook(Row, table=True):
    """Another system that is told of events.

    Attributes:
        secret: Signs each call; shown once, when it is made.
        topics: Kinds of events; empty means all.
    """

    __tablename__ = "webhook"
    id: str = Field(primary_key=True)
    url: str
    secret: str
    topics: list[str] = Field(sa_column=Column(ARRAY(String), nullable=False))
    active: bool = True
    made_at: datetime = moment()
    made_by: str


class WebhookDelivery(Row, table=True):
    """One event for one webhook.

    Attributes:
        event_id: The event; None for a test.
        last_status: HTTP status of the last answer; None when nothing answered.
        last_answer: The beginning of that answer, or what kept the call from being made.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"),
        Index("webhook_delivery_waiting_idx", "id", postgresql_where=text("state = 'queued' AND handed_at IS NULL")),
    )
    id: int | None = Field(default=None, sa_column=_number())
    webhook_id: str = reference("webhook.id")
    event_id: int | None = reference("case_event.id", optional=True)
    topic: str
    state: MessageState = choice(MessageState)
    attempts: int = 0
    last_status: int | None = None
    last_answer: str = ""
    created_at: datetime = moment()
    handed_at: datetime | None = moment(optional=True)
    updated_at: datetime = moment()


class CalendarFeed(Row, table=True):
    """The secret path of an engineer's calendar, as a hash: calendars cannot send a token in a header."""

    __tablename__ = "calendar_feed"
    engineer_id: str = reference("engineer.id", key=True)
    secret_sha256: str = Field(unique=True)
    made_at: datetime = moment()
    made_by: str
