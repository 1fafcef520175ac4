"""Who calls: a person by a session's cookie, a machine by a token, or the environment's own token.

A cookie comes with every request that any page makes this browser send; so what changes something also needs the
session's CSRF token in a header, and comes from our own pages if the browser names where it comes from.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from fastapi import Request

from api.accounts import Accounts
from api.rates import Buckets, Rate
from domain.errors import CalloutError, InvalidInputError
from domain.people import Actor, Role
from models import tables as t
from models.repositories.users import Account

COOKIE = "callout_session"
CSRF_HEADER = "X-CSRF-Token"
ACTOR_HEADER = "Callout-Actor"
SAFE = {"GET", "HEAD", "OPTIONS"}

PEOPLE, MACHINES, STRANGERS = Rate(20, 200), Rate(50, 500), Rate(2, 60)
"""Requests per second and at once, per user, token, and network address of whom nobody knows."""

_ACTOR_ID = re.compile(r"[A-Za-z0-9._-]{1,60}")


class UnauthorisedError(CalloutError):
    """Nobody known calls."""

    code = "unauthorised"
    http_status = 401

    def __init__(self) -> None:
        super().__init__("Sign in, or send a token: Authorization: Bearer …")


class CrossSiteError(CalloutError):
    """The request does not come from our own page."""

    code = "cross_site"
    http_status = 403


@dataclass(frozen=True)
class Caller:
    """Whoever calls.

    Attributes:
        id: Of the user or the token; no personal data.
        territory: The only territory that the caller sees; None for all.
        engineer: For an engineer, the record of the field engineer.
        scopes: Of a token; None does not limit.
        account, csrf: Of a person who is signed in.
        plays: Whom the environment's token speaks for.
    """

    id: str
    roles: frozenset[Role]
    territory: str | None = None
    engineer: str | None = None
    scopes: frozenset[str] | None = None
    account: Account | None = None
    csrf: str = ""
    is_environment: bool = False
    plays: Actor | None = None


class Doorkeeper:
    """Finds out who calls.

    Args:
        token: The environment's own token, an administrator's; None when there is none.
        origin: Where the console is reached from outside, such as ``https://callout.example``, when that is not what
            requests name as their host.
    """

    def __init__(self, token: str | None, origin: str = "") -> None:
        self._token = token
        self._origin = origin.rstrip("/")
        self._buckets = Buckets()

    async def identify(self, request: Request) -> Caller:
        """Who calls.

        Raises:
            UnauthorisedError: Nobody known.
            CrossSiteError: Somebody known, but another page sent it.
            TooManyError: The caller sends too much.
            InvalidInputError: The environment's token names an actor that nobody can be.
        """
        given = request.headers.get("authorization")
        found = await (self._by_token(request, given) if given is not None else self._by_cookie(request))
        if found is None:
            self.slow_down(request)
            raise UnauthorisedError
        person = found.account is not None
        self._buckets.take(found.id, PEOPLE if person else MACHINES)
        return found

    def slow_down(self, request: Request) -> None:
        """Count a request of somebody unknown.

        Raises:
            TooManyError: That address sends too many.
        """
        self._buckets.take(f"address:{address_of(request)}", STRANGERS)

    def require_own_page(self, request: Request) -> None:
        """Refuse what the browser says another site made it send.

        Raises:
            CrossSiteError: It does.
        """
        origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
        own = {self._origin or own_origin(request), own_origin(request)}
        if (origin is not None and origin not in own) or (origin is None and site not in {None, "same-origin", "none"}):
            raise CrossSiteError("This request comes from another site. Open Callout's own page and try again.")

    async def _by_token(self, request: Request, given: str) -> Caller | None:
        scheme, _, token = given.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            return None
        if self._token is not None and hmac.compare_digest(token.encode(), self._token.encode()):
            return Caller("environment", frozenset({Role.ADMIN}), is_environment=True, plays=_played(request))
        known = await _accounts(request).token(token)
        return _machine(known) if known else None

    async def _by_cookie(self, request: Request) -> Caller | None:
        token = request.cookies.get(COOKIE)
        known = await _accounts(request).session(token) if token else None
        if token is None or known is None:
            return None
        csrf = csrf_of(token)
        if request.method not in SAFE and not _is_trusted_reading(request):
            self.require_own_page(request)
            if not hmac.compare_digest(request.headers.get(CSRF_HEADER, "").encode(), csrf.encode()):
                raise CrossSiteError(f"The header {CSRF_HEADER} is missing or of another session. Reload the page.")
        return person(known, csrf)


def trust_reading_from(request: Request, origin: str) -> None:
    """Say that this request only reads, and that a page of this origin may send it without the CSRF token."""
    request.state.reader = origin


def _is_trusted_reading(request: Request) -> bool:
    reader = getattr(request.state, "reader", "")
    return bool(reader) and request.headers.get("origin") == reader


async def caller_of(request: Request) -> Caller:
    """Who calls; found out once per request. Raises as ``Doorkeeper.identify``."""
    known: Caller | None = getattr(request.state, "caller", None)
    if known is None:
        known = await doorkeeper_of(request).identify(request)
        request.state.caller = known
    return known


def doorkeeper_of(request: Request) -> Doorkeeper:
    """The application's doorkeeper."""
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    return doorkeeper


def person(known: Account, csrf: str) -> Caller:
    """A user as a caller."""
    user = known.user
    return Caller(user.id, known.roles, user.territory_id, user.engineer_id, account=known, csrf=csrf)


def csrf_of(token: str) -> str:
    """The CSRF token of a session: whoever has the cookie's value can compute it, and no page can read that."""
    return hmac.new(token.encode(), b"callout csrf", hashlib.sha256).hexdigest()


def address_of(request: Request) -> str:
    """The caller's network address; of IPv6 the network, since one household has 2^64 addresses in it."""
    host = request.client.host if request.client else "unknown"
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return host if address.version == 4 else str(ip_network((address, 64), strict=False))


def own_origin(request: Request) -> str:
    """Where the caller believes to be."""
    return f"{request.url.scheme}://{request.headers.get('host', '')}"


def needs_secure_cookies(request: Request) -> bool:
    """Whether cookies are for encrypted connections alone: everywhere but on this machine itself."""
    return request.url.scheme == "https" or not is_loopback(request.url.hostname or "")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _accounts(request: Request) -> Accounts:
    accounts: Accounts = request.app.state.parts.accounts
    return accounts


def _machine(token: t.ApiToken) -> Caller:
    return Caller(f"token-{token.id}", frozenset({token.role}), token.territory_id, scopes=frozenset(token.scopes))


def _played(request: Request) -> Actor | None:
    given = request.headers.get(ACTOR_HEADER)
    if given is None:
        return None
    role, _, id_ = given.partition(":")
    people = [known.value for known in Role if known is not Role.SYSTEM]
    if role not in people or not _ACTOR_ID.fullmatch(id_):
        raise InvalidInputError(ACTOR_HEADER, f"must be role:id with a role of {', '.join(people)}")
    return Actor(Role(role), id_)
