"""What every route needs of a request: the command's id, who gives it, and the parts of the application."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import uuid4

from fastapi import Depends, Header, Request

from api.commands import Commands
from api.outside import Outside
from api.queries import Queries
from domain.errors import InvalidInputError, UnavailableError
from domain.ids import CommandId
from domain.messages import Command
from domain.people import Actor, Role

_KEY = re.compile(r"[A-Za-z0-9._:-]{1,100}")
_ACTOR_ID = re.compile(r"[A-Za-z0-9._-]{1,60}")
OWN_KEYS = "api:"
"""Commands from outside have ids of their own; workflows use others for what they do by themselves."""


@dataclass(frozen=True)
class Parts:
    """What the application is made of."""

    commands: Commands
    queries: Queries
    outside: Outside | None = None


def parts_of(request: Request) -> Parts:
    """The application's parts."""
    parts: Parts = request.app.state.parts
    return parts


def outside_of(request: Request) -> Outside:
    """The services for people and systems outside.

    Raises:
        UnavailableError: The application was made without them.
    """
    found = parts_of(request).outside
    if found is None:
        raise UnavailableError("This server was started without files, links and messages.")
    return found


def command_id(
    key: Annotated[str | None, Header(alias="Idempotency-Key", description="Sent twice, it counts once.")] = None,
) -> CommandId:
    """The id of a command: the caller's key, or a fresh one.

    Raises:
        InvalidInputError: The key has another form.
    """
    if key is not None and not _KEY.fullmatch(key):
        raise InvalidInputError("Idempotency-Key", "must be 1 to 100 letters, digits, dots, colons, dashes")
    return CommandId(OWN_KEYS + (key or uuid4().hex))


def given_actor(
    actor: Annotated[str | None, Header(alias="Callout-Actor", description="role:id of who gives the command")] = None,
) -> Actor | None:
    """Who gives the command, as the caller says; None when it does not.

    Raises:
        InvalidInputError: It is not of the form role:id, or nobody plays that role.
    """
    if actor is None:
        return None
    role, _, id_ = actor.partition(":")
    people = [known.value for known in Role if known is not Role.SYSTEM]
    if role not in people or not _ACTOR_ID.fullmatch(id_):
        raise InvalidInputError("Callout-Actor", f"must be role:id with a role of {', '.join(people)}")
    return Actor(Role(role), id_)


Id = Annotated[CommandId, Depends(command_id)]
Who = Annotated[Actor | None, Depends(given_actor)]
App = Annotated[Parts, Depends(parts_of)]
Outer = Annotated[Outside, Depends(outside_of)]


def command(id_: CommandId, actor: Actor | None, usual: Role, at: datetime | None = None) -> Command:
    """The head of a command; without a named actor it is the usual role, through the API."""
    return Command(id_, actor or Actor(usual, "api"), at)
