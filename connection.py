"""The connection to Temporal: one data converter for everybody, encryption on by default.

Every payload (workflow input, signals, activity results) and every failure message is encrypted with AES-256-GCM
before it leaves the process. The key's id travels with the payload, so that keys can be rotated: the first key
encrypts, all of them decrypt.
"""

import asyncio
import base64
import logging
import os
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from opentelemetry.trace import Tracer
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, Interceptor
from temporalio.contrib.pydantic import PydanticPayloadConverter, pydantic_data_converter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)
from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter
from temporalio.service import RPCError

from domain.errors import InvalidInputError, UnavailableError

ENCODING = b"binary/encrypted"
CIPHER = b"AES-256-GCM"
NONCE_BYTES = 12
KEY_BYTES = 32


class EncryptionCodec(PayloadCodec):
    """Encrypts payloads with the first key and decrypts with any.

    Args:
        keys: Key id to 32 bytes, the active key first.
    """

    def __init__(self, keys: dict[str, bytes]) -> None:
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._active = next(iter(keys))

    async def encode(self, payloads: Iterable[Payload]) -> list[Payload]:
        """Encrypt each payload whole, its metadata included."""
        return [self._encrypt(payload) for payload in payloads]

    async def decode(self, payloads: Iterable[Payload]) -> list[Payload]:
        """Decrypt what was encrypted here; anything else passes unchanged."""
        return [self._decrypt(p) if p.metadata.get("encoding") == ENCODING else p for p in payloads]

    def _encrypt(self, payload: Payload) -> Payload:
        nonce = os.urandom(NONCE_BYTES)
        key_id = self._active.encode()
        data = nonce + self._ciphers[self._active].encrypt(nonce, payload.SerializeToString(), key_id)
        return Payload(
            metadata={"encoding": ENCODING, "encryption-cipher": CIPHER, "encryption-key-id": key_id}, data=data
        )

    def _decrypt(self, payload: Payload) -> Payload:
        key_id = payload.metadata["encryption-key-id"]
        cipher = self._ciphers.get(key_id.decode())
        if cipher is None:
            raise InvalidInputError("CALLOUT_PAYLOAD_KEYS", f"has no key {key_id.decode()!r}; add the old key again")
        try:
            plain = cipher.decrypt(payload.data[:NONCE_BYTES], payload.data[NONCE_BYTES:], key_id)
        except (InvalidTag, ValueError) as error:
            raise InvalidInputError("CALLOUT_PAYLOAD_KEYS", f"key {key_id.decode()!r} is not the right one") from error
        return Payload.FromString(plain)


_SHARED = PydanticPayloadConverter()


class SharedPayloadConverter(CompositePayloadConverter):
    """Pydantic payloads; how to read a type is worked out once in a process.

    The SDK makes a converter for every workflow instance. Each with a cache of its own would work out the same
    schemas again, which took most of a workflow's processor time.
    """

    def __init__(self) -> None:
        super().__init__(*_SHARED.converters.values())


def parse_keys(text: str, setting: str = "CALLOUT_PAYLOAD_KEYS") -> dict[str, bytes]:
    """Keys from ``id:base64url,id:base64url``, the active one first.

    Args:
        setting: Where they come from, for the error.

    Raises:
        InvalidInputError: No key, a malformed one, or one that is not 32 bytes long.
    """
    keys: dict[str, bytes] = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        key_id, _, encoded = part.partition(":")
        try:
            key = base64.urlsafe_b64decode(encoded)
        except ValueError as error:
            raise InvalidInputError(setting, f"key {key_id!r} is not base64url") from error
        if not key_id or len(key) != KEY_BYTES:
            raise InvalidInputError(setting, "each key must be id:base64url of 32 bytes")
        keys[key_id] = key
    if not keys:
        raise InvalidInputError(setting, "must name at least one key as id:base64url")
    return keys


def link_keys(text: str | None) -> dict[str, bytes]:
    """The keys that sign customers' links.

    Raises:
        InvalidInputError: There is none, or one is malformed.
    """
    return parse_keys(text or "", "CALLOUT_LINK_KEY")


def data_converter(keys: str) -> DataConverter:
    """Pydantic payloads, encrypted, failure messages too."""
    return replace(
        pydantic_data_converter,
        payload_converter_class=SharedPayloadConverter,
        payload_codec=EncryptionCodec(parse_keys(keys)),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


def quiet_logging() -> LoggingConfig:
    """What the SDK's core has to say goes to our log; left alone it writes to standard output."""
    return LoggingConfig(
        filter=TelemetryFilter(core_level="WARN", other_level="ERROR"),
        forwarding=LogForwardingConfig(logger=logging.getLogger("temporal")),
    )


@cache
def _shared_runtime() -> Runtime:
    return Runtime(telemetry=TelemetryConfig(logging=quiet_logging()))


def _traced_by(tracer: Tracer) -> list[Interceptor]:
    from tracing import WorkflowTracing  # noqa: PLC0415 - most programs trace nothing

    return [WorkflowTracing(tracer)]


async def connect(
    address: str,
    namespace: str,
    keys: str,
    *,
    patience: float = 30.0,
    runtime: Runtime | None = None,
    tracer: Tracer | None = None,
) -> Client:
    """A client; waits for a server that is just starting.

    Args:
        address: host:port.
        keys: See ``parse_keys``.
        patience: Seconds to keep trying.
        tracer: Makes spans of what the client asks, and of what a worker with this client does; None makes none.

    Raises:
        UnavailableError: No healthy server answered in time.
    """
    converter = data_converter(keys)
    deadline = asyncio.get_running_loop().time() + patience
    core = runtime or _shared_runtime()
    interceptors = _traced_by(tracer) if tracer else []
    while True:
        try:
            return await Client.connect(
                address, namespace=namespace, data_converter=converter, runtime=core, interceptors=interceptors
            )
        except (RPCError, RuntimeError) as error:
            # The port opens before the server is healthy.
            if asyncio.get_running_loop().time() > deadline:
                raise UnavailableError(
                    f"Temporal does not answer at {address}. Is it running? (`make up` starts it)", address=address
                ) from error
            await asyncio.sleep(0.3)
