"""Who changes what belongs to the whole company, for the audit."""

from datetime import UTC, datetime

from api.access import ForbiddenError, Granted
from domain.ids import CommandId
from domain.people import Role
from models.repositories.administration import By


def by(who: Granted, command_id: CommandId, reason: str = "") -> By:
    """The caller of a route as the audit names them, in real time."""
    return By(who.actor(Role.ADMIN), command_id, datetime.now(UTC), reason)


def unlimited(who: Granted) -> None:
    """Go on only for a caller who sees the whole company.

    Raises:
        ForbiddenError: The caller sees one territory: what counts everywhere is not theirs to change.
    """
    if who.caller.territory is not None:
        raise ForbiddenError(who.permission)


def in_person(who: Granted) -> None:
    """Go on only for a person, or for the environment's own token: a machine makes nobody who may do more than itself.

    Raises:
        ForbiddenError: A token calls.
    """
    if who.caller.scopes is not None:
        raise ForbiddenError(who.permission)
