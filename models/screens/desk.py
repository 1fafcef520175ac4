"""The desk of one case: everything that an answer on the phone, or the next step, needs."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.allowed import case_commands, visit_commands
from domain.because import Because
from domain.errors import InvalidInputError
from models import tables as t
from models.reach import EVERYTHING, Reach
from models.screens import cases as screens
from models.screens import checklists
from models.screens.cases import CaseScreen
from models.screens.checklists import AnsweredChecklist
from models.screens.operations.cases import OperationsLine, lines
from models.screens.reasons import engineer_names, spoken_of, stored_because
from models.screens.similar import Hint, hints
from models.screens.standing import clock_standing, share_used

KINDS = {
    "case": ("registered", "registration_incomplete", "classified", "diagnosed", "solved_remotely", "decided",
             "settled", "quote_accepted", "quote_refused", "confirmed", "confirmed_by_silence", "reopened",
             "called_back", "another_visit", "archived", "cancelled", "imported", "slot_chosen",
             "time_asked", "attached", "rated", "contact_shown"),
    "plan": ("booked", "booking_lost", "booking_released", "visit_moved", "visit_booked"),
    "visit": ("visit_requested", "offered", "accepted", "declined", "offer_unanswered", "departed", "arrived",
              "finished", "visit_done", "visit_cancelled", "visit_confirmed", "visit_en_route", "visit_on_site",
              "visit_offered", "visit_split"),
    "parts": ("part_ready", "part_late", "part_received", "part_shipped", "part_settled"),
    "promise": ("clock_warning", "clock_breached", "clock_escalated", "clocks_paused", "clocks_resumed",
                "step_escalated"),
    "note": ("note",),
}  # fmt: skip
"""What a timeline is filtered by, to the kinds of events; what is in none of them is only shown unfiltered."""


@dataclass(frozen=True)
class ClockBar:
    """One promise as a bar.

    Attributes:
        state: At this moment.
        used_share: How much of the target is used; 1 is the breach. Exact at each change of the case, at the warning
            and at the breach, a straight line in between.
        warns_at_share: Where the bar turns amber.
    """

    name: str
    state: str
    used_share: float
    warns_at_share: float | None
    target_seconds: int
    started_at: datetime
    stopped_at: datetime | None
    warn_at: datetime | None
    due_at: datetime | None
    predicted: datetime | None
    remedy: str
    paused_for: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Move:
    """What a plan change did to a visit: from where to where (None: nowhere), why, and who did it."""

    from_engineer: str | None
    from_arrival: datetime | None
    to_engineer: str | None
    to_arrival: datetime | None
    why: str
    made_by: str
    plan_id: str | None
    sentence: str


@dataclass(frozen=True)
class Entry:
    """One event; a plan change says what moved and why. ``recorded_at`` is later for what was sent late.

    Attributes:
        because: The reason in ``data`` as codes; empty where a person gave it, and before there were codes.
        people: The names of the engineers whom ``because`` names by id.
        engineer: The name of the one whom ``data`` names by id.
        checklist: Of a finished visit.
    """

    id: int
    kind: str
    at: datetime
    recorded_at: datetime
    actor_role: str
    actor_id: str
    visit_id: str | None
    data: dict[str, Any]
    move: Move | None = None
    engineer: str | None = None
    checklist: AnsweredChecklist | None = None
    because: tuple[Because, ...] = ()
    people: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Timeline:
    """A page of events, the newest first; ``next_cursor`` leads to older ones."""

    items: list[Entry]
    next_cursor: str | None


@dataclass(frozen=True)
class PartLine:
    """Units of a part that a visit of the case needs, holds or used."""

    visit_id: str
    sku: str
    name: str
    quantity: int
    state: str
    source: str | None
    location: str | None
    ready_at: datetime | None


@dataclass(frozen=True)
class Permitted:
    """The commands of a case, and of its visit, that are the caller's at all."""

    of_case: frozenset[str]
    of_visit: frozenset[str]


@dataclass(frozen=True)
class Desk:
    """A case on one screen.

    Attributes:
        line: Its header: state, next step, responsible, due, cause.
        case: What was registered, the contact, visits, costs.
        commands: What the caller may do with the case now, and ``visit_commands`` with its open visit.
    """

    as_of: datetime
    line: OperationsLine
    case: CaseScreen
    clocks: list[ClockBar]
    timeline: Timeline
    parts: list[PartLine]
    hints: list[Hint]
    commands: list[str]
    visit_commands: list[str]


