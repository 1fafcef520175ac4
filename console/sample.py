"""Prepares the local stack's database: schema and sample company. ``python -m console.sample SPEED``."""

import asyncio
import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from api.passwords import hash_now
from console import failures
from console.system import home
from models.migrate import migrate
from models.repositories import users
from models.session import Database
from runtime import secrets
from samples.company import User
from samples.load import OtherCompanyError, load
from samples.staff import one_per_role


async def prepare(url: str, speed: float, folder: Path) -> str:
    """Bring the schema up to date and load the sample company, unless the record holds another one.

    One person of each role gets a password; the passwords are in the home folder.

    Returns:
        What there is now, in a sentence.
    """
    await migrate(url)
    database = Database(url, pool_size=1, max_overflow=0)
    try:
        loaded = await load(database, datetime.now(UTC), speed=speed)
        await let_in(database, folder, loaded.company.users)
    except OtherCompanyError:
        return "The database holds another company; the sample company is left out."
    finally:
        await database.close()
    return f"{loaded.company.name} is {'loaded' if loaded.is_new else 'there already'}."


async def let_in(database: Database, folder: Path, staff: Iterable[User]) -> None:
    """Give a password to the first person of each role who has none; the passwords are kept in the folder."""
    people = one_per_role(staff).values()
    made = secrets.sign_in_passwords(folder, [person.email for person in people])
    async with database.reading() as session:
        waiting = [a.user for a in await users.users(session) if a.user.password_hash is None and a.user.email in made]
    for user in waiting:
        hashed = await asyncio.to_thread(hash_now, made[user.email])
        async with database.transaction() as session:
            await users.set_password(session, user.id, hashed, datetime.now(UTC))


def main() -> None:
    """Entry point."""
    sys.stderr.write(asyncio.run(prepare(os.environ["CALLOUT_DATABASE_URL"], float(sys.argv[1]), home())) + "\n")


if __name__ == "__main__":
    sys.exit(failures.run(main, []))
