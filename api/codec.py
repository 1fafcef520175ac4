"""Reading encrypted histories in the Temporal UI: what its remote codec asks for is decrypted for administrators."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from google.protobuf.json_format import MessageToDict, ParseDict, ParseError
from temporalio.api.common.v1 import Payloads
from temporalio.converter import PayloadCodec

from domain.errors import InvalidInputError, NotFoundError
from models.repositories import administration
from models.repositories.administration import By
from models.session import Database

SUBJECT = "histories"
"""What the audit of administration calls them."""


class HistoryReader:
    """Decrypts payloads, and writes down who read how many.

    Args:
        database: The record, with the audit.
        codec: What encrypts the workflows' payloads; None where nothing can be read here.
    """

    def __init__(self, database: Database, codec: PayloadCodec | None, now: Callable[[], Awaitable[datetime]]) -> None:
        self._database = database
        self._codec = codec
        self.now = now

    async def decode(self, given: Any, namespace: str, by: By) -> dict[str, Any]:
        """Payloads in the clear, in protobuf's JSON form as they came.

        Args:
            given: ``{"payloads": […]}`` as Temporal's remote codec protocol has it.
            namespace: Where they are from, as the UI says.

        Raises:
            NotFoundError: This process has no keys.
            InvalidInputError: They are no payloads, or encrypted with a key that is not here.
        """
        if self._codec is None:
            raise NotFoundError("codec", "payloads")
        payloads = _payloads(given)
        plain = await self._codec.decode(payloads.payloads)
        async with self._database.transaction() as session:
            read = {"payloads": len(plain), "namespace": namespace}
            await administration.write_down(session, SUBJECT, "read", by, {}, read)
        return MessageToDict(Payloads(payloads=plain))


def _payloads(given: Any) -> Payloads:
    rule = "must be Temporal payloads in protobuf's JSON form"
    if not isinstance(given, dict):
        raise InvalidInputError("payloads", rule)
    try:
        return ParseDict(given, Payloads())
    except ParseError as error:
        raise InvalidInputError("payloads", rule) from error


def origin_of(url: str) -> str:
    """The origin of a page, such as ``https://temporal.example``; empty without one."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else ""