async def desk(
    session: AsyncSession, case_id: str, permitted: Permitted, now: datetime, reach: Reach = EVERYTHING
) -> Desk:
    """The desk of one case, its contact unmasked.

    Args:
        permitted: Which commands may be offered to the caller.
        reach: Which other cases may be shown as hints.

    Raises:
        NotFoundError: There is no such case.
    """
    row = await screens.require(session, case_id)
    screen = await screens.case(session, case_id)
    [line] = await lines(session, [row], now)
    bars = await _bars(session, row, {clock.name: clock.paused_for for clock in screen.clocks}, now)
    states = {bar.name: bar.state for bar in bars}
    visit = next((one for one in screen.visits if one.id == row.open_visit_id), None)
    open_visit = await session.get(t.Visit, visit.id) if visit else None
    state = open_visit.state if open_visit else None
    return Desk(
        as_of=now,
        line=line,
        case=replace(screen, clocks=[replace(clock, state=states[clock.name]) for clock in screen.clocks]),
        clocks=bars,
        timeline=await timeline(session, case_id),
        parts=await _parts(session, case_id),
        hints=await hints(session, row.product_model_code, row.symptom, row.error_code, without=row.id, reach=reach),
        commands=case_commands(row.state, state, permitted.of_case),
        visit_commands=visit_commands(state, permitted.of_visit) if state else [],
    )


async def timeline(
    session: AsyncSession, case_id: str, kinds: Collection[str] = (), cursor: str | None = None, limit: int = 50
) -> Timeline:
    """A page of what happened, the newest first.

    Args:
        kinds: Names of ``KINDS``; everything if empty.

    Raises:
        InvalidInputError: The cursor or a kind makes no sense.
    """
    row = t.CaseEvent
    asked = select(row).where(col(row.case_id) == case_id).order_by(col(row.id).desc()).limit(limit + 1)
    if unknown := set(kinds) - KINDS.keys():
        raise InvalidInputError("kind", f"{min(unknown)!r} is none of {', '.join(KINDS)}")
    if kinds:
        asked = asked.where(col(row.kind).in_([kind for name in kinds for kind in KINDS[name]]))
    if cursor:
        if not cursor.isdecimal() or len(cursor) > 18:
            raise InvalidInputError("cursor", "must be the next_cursor of the page before")
        asked = asked.where(col(row.id) < int(cursor))
    found = list(await session.scalars(asked))
    shown = found[:limit]
    moves = await _moves(session, shown)
    because = {event.id: stored_because(event.data) for event in shown}
    named = {str(event.data["engineer"]) for event in shown if event.data.get("engineer")}
    names = await engineer_names(session, named.union(*(spoken_of(why) for why in because.values())))
    lists = await checklists.answered(session, {event.visit_id or "" for event in shown if _has_checklist(event)})
    items = [
        _entry(
            event,
            moves.get(event.id or 0),
            names.get(event.data.get("engineer") or ""),
            lists.get(event.visit_id or "") if _has_checklist(event) else None,
            because[event.id],
            {one: names[one] for one in spoken_of(because[event.id]) if one in names},
        )
        for event in shown
    ]
    return Timeline(items, str(shown[-1].id) if len(found) > limit else None)


def _has_checklist(event: t.CaseEvent) -> bool:
    return event.kind == "finished"


def _entry(
    event: t.CaseEvent,
    move: Move | None,
    engineer: str | None,
    checklist: AnsweredChecklist | None,
    because: tuple[Because, ...],
    people: dict[str, str],
) -> Entry:
    return Entry(
        id=event.id or 0,
        kind=event.kind,
        at=event.at,
        recorded_at=event.recorded_at,
        actor_role=event.actor_role,
        actor_id=event.actor_id,
        visit_id=event.visit_id,
        data=event.data,
        move=move,
        engineer=engineer,
        checklist=checklist,
        because=because,
        people=people,
    )


