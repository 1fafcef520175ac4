"""The feed of changes, without gaps: a transaction that commits late is waited for, never passed over."""

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from models.change_triggers import CHANNEL
from models.errors import DRIVER_ERRORS, typed
from models.session import Database


@dataclass(frozen=True, order=True)
class Position:
    """How far somebody has read: transaction, and row within it."""

    xid: int
    id: int

    def __str__(self) -> str:
        return f"{self.xid}-{self.id}"


@dataclass(frozen=True)
class ChangeLine:
    """A thing that changed.

    Attributes:
        engineers: Whose work it is part of: whose booking, day or van it is, and who has a booking of the visit, or of
            a visit of the case, when the feed is read.
    """

    position: Position
    topic: str
    subject: str
    territory: str | None
    case_id: str | None
    engineers: frozenset[str]


@dataclass(frozen=True)
class Reading:
    """A stretch of the feed.

    Attributes:
        lines: What is final, in order.
        is_all: Nothing that is final was left for the next reading.
        waiting: Something was committed that an older transaction still holds back.
    """

    lines: tuple[ChangeLine, ...]
    is_all: bool
    waiting: bool


# Every transaction below pg_snapshot_xmin has ended: what it wrote is visible, or never will be.
_READ = text("""
SELECT xid, id, topic, subject, territory_id, case_id,
       array_remove(engineer_id || CASE topic
         WHEN 'visit' THEN ARRAY(
           SELECT b.engineer_id FROM booking b WHERE b.visit_id = change.subject AND b.state <> 'released')
         WHEN 'case' THEN ARRAY(
           SELECT b.engineer_id FROM booking b JOIN visit v ON v.id = b.visit_id
            WHERE v.case_id = change.subject AND b.state <> 'released')
         WHEN 'booking' THEN ARRAY(SELECT b.engineer_id FROM booking b WHERE b.id = change.subject)
         ELSE '{}'
       END, NULL) AS engineers,
       xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS is_final
  FROM change WHERE (xid, id) > (:xid, :id) ORDER BY xid, id LIMIT :most
""")
_NOW = text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
_PASSED_OVER = text("""
SELECT NOT EXISTS (SELECT FROM change WHERE (xid, id) = (:xid, :id))
   AND coalesce((SELECT (xid, id) > (:xid, :id) FROM change ORDER BY id LIMIT 1), false)
""")
_VERSION = text("""
SELECT coalesce((SELECT xid || '-' || id FROM change
                  WHERE territory_id = :territory AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
                  ORDER BY xid DESC, id DESC LIMIT 1), ''),
       coalesce((SELECT xid || '-' || id FROM change
                  WHERE territory_id IS NULL AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
                  ORDER BY xid DESC, id DESC LIMIT 1), ''),
       coalesce((SELECT string_agg(id::text, ',' ORDER BY id) FROM change
                  WHERE (territory_id = :territory OR territory_id IS NULL)
                    AND xid >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint), '')
""")


async def now(session: AsyncSession) -> Position:
    """The end of what is final: who reads on from here misses nothing that is committed from now on."""
    return Position(int(await session.scalar(_NOW) or 0), 0)


async def read(session: AsyncSession, after: Position, most: int = 1000) -> Reading:
    """What came after a position and will not change any more."""
    rows = (await session.execute(_READ, {"xid": after.xid, "id": after.id, "most": most})).all()
    final = [row for row in rows if row.is_final]
    lines = (
        ChangeLine(Position(r.xid, r.id), r.topic, r.subject, r.territory_id, r.case_id, frozenset(r.engineers))
        for r in final
    )
    return Reading(tuple(lines), is_all=len(final) < most, waiting=len(final) < len(rows))


async def is_passed_over(session: AsyncSession, after: Position) -> bool:
    """Whether rows after a position may be gone already, so that who stopped there must look at everything again."""
    return bool(await session.scalar(_PASSED_OVER, {"xid": after.xid, "id": after.id}))


async def version(session: AsyncSession, territory: str) -> str:
    """What stands for a territory's record as this session sees it: another one whenever something changed."""
    row = (await session.execute(_VERSION, {"territory": territory})).one()
    return hashlib.blake2b("|".join(row).encode(), digest_size=12).hexdigest()


@dataclass(frozen=True)
class Line:
    """The listening connection."""

    driver: Any

    @property
    def is_cut(self) -> bool:
        """Whether the connection is gone."""
        return bool(self.driver.is_closed())

    async def check(self) -> None:
        """Whether the server still answers; a connection that died quietly is noticed by nobody else."""
        await self.driver.fetchval("SELECT 1", timeout=5)


@asynccontextmanager
async def listening(database: Database, ring: Callable[[], None]) -> AsyncIterator[Line]:
    """A connection of its own on which PostgreSQL says that something was committed.

    Args:
        ring: Called then, and when the connection is lost.

    Raises:
        UnavailableError: The database does not answer.
    """
    try:
        async with database.engine.connect() as connection:
            raw = await connection.get_raw_connection()
            driver = raw.driver_connection
            if driver is None:
                return
            await driver.add_listener(CHANNEL, lambda *_: ring())
            driver.add_termination_listener(lambda *_: ring())
            try:
                yield Line(driver)
            finally:
                # It listens: nobody else may get it from the pool.
                await connection.invalidate()
    except DRIVER_ERRORS as error:
        if (known := typed(error)) is None:
            raise
        raise known from error
