"""The companies that the benchmarks write are ones that the record takes, as it is today."""

import asyncio

from sqlalchemy import func, select
from sqlmodel import col

from benchmarks import board_day, screens_company
from domain.vocabulary import VisitState
from models import tables as t
from models.migrate import migrate
from models.session import Database
from runtime.postgres import EmbeddedPostgres


async def a_database(server: EmbeddedPostgres, name: str) -> Database:
    url = await asyncio.to_thread(server.create_database, name)
    await migrate(url)
    return Database(url)


async def test_operations_company_of_any_size(postgres_server: EmbeddedPostgres) -> None:
    database = await a_database(postgres_server, "bench_screens")
    await screens_company.write(database, open_cases=30, closed_cases=20)
    async with database.reading() as session:
        asked = select(func.count()).select_from(t.Case).where(col(t.Case.closed_at).is_(None))
        assert await session.scalar(asked) == 30
        assert await session.scalar(select(func.count()).select_from(t.Case)) == 50
        assert (await session.scalar(select(func.count()).select_from(t.Visit)) or 0) > 0
    await database.close()


async def test_a_territorys_full_day(postgres_server: EmbeddedPostgres) -> None:
    database = await a_database(postgres_server, "bench_board")
    await board_day.fill(database, engineers=3, visits=2)
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(t.Booking)) == 6
        waiting = select(func.count()).select_from(t.Visit).where(col(t.Visit.state) == VisitState.REQUESTED)
        assert await session.scalar(waiting) == 3
    await database.close()