async def _moves(session: AsyncSession, events: list[t.CaseEvent]) -> dict[int, Move]:
    """What each ``booked`` and ``booking_lost`` among the events moved: the visit's bookings tell it."""
    changes = [event for event in events if event.kind in {"booked", "booking_lost"} and event.visit_id]
    if not changes:
        return {}
    booking, person = t.Booking, t.Engineer
    asked = (
        select(booking, col(person.name), col(t.Territory.time_zone))
        .join(person, col(person.id) == col(booking.engineer_id))
        .join(t.Territory, col(t.Territory.id) == col(person.territory_id))
        .where(col(booking.visit_id).in_({event.visit_id for event in changes}))
        .order_by(col(booking.visit_id), col(booking.number))
    )
    booked: dict[str, list[tuple[t.Booking, str, str]]] = {}
    for row, name, zone in await session.execute(asked):
        booked.setdefault(row.visit_id, []).append((row, name, zone))
    return {
        event.id or 0: move
        for event in changes
        if (move := _move(event, booked.get(event.visit_id or "", []))) is not None
    }


def _move(event: t.CaseEvent, bookings: list[tuple[t.Booking, str, str]]) -> Move | None:
    if event.kind == "booking_lost":
        ended = [one for one in bookings if one[0].ended_at is not None and one[0].ended_at <= event.recorded_at]
        if not ended:
            return None
        old, name, zone = ended[-1]
        why = str(event.data.get("reason") or old.end_reason)
        sentence = f"{name}, {_told(old.arrival, zone)}, is given up: {why}"
        return Move(name, old.arrival, None, None, why, f"{event.actor_role}:{event.actor_id}", None, sentence)
    known = [index for index, one in enumerate(bookings) if one[0].id == event.data.get("booking_id")]
    if not known:
        return None
    new, name, zone = bookings[known[0]]
    before = bookings[known[0] - 1] if known[0] else None
    why, by = new.reason, f"{new.made_by_role}:{new.made_by}"
    to = f"{name}, {_told(new.arrival, zone)}"
    because = f": {why}" if why else ""
    if before is None:
        return Move(None, None, name, new.arrival, why, by, new.plan_id, f"Booked with {to}{because}")
    old, old_name, _ = before
    sentence = f"Moved from {old_name}, {_told(old.arrival, zone)}, to {to}{because}"
    return Move(old_name, old.arrival, name, new.arrival, why, by, new.plan_id, sentence)


def _told(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%a %d %b %H:%M")


async def _bars(session: AsyncSession, case: t.Case, paused: dict[str, list[str]], now: datetime) -> list[ClockBar]:
    asked = select(t.SlaClock).where(col(t.SlaClock.case_id) == case.id).order_by(col(t.SlaClock.target_seconds))
    return [
        ClockBar(
            name=clock.name,
            state=clock_standing(clock, now),
            used_share=round(share_used(clock, case.updated_at, now), 4),
            warns_at_share=_share_at_warning(clock),
            target_seconds=clock.target_seconds,
            started_at=clock.started_at,
            stopped_at=clock.stopped_at,
            warn_at=clock.warn_at,
            due_at=clock.due_at,
            predicted=clock.predicted,
            remedy=clock.remedy,
            paused_for=paused.get(clock.name, []),
        )
        for clock in await session.scalars(asked)
    ]


def _share_at_warning(clock: t.SlaClock) -> float | None:
    if clock.warn_at is None or clock.due_at is None or clock.due_at <= clock.started_at:
        return None
    whole = (clock.due_at - clock.started_at).total_seconds()
    return round((clock.warn_at - clock.started_at).total_seconds() / whole, 4)


async def _parts(session: AsyncSession, case_id: str) -> list[PartLine]:
    """What the case's visits hold or used, and what an open visit needs and holds nowhere yet."""
    held, visit = t.Reservation, t.Visit
    visits = {row.id: row for row in await session.scalars(select(visit).where(col(visit.case_id) == case_id))}
    asked = (
        select(held, col(t.Part.name))
        .join(t.Part, col(t.Part.sku) == col(held.sku))
        .where(col(held.visit_id).in_(list(visits)), col(held.state) != "released")
        .order_by(col(held.visit_id), col(held.id))
    )
    found = [
        PartLine(r.visit_id, r.sku, name, r.quantity, r.state, r.source, r.location_id, r.ready_at)
        for r, name in await session.execute(asked)
    ]
    covered = {(line.visit_id, line.sku) for line in found}
    missing = [
        (row.id, need["sku"], need["quantity"])
        for row in visits.values()
        if not row.state.is_final
        for need in row.parts
        if (row.id, need["sku"]) not in covered
    ]
    names = dict((await session.execute(select(col(t.Part.sku), col(t.Part.name)))).all()) if missing else {}
    found += [PartLine(id_, sku, names.get(sku, sku), units, "needed", None, None, None) for id_, sku, units in missing]
    return found
