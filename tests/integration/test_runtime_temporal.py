"""The embedded Temporal dev server: what it knows at its start, and what it still knows after a kill."""

import asyncio
import os
import signal
import socket
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, WorkflowExecutionStatus

from runtime import ports
from runtime.errors import PortInUseError, StackError
from runtime.processes import wait_gone
from runtime.temporal import SEARCH_ATTRIBUTES, EmbeddedTemporal
from tests import stack


@pytest.fixture
def home() -> Iterator[Path]:
    with stack.a_home() as folder:
        yield folder


async def test_every_search_attribute_is_registered_with_its_type(temporal_address: str) -> None:
    client = await Client.connect(temporal_address)
    request = ListSearchAttributesRequest(namespace="default")
    known = (await client.operator_service.list_search_attributes(request)).custom_attributes
    assert dict(known) == {
        "CaseKind": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
        "CaseState": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
        "Severity": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
        "Territory": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
        "EngineerId": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
        "SlaState": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
        "NextDue": IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
    }


async def test_closed_cases_stay_for_ninety_days(temporal_address: str) -> None:
    client = await Client.connect(temporal_address)
    answer = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace="default"))
    assert answer.config.workflow_execution_retention_ttl.ToTimedelta().days == 90


async def test_a_started_workflow_survives_a_kill_and_a_clean_stop(home: Path) -> None:
    server = EmbeddedTemporal(home, port=ports.any_free(), ui_port=ports.any_free())
    try:
        client = await Client.connect(server.start())
        await client.start_workflow("Waiting", id="case/1", task_queue="nobody")
        process = server.server()
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        assert wait_gone(process, 5)
        assert not server.is_running()

        address = server.start()
        again = EmbeddedTemporal(home)
        assert again.start() == address
        again.stop()
        assert server.server() is None

        client = await Client.connect(server.start())
        description = await client.get_workflow_handle("case/1").describe()
        assert description.status == WorkflowExecutionStatus.RUNNING
    finally:
        server.stop()


def test_a_file_of_another_version_is_refused(home: Path) -> None:
    server = EmbeddedTemporal(home)
    (home / "temporal" / "temporal.db").touch()
    (home / "temporal" / "version").write_text("1.0.0\n")
    with pytest.raises(StackError, match=r"was made by Temporal CLI 1\.0\.0"):
        server.start()


def test_a_chosen_port_in_use_is_named_with_its_setting(home: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(PortInUseError, match=rf"port {port} .*CALLOUT_TEMPORAL_UI_PORT"):
            EmbeddedTemporal(home, ui_port=port).start()


async def test_the_deployment_job_makes_its_namespace_and_may_run_again(temporal_address: str) -> None:
    programs = sysconfig.get_path("scripts")
    environment = {
        "PATH": f"{programs}:/usr/bin:/bin",
        "TEMPORAL_ADDRESS": temporal_address,
        "TEMPORAL_NAMESPACE": "deployed",
    }
    script = Path(__file__).parents[2] / "deploy" / "temporal-namespace.sh"
    for _ in range(2):
        job = await asyncio.create_subprocess_exec(
            "/bin/sh", str(script), env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        output, _ = await job.communicate()
        assert job.returncode == 0, output.decode()
    client = await Client.connect(temporal_address)
    request = ListSearchAttributesRequest(namespace="deployed")
    known = (await client.operator_service.list_search_attributes(request)).custom_attributes
    assert sorted(known) == sorted(SEARCH_ATTRIBUTES)
    answer = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace="deployed"))
    assert answer.config.workflow_execution_retention_ttl.ToTimedelta().days == 90
