"""The whole API does what its OpenAPI document says, whatever is sent to it (Schemathesis)."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI

from tests.integration.doors.conftest import TOKEN, Doors
from tests.integration.doors.customers import Customer, to_confirm

pytestmark = [pytest.mark.usefixtures("worker"), pytest.mark.timeout(600)]

EXAMPLES = int(os.environ.get("CALLOUT_SCHEMA_EXAMPLES", "3"))
"""Random requests per operation; a hundred and more find what the usual run does not."""
SEED = "20261125"
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance",
)  # fmt: skip
ENDLESS = "/api/changes"
"""The stream of changes does not end while anybody listens."""
READINESS = "/health/ready"
"""It says 503 when something behind it does not answer in time, as on a busy machine. That has tests of its own."""


@asynccontextmanager
async def listening(app: FastAPI) -> AsyncIterator[str]:
    """The application on a port of this machine; yields its origin."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving


async def run(origin: str, folder: Path, *options: str) -> tuple[int, str]:
    """Schemathesis against a server: its exit code and what it says."""
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("schemathesis")), "run", f"{origin}/api/openapi.json",
        "--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES),
        "--seed", SEED, "--generation-database", "none", "--continue-on-failure",
        "--no-color", "--output-sanitize", "false", *options,
        cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def test_no_request_finds_a_fault_or_an_answer_that_is_not_documented(doors: Doors, tmp_path: Path) -> None:
    async with listening(doors.app) as origin:
        code, said = await run(
            origin,
            tmp_path,
            "--header",
            f"Authorization: Bearer {TOKEN}",
            "--exclude-path",
            ENDLESS,
            "--exclude-path",
            READINESS,
        )
    assert code == 0, said


async def test_the_customers_doors_neither(doors: Doors, tmp_path: Path) -> None:
    customer = await Customer.of(doors, await to_confirm(doors))
    async with listening(doors.app) as origin:
        code, said = await run(
            origin, tmp_path, "--header", f"Authorization: {customer.headers['authorization']}",
            "--include-path-regex", "^/api/link",
        )  # fmt: skip
    assert code == 0, said
