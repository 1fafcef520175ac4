"""An application whose commands are remembered instead of carried out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any, cast

import httpx2 as httpx
from fastapi import FastAPI

from api.accounts import Accounts
from api.app import Serving, create_app
from api.asking import Parts
from api.commands import Commands, OpenCase
from api.queries import Queries
from api.replays import Replays
from domain.case import CaseProgress
from domain.errors import CalloutError, NotFoundError, UnavailableError
from domain.ids import CaseId, CommandId, TerritoryId
from domain.messages import CaseView, Receipt
from domain.vocabulary import CaseState

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TOKEN = "a-token-of-this-test"


class FakeCommands:
    """Remembers every command; ``refuse`` is raised instead of an answer."""

    def __init__(self) -> None:
        self.opened: list[OpenCase] = []
        self.sent: list[tuple[str, str, Any]] = []
        self.refuse: Exception | None = None
        self.worker_answers = True

    async def open_case(self, case: OpenCase) -> bool:
        self._refuse()
        is_new = case.case_id not in {known.case_id for known in self.opened}
        self.opened.append(case)
        return is_new

    async def view_case(self, case_id: CaseId) -> CaseView | None:
        seen = [case.command.id for case in self.opened if case.case_id == case_id]
        progress = CaseProgress(case_id, NOW, CaseState.CLASSIFYING, seen=seen[:1], version=1)
        return CaseView(progress, NOW, "running") if self.worker_answers else None

    async def case(self, case_id: str, update: str, message: Any) -> Receipt:
        return self._take(case_id, update, message)

    async def visit(self, visit_id: str, update: str, message: Any) -> Receipt:
        return self._take(visit_id, update, message)

    async def territory(self, territory: str, update: str, message: Any) -> Receipt:
        return self._take(territory, update, message)

    async def check_temporal(self) -> None:
        self._refuse()

    def _take(self, target: str, update: str, message: Any) -> Receipt:
        self._refuse()
        self.sent.append((target, update, message))
        return Receipt(target, "done", len(self.sent))

    def _refuse(self) -> None:
        if self.refuse is not None:
            raise self.refuse


class FakeStock:
    """Every location is within reach."""

    async def require_location(self, location: str) -> None:
        """It is."""

    async def territory_of(self, location: str) -> TerritoryId:
        """The one that there is."""
        return TerritoryId("T-1")


class FakeQueries:
    """Knows one engineer, one visit, one plan; all in one territory."""

    def __init__(self) -> None:
        self.numbers: dict[CommandId, CaseId] = {}
        self.away = False
        self.stock = FakeStock()

    async def now(self) -> datetime:
        return NOW

    async def number_of(self, command_id: CommandId) -> CaseId:
        return self.numbers.setdefault(command_id, CaseId(f"C-{100_001 + len(self.numbers)}"))

    async def territories(self) -> list[TerritoryId]:
        return [TerritoryId("T-1")]

    async def territory_of_visit(self, visit_id: str) -> TerritoryId:
        return self._only("visit", visit_id, "C-1-V1")

    async def territory_of_plan(self, plan_id: str) -> TerritoryId:
        return self._only("plan", plan_id, "T-1-P1")

    async def territory_of_engineer(self, engineer_id: str) -> TerritoryId:
        return self._only("engineer", engineer_id, "E-1")

    async def check_record(self) -> None:
        if self.away:
            raise UnavailableError("The database does not answer at the moment.")

    async def case(self, case_id: str) -> Any:
        raise NotFoundError("case", case_id)

    async def visit(self, visit_id: str) -> Any:
        raise RuntimeError("Erika Mustermann, +49 40 123456")

    def _only(self, what: str, given: str, known: str) -> TerritoryId:
        if given != known:
            raise NotFoundError(what, given)
        return TerritoryId("T-1")


class FakeAccounts:
    """Knows nobody."""

    async def session(self, token: str) -> None:
        """No session."""

    async def token(self, token: str) -> None:
        """No token."""


class FakeReplays:
    """Every key is new."""

    async def claim(self, id_: CommandId, fingerprint: str) -> bool:
        """It is."""
        return True

    async def forget(self, id_: CommandId) -> None:
        """Nothing is kept."""


class Api:
    """The application with its fakes."""

    def __init__(self, client: httpx.AsyncClient, commands: FakeCommands, queries: FakeQueries) -> None:
        self.client = client
        self.commands = commands
        self.queries = queries

    async def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return await self.client.post(path, json=body, headers=headers)

    def nothing_happened(self) -> bool:
        return not self.commands.opened and not self.commands.sent


@cache
def _app(token: str) -> FastAPI:
    # Building it takes a quarter of a second; what differs between tests are its parts.
    return create_app(cast("Parts", None), Serving(token=token))


@asynccontextmanager
async def an_api(token: str = TOKEN) -> AsyncIterator[Api]:
    """An application without network; a caller with the right token."""
    commands, queries = FakeCommands(), FakeQueries()
    app = _app(token)
    # These tests ask neither the feed, nor for previews and trials, nor for what is outside, nor administration.
    nobody: Any = None
    app.state.parts = Parts(
        cast("Commands", commands),
        cast("Queries", queries),
        cast("Accounts", FakeAccounts()),
        nobody,
        nobody,
        nobody,
        nobody,
        nobody,
        cast("Replays", FakeReplays()),
    )
    headers = {"authorization": f"Bearer {token}"}
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://api", headers=headers) as client:
        yield Api(client, commands, queries)


def refused(code: str = "wrong_state") -> CalloutError:
    """What a workflow refuses."""
    error = CalloutError("case C-1 is archived: 'classify' is possible when it is classifying.", state="archived")
    vars(error).update(code=code, http_status=409)
    return error
