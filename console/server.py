"""The API as a process: ``python -m console.server``."""

import asyncio
import os
import sys

import logs
import tracing
from api.accounts import Accounts
from api.app import Serving
from api.composing import compose
from api.oidc import Oidc, Provider
from api.serve import serve
from connection import data_converter, link_keys
from console import failures
from console.local import CONSOLE
from console.system import settings, system
from domain.errors import InvalidInputError
from settings import Settings

SHORTEST_KEY = 32
PATIENCE_SECONDS = 60.0
"""A whole stack may be starting beside it."""


async def require_production(given: Settings, accounts: Accounts) -> None:
    """Refuse to serve a company without what keeps its users apart.

    Raises:
        InvalidInputError: The signing key is missing or short, or nobody could sign in.
    """
    key = given.signing_key.get_secret_value() if given.signing_key else ""
    if len(key) < SHORTEST_KEY:
        raise InvalidInputError("CALLOUT_SIGNING_KEY", f"must be set, to {SHORTEST_KEY} characters or more")
    if not given.oidc_issuer and not await accounts.somebody_may_sign_in():
        rule = "nobody can sign in: add a first user with callout user add EMAIL --name NAME --role admin"
        raise InvalidInputError("users", rule)


def main() -> None:
    """Serve until told to stop."""
    given = settings()
    logs.set_up(given.log_level)
    spans = tracing.provider_of("callout-api")
    tracer = spans.get_tracer("callout") if spans else None
    serving = Serving(
        token=given.api_token.get_secret_value() if given.api_token else None,
        origin=given.public_url,
        tile_url=given.tile_url,
        workflows=f"{given.temporal_ui.rstrip('/')}/namespaces/{given.temporal_namespace}" if given.temporal_ui else "",
        console=CONSOLE,
        oidc=_provider(given),
        tracer=tracer,
        docs=given.environment == "local",
    )
    keys = link_keys(given.link_key.get_secret_value() if given.link_key else None)

    async def work() -> None:
        async with system(given, PATIENCE_SECONDS, tracer) as found:
            if tracer:
                tracing.trace_sql(found.database.engine, tracer)
            parts = compose(
                found.database,
                found.commands,
                found.queries,
                keys,
                webhooks_to_private=given.webhooks_to_private,
                codec=data_converter(given.payload_keys.get_secret_value()).payload_codec,
            )
            if given.environment == "production":
                await require_production(given, parts.accounts)
            await serve(parts, given.api_host, given.api_port, serving)

    try:
        asyncio.run(work())
    finally:
        if spans:
            spans.shutdown()


def _provider(given: Settings) -> Oidc | None:
    if not given.oidc_issuer:
        return None
    if not given.oidc_client_id or not given.signing_key:
        raise InvalidInputError("CALLOUT_OIDC_ISSUER", "needs CALLOUT_OIDC_CLIENT_ID and CALLOUT_SIGNING_KEY, too")
    secret = given.oidc_client_secret.get_secret_value()
    return Oidc(Provider(given.oidc_issuer, given.oidc_client_id, secret), given.signing_key.get_secret_value())


if __name__ == "__main__":
    code = failures.run(main, [])
    sys.stdout.flush()
    sys.stderr.flush()
    # The Temporal SDK sometimes aborts while the interpreter ends.
    os._exit(code)
