"""The command line against a real system: tables for people, one JSON document for programs."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

import cli
from domain.vocabulary import CaseState
from models import tables as t
from models.plan import PlanState
from tests.builders import a_booking_row, a_case_row, a_visit_row, an_engineer, at, save
from tests.integration.doors.conftest import Doors

NEW = ["case", "new", "--symptom", "No heat", "--name", "Erika Mustermann", "--lat", "53.551", "--lon", "10.001",
       "--model", "M1"]  # fmt: skip
Run = Callable[..., Awaitable[tuple[int, str, str]]]


@pytest.fixture
def run(doors: Doors, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command against the test's system; gives exit code, standard output and error."""
    for name, value in doors.environment.items():
        monkeypatch.setenv(name, value)

    async def work(*arguments: str) -> tuple[int, str, str]:
        code = await asyncio.to_thread(cli.run, list(arguments))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return work


def document(answer: tuple[int, str, str]) -> Any:
    assert answer[0] == 0, answer[2]
    return json.loads(answer[1])


@pytest.mark.usefixtures("worker")
async def test_a_case_is_opened_listed_shown_and_followed(run: Run) -> None:
    opened = document(await run(*NEW, "--json"))
    case = opened["case_id"]

    assert (opened["state"], opened["next_step"], opened["is_new"]) == ("classifying", "classify", True)
    assert [c["id"] for c in document(await run("case", "list", "--json"))["items"]] == [case]
    shown = document(await run("case", "show", case, "--json"))
    assert shown["contact"]["name"] == "E••• M•••"
    assert [event["kind"] for event in document(await run("case", "timeline", case, "--json"))] == ["registered"]
    for command in (("case", "list"), ("case", "show", case), ("case", "timeline", case)):
        code, out, _ = await run(*command)
        assert code == 0
        assert "Erika" not in out
        assert case in out or "registered" in out


@pytest.mark.usefixtures("worker")
async def test_the_same_key_opens_the_same_case(run: Run) -> None:
    first, again = document(await run(*NEW, "--key", "k", "--json")), document(await run(*NEW, "--key", "k", "--json"))

    assert first["case_id"] == again["case_id"]
    assert (first["is_new"], again["is_new"]) == (True, False)


async def test_a_plan_is_shown_and_explained(doors: Doors, run: Run) -> None:
    await save(doors.database, a_case_row("C-1"), a_visit_row("C-1-V1"), a_booking_row("C-1-V1-B1", "E1", 2))

    plan = document(await run("plan", "show", "T1", "--json"))
    everything = document(await run("plan", "show", "--json"))
    why = document(await run("plan", "why", "C-1-V1", "--json"))
    _, table, _ = await run("plan", "show")

    assert [stop["visit_id"] for stop in plan["routes"][0]["stops"]] == ["C-1-V1"]
    assert everything == [plan]
    assert why["booking"]["engineer_id"] == "E1"
    assert "C-1-V1" in table
    assert "1 of 2 engineers have no visit." in table


async def test_why_says_what_would_give_a_visit_a_place(doors: Doors, run: Run) -> None:
    change = {"kind": "longer", "visit_id": "C-1-V1", "engineer": "E1", "shift_index": 0, "start": 3600,
              "sentence": "It fits if E1 works 20 min longer.", "amount": 1200}  # fmt: skip
    reasons = [{"code": "time", "sentence": "One engineer has no time left between other visits.", "count": 1}]
    solution = {"routes": [], "unassigned": [{"visit_id": "C-1-V1", "reasons": reasons, "changes": [change]}],
                "score": {}, "cost": 0, "status": "feasible"}  # fmt: skip
    made = t.Plan(
        id="T1-P1", territory_id="T1", number=1, state=PlanState.PUBLISHED, engine="routing", horizon_start=at(0),
        problem={}, plan={"solution": solution}, visit_versions={}, score={}, cost=0, seconds=0.1, created_at=at(0),
    )  # fmt: skip
    left_out = t.UnassignedVisit(plan_id="T1-P1", visit_id="C-1-V1", reasons=reasons)
    await save(doors.database, a_case_row("C-1"), a_visit_row("C-1-V1"), made, left_out)

    why = document(await run("plan", "why", "C-1-V1", "--json"))
    _, table, _ = await run("plan", "why", "C-1-V1")

    (found,) = why["changes"]
    assert (found["kind"], found["engineer_id"], found["amount"]) == ("longer", "E1", 1200)
    assert found["arrival"] == at(1).isoformat()
    assert found["people"] == {"E1": "Engineer E1"}
    [reason] = why["reasons"]
    assert (reason["code"], reason["cause"], reason["lacking"], reason["people"]) == ("time", "", {}, {})
    assert "It fits if E1 works 20 min longer." in " ".join(table.split())


