"""The company's policy: read, tried out on the cases that are open now, changed by one recorded command."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from activities.promises import terms_for
from api.admin_document import DocumentDesk, Kept, Versioned, kept_as
from domain.differences import differences
from domain.errors import CalloutError
from domain.invalid import problems
from domain.policy import ServicePolicy
from domain.policy_preview import ClockShift, OpenPromises, shifts
from models import tables as t
from models.repositories import policies, territories
from models.screens import promises
from models.screens.promises import RunningPromises
from models.session import Session


class PolicyInvalidError(CalloutError):
    """The document breaks rules of the policy; every field is named."""

    code = "invalid_input"
    http_status = 422

    def __init__(self, found: list[dict[str, str]]) -> None:
        detail = "; ".join(f"{each['field']}: {each['rule']}" for each in found)
        super().__init__(detail, **found[0], errors=found)


@dataclass(frozen=True)
class PolicyScreen(Versioned):
    """The policy as it is edited.

    Attributes:
        policy: The whole document; durations in ISO 8601.
        defaults: What a company starts with.
        policy_schema: JSON schema of the document.
        overridden_in: Territories that change a part of it, and which parts.
    """

    policy: dict[str, Any]
    defaults: dict[str, Any]
    policy_schema: dict[str, Any]
    overridden_in: dict[str, list[str]]


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


class PolicyDesk(DocumentDesk[ServicePolicy, PolicyScreen]):
    """Open cases keep what they were promised, whatever changes."""

    key, subject, title = t.POLICY, "policy", "The policy"

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

    @staticmethod
    def _checked(document: Mapping[str, Any]) -> ServicePolicy:
        return checked(document)

    @staticmethod
    async def _load(session: Session) -> Kept[ServicePolicy]:
        return kept_as(await policies.setting_row(session, t.POLICY), await policies.service_policy(session))

    @staticmethod
    async def _store(session: Session, value: ServicePolicy, now: datetime, by: str) -> None:
        await policies.store_policy(session, value, now, by)

    @staticmethod
    def _audited(value: ServicePolicy) -> dict[str, Any]:
        return _plain(value)

    @staticmethod
    async def _screen(session: Session, kept: Kept[ServicePolicy]) -> PolicyScreen:
        areas = await territories.territories(session)
        return PolicyScreen(
            version=kept.version,
            changed_at=kept.changed_at,
            changed_by=kept.changed_by,
            policy=_plain(kept.value),
            defaults=_plain(ServicePolicy()),
            policy_schema=ServicePolicy.model_json_schema(),
            overridden_in={area.id: sorted(differences({}, area.policy)[1]) for area in areas if area.policy},
        )


def checked(document: Mapping[str, Any]) -> ServicePolicy:
    """A policy from a document.

    Raises:
        PolicyInvalidError: It breaks rules; every field is named, as ``promises.0.respond``.
    """
    try:
        return ServicePolicy.model_validate(document)
    except ValidationError as error:
        raise PolicyInvalidError(problems(error, "policy")) from error


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
