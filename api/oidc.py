"""Signing in at the company's own identity provider: OpenID Connect, code flow with PKCE, state and nonce.

Between leaving for the provider and coming back, the browser carries state, nonce and PKCE's verifier in a cookie that
is signed and lasts ten minutes; nothing is stored here. The provider says who somebody is; what a user may do is ours.
Sources: OpenID Connect Core 1.0, section 3.1; RFC 7636 (PKCE); RFC 9700 (what is good practice by now).
"""

import hmac
import logging
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2 as httpx
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey

from api.identity import is_loopback
from domain.errors import CalloutError, UnavailableError

COOKIE = "callout_sign_in"
LASTING_SECONDS = 600
SIGNED_WITH = ["RS256", "PS256", "ES256", "EdDSA"]
_TIMEOUT_SECONDS = 10.0
_LEEWAY_SECONDS = 60

log = logging.getLogger("callout.oidc")


class SignInRefusedError(CalloutError):
    """The way through the provider did not end well; ``reason`` is stable."""

    code = "sign_in_refused"
    http_status = 401

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message, reason=reason)
        self.reason = reason


@dataclass(frozen=True)
class Provider:
    """A company's identity provider.

    Attributes:
        issuer: Its URL, below which ``/.well-known/openid-configuration`` describes it.
        client_id, client_secret: How it knows us.
    """

    issuer: str
    client_id: str
    client_secret: str


@dataclass(frozen=True)
class Departure:
    """Where to send the browser, and the cookie that it brings back."""

    url: str
    cookie: str


class Oidc:
    """Talks with one provider.

    Args:
        provider: Which one.
        signing_key: Signs the cookie.
    """

    def __init__(self, provider: Provider, signing_key: str) -> None:
        self._provider = provider
        self._key = OctKey.import_key(signing_key)

    async def depart(self, redirect_uri: str, page: str) -> Departure:
        """Begin: the browser goes to the provider.

        Args:
            redirect_uri: Where it comes back to.
            page: The page of the console to show then.

        Raises:
            UnavailableError: The provider does not answer.
        """
        described = await self._described()
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        async with self._client(redirect_uri) as client:
            url, state = client.create_authorization_url(
                described["authorization_endpoint"], code_verifier=verifier, nonce=nonce
            )
        carried = {"state": state, "nonce": nonce, "verifier": verifier, "page": page}
        claims = {**carried, "exp": int(time.time()) + LASTING_SECONDS}
        return Departure(url, jwt.encode({"alg": "HS256"}, claims, self._key))

    async def arrive(self, redirect_uri: str, cookie: str, answer: Mapping[str, str]) -> tuple[str, str]:
        """End: the browser is back with the provider's answer.

        Returns:
            The verified e-mail address, and the page to show.

        Raises:
            SignInRefusedError: The answer is not to our question, or the provider vouches for nobody.
            UnavailableError: The provider does not answer.
        """
        carried = self._carried(cookie)
        if not hmac.compare_digest(answer.get("state", "").encode(), str(carried["state"]).encode()):
            raise _stale()
        if "code" not in answer:
            raise SignInRefusedError("provider_refused", "The identity provider did not let you in.")
        described = await self._described()
        async with _reaching(), self._client(redirect_uri) as client:
            given = await client.fetch_token(
                described["token_endpoint"], code=answer["code"], code_verifier=carried["verifier"]
            )
            answered = await client.request("GET", described["jwks_uri"], withhold_token=True)
            keys = answered.raise_for_status().json()
        claims = self._checked(given.get("id_token", ""), keys, str(carried["nonce"]))
        if claims.get("email_verified") is not True or not claims.get("email"):
            raise SignInRefusedError(
                "no_verified_email", "The identity provider has no verified e-mail address of you."
            )
        return str(claims["email"]), str(carried["page"])

    def _carried(self, cookie: str) -> dict[str, Any]:
        try:
            token = jwt.decode(cookie, self._key, algorithms=["HS256"])
            jwt.JWTClaimsRegistry(exp={"essential": True}).validate(token.claims)
        except (JoseError, ValueError):
            raise _stale() from None
        return token.claims

    def _checked(self, id_token: str, keys: Any, nonce: str) -> dict[str, Any]:
        """The claims of an id token that the provider signed for us, now, and for this very question."""
        rules = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": self._provider.issuer},
            aud={"essential": True, "value": self._provider.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            token = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=SIGNED_WITH)
            rules.validate(token.claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            log.warning("id_token_refused", extra={"kind": type(error).__name__})
            raise SignInRefusedError("bad_id_token", "The identity provider's answer is not valid.") from None
        if token.claims.get("azp", self._provider.client_id) != self._provider.client_id:
            raise SignInRefusedError("bad_id_token", "The identity provider's answer is for somebody else.")
        return token.claims

    async def _described(self) -> dict[str, str]:
        """The provider's endpoints, asked anew each time: a sign-in is rare, and keys and endpoints change."""
        url = f"{self._provider.issuer.rstrip('/')}/.well-known/openid-configuration"
        async with _reaching(), httpx.AsyncClient(timeout=_TIMEOUT_SECONDS) as client:
            found: dict[str, str] = (await client.get(url)).raise_for_status().json()
            if found["issuer"] != self._provider.issuer:
                raise ValueError("another issuer")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                parts = urlsplit(found[name])
                if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
                    raise ValueError("an endpoint without encryption")
        return found

    def _client(self, redirect_uri: str) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            self._provider.client_id,
            self._provider.client_secret,
            scope="openid email profile",
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            timeout=_TIMEOUT_SECONDS,
        )


@asynccontextmanager
async def _reaching() -> AsyncIterator[None]:
    try:
        yield
    except OAuthError:
        raise SignInRefusedError("provider_refused", "The identity provider did not let you in.") from None
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        log.warning("provider_trouble", extra={"kind": type(error).__name__})
        raise UnavailableError("The identity provider does not answer as it should. Try again shortly.") from None


def _stale() -> SignInRefusedError:
    return SignInRefusedError(
        "started_elsewhere", "This sign-in took too long, or began in another browser. Start again."
    )
