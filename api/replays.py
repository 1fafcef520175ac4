"""One key, one command: a key that comes again with another request is refused, not answered as the first one was.

What a key was first used for is kept as a fingerprint, beside the commands that the record has carried out. A repeated
request goes on: whoever carries it out knows the command's id and answers as the first time.
"""

import hashlib
import json
from datetime import UTC, datetime

from starlette.requests import Request

from domain.errors import KeyUsedError
from domain.ids import CommandId
from models.repositories import commands
from models.repositories.commands import CommandKey
from models.session import Database


class Replays:
    """Holds the record."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, id_: CommandId, fingerprint: str) -> bool:
        """Use a key for a request; whether it is used for the first time.

        Raises:
            KeyUsedError: It was used for another request.
        """
        key = _key(id_)
        async with self._database.transaction() as session:
            if await commands.begin(session, key, datetime.now(UTC)):
                await commands.keep_answer(session, key, fingerprint)
                return True
            if await commands.answer_of(session, key) != fingerprint:
                raise KeyUsedError
        return False

    async def forget(self, id_: CommandId) -> None:
        """Give back a key whose request was ill-formed: nothing was asked for."""
        async with self._database.transaction() as session:
            await commands.forget(session, _key(id_))


async def fingerprint_of(request: Request) -> str:
    """Another text for each other request. JSON counts by what it says, however it is written.

    A file's bytes do not count here: they are not read before it is known who sends them, and the file's own
    checksum is compared where it is stored.
    """
    said = ""
    if "json" in request.headers.get("content-type", ""):
        said = _canonical(await request.body())
    parts = (request.method, request.url.path, request.url.query, said)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _canonical(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), sort_keys=True) if body else ""
    except ValueError:
        return ""  # refused as no JSON before anything is done


def _key(id_: CommandId) -> CommandKey:
    return CommandKey("request", id_, "fingerprint")
