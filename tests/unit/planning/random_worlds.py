"""Random worlds: engineers who run late, bookings that no longer fit, parts here and there."""

import random
from datetime import datetime, timedelta

from domain.case import VisitNeeds
from domain.ids import BookingId, CaseId, EngineerId, LocationId, ReservationId, Sku, VisitId
from domain.parts import PartNeed
from domain.registration import ArrivalWindow
from domain.vocabulary import BookingState, PartSource, ReservationState, Severity
from domain.world import BookingFact, Duty, EngineerState, Held, LastSeen, OpenVisit, SkillHeld, Span, World
from tests.unit.planning.world_builders import (
    HOUR,
    MINUTE,
    MONDAY,
    STATES,
    TERRITORY,
    a_pause,
    a_visit,
    a_warehouse,
    at,
    mile,
)

SKUS = ("A", "B")
NOT_STARTED = (BookingState.PLANNED, BookingState.PLANNED, BookingState.OFFERED, BookingState.CONFIRMED)


def a_random_world(seed: int, engineers: int = 4, visits: int = 14) -> World:
    """A Monday at some hour in the middle of things."""
    rng = random.Random(seed)
    now = at("06:00") + timedelta(seconds=rng.randrange(0, 13 * 3600))
    people = tuple(_engineer(rng, f"E{number}", now) for number in range(engineers))
    asked = []
    for person in people:
        asked += _day_of(rng, person, now)
    asked += [_new(rng, f"N{number}", now) for number in range(visits - len(asked) // 2)]
    houses = (a_warehouse(rng.uniform(0, 40), {sku: rng.randrange(3) for sku in SKUS}),)
    return World(TERRITORY, now, MONDAY + timedelta(days=2), people, tuple(asked), houses)


def _engineer(rng: random.Random, id_: str, now: datetime) -> EngineerState:
    home = mile(rng.uniform(0, 40))
    duties = tuple(
        Duty(
            at("08:00", day), at("16:30", day), home, home, rng.choice([0, 30, 60]) * MINUTE,
            a_pause() if day == 0 and rng.random() < 0.6 else None,
        )
        for day in range(2)
    )  # fmt: skip
    away: tuple[Span, ...] = ()
    if rng.random() < 0.3:
        start = at("08:00") + timedelta(minutes=rng.randrange(600))
        away = (Span(start, start + timedelta(minutes=rng.randrange(30, 400))),)
    seen = (
        LastSeen(mile(rng.uniform(0, 40)), now - timedelta(minutes=rng.randrange(300))) if rng.random() < 0.5 else None
    )
    van = {Sku(sku): rng.randrange(3) for sku in SKUS}
    skills = {"fridge": SkillHeld(rng.randint(1, 3))}
    return EngineerState(
        EngineerId(id_), home, duties, away, skills, van, last_seen=seen, max_visits=rng.choice([None, 4])
    )


def _needs(rng: random.Random, windows: tuple[ArrivalWindow, ...] = ()) -> VisitNeeds:
    parts = (PartNeed(Sku(rng.choice(SKUS)), rng.randint(1, 2)),) if rng.random() < 0.3 else ()
    skills = {"fridge": rng.randint(1, 3)} if rng.random() < 0.4 else {}
    return VisitNeeds(rng.randrange(20, 120) * MINUTE, skills, parts=parts, windows=windows)


def _windows(rng: random.Random) -> tuple[ArrivalWindow, ...]:
    if rng.random() < 0.6:
        return ()
    start = at("07:00", rng.randrange(2)) + timedelta(minutes=rng.randrange(600))
    return (ArrivalWindow(start, start + timedelta(minutes=rng.randrange(30, 240))),)


def _new(rng: random.Random, id_: str, now: datetime) -> OpenVisit:
    return a_visit(
        id_, rng.uniform(0, 40), requested=now - timedelta(minutes=rng.randrange(600)),
        needs=_needs(rng, _windows(rng)), severity=rng.choice(list(Severity)),
        on_site_due=now + timedelta(hours=rng.randrange(-5, 30)),
    )  # fmt: skip


def _day_of(rng: random.Random, person: EngineerState, now: datetime) -> list[OpenVisit]:
    """Some bookings, one after another; the first may have been started, and any may be too tight."""
    found, cursor = [], at("08:00") + timedelta(minutes=rng.randrange(300))
    for number in range(rng.randrange(4)):
        needs = _needs(rng)
        if number == 0 and cursor < now and rng.random() < 0.7:
            state = BookingState.STARTED
        else:
            state = rng.choice(
                [BookingState.PLANNED, BookingState.PLANNED, BookingState.OFFERED, BookingState.CONFIRMED]
            )
        id_ = f"{person.id}-{number}"
        held = tuple(_held(rng, id_, need, person) for need in needs.parts)
        arrival = cursor.replace(microsecond=0)
        booking = BookingFact(
            BookingId(f"{id_}-B1"), state, person.id, arrival, arrival + needs.duration, 10 * MINUTE, held=held
        )
        started = state is BookingState.STARTED
        found.append(
            OpenVisit(
                VisitId(id_), CaseId(f"C-{id_}"), 1, STATES[state], rng.choice(list(Severity)),
                mile(rng.uniform(0, 40)), MONDAY, needs, now + 5 * HOUR, None, None, booking,
                departed=arrival - 10 * MINUTE if started else None,
                arrived=arrival if started and rng.random() < 0.7 and arrival <= now else None,
            )
        )  # fmt: skip
        cursor = booking.finish + timedelta(minutes=rng.randrange(120))
    return found


def _held(rng: random.Random, visit: str, need: PartNeed, person: EngineerState) -> Held:
    source = rng.choice(list(PartSource))
    place = LocationId(f"VAN-{person.id}") if source is PartSource.VAN else LocationId("W1")
    states = [ReservationState.HELD, ReservationState.READY]
    ready = at("10:00") if source is PartSource.SHIPMENT else None
    return Held(ReservationId(f"{visit}-B1-P1"), need.sku, need.quantity, source, place, rng.choice(states), ready)
