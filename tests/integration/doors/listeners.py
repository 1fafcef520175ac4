"""Servers of other people, on the loopback: one takes mail, one takes HTTP calls."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from runtime import ports


@dataclass
class Mailbox:
    """What a mail server took; while ``refuses`` is set it takes nothing."""

    port: int = 0
    refuses: bool = False
    taken: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    refused: int = 0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refuses:
            self.refused += 1
            return "451 try again later"
        assert isinstance(envelope.content, bytes)
        self.taken.append((list(envelope.rcpt_tos), message_from_bytes(envelope.content, policy=default)))
        return "250 taken"

    def texts(self) -> list[str]:
        """The plain bodies."""
        return [str(mail.get_body(("plain",)).get_content()) for _, mail in self.taken]


@contextmanager
def a_mail_server() -> Iterator[Mailbox]:
    mailbox = Mailbox(ports.any_free())
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


@dataclass
class Called:
    """What an HTTP server was asked; it answers with ``statuses`` one after the other, then with 200."""

    port: int = 0
    statuses: list[int] = field(default_factory=list)
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def an_http_server(*statuses: int) -> AsyncIterator[Called]:
    called = Called(statuses=list(statuses))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        called.requests.append((first.split()[1], headers, body))
        status = called.statuses.pop(0) if called.statuses else 200
        answer = f"answer {len(called.requests)}".encode()
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(answer)}\r\nConnection: close\r\n\r\n".encode())
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    called.port = server.sockets[0].getsockname()[1]
    async with server:
        yield called
