"""What every route needs of a request: the command's id, who gives it, and the parts of the application."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any
from uuid import uuid4

from fastapi import Depends, Header, Request

from api.access import Granted, granted_of
from api.accounts import Accounts
from api.administration import Administration
from api.commands import Commands
from api.feed import Feed
from api.outside import Outside
from api.previewing import Previews
from api.queries import Queries
from api.replays import Replays, fingerprint_of
from api.trials import Trials
from domain.errors import InvalidInputError, NotFoundError
from domain.ids import CommandId, TerritoryId
from domain.messages import Command
from domain.people import Role

_KEY = re.compile(r"[A-Za-z0-9._:-]{1,100}")
OWN_KEYS = "api:"
"""Commands from outside have ids of their own; workflows use others for what they do by themselves."""


@dataclass(frozen=True)
class Parts:
    """What the application is made of."""

    commands: Commands
    queries: Queries
    accounts: Accounts
    feed: Feed
    previews: Previews
    trials: Trials
    outside: Outside
    administration: Administration
    replays: Replays

    def within(self, granted: Granted) -> "Parts":
        """The parts as a caller may use them: what is out of reach does not exist for their questions and commands."""
        if granted.reach.is_everything:
            return self
        queries = self.queries.within(granted.reach)
        commands = self.commands.checked(lambda workflow, command: queries.require_target(workflow, command.id))
        outside = self.outside.within(granted.reach, commands)
        return replace(self, commands=commands, queries=queries, outside=outside)


def all_parts(request: Request) -> Parts:
    """The application's parts without limits, for routes that are not about anybody's data."""
    parts: Parts = request.app.state.parts
    return parts


def parts_of(request: Request) -> Parts:
    """The application's parts within the caller's reach. The route must have an ``allow``."""
    return all_parts(request).within(granted_of(request))


def outside_of(request: Request) -> Outside:
    """The services for people and systems outside, within the caller's reach. The route must have an ``allow``."""
    return parts_of(request).outside


def all_outside(request: Request) -> Outside:
    """The same without limits, for routes that bring a key of their own."""
    return all_parts(request).outside


Key = Annotated[str | None, Header(alias="Idempotency-Key", description="Sent twice, it counts once.")]


async def command_id(request: Request, key: Key = None) -> CommandId:
    """The id of a command: the caller's key, or a fresh one. Each caller's keys are its own.

    Raises:
        InvalidInputError: The key has another form.
        KeyUsedError: The caller has used the key for another request.
    """
    caller = granted_of(request).caller
    return await command_id_of(request, "" if caller.is_environment else caller.id, key)


async def command_id_of(request: Request, whose: str, key: str | None) -> CommandId:
    """The id of somebody's command. Raises as ``command_id`` does."""
    if key is None:
        return _id(whose, uuid4().hex)
    if not _KEY.fullmatch(key):
        raise InvalidInputError("Idempotency-Key", "must be 1 to 100 letters, digits, dots, colons, dashes")
    id_ = _id(whose, key)
    if await all_parts(request).replays.claim(id_, await fingerprint_of(request)):
        request.state.claimed = id_
    return id_


def _id(whose: str, key: str) -> CommandId:
    return CommandId(OWN_KEYS + (f"{whose}:" if whose else "") + key)


async def unclaim(request: Request) -> None:
    """Give back the key of a request that turned out to be ill-formed, so that it may be mended and sent again."""
    claimed: CommandId | None = getattr(request.state, "claimed", None)
    if claimed is not None:
        await all_parts(request).replays.forget(claimed)


Id = Annotated[CommandId, Depends(command_id)]
Who = Annotated[Granted, Depends(granted_of)]
App = Annotated[Parts, Depends(parts_of)]
Everything = Annotated[Parts, Depends(all_parts)]
Outer = Annotated[Outside, Depends(outside_of)]
EveryOuter = Annotated[Outside, Depends(all_outside)]


IfMatch = Annotated[str | None, Header(alias="If-Match", description="The ``etag`` that the change is based on.")]
VERSIONED: dict[int | str, dict[str, Any]] = {
    412: {"description": "`version_changed`: somebody else changed it meanwhile; nothing was saved."},
    428: {"description": "`version_missing`: say by `If-Match` which version the change is based on."},
}
"""What a change of something that two people may edit answers as well."""


def command(id_: CommandId, who: Granted, usual: Role, at: datetime | None = None) -> Command:
    """The head of a command: the caller gives it; for an environment's token that names nobody, the usual role."""
    return Command(id_, who.actor(usual), at)


async def known_territory(app: Parts, territory_id: str) -> TerritoryId:
    """A territory within reach: a command to one that does not exist would start a workflow that plans nothing.

    Raises:
        NotFoundError: It is out of reach, or does not exist.
    """
    if territory_id not in await app.queries.territories():
        raise NotFoundError("territory", territory_id)
    return TerritoryId(territory_id)
