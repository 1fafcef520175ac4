"""The API as a process: ``python -m console.server``."""

import asyncio
import os
import sys

import logs
from api.accounts import Accounts
from api.app import Serving
from api.asking import Parts
from api.serve import serve
from console import failures
from console.local import ROOT
from console.system import settings, system

PATIENCE_SECONDS = 60.0
"""A whole stack may be starting beside it."""


def main() -> None:
    """Serve until told to stop."""
    given = settings()
    logs.set_up(given.log_level)
    serving = Serving(
        token=given.api_token.get_secret_value() if given.api_token else None,
        origin=given.public_url,
        tile_url=given.tile_url,
        console=ROOT / "web" / "dist",
        docs=given.environment == "local",
    )

    async def work() -> None:
        async with system(given, PATIENCE_SECONDS) as found:
            parts = Parts(found.commands, found.queries, Accounts(found.database))
            await serve(parts, given.api_host, given.api_port, serving)

    asyncio.run(work())


if __name__ == "__main__":
    code = failures.run(main, [])
    sys.stdout.flush()
    sys.stderr.flush()
    # The Temporal SDK sometimes aborts while the interpreter ends.
    os._exit(code)
