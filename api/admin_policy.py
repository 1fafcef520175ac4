"""The company's policy: read, tried out on the cases that are open now, changed by one recorded command."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from activities.promises import terms_for
from domain.differences import differences
from domain.errors import CalloutError
from domain.policy import ServicePolicy
from domain.policy_preview import ClockShift, OpenPromises, shifts
from models import tables as t
from models.repositories import administration, policies, territories
from models.repositories.administration import By, ChangeLine
from models.screens import promises
from models.screens.promises import RunningPromises
from models.session import Database, Session

SUBJECT = "policy"


class PolicyInvalidError(CalloutError):
    """The document breaks rules of the policy; every field is named."""

    code = "invalid_input"
    http_status = 422

    def __init__(self, found: list[dict[str, str]]) -> None:
        detail = "; ".join(f"{each['field']}: {each['rule']}" for each in found)
        super().__init__(detail, **found[0], errors=found)


@dataclass(frozen=True)
class PolicyScreen:
    """The policy as it is edited.

    Attributes:
        version: Counts the changes; 0 while the defaults count that no one has changed.
        policy: The whole document; durations in ISO 8601.
        defaults: What a company starts with.
        policy_schema: JSON schema of the document.
        overridden_in: Territories that change a part of it, and which parts.
    """

    version: int
    changed_at: datetime | None
    changed_by: str
    policy: dict[str, Any]
    defaults: dict[str, Any]
    policy_schema: dict[str, Any]
    overridden_in: dict[str, list[str]]

    @property
    def etag(self) -> str:
        """The version as If-Match gives it back."""
        return f'"{self.version}"'


@dataclass(frozen=True)
class PolicyPreview:
    """What a policy would change. Nothing is stored.

    Attributes:
        before, after: What differs, by dotted path.
        open_cases: Classified cases that are open now. They keep what they were promised; the shifts show how they
            would stand if they had been promised the new terms, compared with the present ones.
        clocks: One entry per clock.
    """

    before: dict[str, Any]
    after: dict[str, Any]
    open_cases: int
    clocks: list[ClockShift]


class PolicyDesk:
    """Holds the record.

    Args:
        now: Virtual: promises are counted in the company's time.
    """

    def __init__(self, database: Database, now: Callable[[], Awaitable[datetime]]) -> None:
        self._database = database
        self._now = now

    async def show(self) -> PolicyScreen:
        """The policy as it is now."""
        async with self._database.reading() as session:
            return await _screen(session, await policies.setting_row(session, t.POLICY))

    async def history(self) -> list[ChangeLine]:
        """Who changed what, the newest first."""
        async with self._database.reading() as session:
            return await administration.history(session, SUBJECT)

    async def preview(self, document: Mapping[str, Any]) -> PolicyPreview:
        """What a policy would change for the cases that are open now.

        Raises:
            PolicyInvalidError: It breaks rules.
        """
        new, now = checked(document), await self._now()
        async with self._database.reading() as session:
            old = await policies.service_policy(session)
            areas = await territories.territories(session)
            cases = await promises.running(session)
        counted = await asyncio.to_thread(_shifts, cases, {area.id: area for area in areas}, old, new, now)
        before, after = differences(_plain(old), _plain(new))
        return PolicyPreview(before, after, len(cases), counted)

    async def change(self, document: Mapping[str, Any], seen: str | None, by: By) -> PolicyScreen:
        """Replace the policy. Open cases keep what they were promised.

        Args:
            seen: The version that the change is based on, as If-Match.

        Raises:
            PolicyInvalidError: It breaks rules.
            VersionMissingError, VersionChangedError: The caller has not seen the present version.
        """
        new, now = checked(document), await self._now()
        async with self._database.transaction() as session:
            # Two administrators wait for each other here, also for the very first change, which has no row to lock.
            await policies.lock_setting(session, t.POLICY)
            row = await policies.setting_row(session, t.POLICY)
            if not await administration.is_done(session, by):
                current = f'"{row.version if row else 0}"'
                await administration.require_version(session, "The policy", SUBJECT, seen, current)
                old = await policies.service_policy(session)
                await policies.store_policy(session, new, now, f"{by.actor.role}:{by.actor.id}")
                await administration.write_down(session, SUBJECT, "changed", by, _plain(old), _plain(new))
                row = await policies.setting_row(session, t.POLICY)
            return await _screen(session, row)


def checked(document: Mapping[str, Any]) -> ServicePolicy:
    """A policy from a document.

    Raises:
        PolicyInvalidError: It breaks rules; every field is named, as ``promises.0.respond``.
    """
    try:
        return ServicePolicy.model_validate(document)
    except ValidationError as error:
        found = [
            {
                "field": ".".join(str(part) for part in each["loc"]) or "policy",
                "rule": str(each["msg"]).removeprefix("Value error, "),
            }
            for each in error.errors()
        ]
        raise PolicyInvalidError(found) from error


async def _screen(session: Session, row: t.Setting | None) -> PolicyScreen:
    areas = await territories.territories(session)
    return PolicyScreen(
        version=row.version if row else 0,
        changed_at=row.updated_at if row else None,
        changed_by=row.updated_by if row else "",
        policy=_plain(await policies.service_policy(session)),
        defaults=_plain(ServicePolicy()),
        policy_schema=ServicePolicy.model_json_schema(),
        overridden_in={area.id: sorted(differences({}, area.policy)[1]) for area in areas if area.policy},
    )


def _plain(policy: ServicePolicy) -> dict[str, Any]:
    document = policy.model_dump(mode="json")
    for rule in document["promises"]:
        # Sets come in any order, and the audit must not take that for a change.
        rule["kinds"], rule["severities"] = sorted(rule["kinds"]), sorted(rule["severities"])
    return document


def _shifts(
    cases: list[RunningPromises],
    areas: Mapping[str, t.Territory],
    old: ServicePolicy,
    new: ServicePolicy,
    now: datetime,
) -> list[ClockShift]:
    merged = {
        area.id: tuple(policies.merge_policy(_plain(each), area.policy or {}) for each in (old, new))
        for area in areas.values()
    }

    def found(case: RunningPromises) -> OpenPromises:
        area = areas.get(case.territory_id or "")
        was, becomes = merged[area.id] if area else (old, new)
        terms = [terms_for(each, area, case.given, case.warranty, now) for each in (was, becomes)]
        return OpenPromises(case.case_id, case.clocks, terms[0], terms[1])

    return shifts(map(found, cases), now)
