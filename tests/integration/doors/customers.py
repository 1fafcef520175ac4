"""Hands of the tests that act as a customer: a case in each state, a link, commands through it."""

from typing import Any

from tests.integration.doors.conftest import Doors

CASE = {
    "channel": "phone", "symptom": "No heat", "product_model": "M1",
    "contact": {"name": "Erika Mustermann", "phone": "+49 40 123456", "email": "erika@example.org"},
    "site": {"address": "Ringstraße 7", "latitude": 53.551, "longitude": 10.001},
}  # fmt: skip


async def opened(doors: Doors, **changes: Any) -> str:
    answer = await doors.http.post("/api/cases", json=CASE | changes)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["case_id"])


async def command(doors: Doors, case_id: str, name: str, **body: Any) -> None:
    answer = await doors.http.post(f"/api/cases/{case_id}/{name}", json=body)
    assert answer.status_code == 200, answer.text


async def to_decide(doors: Doors, case_id: str) -> None:
    await command(doors, case_id, "classify", kind="fault", severity="high")
    await command(doors, case_id, "diagnose", findings="pump blocked")


async def to_quote(doors: Doors, **changes: Any) -> str:
    case_id = await opened(doors, **changes)
    await to_decide(doors, case_id)
    await command(doors, case_id, "decide", decision="on_site", quote_cents=12_000)
    return case_id


async def to_confirm(doors: Doors, **changes: Any) -> str:
    case_id = await opened(doors, **changes)
    await command(doors, case_id, "classify", kind="fault", severity="high")
    await command(doors, case_id, "diagnose", findings="switched on again", solved=True)
    return case_id


class Customer:
    """Somebody who holds a link."""

    def __init__(self, doors: Doors, token: str) -> None:
        self._doors = doors
        self.headers = {"authorization": f"Link {token}"}

    @classmethod
    async def of(cls, doors: Doors, case_id: str) -> "Customer":
        answer = await doors.http.post(f"/api/cases/{case_id}/links")
        assert answer.status_code == 201, answer.text
        return cls(doors, answer.json()["token"])

    async def page(self, language: str = "") -> dict[str, Any]:
        query = {"language": language} if language else {}
        answer = await self._doors.http.get("/api/link", headers=self.headers, params=query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def post(self, what: str, body: Any = None, **headers: str) -> tuple[int, dict[str, Any]]:
        given = {"content": body} if isinstance(body, bytes) else {"json": body}
        answer = await self._doors.http.post(f"/api/link/{what}", headers=self.headers | headers, **given)
        return answer.status_code, answer.json()
