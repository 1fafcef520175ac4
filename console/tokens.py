"""``callout token``: machines that may call the API."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from api.access import check_scopes
from api.accounts import digest, new_token
from console.output import Json, err, out, table, when, write_json
from console.system import write
from domain.errors import InvalidInputError
from domain.people import PEOPLE, Role
from models import tables as t
from models.repositories import users
from models.session import Session

app = typer.Typer(help="Tokens for machines that call the API.", no_args_is_help=True)


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What the machine is, such as 'web shop'.")],
    role: Annotated[Role, typer.Option(help="What it acts as.")],
    scope: Annotated[list[str], typer.Option(help="What of that it may do: case.view, case.*, or * for all of it.")],
    territory: Annotated[str | None, typer.Option(help="The only territory that it sees.")] = None,
    days: Annotated[int, typer.Option(min=0, help="How long it is valid; 0 for ever.")] = 365,
    as_json: Json = False,
) -> None:
    """Make a token. It is shown this once; only a hash of it is kept."""
    if role not in PEOPLE or role is Role.ENGINEER:
        raise InvalidInputError("--role", f"a machine cannot act as {role}")
    secret, now = new_token(), datetime.now(UTC)
    token = t.ApiToken(
        id=secrets.token_hex(4),
        name=name,
        token_hash=digest(secret),
        role=role,
        scopes=check_scopes(scope),
        territory_id=territory,
        created_at=now,
        expires_at=now + timedelta(days=days) if days else None,
    )
    token_id = token.id

    async def work(session: Session) -> None:
        await users.add_token(session, token)

    write(work)
    if as_json:
        write_json({"id": token_id, "token": secret})
        return
    out().print(secret, soft_wrap=True)
    err().print(f"Keep it now: it is not shown again. Revoke it with: callout token revoke {token_id}", style="dim")


@app.command("list")
def list_tokens(as_json: Json = False) -> None:
    """List every token, without the secret itself."""
    found = write(users.tokens)
    rows = [
        {
            "id": token.id,
            "name": token.name,
            "role": token.role,
            "scopes": token.scopes,
            "territory_id": token.territory_id,
            "expires_at": token.expires_at,
            "last_used_at": token.last_used_at,
            "state": _state(token, datetime.now(UTC)),
        }
        for token in found
    ]
    if as_json:
        write_json(rows)
        return
    table(
        "",
        ("token", "name", "role", "territory", "expires", "last used", "state", "scopes"),
        [
            (
                row["id"],
                row["name"],
                row["role"],
                row["territory_id"],
                when(token.expires_at),
                when(token.last_used_at),
                row["state"],
                ", ".join(token.scopes),
            )
            for row, token in zip(rows, found, strict=True)
        ],
        "There are no tokens.",
    )


@app.command("revoke")
def revoke(
    token: Annotated[str, typer.Argument(metavar="TOKEN", help="The token's id, as listed.")], as_json: Json = False
) -> None:
    """Let a token in no more, from now on."""

    async def work(session: Session) -> None:
        await users.revoke_token(session, token, datetime.now(UTC))

    write(work)
    if as_json:
        write_json({"id": token, "state": "revoked"})
    else:
        out().print(f"{token}: revoked.")


def _state(token: t.ApiToken, now: datetime) -> str:
    if token.revoked_at:
        return "revoked"
    return "expired" if token.expires_at and token.expires_at <= now else "valid"
