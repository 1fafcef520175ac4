"""Prepares the local stack's database: schema and sample company. ``python -m console.sample SPEED``."""

import asyncio
import os
import sys
from datetime import UTC, datetime

from console import failures
from models.migrate import migrate
from models.session import Database
from samples.load import OtherCompanyError, load


async def prepare(url: str, speed: float) -> str:
    """Bring the schema up to date and load the sample company, unless the record holds another one.

    Returns:
        What there is now, in a sentence.
    """
    await migrate(url)
    database = Database(url, pool_size=1, max_overflow=0)
    try:
        loaded = await load(database, datetime.now(UTC), speed=speed)
    except OtherCompanyError:
        return "The database holds another company; the sample company is left out."
    finally:
        await database.close()
    return f"{loaded.company.name} is {'loaded' if loaded.is_new else 'there already'}."


def main() -> None:
    """Entry point."""
    sys.stderr.write(asyncio.run(prepare(os.environ["CALLOUT_DATABASE_URL"], float(sys.argv[1]))) + "\n")


if __name__ == "__main__":
    sys.exit(failures.run(main, []))
