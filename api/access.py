"""Who may do what: one table of role, resource and action, and the dependency by which each route names its row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from fastapi import Request, params

from api.identity import Caller, caller_of
from domain.errors import CalloutError, InvalidInputError
from domain.people import Actor, Role
from models.reach import Reach


class Resource(StrEnum):
    """What is protected."""

    STATUS = "status"
    CASE = "case"
    CONTACT = "contact"
    VISIT = "visit"
    PLAN = "plan"
    ENGINEER = "engineer"
    ABSENCE = "absence"
    STOCK = "stock"
    BOARD = "board"
    DRAFT = "draft"
    CHANGES = "changes"
    OPERATIONS = "operations"
    SLOT = "slot"
    ATTACHMENT = "attachment"
    LINK = "link"
    MESSAGE = "message"
    MESSAGE_SETTINGS = "message_settings"
    WEBHOOK = "webhook"
    CALENDAR = "calendar"
    METRICS = "metrics"
    HISTORY = "history"
    POLICY = "policy"
    CHECKLIST = "checklist"
    TERRITORY = "territory"
    WAREHOUSE = "warehouse"
    PART = "part"
    USER = "user"
    TOKEN = "token"  # noqa: S105 - a resource's name


class Action(StrEnum):
    """What is done with it; those of cases and visits are called as their commands are."""

    VIEW = "view"
    OPEN = "open"
    COMPLETE_REGISTRATION = "complete_registration"
    CLASSIFY = "classify"
    DIAGNOSE = "diagnose"
    DECIDE = "decide"
    ANSWER_QUOTE = "answer_quote"
    SETTLE = "settle"
    CONFIRM = "confirm"
    CALL_BACK = "call_back"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    NOTE = "note"
    UNMASK = "unmask"
    ACCEPT = "accept"
    DECLINE = "decline"
    DEPART = "depart"
    ARRIVE = "arrive"
    FINISH = "finish"
    MOVE = "move"
    PIN = "pin"
    SPLIT = "split"
    PREVIEW = "preview"
    CHANGE = "change"
    HOLD = "hold"
    ATTACH = "attach"
    MAKE = "make"
    REVOKE = "revoke"
    RESEND = "resend"
    SHARE = "share"
    CHOOSE_SLOT = "choose_slot"
    PUBLISH = "publish"
    REPORT = "report"
    RECEIVE = "receive"
    TRANSFER = "transfer"
    WRITE_OFF = "write_off"
    COUNT = "count"
    EDIT = "edit"


Permission = tuple[Resource, Action]

_LEADS = {Role.TEAM_LEAD, Role.MANAGER, Role.ADMIN}
_DESK = _LEADS | {Role.AGENT, Role.OPERATIONS}
_PLANNERS = {Role.DISPATCHER, Role.TEAM_LEAD, Role.ADMIN}
_OFFICE = _DESK | {Role.DISPATCHER, Role.DIRECTOR}
_FIELD = _PLANNERS | {Role.ENGINEER}
_KEEPERS = {Role.STOCK_KEEPER, Role.OPERATIONS, Role.ADMIN}

TABLE: dict[Permission, set[Role]] = {
    (Resource.STATUS, Action.VIEW): _OFFICE | {Role.STOCK_KEEPER},
    (Resource.CASE, Action.VIEW): _OFFICE | {Role.ENGINEER},
    (Resource.CASE, Action.OPEN): _DESK | {Role.DISPATCHER},
    (Resource.CASE, Action.COMPLETE_REGISTRATION): _DESK | {Role.DISPATCHER},
    (Resource.CASE, Action.CLASSIFY): _DESK,
    (Resource.CASE, Action.DIAGNOSE): _DESK,
    (Resource.CASE, Action.DECIDE): _DESK,
    (Resource.CASE, Action.ANSWER_QUOTE): _DESK,
    (Resource.CASE, Action.CHOOSE_SLOT): _DESK | {Role.DISPATCHER},
    (Resource.SLOT, Action.VIEW): _DESK | {Role.DISPATCHER},
    (Resource.SLOT, Action.HOLD): _DESK | {Role.DISPATCHER},
    (Resource.OPERATIONS, Action.VIEW): _OFFICE,
    (Resource.CASE, Action.SETTLE): _LEADS | {Role.OPERATIONS},
    (Resource.CASE, Action.CONFIRM): _DESK,
    (Resource.CASE, Action.CALL_BACK): _DESK,
    (Resource.CASE, Action.PAUSE): _DESK | {Role.DISPATCHER},
    (Resource.CASE, Action.RESUME): _DESK | {Role.DISPATCHER},
    (Resource.CASE, Action.CANCEL): _DESK,
    (Resource.CASE, Action.NOTE): _OFFICE | {Role.ENGINEER},
    (Resource.CASE, Action.ATTACH): _DESK | _FIELD,
    (Resource.CONTACT, Action.UNMASK): _DESK | _FIELD,
    (Resource.ATTACHMENT, Action.VIEW): _DESK | _FIELD,
    (Resource.LINK, Action.VIEW): _DESK | {Role.DISPATCHER},
    (Resource.LINK, Action.MAKE): _DESK | {Role.DISPATCHER},
    (Resource.LINK, Action.REVOKE): _DESK | {Role.DISPATCHER},
    (Resource.MESSAGE, Action.VIEW): _DESK | {Role.DISPATCHER},
    (Resource.MESSAGE, Action.RESEND): _DESK | {Role.DISPATCHER},
    (Resource.MESSAGE_SETTINGS, Action.VIEW): {Role.ADMIN},
    (Resource.MESSAGE_SETTINGS, Action.CHANGE): {Role.ADMIN},
    (Resource.WEBHOOK, Action.VIEW): {Role.ADMIN},
    (Resource.WEBHOOK, Action.CHANGE): {Role.ADMIN},
    (Resource.CALENDAR, Action.SHARE): _FIELD,
    (Resource.HISTORY, Action.VIEW): {Role.ADMIN},
    (Resource.METRICS, Action.VIEW): {Role.OPERATIONS, Role.MANAGER, Role.ADMIN},
    (Resource.VISIT, Action.VIEW): _OFFICE | {Role.ENGINEER, Role.STOCK_KEEPER},
    (Resource.VISIT, Action.ACCEPT): _FIELD,
    (Resource.VISIT, Action.DECLINE): _FIELD,
    (Resource.VISIT, Action.DEPART): _FIELD,
    (Resource.VISIT, Action.ARRIVE): _FIELD,
    (Resource.VISIT, Action.FINISH): _FIELD,
    (Resource.VISIT, Action.MOVE): _PLANNERS,
    (Resource.VISIT, Action.PIN): _PLANNERS,
    (Resource.VISIT, Action.SPLIT): _PLANNERS,
    (Resource.BOARD, Action.VIEW): _OFFICE,
    (Resource.DRAFT, Action.PREVIEW): _PLANNERS,
    (Resource.DRAFT, Action.CHANGE): _PLANNERS,
    (Resource.DRAFT, Action.PUBLISH): _PLANNERS,
    (Resource.CHANGES, Action.VIEW): _OFFICE | {Role.ENGINEER, Role.STOCK_KEEPER},
    (Resource.PLAN, Action.VIEW): _OFFICE | {Role.STOCK_KEEPER},
    (Resource.PLAN, Action.PUBLISH): _PLANNERS,
    (Resource.ENGINEER, Action.VIEW): _OFFICE | {Role.ENGINEER},
    (Resource.ABSENCE, Action.REPORT): _FIELD | {Role.MANAGER},
    (Resource.STOCK, Action.VIEW): _PLANNERS | {Role.STOCK_KEEPER, Role.OPERATIONS, Role.MANAGER},
    (Resource.STOCK, Action.RECEIVE): _KEEPERS,
    (Resource.STOCK, Action.TRANSFER): _KEEPERS,
    (Resource.STOCK, Action.WRITE_OFF): _KEEPERS,
    (Resource.STOCK, Action.COUNT): _KEEPERS,
    (Resource.POLICY, Action.VIEW): _LEADS | {Role.DIRECTOR, Role.OPERATIONS},
    (Resource.POLICY, Action.EDIT): {Role.ADMIN},
    (Resource.CHECKLIST, Action.VIEW): _LEADS | {Role.DIRECTOR, Role.OPERATIONS},
    (Resource.CHECKLIST, Action.EDIT): {Role.ADMIN},
    (Resource.ENGINEER, Action.EDIT): _LEADS,
    (Resource.TERRITORY, Action.VIEW): _LEADS | {Role.DISPATCHER, Role.DIRECTOR, Role.OPERATIONS},
    (Resource.TERRITORY, Action.EDIT): {Role.ADMIN},
    (Resource.WAREHOUSE, Action.VIEW): _PLANNERS | {Role.STOCK_KEEPER, Role.OPERATIONS, Role.MANAGER},
    (Resource.WAREHOUSE, Action.EDIT): {Role.OPERATIONS, Role.ADMIN},
    (Resource.PART, Action.VIEW): _PLANNERS | {Role.STOCK_KEEPER, Role.OPERATIONS, Role.MANAGER},
    (Resource.PART, Action.EDIT): {Role.OPERATIONS, Role.ADMIN},
    (Resource.USER, Action.VIEW): {Role.ADMIN},
    (Resource.USER, Action.EDIT): {Role.ADMIN},
    (Resource.TOKEN, Action.VIEW): {Role.ADMIN},
    (Resource.TOKEN, Action.EDIT): {Role.ADMIN},
}
"""Which roles may do what. The only place that says so; what is not in it is forbidden to everybody.

