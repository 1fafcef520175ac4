"""Users and machines' tokens over HTTP."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from api.access import Action, Resource, allow
from api.admin_users import NewPassword, NewToken, TokenLine, UserDraft, UserLine
from api.asking import VERSIONED, App, Id, IfMatch, Who
from api.changing import by, in_person, unlimited
from api.schemas import Strict
from domain.people import Role
from models.repositories.administration import ChangeLine

router = APIRouter(prefix="/admin", tags=["administration"])
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Reference = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


class UserIn(Strict):
    """A user."""

    name: Name
    roles: frozenset[Role]
    language: Language = "en"
    territory_id: Reference | None = None
    engineer_id: Reference | None = None
    active: bool = True

    def to_draft(self) -> UserDraft:
        """As the administration takes it."""
        return UserDraft(**dict(self))


class NewUserIn(UserIn):
    """A new user. Without an id it follows from the address."""

    email: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=254)]
    id: Reference | None = None

    def to_draft(self) -> UserDraft:
        """As the administration takes it."""
        return UserDraft(**self.model_dump(exclude={"email", "id"}))


class TokenIn(Strict):
    """A machine's token; without ``days`` it does not expire."""

    name: Name
    role: Role
    scopes: Annotated[list[str], Field(min_length=1, max_length=50)]
    territory_id: Reference | None = None
    days: Annotated[int, Field(ge=1, le=3650)] | None = 365


@router.get("/users", dependencies=allow(Resource.USER, Action.VIEW))
async def list_users(app: App, who: Who) -> list[UserLine]:
    """Everybody who may sign in, or might once."""
    unlimited(who)
    return await app.administration.users.users()


@router.post("/users", status_code=201, dependencies=allow(Resource.USER, Action.EDIT))
async def add_user(app: App, id_: Id, who: Who, body: NewUserIn) -> NewPassword:
    """Add a user. The password is shown this once."""
    unlimited(who)
    in_person(who)
    known_as = body.id or body.email.partition("@")[0].lower()
    return await app.administration.users.add(known_as, body.email, body.to_draft(), by(who, id_))


@router.put("/users/{user_id}", responses=VERSIONED, dependencies=allow(Resource.USER, Action.EDIT))
async def change_user(app: App, id_: Id, who: Who, user_id: str, body: UserIn, seen: IfMatch = None) -> UserLine:
    """Change name, roles, territory, or disable; needs ``If-Match``."""
    unlimited(who)
    in_person(who)
    return await app.administration.users.change(user_id, body.to_draft(), seen, by(who, id_))


@router.post("/users/{user_id}/password", dependencies=allow(Resource.USER, Action.EDIT))
async def reset_password(app: App, id_: Id, who: Who, user_id: str) -> NewPassword:
    """Give a fresh password, shown this once; the user is signed out everywhere."""
    unlimited(who)
    in_person(who)
    return await app.administration.users.reset_password(user_id, by(who, id_))


@router.get("/users/{user_id}/changes", dependencies=allow(Resource.USER, Action.VIEW))
async def list_user_changes(app: App, who: Who, user_id: str) -> list[ChangeLine]:
    """Who changed what of a user; the newest first."""
    unlimited(who)
    return await app.administration.users.history(user_id)


@router.get("/tokens", dependencies=allow(Resource.TOKEN, Action.VIEW))
async def list_tokens(app: App, who: Who) -> list[TokenLine]:
    """Every token, without its secret."""
    unlimited(who)
    return await app.administration.users.tokens(datetime.now(UTC))


@router.post("/tokens", status_code=201, dependencies=allow(Resource.TOKEN, Action.EDIT))
async def add_token(app: App, id_: Id, who: Who, body: TokenIn) -> NewToken:
    """Make a token. The secret is shown this once."""
    unlimited(who)
    in_person(who)
    return await app.administration.users.add_token(
        body.name, body.role, body.scopes, body.territory_id, body.days, by(who, id_)
    )


@router.delete("/tokens/{token_id}", dependencies=allow(Resource.TOKEN, Action.EDIT))
async def revoke_token(app: App, id_: Id, who: Who, token_id: str) -> TokenLine:
    """Let a token in no more, from now on."""
    unlimited(who)
    in_person(who)
    return await app.administration.users.revoke_token(token_id, by(who, id_))
