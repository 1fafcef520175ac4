"""Signing in and out, and changing the own password."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from api.access import Anyone, SignedIn, permissions
from api.accounts import LASTING
from api.accounts import SignedIn as NewSession
from api.asking import Everything
from api.identity import (
    COOKIE,
    Caller,
    address_of,
    csrf_of,
    doorkeeper_of,
    needs_secure_cookies,
    person,
)
from api.schemas import Strict, example
from domain.errors import InvalidInputError
from domain.people import Role

router = APIRouter(tags=["session"])

Password = Annotated[str, Field(min_length=1, max_length=200, repr=False)]
Known = Annotated[Caller, Depends(SignedIn())]


class SignIn(Strict):
    """Who wants to sign in."""

    model_config = example(email="dispatcher-1@example.com", password="correct horse battery staple")  # noqa: S106
    email: Annotated[str, Field(min_length=3, max_length=254)]
    password: Password


class NewPassword(Strict):
    """A new password for the signed-in user."""

    model_config = example(current_password="correct horse battery staple", new_password="a much longer sentence")  # noqa: S106
    current_password: Password
    new_password: Password


class UserOut(BaseModel):
    """The signed-in user, or the token."""

    id: str
    name: str
    roles: list[Role]
    language: str
    territory_id: str | None
    engineer_id: str | None


class SessionOut(BaseModel):
    """Who is signed in, and what a screen needs to know of that.

    Attributes:
        csrf_token: Goes into the header ``X-CSRF-Token`` of everything but GET; empty for tokens, which need none.
        permissions: What the caller may do, such as ``case.view``.
        tile_url: Where the console's maps come from; empty without maps.
        temporal_ui: The namespace's page in the Temporal UI; empty without one, and for everybody but administrators.
    """

    user: UserOut
    csrf_token: str
    permissions: list[str]
    tile_url: str
    temporal_ui: str


@router.post("/session", dependencies=[Depends(Anyone())])
async def sign_in(app: Everything, request: Request, response: Response, body: SignIn) -> SessionOut:
    """Sign in; the session's cookie comes with the answer. An earlier session of this browser ends."""
    doorkeeper = doorkeeper_of(request)
    doorkeeper.require_own_page(request)
    doorkeeper.slow_down(request)
    new = await app.accounts.sign_in(body.email, body.password, address_of(request))
    return await renew(app, request, response, new)


@router.get("/session")
async def show_session(request: Request, caller: Known) -> SessionOut:
    """Who is signed in; 401 when nobody is."""
    return shown(request, caller)


@router.delete("/session", status_code=204)
async def sign_out(app: Everything, request: Request, response: Response, _caller: Known) -> None:
    """Sign out in this browser."""
    if token := request.cookies.get(COOKIE):
        await app.accounts.sign_out(token)
    response.delete_cookie(COOKIE, path="/", secure=needs_secure_cookies(request), httponly=True, samesite="lax")


@router.delete("/session/everywhere", status_code=204)
async def sign_out_everywhere(app: Everything, request: Request, response: Response, caller: Known) -> None:
    """Sign out in every browser and on every phone of the signed-in user, here too."""
    if caller.account is None:
        raise InvalidInputError("session", "tokens have no sessions; sign in as the user who is to be signed out")
    await app.accounts.sign_out_everywhere(caller.account.user.id)
    response.delete_cookie(COOKIE, path="/", secure=needs_secure_cookies(request), httponly=True, samesite="lax")


@router.post("/session/password")
async def change_password(
    app: Everything, request: Request, response: Response, caller: Known, body: NewPassword
) -> SessionOut:
    """Change the own password: this signs out everywhere, and in again here."""
    if caller.account is None:
        raise InvalidInputError("session", "tokens have no password; sign in as the user whose password is to change")
    new = await app.accounts.change_password(caller.account, body.current_password, body.new_password)
    return await renew(app, request, response, new)


async def renew(app: Everything, request: Request, response: Response, new: NewSession) -> SessionOut:
    """Give the browser a new session in place of the one that it has."""
    if former := request.cookies.get(COOKIE):
        await app.accounts.sign_out(former)
    response.set_cookie(
        COOKIE,
        new.token,
        max_age=int(LASTING.total_seconds()),
        path="/",
        secure=needs_secure_cookies(request),
        httponly=True,
        samesite="lax",
    )
    return shown(request, person(new.account, csrf_of(new.token)))


def shown(request: Request, caller: Caller) -> SessionOut:
    """A caller as the console sees it."""
    user = caller.account.user if caller.account else None
    return SessionOut(
        user=UserOut(
            id=caller.id,
            name=user.name if user else caller.id,
            roles=sorted(caller.roles),
            language=user.language if user else "en",
            territory_id=caller.territory,
            engineer_id=caller.engineer,
        ),
        csrf_token=caller.csrf,
        permissions=permissions(caller),
        tile_url=request.app.state.serving.tile_url,
        temporal_ui=request.app.state.serving.workflows if Role.ADMIN in caller.roles else "",
    )