Engineers do here what concerns their own work alone: see ``Granted.reach``.
"""


class ForbiddenError(CalloutError):
    """The caller is known, and may not do this."""

    code = "forbidden"
    http_status = 403

    def __init__(self, permission: Permission) -> None:
        name = name_of(permission)
        super().__init__(f"This needs the permission {name}. Ask an administrator for it.", permission=name)


@dataclass(frozen=True)
class Granted:
    """A caller with the permission of one route."""

    caller: Caller
    permission: Permission

    @property
    def reach(self) -> Reach:
        """What the caller sees through this permission: everything, a territory, or the engineer's own work."""
        roles = self.caller.roles & TABLE[self.permission]
        if roles == {Role.ENGINEER}:
            return Reach(self.caller.territory, self.caller.engineer or "", own_work=True)
        return Reach(self.caller.territory)

    def actor(self, usual: Role) -> Actor:
        """Who gives a command: the caller, in the least of the caller's roles that may give it.

        Args:
            usual: Whose command it usually is, for an environment's token that names nobody.
        """
        if self.caller.plays is not None:
            return self.caller.plays
        if self.caller.is_environment:
            return Actor(usual, "api")
        roles = self.caller.roles & TABLE[self.permission]
        return Actor(next(role for role in Role if role in roles), self.caller.id)


