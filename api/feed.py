"""The feed of changes for everybody who looks: one listening connection per process, however many clients.

A client that does not keep up is let go: its browser comes back with the last id that it saw and misses nothing.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from domain.errors import CalloutError, InvalidInputError
from models.reach import Reach
from models.screens import changes
from models.screens.changes import ChangeLine, Line, Position
from models.session import Database

log = logging.getLogger("callout.feed")

SETTINGS = "settings"
HEARTBEAT_SECONDS = 15.0
LIFE_SECONDS = 600.0
"""How long a stream lasts: whoever comes back is asked anew who it is, so a revoked token listens no longer."""

BEHIND = 256
"""A client that has so many changes still to read is let go."""

AGAIN_SECONDS = 0.03
"""How soon to look again while an older transaction holds changes back."""

LOOK_SECONDS = 5.0
"""Looks at least so often, should a word of the database get lost."""

RETURN_SECONDS = 1.0
"""How long to wait after the database went away."""


@dataclass(frozen=True)
class Interest:
    """What a client may, and wants to, hear of. None: everything.

    Attributes:
        territories: These, and the company's settings. What has no territory yet is out of reach, as everywhere.
        engineer: Only this engineer's work: the own bookings, day and van, and the visits and cases booked so.
    """

    territories: frozenset[str] | None = None
    engineer: str | None = None

    @classmethod
    def of(cls, reach: Reach, wanted: Iterable[str]) -> "Interest":
        """What a caller with this reach hears who asks for these territories; for all that are seen if for none."""
        asked = frozenset(wanted) or None
        if reach.own_work:
            return cls(asked, reach.engineer)
        if reach.territory is None:
            return cls(asked)
        return cls(frozenset({reach.territory}) & (asked or {reach.territory}))

    def covers(self, line: ChangeLine) -> bool:
        """Whether the client hears of a change."""
        if self.engineer is not None and self.engineer not in line.engineers:
            return False
        if self.territories is None:
            return True
        return line.topic == SETTINGS if line.territory is None else line.territory in self.territories


class Feed:
    """Reads the feed once and hands it to every client."""

    def __init__(self, database: Database, heartbeat: float = HEARTBEAT_SECONDS, life: float = LIFE_SECONDS) -> None:
        self._database = database
        self._heartbeat = heartbeat
        self._life = life
        self._bell = asyncio.Event()
        self._clients: set[_Client] = set()
        self._position: Position | None = None
        self._known = asyncio.Event()

    async def run(self) -> None:
        """Listen for ever; when the database goes away, wait and go on from where it was."""
        while True:
            try:
                async with changes.listening(self._database, self._bell.set) as line:
                    await self._start()
                    await self._follow(line)
            except (CalloutError, OSError, TimeoutError) as error:
                log.warning("feed_interrupted", extra={"kind": type(error).__name__})
            await asyncio.sleep(RETURN_SECONDS)

    async def events(self, after: str | None, interest: Interest) -> AsyncIterator[bytes]:
        """A client's stream, in the form of server-sent events; ends when the client does not keep up, and at last.

        Args:
            after: The last id that the client saw; None begins now.
            interest: What the client hears of.

        Raises:
            InvalidInputError: ``after`` is no id of this feed.
        """
        seen = None if after is None else parse_position(after)
        with self._joined() as client:
            await self._known.wait()
            now = self._position or Position(0, 0)
            client.begins = now
            if seen is None or seen > now:
                yield _event("ready", now, {})
            else:
                async for chunk in self._missed(seen, now, interest):
                    yield chunk
            clock = asyncio.get_running_loop().time
            ends = clock() + self._life
            while not client.is_gone and clock() < ends:
                try:
                    line = await asyncio.wait_for(client.queue.get(), self._heartbeat)
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                if line.position > now and interest.covers(line):
                    yield _told(line)

    @contextmanager
    def _joined(self) -> Iterator["_Client"]:
        client = _Client()
        self._clients.add(client)
        try:
            yield client
        finally:
            self._clients.discard(client)

    async def _missed(self, seen: Position, now: Position, interest: Interest) -> AsyncIterator[bytes]:
        """What was changed between what a client saw and where the feed is now."""
        async with self._database.reading() as session:
            too_old = await changes.is_passed_over(session, seen)
        if too_old:
            yield _event("reset", now, {})
            return
        yield b": welcome back\n\n"
        done = False
        while not done:
            async with self._database.reading() as session:
                found = await changes.read(session, seen)
            done = found.is_all
            for line in found.lines:
                seen = line.position
                if seen > now:
                    done = True
                    break
                if interest.covers(line):
                    yield _told(line)

    async def _start(self) -> None:
        if self._position is None:
            async with self._database.reading() as session:
                self._position = await changes.now(session)
            self._known.set()

    async def _follow(self, line: Line) -> None:
        checked = asyncio.get_running_loop().time()
        while not line.is_cut:
            self._bell.clear()
            waiting = await self._read()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), AGAIN_SECONDS if waiting else LOOK_SECONDS)
            if asyncio.get_running_loop().time() - checked > self._heartbeat:
                await line.check()
                checked = asyncio.get_running_loop().time()

    async def _read(self) -> bool:
        """Hand out what is new; whether something is still held back."""
        while True:
            async with self._database.reading() as session:
                found = await changes.read(session, self._position or Position(0, 0))
            for line in found.lines:
                self._position = line.position
                for client in self._clients:
                    client.offer(line)
            if found.is_all:
                return found.waiting


class _Client:
    """One client's queue."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[ChangeLine] = asyncio.Queue(BEHIND)
        self.begins: Position | None = None
        self.is_gone = False

    def offer(self, line: ChangeLine) -> None:
        """Hand over a change; a client with a full queue has lost its place and must come back."""
        try:
            self.queue.put_nowait(line)
        except asyncio.QueueFull:
            self.is_gone = True


def parse_position(text: str) -> Position:
    """The position behind an event's id.

    Raises:
        InvalidInputError: It is no id of this feed.
    """
    xid, _, row = text.partition("-")
    if not (xid.isascii() and xid.isdecimal() and row.isascii() and row.isdecimal() and len(text) <= 40):
        raise InvalidInputError("Last-Event-ID", "must be an id that this feed gave out; leave it away to begin now")
    return Position(int(xid), int(row))


def _told(line: ChangeLine) -> bytes:
    data = {
        "topic": line.topic,
        "id": line.subject,
        "territory": line.territory,
        "case_id": line.case_id,
    }
    return _event("change", line.position, data)


def _event(name: str, position: Position, data: dict[str, str | None]) -> bytes:
    return f"id: {position}\nevent: {name}\ndata: {json.dumps(data)}\n\n".encode()
