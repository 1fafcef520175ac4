"""Loads the sample company for the local stack: ``python -m console.sample SPEED``."""

import asyncio
import os
import sys
from datetime import UTC, datetime

from models.session import Database
from samples.load import OtherCompanyError, load


async def load_sample(url: str, speed: float) -> str:
    """Load the sample company unless the record holds another one; says which it was."""
    database = Database(url, pool_size=1, max_overflow=0)
    try:
        loaded = await load(database, datetime.now(UTC), speed=speed)
    except OtherCompanyError:
        return "The database holds another company; the sample company is left out."
    finally:
        await database.close()
    return f"{loaded.company.name} is {'loaded' if loaded.is_new else 'there already'}."


if __name__ == "__main__":
    sys.stderr.write(asyncio.run(load_sample(os.environ["CALLOUT_DATABASE_URL"], float(sys.argv[1]))) + "\n")