class Allow:
    """A dependency that lets in whoever the table allows."""

    def __init__(self, resource: Resource, action: Action) -> None:
        self.permission: Permission = (resource, action)

    async def __call__(self, request: Request) -> Granted:
        """Identify the caller and look into the table.

        Raises:
            UnauthorisedError: Nobody known calls.
            ForbiddenError: The table does not allow it.
        """
        caller = await caller_of(request)
        if not may(caller, self.permission):
            raise ForbiddenError(self.permission)
        granted = Granted(caller, self.permission)
        request.state.granted = granted
        return granted


class SignedIn:
    """A dependency that lets in everybody who is known: for what concerns only the caller."""

    async def __call__(self, request: Request) -> Caller:
        """Identify the caller.

        Raises:
            UnauthorisedError: Nobody known calls.
        """
        return await caller_of(request)


class Anyone:
    """A dependency that says that a route is open on purpose."""

    async def __call__(self) -> None:
        """Let everybody in."""


def allow(resource: Resource, action: Action) -> Sequence[params.Depends]:
    """What a route lists as its dependencies: ``@router.get(…, dependencies=allow(Resource.CASE, Action.VIEW))``.

    Raises:
        KeyError: The table has no such row.
    """
    TABLE[resource, action]
    return [params.Depends(Allow(resource, action))]


def granted_of(request: Request) -> Granted:
    """What the route's ``allow`` has found; a route without one cannot ask."""
    granted: Granted = request.state.granted
    return granted


def may(caller: Caller, permission: Permission) -> bool:
    """Whether the table, and the scopes of a token, allow it."""
    return bool(caller.roles & TABLE[permission]) and _within(caller.scopes, permission)


def permissions(caller: Caller) -> list[str]:
    """Everything that a caller may do, by name, for a screen that shows no other buttons."""
    return sorted(name_of(permission) for permission in TABLE if may(caller, permission))


def actions(caller: Caller, resource: Resource) -> frozenset[str]:
    """What a caller may do with a resource."""
    return frozenset(str(action) for what, action in TABLE if what is resource and may(caller, (what, action)))


def name_of(permission: Permission) -> str:
    """``case.view``."""
    return ".".join(permission)


def check_scopes(scopes: Iterable[str]) -> list[str]:
    """Scopes of a token: ``case.view``, ``case.*`` or ``*``.

    Raises:
        InvalidInputError: There is no such permission.
    """
    known = {"*", *(f"{resource}.*" for resource in Resource), *map(name_of, TABLE)}
    given = sorted(set(scopes))
    for scope in given:
        if scope not in known:
            choices = ", ".join(sorted(known))
            raise InvalidInputError("scopes", f"there is no permission {scope!r}; choose from {choices}")
    if not given:
        raise InvalidInputError("scopes", "name at least one")
    return given


def _within(scopes: frozenset[str] | None, permission: Permission) -> bool:
    return scopes is None or bool(scopes & {"*", f"{permission[0]}.*", name_of(permission)})
