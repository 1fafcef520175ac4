"""Running workflows meet new code: every recorded history must replay.

When this fails, the change alters the command sequence of workflows that are under way. Keep the old path for them:
``if workflow.patched("2026-…"):`` around the new one, and record a history that takes it
(``python -m tests.replay.record``).
"""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DefaultFailureConverterWithEncodedAttributes
from temporalio.worker import Replayer

from worker import WORKFLOWS

HISTORIES = sorted((Path(__file__).parent / "histories").glob("*.json"))
CONVERTER = replace(pydantic_data_converter, failure_converter_class=DefaultFailureConverterWithEncodedAttributes)


def the_history(file: Path) -> WorkflowHistory:
    recorded = json.loads(file.read_text())
    return WorkflowHistory.from_json(recorded["id"], recorded["history"])


@pytest.mark.parametrize("file", HISTORIES, ids=lambda file: file.stem)
async def test_a_recorded_history_replays(file: Path):
    await Replayer(workflows=WORKFLOWS, data_converter=CONVERTER).replay_workflow(the_history(file))


def test_every_workflow_has_recorded_histories():
    recorded = {file.stem.split("-")[1] for file in HISTORIES}
    assert recorded == {workflow.__name__ for workflow in WORKFLOWS}


async def test_a_history_with_another_command_sequence_is_refused():
    file = next(file for file in HISTORIES if "ServiceCaseWorkflow" in file.stem)
    history = the_history(file)
    markers = [event for event in history.events if event.HasField("marker_recorded_event_attributes")]
    events = [event for event in history.events if event is not markers[1]]
    damaged = WorkflowHistory(history.workflow_id, events)
    result = await Replayer(workflows=WORKFLOWS, data_converter=CONVERTER).replay_workflow(
        damaged, raise_on_replay_failure=False
    )
    assert result.replay_failure is not None
