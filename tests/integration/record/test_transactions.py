"""Transactions: all or nothing, and the driver's troubles as errors that say what to do."""

import asyncio

import pytest
from sqlalchemy import text, update
from sqlmodel import col
from temporalio.exceptions import ApplicationError

from activities.cases import CaseActivities
from domain.errors import NotFoundError, UnavailableError
from models import tables as t
from models.errors import ConflictError
from models.session import Database
from tests.builders import NOW, a_case, a_case_change, a_customer, a_territory, save, stock
from tests.integration.record.reading import count

NOBODY = "postgresql+asyncpg://callout:x@127.0.0.1:1/nothing"


async def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    with pytest.raises(NotFoundError):
        async with database.transaction() as session:
            session.add(a_customer())
            await session.flush()
            raise NotFoundError("case", "C-9")
    assert await count(database, t.Customer) == 0


async def test_a_reading_session_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match="read-only transaction"):
        async with database.reading() as session:
            session.add(a_customer())
            await session.flush()


async def test_a_reading_session_sees_one_state(database: Database) -> None:
    await save(database, a_territory())
    async with database.reading() as session:
        before = await session.scalar(text("SELECT name FROM territory"))
        async with database.transaction() as other:
            await other.execute(update(t.Territory).values(name="changed"))
        assert await session.scalar(text("SELECT name FROM territory")) == before


async def test_an_absent_server_is_unavailable_and_may_be_asked_again() -> None:
    database = Database(NOBODY)
    with pytest.raises(UnavailableError):
        async with database.transaction() as session:
            await session.execute(text("SELECT 1"))
    with pytest.raises(ApplicationError) as told:
        await CaseActivities(database).record_case(a_case_change(a_case()))
    assert (told.value.type, told.value.non_retryable) == ("unavailable", False)
    await database.close()


async def test_a_session_that_the_server_ended_is_unavailable_and_the_next_one_works(database: Database) -> None:
    with pytest.raises(UnavailableError):
        async with database.transaction() as session:
            await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert await count(database, t.Customer) == 0


async def test_a_deadlock_is_unavailable_for_one_and_the_other_goes_on(company: Database) -> None:
    await save(company, stock("W1", "P1"), stock("W1", "P2"))
    gate = asyncio.Barrier(2)

    async def both(first: str, second: str) -> None:
        async with company.transaction() as session:
            for sku in (first, second):
                changed = update(t.Stock).where(col(t.Stock.sku) == sku).values(on_hand=col(t.Stock.on_hand) + 1)
                await session.execute(changed)
                if sku == first:
                    await gate.wait()

    results = await asyncio.gather(both("P1", "P2"), both("P2", "P1"), return_exceptions=True)
    assert [type(result) for result in results if result is not None] == [UnavailableError]


async def test_a_reference_to_nothing_names_the_rule(database: Database) -> None:
    with pytest.raises(ConflictError) as refused:
        await save(database, t.Contact(id="CO-1", customer_id="CU-9", name="x", created_at=NOW))
    assert refused.value.constraint == "contact_customer_id_fkey"
