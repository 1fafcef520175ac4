"""A territory as moves need it: loaded from the record, and what the drafted moves make of it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from activities.planning.grid import points_of
from activities.planning.moves import Ground, Move, Spot, ground_of
from activities.planning.moving import consequence
from activities.planning.planner import Travel
from domain.because import Because, BecauseCode, told, words
from domain.ids import TerritoryId, VisitId
from domain.messages import PublishMoves
from domain.vocabulary import PinKind
from models.repositories.draft_moves import Drafted
from models.repositories.moves import Wanted
from models.repositories.planning import load_world, planning_settings
from models.repositories.territories import territory
from models.session import Session


async def load_ground(session: Session, travel: Travel, territory_id: TerritoryId, now: datetime) -> Ground:
    """Everything that a question about moves needs.

    Raises:
        NotFoundError: There is no such territory.
    """
    settings = await planning_settings(session, territory_id)
    world = await load_world(session, territory_id, now, settings)
    zone = ZoneInfo((await territory(session, territory_id)).time_zone)
    ways = await travel.ways(points_of(world))
    return await asyncio.to_thread(ground_of, world, ways, settings, zone)


def moves_of(drafted: Sequence[Drafted]) -> list[Move]:
    """The draft as moves."""
    return [Move(d.visit, Spot(d.engineer, d.arrival) if d.engineer and d.arrival else None) for d in drafted]


def wanted_moves(ground: Ground, drafted: Sequence[Drafted], asked: PublishMoves) -> list[Wanted]:
    """What publishing must do: the chosen moves at the times that their routes allow, and what has to follow them.

    A visit that somebody was promised or that is pinned follows nobody: it stays, and what does not fit beside it is
    refused by the record.
    """
    chosen = [d for d in drafted if asked.visit_ids is None or d.visit in asked.visit_ids]
    found = consequence(ground, [], moves_of(chosen))
    stops = {VisitId(s.visit_id): (s.arrival, s.travel_seconds) for route in found.routes for s in route.stops}
    wanted = []
    for d in chosen:
        arrival, travel = stops.get(d.visit, (d.arrival, 0))
        if d.engineer is None:
            arrival = None
        wanted.append(
            Wanted(
                visit=d.visit,
                version=d.version,
                booking_id=d.booking_id,
                engineer=d.engineer,
                arrival=arrival,
                travel=timedelta(seconds=travel),
                pin=d.pin or PinKind.BOTH,
                reason=asked.reason,
                because=asked.because,
            )
        )
    moved = {d.visit for d in chosen}
    follows = (*(asked.because or [words(asked.reason)]), Because(BecauseCode.FOLLOWS))
    for other in found.others:
        visit = ground.visits[VisitId(other.visit_id)]
        booking = visit.booking
        if visit.id in moved or booking is None or not booking.is_movable:
            continue
        if other.to_arrival <= max(booking.arrival, other.from_arrival):
            continue  # the moves relieve it: it stays where it was told
        wanted.append(
            Wanted(
                visit=visit.id,
                version=visit.version,
                booking_id=booking.id,
                engineer=booking.engineer,
                arrival=other.to_arrival,
                travel=timedelta(seconds=stops[visit.id][1]),
                pin=booking.pin,
                reason=told(follows),
                because=follows,
                from_draft=False,
            )
        )
    return wanted