async def test_an_engineer_is_found_by_id_or_by_part_of_the_name(doors: Doors, run: Run) -> None:
    await save(doors.database, an_engineer("E7", name="Lena Möller"), an_engineer("E8", name="Jan Möller"))
    await save(doors.database, an_engineer("E9", name="Lena Möller-Kraus"))

    assert document(await run("engineer", "day", "e8", "--json"))["engineer"]["name"] == "Jan Möller"
    assert document(await run("engineer", "day", "jan", "--json"))["engineer"]["id"] == "E8"
    assert document(await run("engineer", "day", "LENA MÖLLER", "--json"))["engineer"]["id"] == "E7"
    assert document(await run("engineer", "day", "E8", "--on", "2026-11-24", "--json"))["day"] == "2026-11-24"
    code, out, err = await run("engineer", "day", "möller")
    assert (code, out) == (1, "")
    assert "3 engineers fit 'möller'" in err
    assert "E8  Jan Möller" in err


@pytest.mark.usefixtures("worker")
async def test_status_counts_what_there_is(doors: Doors, run: Run) -> None:
    await save(doors.database, a_case_row("C-1"), a_visit_row("C-1-V1"), a_case_row("C-2", state=CaseState.ARCHIVED))

    found = document(await run("status", "--json"))

    assert found["company"]["overview"]["cases"]["archived"] == 1
    assert found["company"]["overview"]["unplanned"] == {"T1": 1}
    assert found["company"]["speed"] == 1
    assert found["workers"] == {"cases": 1, "planner": 0, "notify": 0}
    assert "2" in (await run("status"))[1]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["case", "show", "C-9"], 1, "There is no case 'C-9'."),
        (["case", "show", "c9"], 1, "case_id: must look like C-100042"),
        (["case", "list", "--cursor", "x"], 1, "cursor: must be the next_cursor"),
        (["case", "list", "--state", "asleep"], 2, "Invalid value for '--state'"),
        (["case", "new", "--symptom", "x", "--lat", "53", "--lon", "10"], 1,
         "contact.name: is missing and no customer_id is given; product_model: is missing"),
        (["case", "new", "--lat", "north"], 2, "Invalid value for '--lat'"),
        (["case"], 2, ""),
        (["plan", "show", "T9"], 1, "There is no territory 'T9'."),
        (["plan", "why", "C-9"], 1, "There is no visit 'C-9'."),
        (["plan", "publish", "P9"], 1, "There is no plan 'P9'."),
        (["engineer", "day", "Nobody"], 1, "There is no engineer 'Nobody'."),
        (["engineer", "day", "E1", "--on", "tomorrow"], 2, "Invalid value for '--on'"),
        (["import", "requests", "/no.csv", "--mapping", "/no.toml"], 1, "cannot be read"),
        (["worker", "--queues", "cases,coffee"], 1, "'coffee' is no queue; choose from cases, planner"),
    ],
)  # fmt: skip
async def test_a_wrong_command_says_what_is_wrong(run: Run, arguments: list[str], code: int, said: str) -> None:
    got, out, err = await run(*arguments)

    assert (got, " ".join(err.split()).count("Traceback")) == (code, 0)
    assert said in " ".join((err + out).split())


async def test_an_error_is_json_on_standard_error_when_that_is_asked(run: Run) -> None:
    code, out, err = await run("case", "show", "C-9", "--json")

    assert (code, out) == (1, "")
    assert json.loads(err)["error"] == {
        "message": "There is no case 'C-9'. Check the id.", "code": "not_found", "what": "case", "key": "C-9",
    }  # fmt: skip


async def test_a_system_that_does_not_answer_has_an_exit_code_of_its_own(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("CALLOUT_DATABASE_URL", "postgresql+asyncpg://callout:x@127.0.0.1:1/callout")
    assert (await run("case", "list"))[0] == 3

    monkeypatch.delenv("CALLOUT_DATABASE_URL")
    monkeypatch.setenv("CALLOUT_HOME", str(tmp_path))
    code, _, err = await run("case", "list")
    assert code == 3
    assert "is `make up` running?" in err
    assert json.loads((await run("status", "--json"))[1])["stack"]["phase"] == "stopped"


async def test_a_setting_that_is_not_valid_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLOUT_PLANNER_SLOTS", "many")

    code, _, err = await run("case", "list")

    assert code == 1
    assert "CALLOUT_PLANNER_SLOTS: Input should be a valid integer" in err
