"""The customer's link: a token that opens one case for a while, without an account.

The token is ``id.expiry.signature``. The signature is checked before anything is looked up, so a forged token costs
no question to the record; whether the link was revoked, and which case it opens, only the record knows. Nothing of
the token is stored: whoever has the key can make it again from the link's row.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.errors import CalloutError
from domain.ids import LinkId

PURPOSE = b"callout customer link 1"
LONGEST = 200
USUAL_VALIDITY = timedelta(days=30)
LONGEST_VALIDITY = timedelta(days=180)


class LinkRefusedError(CalloutError):
    """The link opens nothing. Forged, expired, revoked or unknown: the answer is always the same."""

    code = "link_refused"
    http_status = 401

    def __init__(self) -> None:
        super().__init__("This link does not work, or not any more. Ask the service for a new one.")


@dataclass(frozen=True)
class LinkToken:
    """What a token with a good signature says; ``expires_at`` in whole seconds."""

    link_id: LinkId
    expires_at: datetime


class LinkKeys:
    """Signs and reads tokens. The first key signs, every key is accepted, so that keys can be rotated.

    Args:
        keys: Key id to 32 bytes, the active key first.
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = tuple(keys.values())

    def token(self, link_id: LinkId, expires_at: datetime) -> str:
        """The token of a link."""
        said = f"{link_id}.{round(expires_at.timestamp())}"
        return f"{said}.{self._signature(self._keys[0], said)}"

    def read(self, token: str) -> LinkToken:
        """What a token says.

        Raises:
            LinkRefusedError: It was not signed here.
        """
        said, _, signature = token.rpartition(".")
        if len(token) > LONGEST or not token.isascii() or not self._is_ours(said, signature):
            raise LinkRefusedError
        link_id, _, expiry = said.partition(".")
        return LinkToken(LinkId(link_id), datetime.fromtimestamp(int(expiry), UTC))

    def _is_ours(self, said: str, signature: str) -> bool:
        return any(hmac.compare_digest(self._signature(key, said), signature) for key in self._keys)

    @staticmethod
    def _signature(key: bytes, said: str) -> str:
        digest = hmac.digest(key, PURPOSE + b"\n" + said.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
