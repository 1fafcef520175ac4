"""The API as a process: ``python -m console.server``."""

import asyncio
import os
import sys

import logs
from activities.planning.engines import MatrixTravel
from api.asking import Parts
from api.feed import Feed
from api.previewing import Previews
from api.serve import serve
from console import failures
from console.system import settings, system
from travel.great_circle import GreatCircleTravel

PATIENCE_SECONDS = 60.0
"""A whole stack may be starting beside it."""


def main() -> None:
    """Serve until told to stop."""
    given = settings()
    logs.set_up(given.log_level)
    token = given.api_token.get_secret_value() if given.api_token else None

    async def work() -> None:
        async with system(given, PATIENCE_SECONDS) as found:
            previews = Previews(found.database, MatrixTravel(GreatCircleTravel()))
            parts = Parts(found.commands, found.queries, Feed(found.database), previews)
            await serve(parts, given.api_host, given.api_port, token)

    asyncio.run(work())


if __name__ == "__main__":
    code = failures.run(main, [])
    sys.stdout.flush()
    sys.stderr.flush()
    # The Temporal SDK sometimes aborts while the interpreter ends.
    os._exit(code)
