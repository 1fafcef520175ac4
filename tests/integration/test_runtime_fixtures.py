"""The servers that every other integration test stands on."""

import asyncpg
from temporalio.client import Client


async def test_the_test_database_answers_in_utc(postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url.replace("+asyncpg", ""))
    try:
        assert await connection.fetchval("SHOW timezone") == "UTC"
        assert await connection.fetchval("SELECT current_database()") == "callout_test"
    finally:
        await connection.close()


async def test_the_test_dev_server_serves_the_default_namespace(temporal_address: str) -> None:
    client = await Client.connect(temporal_address)
    assert await client.service_client.check_health()
