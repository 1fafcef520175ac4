"""A small company in real time, where nobody does anything but the tests: two towns, two engineers each.

Hamburg (``T1``) has one engineer on duty, so that the plan has no choice; Munich (``T2``) has two, so that a dispatcher
has one. In both it is nine in the morning whenever the tests run: no visit slips into tomorrow.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2 as httpx

from api import passwords
from domain.people import Role
from models import tables as t
from models.columns import Row
from models.repositories import users
from models.session import Database
from tests.builders import a_company, a_product, a_serial, a_site, a_territory, a_van, an_engineer, save, stock
from tests.e2e.stack import RunningStack

ENGINEER, OTHER = "engineer.one@example.com", "engineer.two@example.com"
"""Of Hamburg: E1, who is on duty, and E2, who is not."""
THIRD, FOURTH = "engineer.three@example.com", "engineer.four@example.com"
"""Of Munich: E3 and E4, both on duty."""
DORA, DIRK = "dora@example.com", "dirk@example.com"
"""The dispatchers of Munich."""
DESK = "anna@example.com"
"""The agent of the service desk."""
LATER = timedelta(hours=5)
"""Munich begins so much later: its visits are planned but not offered yet, and a dispatcher may still move them."""
PASSWORD = "a password of the browser tests"
PEOPLE: tuple[tuple[str, Role, dict[str, str]], ...] = (
    (ENGINEER, Role.ENGINEER, {"engineer_id": "E1"}),
    (OTHER, Role.ENGINEER, {"engineer_id": "E2"}),
    (THIRD, Role.ENGINEER, {"engineer_id": "E3"}),
    (FOURTH, Role.ENGINEER, {"engineer_id": "E4"}),
    (DORA, Role.DISPATCHER, {"territory_id": "T2"}),
    (DIRK, Role.DISPATCHER, {"territory_id": "T2"}),
    (DESK, Role.AGENT, {}),
)
HAMBURG: dict[str, Any] = {"latitude": 53.56, "longitude": 10.03}
MUNICH: dict[str, Any] = {"latitude": 48.14, "longitude": 11.58}
KNOWN_PRODUCT = "IP-2"
"""A product in Munich that the company knows."""


@dataclass
class Office:
    """The API as the office uses it."""

    http: httpx.Client
    stack: RunningStack

    def a_visit_to(self, address: str, place: dict[str, Any] = HAMBURG) -> str:
        """The id of a new visit that the plan has given to an engineer, in Hamburg to the only one on duty."""
        case_id = self.post(
            "/cases",
            channel="phone",
            symptom="Outdoor unit does not start",
            error_code="E31",
            contact={"name": "Erika Mustermann", "phone": "+49 40 123456"},
            site={"address": address, **place, "access_notes": "Ring twice"},
            product_model="M1",
            classification={"kind": "fault", "severity": "high"},
        )["case_id"]
        self.until(lambda: self.get(f"/cases/{case_id}")["case"]["state"] == "diagnosing", "diagnosis")
        self.post(f"/cases/{case_id}/diagnose", findings="E31 stays after a reset")
        self.post(f"/cases/{case_id}/decide", decision="on_site", needs={"minutes": 30, "parts": [{"sku": "P1"}]})
        visit_id = f"{case_id}-V1"
        self.until(lambda: self.state_of(visit_id) in {"booked", "offered"}, "a place in the plan")
        return visit_id

    def state_of(self, visit_id: str) -> str:
        """How far a visit is; empty before there is one."""
        answer = self.http.get(f"/visits/{visit_id}")
        return str(answer.json()["visit"]["state"]) if answer.status_code == 200 else ""

    def engineer_of(self, visit_id: str) -> str:
        """Who has a visit in the published plan."""
        return str(self.get(f"/visits/{visit_id}")["visit"]["booking"]["engineer_id"])

    def other_than(self, visit_id: str) -> str:
        """Who of Munich's two engineers does not have a visit."""
        [other] = {"E3", "E4"} - {self.engineer_of(visit_id)}
        return other

    def drafted(self, visit_id: str) -> dict[str, Any]:
        """What Munich's draft would do with a visit; empty if it leaves it alone."""
        draft = self.get("/territories/T2/board")["draft"] or {"changes": []}
        return next((dict(change) for change in draft["changes"] if change["visit_id"] == visit_id), {})

    def clear(self, territory: str) -> None:
        """Leave nothing drafted in a territory, and nobody waiting."""
        seen = self.get(f"/territories/{territory}/board")["draft_version"]
        self.http.delete(f"/territories/{territory}/draft", params={"base_version": seen}).raise_for_status()
        for line in self.get(f"/operations/cases?territory={territory}&limit=60")["items"]:
            self.post(f"/cases/{line['id']}/cancel", reason="The test is over")

    def get(self, path: str) -> Any:
        """What a question is answered."""
        return self.http.get(path).raise_for_status().json()

    def events(self, visit_id: str, *kinds: str) -> list[dict[str, Any]]:
        """A visit's events of some kinds, in the order in which they were recorded."""
        case_id = visit_id.rpartition("-V")[0]
        return [event for event in self.get(f"/cases/{case_id}/timeline") if event["kind"] in kinds]

    def until(self, holds: Any, what: str, seconds: float = 180) -> None:
        """Wait until something holds."""
        self.stack.until(holds, what, seconds)

    def keep_checklists(self, *lists: dict[str, Any]) -> None:
        """What engineers work through from now on."""
        seen = self.http.get("/settings/checklists").headers["etag"]
        self.http.put("/settings/checklists", json={"lists": lists}, headers={"if-match": seen}).raise_for_status()

    def post(self, path: str, **body: Any) -> Any:
        """What a command is answered."""
        answer = self.http.post(path, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()


async def fill(url: str) -> None:
    """Write the two towns and who may sign in into an empty database."""
    now = datetime.now(UTC)
    database = Database(url, pool_size=1)
    try:
        await save(database, *_hamburg(now), *_munich(now))
        async with database.transaction() as session:
            for email, role, limits in PEOPLE:
                await users.add(session, _user(email, now, **limits), [role])
    finally:
        await database.close()


def _hamburg(now: datetime) -> list[Row]:
    others = a_company()[1:]
    return [_town("T1", now), *others, stock("VAN-E1", "P1"), stock("VAN-E1", "P2"), _on_duty("E1", now)]


def _munich(now: datetime) -> list[Row]:
    near = {"home_latitude": 48.13, "home_longitude": 11.57}
    rows: list[Row] = [_town("T2", now, city="Munich", **MUNICH)]
    rows += [a_site("SI-2", address="Isarweg 1", **MUNICH), a_product(KNOWN_PRODUCT, site="SI-2")]
    for engineer in ("E3", "E4"):
        rows += [an_engineer(engineer, "T2", **near), a_van(engineer), _on_duty(engineer, now + LATER)]
        rows += [stock(f"VAN-{engineer}", "P1", on_hand=50), stock(f"VAN-{engineer}", "S1", on_hand=1)]
        rows += [a_serial(f"S1-{engineer}", f"VAN-{engineer}")]
    return rows


def _user(email: str, now: datetime, **limits: str) -> t.User:
    id_ = email.partition("@")[0]
    secret = {"password_hash": passwords.hash_now(PASSWORD), "password_changed_at": now}
    return t.User(id=id_, name=id_.title(), email=email, created_at=now, **secret, **limits)


def _town(id_: str, now: datetime, **changes: Any) -> t.Territory:
    return a_territory(id_, time_zone=f"Etc/GMT{now.hour - 9:+d}" if now.hour < 22 else "Etc/GMT+12", **changes)


def _on_duty(engineer: str, now: datetime) -> t.Shift:
    return t.Shift(engineer_id=engineer, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=9))
