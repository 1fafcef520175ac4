"""Where imported requests go: open cases to Temporal, history to the record."""

import math
from collections.abc import Sequence
from datetime import datetime

from api.commands import Commands, OpenCase
from api.queries import Queries
from domain.errors import InvalidInputError
from domain.ids import CaseId, CommandId, TerritoryId
from domain.messages import Command
from domain.people import Actor, Role
from domain.registration import FieldProblem
from intake.mapping import Area, Mapping
from intake.requests import ImportedRequest
from models import tables as t
from models.repositories import admissions, territories
from models.repositories.admissions import HistoryCase, NewModel, NewTerritory
from models.session import Database

IMPORTER = Actor(Role.SYSTEM, "import")
"""Nobody of the company has spoken with the customer yet, so the clock of the answer goes on."""

KM_PER_DEGREE = 111.2


class RunningSystem:
    """The target of a real import.

    Args:
        areas: The active territories, for requests that go by place.
        now: The virtual time at which the import began.
    """

    def __init__(
        self, database: Database, queries: Queries, commands: Commands | None, areas: list[t.Territory], now: datetime
    ) -> None:
        self._database = database
        self._queries = queries
        self._commands = commands
        self._areas = areas
        self._now = now

    async def known(self, ids: Sequence[CaseId]) -> frozenset[CaseId]:
        """Which of these cases exist."""
        return await self._queries.known_cases(ids)

    def problem(self, request: ImportedRequest) -> FieldProblem | None:
        """What keeps a good row from this company: no territory serves the place."""
        if self._territory(request):
            return None
        return FieldProblem("territory", "no territory serves this place")

    async def open_case(self, request: ImportedRequest) -> bool:
        """Start a case's workflow; False when it is already there."""
        assert self._commands is not None, "only history is imported without Temporal"  # noqa: S101
        command = Command(CommandId(f"import:{request.case_id}"), IMPORTER)
        territory = TerritoryId(self._territory(request))
        return await self._commands.open_case(
            OpenCase(request.case_id, request.created_at, command, request.registration, territory)
        )

    async def archive(self, requests: Sequence[ImportedRequest]) -> int:
        """Write closed cases in one transaction."""
        rows = [
            HistoryCase(r.case_id, r.created_at, r.closed_at, self._territory(r), r.registration)
            for r in requests
            if r.closed_at is not None
        ]
        async with self._database.transaction() as session:
            return await admissions.add_history(session, rows, self._now)

    def _territory(self, request: ImportedRequest) -> str:
        if request.territory:
            return request.territory
        site = request.registration.site
        assert site.latitude is not None and site.longitude is not None, "good rows have a place"  # noqa: S101, PT018
        containing = [
            (territories.distance_km(area.latitude, area.longitude, site.latitude, site.longitude), area.id)
            for area in self._areas
            if territories.contains(area, site.latitude, site.longitude)
        ]
        return min(containing)[1] if containing else ""


async def prepare(
    database: Database, queries: Queries, commands: Commands | None, mapping: Mapping, now: datetime
) -> RunningSystem:
    """Add the product models and the territory that the mapping brings, and check that nothing else is missing.

    Raises:
        InvalidInputError: The mapping names a product model or a territory that does not exist; it names the key.
    """
    models = [NewModel(code, **model.model_dump()) for code, model in mapping.product_models.items()]
    async with database.transaction() as session:
        known = await admissions.product_models(session) | set(mapping.product_models)
        for code, key in mapping.named_models().items():
            if code not in known:
                raise InvalidInputError(key, f"there is no product model {code!r}: add it under product_models")
        await admissions.add_missing(session, models, _territories(mapping))
        areas = await territories.territories(session)
        if mapping.territory and mapping.territory.id not in {area.id for area in areas}:
            rule = f"there is no active territory {mapping.territory.id!r}: give it name, city and country to add it"
            raise InvalidInputError("territory.id", rule)
    return RunningSystem(database, queries, commands, areas, now)


def _territories(mapping: Mapping) -> list[NewTerritory]:
    given = mapping.territory
    if given is None or not given.name:
        return []
    latitude, longitude, radius = circle(mapping.area)
    zone = mapping.time.zone
    return [
        NewTerritory(
            given.id, given.name, given.city, given.country, given.subdivision, zone, latitude, longitude, radius
        )
    ]


def circle(area: Area) -> tuple[float, float, float]:
    """The centre of a box in degrees, and the kilometres to its farthest corner."""
    latitude, longitude = (area.south + area.north) / 2, (area.west + area.east) / 2
    high = (area.north - area.south) / 2
    # Degrees of longitude are widest at the box's edge that is nearer to the equator.
    nearest = 0.0 if area.south < 0 < area.north else min(abs(area.south), abs(area.north))
    wide = (area.east - area.west) / 2 * math.cos(math.radians(nearest))
    return latitude, longitude, round(math.hypot(high, wide) * KM_PER_DEGREE, 1)
