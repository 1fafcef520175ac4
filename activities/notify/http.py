"""One signed POST to a system that is not ours, to no address but the one that was checked."""

import hashlib
import hmac
import http.client
import socket
import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from domain.addresses import check_url, is_public
from domain.errors import CalloutError, InvalidInputError

TIMEOUT_SECONDS = 10.0
KEPT_OF_ANSWER = 500


class CallFailedError(CalloutError):
    """The other system could not be reached; the message is for the delivery log."""

    code = "call_failed"
    http_status = 502
    retryable = True


@dataclass(frozen=True)
class Answer:
    """What the other system answered; ``text`` is the beginning of it."""

    status: int
    text: str

    @property
    def is_taken(self) -> bool:
        """Whether it took the call."""
        return 200 <= self.status < 300


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """``sha256=`` and the HMAC-SHA256 of ``timestamp.body`` in hexadecimal digits."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def post(url: str, body: bytes, headers: dict[str, str], *, allow_private: bool) -> Answer:
    """Send a body. Blocks for up to ``TIMEOUT_SECONDS`` per step. Redirections are not followed.

    The name is looked up once, every address of it is checked, and the connection goes to a checked one: a name
    that answers differently a moment later leads nowhere else.

    Raises:
        InvalidInputError: The URL may not be called.
        CallFailedError: Nothing answered.
    """
    parts = urlsplit(check_url(url, allow_private=allow_private))
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
    try:
        connection.sock = _connected(host, port, secure=secure, allow_private=allow_private)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        name = f"[{host}]" if ":" in host else host
        usual = port == (443 if secure else 80)
        connection.request("POST", path, body, {"Host": name if usual else f"{name}:{port}", **headers})
        answer = connection.getresponse()
        return Answer(answer.status, answer.read(KEPT_OF_ANSWER).decode("utf-8", "replace"))
    except (OSError, http.client.HTTPException) as error:
        raise CallFailedError(f"Nothing answered ({type(error).__name__}).") from error
    finally:
        connection.close()


def _connected(host: str, port: int, *, secure: bool, allow_private: bool) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not allow_private and not all(is_public(ip_address(address.partition("%")[0])) for address in addresses):
        raise InvalidInputError("url", "leads into a private network")
    plain = socket.create_connection((addresses[0], port), TIMEOUT_SECONDS)
    if not secure:
        return plain
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise
