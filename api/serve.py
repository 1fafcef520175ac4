"""The API as a process."""

import gc
import logging

import uvicorn

from api.app import Serving, create_app
from api.asking import Parts

log = logging.getLogger("callout.api")
GRACE_SECONDS = 3


def collect_seldom() -> None:
    """Look for unreachable cycles seldom.

    An answer makes tens of thousands of objects that free themselves. Python's usual thresholds go through all of them
    again and again meanwhile, which is two fifths of what a preview after a change costs (``benchmarks.board``).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


async def serve(parts: Parts, host: str, port: int, serving: Serving) -> None:
    """Serve until the process is told to stop."""
    config = uvicorn.Config(
        create_app(parts, serving),
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    collect_seldom()
    log.info("api_starting", extra={"host": host, "port": port})
    await uvicorn.Server(config).serve()
    log.info("api_stopped")
