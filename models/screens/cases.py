"""Cases as lists and as one screen."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import NotFoundError
from domain.registration import FieldProblem
from domain.sla import SlaState
from domain.vocabulary import CaseKind, CaseState, Severity
from models import tables as t
from models.documents import from_json
from models.reach import EVERYTHING, Reach
from models.screens.paging import Place, from_cursor, to_cursor
from models.screens.visits import VisitLine, visits_of_case

FINAL = [state for state in CaseState if state.is_final]


@dataclass(frozen=True)
class CaseFilter:
    """Which cases a list shows. What is None or False does not restrict it.

    Attributes:
        overdue_at: Only cases whose next step was due before this moment.
    """

    states: tuple[CaseState, ...] = ()
    severities: tuple[Severity, ...] = ()
    kinds: tuple[CaseKind, ...] = ()
    sla_states: tuple[SlaState, ...] = ()
    territory: str | None = None
    customer: str | None = None
    open_only: bool = False
    overdue_at: datetime | None = None


@dataclass(frozen=True)
class CaseLine:
    """A case in a list."""

    id: str
    state: str
    symptom: str
    kind: str | None
    severity: str | None
    territory: str | None
    product_model: str | None
    next_step: str | None
    responsible: str
    due_at: datetime | None
    sla_state: str
    sla_due_at: datetime | None
    opened_at: datetime
    closed_at: datetime | None
    visits: int


@dataclass(frozen=True)
class CasePage:
    """One page of a list; ``next_cursor`` is None on the last one."""

    items: list[CaseLine]
    next_cursor: str | None


@dataclass(frozen=True)
class ClockLine:
    """One promise: when it was or is due, and how it stands."""

    name: str
    state: str
    target_seconds: int
    used_seconds: float
    started_at: datetime
    stopped_at: datetime | None
    warn_at: datetime | None
    due_at: datetime | None
    predicted: datetime | None
    remedy: str
    paused_for: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ContactLine:
    """The person and the place. Personal data."""

    customer_id: str | None
    name: str
    phone: str
    email: str
    language: str
    address: str
    neighbourhood: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True)
class CaseScreen:
    """One case with everything that an answer on the phone needs."""

    case: CaseLine
    channel: str
    category: str | None
    warranty: str
    error_code: str
    external_ref: str | None
    installed_product_id: str | None
    serial: str
    contact: ContactLine
    problems: list[FieldProblem]
    clocks: list[ClockLine]
    visits: list[VisitLine]
    open_visit_id: str | None
    decision: str | None
    quote_cents: int
    outcome: str | None
    repeat_of: str | None
    reopened: int
    satisfaction: int | None
    closing_note: str
    labour_cents: int
    travel_cents: int
    parts_cents: int
    version: int


async def cases(
    session: AsyncSession, wanted: CaseFilter, cursor: str | None, limit: int, reach: Reach = EVERYTHING
) -> CasePage:
    """A page of cases, the newest first.

    Raises:
        InvalidInputError: The cursor was not made by an earlier page.
    """
    row = t.Case
    asked = (
        _filtered(wanted).where(reach.cases).order_by(col(row.opened_at).desc(), col(row.id).desc()).limit(limit + 1)
    )
    if cursor:
        after = from_cursor(cursor)
        asked = asked.where(tuple_(col(row.opened_at), col(row.id)) < (after.at, after.id))
    found = list(await session.scalars(asked))
    shown = found[:limit]
    more = to_cursor(Place(shown[-1].opened_at, shown[-1].id)) if len(found) > limit else None
    return CasePage([_line(case) for case in shown], more)


async def case(session: AsyncSession, case_id: str) -> CaseScreen:
    """One case.

    Raises:
        NotFoundError: There is none with this id.
    """
    row = await require(session, case_id)
    product = await _maybe(session, t.InstalledProduct, row.installed_product_id)
    return CaseScreen(
        case=_line(row),
        channel=row.channel,
        category=row.category,
        warranty=row.warranty,
        error_code=row.error_code,
        external_ref=row.external_ref,
        installed_product_id=row.installed_product_id,
        serial=product.serial if product else "",
        contact=await _contact(session, row),
        problems=from_json(list[FieldProblem], row.problems),
        clocks=await _clocks(session, case_id),
        visits=await visits_of_case(session, case_id),
        open_visit_id=row.open_visit_id,
        decision=row.decision,
        quote_cents=row.quote_cents,
        outcome=row.outcome,
        repeat_of=row.repeat_of,
        reopened=row.reopened,
        satisfaction=row.satisfaction,
        closing_note=row.closing_note,
        labour_cents=row.labour_cents,
        travel_cents=row.travel_cents,
        parts_cents=row.parts_cents,
        version=row.version,
    )


async def require(session: AsyncSession, case_id: str) -> t.Case:
    """The case's row.

    Raises:
        NotFoundError: There is none with this id.
    """
    row = await session.get(t.Case, case_id)
    if row is None:
        raise NotFoundError("case", case_id)
    return row


def _filtered(wanted: CaseFilter) -> Select[t.Case]:
    row = t.Case
    asked = select(row)
    for column, values in (
        (row.state, wanted.states),
        (row.severity, wanted.severities),
        (row.kind, wanted.kinds),
        (row.sla_state, wanted.sla_states),
    ):
        if values:
            asked = asked.where(col(column).in_(values))
    if wanted.territory:
        asked = asked.where(col(row.territory_id) == wanted.territory)
    if wanted.customer:
        asked = asked.where(col(row.customer_id) == wanted.customer)
    if wanted.open_only:
        asked = asked.where(col(row.state).not_in(FINAL))
    if wanted.overdue_at:
        asked = asked.where(col(row.due_at) < wanted.overdue_at, col(row.state).not_in(FINAL))
    return asked


def _line(row: t.Case) -> CaseLine:
    return CaseLine(
        id=row.id,
        state=row.state,
        symptom=row.symptom,
        kind=row.kind,
        severity=row.severity,
        territory=row.territory_id,
        product_model=row.product_model_code,
        next_step=row.next_step,
        responsible=row.responsible,
        due_at=row.due_at,
        sla_state=row.sla_state,
        sla_due_at=row.sla_due_at,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        visits=row.visits,
    )


async def _contact(session: AsyncSession, row: t.Case) -> ContactLine:
    person = await _maybe(session, t.Contact, row.contact_id)
    place = await _maybe(session, t.Site, row.site_id)
    return ContactLine(
        customer_id=row.customer_id,
        name=person.name if person else "",
        phone=person.phone if person else "",
        email=person.email if person else "",
        language=person.language if person else "",
        address=place.address if place else "",
        neighbourhood=place.neighbourhood if place else "",
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
    )


async def _clocks(session: AsyncSession, case_id: str) -> list[ClockLine]:
    pauses = await session.scalars(
        select(t.ClockPause).where(col(t.ClockPause.case_id) == case_id, col(t.ClockPause.ended_at).is_(None))
    )
    open_pauses: dict[str, list[str]] = {}
    for pause in pauses:
        open_pauses.setdefault(pause.clock, []).append(pause.reason)
    asked = select(t.SlaClock).where(col(t.SlaClock.case_id) == case_id).order_by(col(t.SlaClock.target_seconds))
    return [
        ClockLine(
            name=clock.name,
            state=clock.state,
            target_seconds=clock.target_seconds,
            used_seconds=clock.used_seconds,
            started_at=clock.started_at,
            stopped_at=clock.stopped_at,
            warn_at=clock.warn_at,
            due_at=clock.due_at,
            predicted=clock.predicted,
            remedy=clock.remedy,
            paused_for=sorted(open_pauses.get(clock.name, [])),
        )
        for clock in await session.scalars(asked)
    ]


async def _maybe(session: AsyncSession, kind: Any, key: str | None) -> Any:
    return await session.get(kind, key) if key else None
