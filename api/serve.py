"""The API as a process."""

import logging

import uvicorn

from api.app import Serving, create_app
from api.asking import Parts

log = logging.getLogger("callout.api")
GRACE_SECONDS = 3


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
    log.info("api_starting", extra={"host": host, "port": port})
    await uvicorn.Server(config).serve()
    log.info("api_stopped")
