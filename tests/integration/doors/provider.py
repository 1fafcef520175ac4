"""A small identity provider on loopback: discovery, authorisation, tokens and keys, over real HTTP."""

import asyncio
import base64
import hashlib
import secrets
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "callout", "a secret of the tests"


@dataclass
class SmallProvider:
    """Vouches for ``email``; ``claims`` replaces what its id tokens say, ``key`` signs them."""

    issuer: str
    email: str = "agent-1@example.com"
    claims: dict[str, Any] = field(default_factory=dict)
    refuses: bool = False
    issued: dict[str, dict[str, str]] = field(default_factory=dict)
    keys: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1"}))
    signs_with: RSAKey | None = None

    def app(self) -> FastAPI:
        """Its endpoints."""
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        def describe() -> dict[str, str]:
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            return {"issuer": self.issuer} | {name: f"{self.issuer}/{path}" for name, path in names.items()}

        @app.get("/authorize")
        def authorize(request: Request) -> RedirectResponse:
            asked = dict(request.query_params)
            assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
            assert (asked["code_challenge_method"], "openid" in asked["scope"]) == ("S256", True)
            if self.refuses:
                answer = {"error": "access_denied", "state": asked["state"]}
            else:
                answer = {"code": secrets.token_urlsafe(16), "state": asked["state"]}
                self.issued[answer["code"]] = asked
            return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}")

        @app.post("/token")
        async def token(request: Request) -> JSONResponse:
            form = dict(parse_qsl((await request.body()).decode()))
            asked = self.issued.pop(str(form.get("code")), None)  # a code is good for once
            known = base64.b64encode(f"{CLIENT}:{SECRET}".replace(" ", "+").encode()).decode()
            plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            if request.headers.get("authorization") not in {f"Basic {known}", f"Basic {plain}"}:
                return JSONResponse({"error": "invalid_client"}, 401)
            digest = hashlib.sha256(str(form.get("code_verifier")).encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if asked is None or asked["code_challenge"] != challenge or asked["redirect_uri"] != form["redirect_uri"]:
                return JSONResponse({"error": "invalid_grant"}, 400)
            now = int(time.time())
            claims = {
                "iss": self.issuer, "aud": CLIENT, "sub": "42", "iat": now, "exp": now + 300, "nonce": asked["nonce"],
                "email": self.email, "email_verified": True, **self.claims,
            }  # fmt: skip
            id_token = jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.signs_with or self.keys)
            return JSONResponse({"access_token": "x", "token_type": "Bearer", "expires_in": 300, "id_token": id_token})

        @app.get("/keys")
        def keys() -> dict[str, Any]:
            return {"keys": [self.keys.as_dict(private=False)]}

        return app


@asynccontextmanager
async def running_provider() -> AsyncIterator[SmallProvider]:
    """A provider that listens on a free port of this machine."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        provider = SmallProvider(f"http://127.0.0.1:{listener.getsockname()[1]}")
        server = uvicorn.Server(uvicorn.Config(provider.app(), log_config=None, lifespan="off"))
        serving = asyncio.create_task(server.serve([listener]))
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event to wait for
            await asyncio.sleep(0.02)
        yield provider
        server.should_exit = True
        await serving
