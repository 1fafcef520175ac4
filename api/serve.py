"""The API as a process."""

import logging

import uvicorn

from api.app import create_app
from api.asking import Parts
from api.guard import require_token_outside_loopback

log = logging.getLogger("callout.api")
GRACE_SECONDS = 3


async def serve(parts: Parts, host: str, port: int, token: str | None) -> None:
    """Serve until the process is told to stop.

    Raises:
        InvalidInputError: It would serve others than this machine without a token.
    """
    require_token_outside_loopback(host, token)
    config = uvicorn.Config(
        create_app(parts, token),
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    log.info("api_starting", extra={"host": host, "port": port})
    await uvicorn.Server(config).serve()
    log.info("api_stopped")
