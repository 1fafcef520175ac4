"""Records histories of a running local stack for the replay test: ``python -m tests.replay.record NAME``.

Payloads are decrypted, so that a history can be read in review; record a stack of the sample company only. For each
workflow type it keeps the longest finished histories and some that are under way.
"""

import argparse
import asyncio
import json
from pathlib import Path

from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowHistory

from connection import connect, data_converter
from console.system import settings
from domain.errors import CalloutError
from worker import WORKFLOWS

HERE = Path(__file__).parent / "histories"
FINISHED, OPEN = 3, 2


class NothingRecordedError(CalloutError):
    """The stack has no workflow of this type."""


async def record(name: str) -> list[Path]:
    """Write the histories and return their files."""
    given = settings()
    keys = given.payload_keys.get_secret_value()
    client = await connect(given.temporal_address, given.temporal_namespace, keys)
    written: list[Path] = []
    for workflow in WORKFLOWS:
        kind = workflow.__name__
        chosen = [
            *await _longest(client, f"WorkflowType = '{kind}' AND ExecutionStatus = 'Completed'", FINISHED),
            *await _longest(client, f"WorkflowType = '{kind}' AND ExecutionStatus = 'Running'", OPEN),
        ]
        if not chosen:
            raise NothingRecordedError(f"there is no {kind} to record yet")
        for number, history in enumerate(chosen, start=1):
            await _decrypt(history, keys)
            file = HERE / f"{name}-{kind}-{number}.json"
            file.write_text(json.dumps({"id": history.workflow_id, "history": history.to_json_dict()}, indent=0))
            written.append(file)
    return written


async def _longest(client: Client, query: str, number: int) -> list[WorkflowHistory]:
    found = [e async for e in client.list_workflows(query, page_size=200)]
    found.sort(key=lambda e: e.history_length, reverse=True)
    handles = [client.get_workflow_handle(e.id, run_id=e.run_id) for e in found[:number]]
    return [await handle.fetch_history() for handle in handles]


async def _decrypt(history: WorkflowHistory, keys: str) -> None:
    codec = data_converter(keys).payload_codec
    assert codec is not None
    for event in history.events:
        for payload in _payloads(event):
            [plain] = await codec.decode([payload])
            payload.CopyFrom(plain)


def _payloads(message: Message) -> list[Payload]:
    """Every payload anywhere in a message."""
    found: list[Payload] = []
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        if field.message_type.GetOptions().map_entry:
            parts = [part for part in value.values() if isinstance(part, Message)]
        elif isinstance(value, Message):
            parts = [value]
        else:
            parts = list(value)
        for part in parts:
            found += [part] if isinstance(part, Payload) else _payloads(part)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="of the release, for example 0.1")
    for file in asyncio.run(record(parser.parse_args().name)):
        print(file.name, file.stat().st_size)  # noqa: T201 - a tool's output


if __name__ == "__main__":
    main()
