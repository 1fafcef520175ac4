"""The API as a process: ``python -m console.server``."""

import asyncio
import os
import sys

import logs
from api.asking import Parts
from api.outside import Outside
from api.serve import serve
from connection import link_keys
from console import failures
from console.system import settings, system

PATIENCE_SECONDS = 60.0
"""A whole stack may be starting beside it."""


def main() -> None:
    """Serve until told to stop."""
    given = settings()
    logs.set_up(given.log_level)
    token = given.api_token.get_secret_value() if given.api_token else None

    keys = link_keys(given.link_key.get_secret_value() if given.link_key else None)

    async def work() -> None:
        async with system(given, PATIENCE_SECONDS) as found:
            outside = Outside.of(
                found.database,
                found.commands,
                found.queries,
                keys,
                webhooks_to_private=given.webhooks_to_private,
            )
            await serve(Parts(found.commands, found.queries, outside), given.api_host, given.api_port, token)

    asyncio.run(work())


if __name__ == "__main__":
    code = failures.run(main, [])
    sys.stdout.flush()
    sys.stderr.flush()
    # The Temporal SDK sometimes aborts while the interpreter ends.
    os._exit(code)
