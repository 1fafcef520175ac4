"""``callout user``: who may sign in."""

import getpass
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from api import passwords
from api.accounts import known_words
from api.admin_users import EMAIL, ID
from console.output import Json, out, table, when, write_json
from console.system import write
from domain.errors import InvalidInputError
from domain.people import PEOPLE, Role
from models import tables as t
from models.repositories import users
from models.repositories.users import Account
from models.session import Session

app = typer.Typer(help="People who may sign in.", no_args_is_help=True)

UserArgument = Annotated[str, typer.Argument(metavar="USER", help="The user's id or e-mail address.")]
FromInput = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from the first line of standard input.")
]


@app.command("add")
def add(
    email: Annotated[str, typer.Argument(help="The address to sign in with.")],
    name: Annotated[str, typer.Option(help="The name that others see.")],
    role: Annotated[list[Role], typer.Option(help="What the user may do; may be given several times.")],
    id_: Annotated[str | None, typer.Option("--id", help="The id in the audit; otherwise from the address.")] = None,
    territory: Annotated[str | None, typer.Option(help="The only territory that the user sees.")] = None,
    engineer: Annotated[str | None, typer.Option(help="For an engineer: the field engineer's id.")] = None,
    language: Annotated[str, typer.Option(help="Such as en or zh-CN.")] = "en",
    no_password: Annotated[bool, typer.Option("--no-password", help="Signs in at the identity provider.")] = False,
    password_stdin: FromInput = False,
    as_json: Json = False,
) -> None:
    """Add a user."""
    user = t.User(
        id=id_ or email.partition("@")[0].lower(),
        name=name,
        email=email.strip().lower(),
        language=language,
        engineer_id=engineer,
        territory_id=territory,
        created_at=datetime.now(UTC),
    )
    _check(user, role)
    if not no_password:
        user.password_hash = _ask_password(user, from_input=password_stdin)
        user.password_changed_at = user.created_at

    async def work(session: Session) -> None:
        await users.add(session, user, role)

    write(work)
    _say(as_json, "added", user.id)


@app.command("list")
def list_users(as_json: Json = False) -> None:
    """List everybody, with roles and the last sign-in."""
    found = write(users.users)
    if as_json:
        write_json([_plain(account) for account in found])
        return
    table(
        "",
        ("user", "name", "email", "territory", "last sign-in", "state", "roles"),
        [
            (
                a.user.id,
                a.user.name,
                a.user.email,
                a.user.territory_id,
                when(a.user.last_sign_in_at),
                _state(a.user),
                ", ".join(sorted(a.roles)),
            )
            for a in found
        ],
        "Nobody may sign in yet. Add the first one: callout user add EMAIL --name NAME --role admin",
    )


@app.command("disable")
def disable(user: UserArgument, as_json: Json = False) -> None:
    """Sign a user out everywhere, and let the user in no more."""

    async def work(session: Session) -> str:
        found = await users.require(session, user)
        await users.disable(session, found.id)
        return found.id

    _say(as_json, "disabled", write(work))


@app.command("password")
def password(user: UserArgument, password_stdin: FromInput = False, as_json: Json = False) -> None:
    """Set a user's password; this signs the user out everywhere."""

    async def find(session: Session) -> t.User:
        return await users.require(session, user)

    found = write(find)
    hashed = _ask_password(found, from_input=password_stdin)

    async def work(session: Session) -> None:
        await users.set_password(session, found.id, hashed, datetime.now(UTC))

    write(work)
    _say(as_json, "password set", found.id)


def _check(user: t.User, roles: list[Role]) -> None:
    if not ID.fullmatch(user.id):
        raise InvalidInputError("--id", "must be small letters, digits, dots and dashes, 60 at most")
    if not EMAIL.fullmatch(user.email):
        raise InvalidInputError("EMAIL", "is not an e-mail address")
    for role in roles:
        if role not in PEOPLE:
            raise InvalidInputError("--role", f"{role} cannot sign in; choose from {', '.join(PEOPLE)}")
    if Role.ENGINEER in roles and not user.engineer_id:
        raise InvalidInputError("--engineer", "an engineer needs the id of a field engineer, or sees no work at all")


def _ask_password(user: t.User, *, from_input: bool) -> str:
    """The hash of a password from standard input or from the terminal, never from arguments, which others see."""
    if from_input:
        given = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        given = getpass.getpass(f"Password for {user.email}: ")
        if getpass.getpass("Again: ") != given:
            raise InvalidInputError("password", "the two are not the same; nothing was changed")
    else:
        raise InvalidInputError("password", "there is no terminal to ask at; use --password-stdin")
    passwords.check_rules(given, *known_words(user))
    return passwords.hash_now(given)


def _state(user: t.User) -> str:
    if not user.active:
        return "disabled"
    return "password" if user.password_hash else "no password"


def _plain(account: Account) -> dict[str, object]:
    user = account.user
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "roles": sorted(account.roles),
        "territory_id": user.territory_id,
        "engineer_id": user.engineer_id,
        "state": _state(user),
        "last_sign_in_at": user.last_sign_in_at,
    }


def _say(as_json: bool, what: str, id_: str) -> None:
    if as_json:
        write_json({"id": id_, "state": what})
    else:
        out().print(f"{id_}: {what}.")
