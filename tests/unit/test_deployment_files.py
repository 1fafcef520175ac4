"""docker-compose.yml and what belongs to it: the rules that can be checked without an engine."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.routing import APIRoute

from activities import queues
from api.routes_system import open_router
from runtime.temporal import RETENTION, SEARCH_ATTRIBUTES

_ROOT = Path(__file__).parents[2]
_TEXT = (_ROOT / "docker-compose.yml").read_text()
_COMPOSE: dict[str, Any] = yaml.safe_load(_TEXT)
_SERVICES: dict[str, dict[str, Any]] = _COMPOSE["services"]
_ONE_SHOT = {"temporal-schema", "temporal-namespace", "migrate"}
_OURS = {"migrate", "worker-cases", "worker-planner", "worker-notify", "api"}
_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?P<rest>[^}]*)\}")
_SECRET = re.compile(r"PASSWORD|PWD|TOKEN|KEY|SECRET")

each_service = pytest.mark.parametrize("name", sorted(_SERVICES))


def test_no_secret_has_a_default() -> None:
    secrets = [match for match in _VARIABLE.finditer(_TEXT) if _SECRET.search(match["name"])]
    assert {match["name"] for match in secrets} == {
        "CALLOUT_POSTGRES_PASSWORD",
        "TEMPORAL_POSTGRES_PASSWORD",
        "CALLOUT_PAYLOAD_KEYS",
        "CALLOUT_API_TOKEN",
        "CALLOUT_SIGNING_KEY",
        "CALLOUT_LINK_KEY",
    }
    for match in secrets:
        assert match["rest"] == f":?set {match['name']}"


@each_service
def test_whatever_looks_like_a_secret_comes_from_outside(name: str) -> None:
    for variable, value in _SERVICES[name].get("environment", {}).items():
        if _SECRET.search(variable) or "://" in value:
            assert ":?set " in value, f"{variable} is written out"


def test_the_example_names_every_variable_and_gives_no_value() -> None:
    lines = (_ROOT / ".env.example").read_text().splitlines()
    required = {match["name"] for match in _VARIABLE.finditer(_TEXT) if match["rest"].startswith(":?")}
    assert {line.partition("=")[0] for line in lines if line and not line.startswith("#")} == required
    assert all(line.endswith("=") for line in lines if line and not line.startswith("#"))


@each_service
def test_images_are_pinned(name: str) -> None:
    _, _, tag = _SERVICES[name]["image"].partition(":")
    assert re.match(r"\d+\.\d+", tag)


@each_service
def test_a_service_waits_for_services_that_exist_and_end_as_it_expects(name: str) -> None:
    for other, wait in _SERVICES[name].get("depends_on", {}).items():
        expected = "service_completed_successfully" if other in _ONE_SHOT else "service_healthy"
        assert wait == {"condition": expected}
        assert other in _SERVICES


@each_service
def test_what_stays_up_is_checked_and_restarted_and_what_ends_is_retried(name: str) -> None:
    service = _SERVICES[name]
    if name in _ONE_SHOT:
        assert service["restart"] == "on-failure:5"
        assert "healthcheck" not in service
    else:
        assert service["restart"] == "unless-stopped"
        assert {"test", "interval", "timeout", "retries", "start_period"} <= set(service["healthcheck"])


@each_service
def test_resources_are_limited_and_networks_and_volumes_are_declared(name: str) -> None:
    service = _SERVICES[name]
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}
    assert set(service["networks"]) <= set(_COMPOSE["networks"])
    for volume in service.get("volumes", []):
        source = volume.partition(":")[0]
        assert source in _COMPOSE["volumes"] or (_ROOT / source).is_file()


def test_only_the_api_and_the_temporal_ui_listen_on_the_host_and_only_on_loopback_by_default() -> None:
    published = {name: service["ports"] for name, service in _SERVICES.items() if "ports" in service}
    assert published == {
        "api": ["${CALLOUT_API_LISTEN:-127.0.0.1:8080}:8080"],
        "temporal-ui": ["${TEMPORAL_UI_LISTEN:-127.0.0.1:8233}:8080"],
    }
    inside = {name for name, network in _COMPOSE["networks"].items() if network.get("internal")}
    assert inside == set(_COMPOSE["networks"]) - {"outside"}


@pytest.mark.parametrize("name", sorted(_OURS))
def test_our_containers_run_without_privileges(name: str) -> None:
    service = _SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_every_queue_has_a_worker() -> None:
    commands = [service["command"] for name, service in _SERVICES.items() if name.startswith("worker-")]
    assert all(command[:3] == ["python", "worker.py", "--queues"] for command in commands)
    assert sorted(queue for command in commands for queue in command[3].split(",")) == sorted(queues.ALL)


@pytest.mark.parametrize("name", ["api", "migrate"])
def test_a_container_starts_with_a_command_that_exists(name: str) -> None:
    program, *arguments = _SERVICES[name]["command"]
    assert program == "callout"
    code = "import sys, cli; sys.argv[0] = 'callout'; cli.main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments, "--help"], cwd=_ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_image_is_built_from_hashed_locks_and_runs_as_nobody_special() -> None:
    lines = (_ROOT / "Dockerfile").read_text().splitlines()
    assert sum("--require-hashes" in line for line in lines) == 4
    assert "USER 10001:10001" in lines
    bases = [line.split()[1] for line in lines if line.startswith("FROM ")]
    assert set(bases) == {"python:3.11-slim-bookworm"}


def test_the_namespace_gets_the_retention_and_the_search_attributes_of_the_embedded_server() -> None:
    script = (_ROOT / "deploy" / "temporal-namespace.sh").read_text()
    assert dict(re.findall(r"--name (\w+) --type (\w+)", script)) == SEARCH_ATTRIBUTES
    assert re.findall(r"^retention=(.*)$", script, re.MULTILINE) == [RETENTION]


def test_the_schema_job_prepares_both_stores_from_their_own_tables(tmp_path: Path) -> None:
    tool = tmp_path / "temporal-sql-tool"
    tool.write_text('#!/bin/sh\necho "$@"\n')
    tool.chmod(0o755)
    script = str(_ROOT / "deploy" / "temporal-schema.sh")
    done = subprocess.run(
        ["/bin/sh", script], env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, capture_output=True, text=True, check=True
    )
    common = "--plugin postgres12 --ep temporal-postgres -p 5432 -u temporal --db"
    folder = "/etc/temporal/schema/postgresql/v12"
    assert done.stdout.splitlines() == [
        f"{common} temporal create",
        f"{common} temporal setup-schema -v 0.0",
        f"{common} temporal update-schema -d {folder}/temporal/versioned",
        f"{common} temporal_visibility create",
        f"{common} temporal_visibility setup-schema -v 0.0",
        f"{common} temporal_visibility update-schema -d {folder}/visibility/versioned",
    ]


def test_the_health_check_of_the_api_asks_for_a_route_that_exists() -> None:
    paths = {route.path for route in open_router.routes if isinstance(route, APIRoute)}
    command = " ".join(_SERVICES["api"]["healthcheck"]["test"])
    asked = re.search(r"127\.0\.0\.1:8080(/[a-z/]+)", command)
    assert asked is not None
    assert asked.group(1) in paths
