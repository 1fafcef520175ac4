"""Signing in at the company's identity provider: there and back again."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from api import oidc
from api.access import Anyone
from api.accounts import SignedIn
from api.asking import Everything
from api.identity import doorkeeper_of, needs_secure_cookies, own_origin
from api.oidc import Oidc, SignInRefusedError
from api.routes_session import renew
from domain.errors import NotFoundError, UnavailableError

router = APIRouter(tags=["session"], dependencies=[Depends(Anyone())])

PATH = "/session/oidc"


class WaysIn(BaseModel):
    """How one can sign in here."""

    password: bool
    oidc: bool


@router.get("/session/ways")
async def show_ways(request: Request) -> WaysIn:
    """Whether the page of the sign-in shows a button for the identity provider."""
    return WaysIn(password=True, oidc=request.app.state.serving.oidc is not None)


@router.get(PATH + "/start", response_class=RedirectResponse, status_code=303)
async def start(
    request: Request, page: Annotated[str, Query(max_length=500, description="Which page to show then.")] = "/"
) -> RedirectResponse:
    """Leave for the identity provider."""
    doorkeeper_of(request).slow_down(request)
    departure = await _provider(request).depart(_callback(request), _own_page(page))
    answer = RedirectResponse(departure.url, 303)
    answer.set_cookie(
        oidc.COOKIE,
        departure.cookie,
        max_age=oidc.LASTING_SECONDS,
        path=f"/api{PATH}",
        secure=needs_secure_cookies(request),
        httponly=True,
        samesite="lax",
    )
    return answer


@router.get(PATH + "/callback", response_class=RedirectResponse, status_code=303)
async def callback(app: Everything, request: Request) -> RedirectResponse:
    """Come back from the identity provider; what went wrong is told by the console's page."""
    doorkeeper_of(request).slow_down(request)
    cookie = request.cookies.get(oidc.COOKIE, "")
    try:
        email, page = await _provider(request).arrive(_callback(request), cookie, request.query_params)
        new = await _let_in(app, email)
    except SignInRefusedError as refused:
        answer = RedirectResponse(f"/?sign_in_problem={refused.reason}", 303)
    except UnavailableError:
        answer = RedirectResponse("/?sign_in_problem=provider_unavailable", 303)
    else:
        answer = RedirectResponse(page, 303)
        await renew(app, request, answer, new)
    answer.delete_cookie(oidc.COOKIE, path=f"/api{PATH}", secure=needs_secure_cookies(request), httponly=True)
    return answer


async def _let_in(app: Everything, email: str) -> SignedIn:
    new = await app.accounts.sign_in_known(email)
    if new is None:
        raise SignInRefusedError("unknown_user", "Nobody with that e-mail address may use Callout.")
    return new


def _provider(request: Request) -> Oidc:
    found: Oidc | None = request.app.state.serving.oidc
    if found is None:
        raise NotFoundError("identity provider", "oidc")
    return found


def _callback(request: Request) -> str:
    return f"{request.app.state.serving.origin or own_origin(request)}/api{PATH}/callback"


def _own_page(page: str) -> str:
    """A page of ours: a path, and nothing that a browser takes for another host."""
    return page if page.startswith("/") and page[1:2] not in {"/", "\\"} and page.isprintable() else "/"
