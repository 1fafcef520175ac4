"""The company's policy, what a territory changes of it, and other settings."""

from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import InvalidInputError, NotFoundError
from domain.policy import ServicePolicy
from domain.timebase import REAL_TIME, Timebase
from models import tables as t
from models.documents import from_json, to_json


async def service_policy(session: AsyncSession, territory_id: str | None = None) -> ServicePolicy:
    """The policy that counts in a territory: the company's, with what the territory changes.

    Raises:
        NotFoundError: There is no such territory.
        InvalidInputError: The stored documents do not make a valid policy together.
    """
    company = await setting(session, t.POLICY) or {}
    return merge_policy(company, await _override(session, territory_id) if territory_id else {})


def merge_policy(company: dict[str, Any], override: dict[str, Any]) -> ServicePolicy:
    """A policy from the company's document and a territory's, whose entries win; lists are replaced as a whole.

    Raises:
        InvalidInputError: The result breaks a rule of the policy; the field is named.
    """
    try:
        return ServicePolicy.model_validate(_merged(company, override))
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidInputError("policy." + ".".join(str(p) for p in first["loc"]), str(first["msg"])) from error


async def store_policy(session: AsyncSession, policy: ServicePolicy, now: datetime, by: str) -> None:
    """Replace the company's policy. Running cases keep the terms that they were promised."""
    await store_setting(session, t.POLICY, policy.model_dump(mode="json"), now, by)


async def timebase(session: AsyncSession) -> Timebase:
    """The timebase that new workflows are started with; real time unless another is stored."""
    stored = await setting(session, t.TIMEBASE)
    return from_json(Timebase, stored) if stored else REAL_TIME


async def store_timebase(session: AsyncSession, value: Timebase, now: datetime, by: str) -> None:
    """Set the timebase for workflows that start from now on."""
    await store_setting(session, t.TIMEBASE, to_json(Timebase, value), now, by)


async def setting(session: AsyncSession, key: str) -> Any:
    """The document under a key; None when there is none."""
    return await session.scalar(select(col(t.Setting.value)).where(col(t.Setting.key) == key))


async def setting_row(session: AsyncSession, key: str) -> t.Setting | None:
    """The document under a key with its version, as it is in the database now."""
    return await session.get(t.Setting, key, populate_existing=True)


async def lock_setting(session: AsyncSession, key: str) -> None:
    """Wait until nobody else changes what is under a key, whether it exists or not; held until the transaction ends."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"setting:{key}"))))


async def store_setting(session: AsyncSession, key: str, value: Any, now: datetime, by: str) -> None:
    """Put a document under a key."""
    row = insert(t.Setting).values(key=key, value=value, version=1, updated_at=now, updated_by=by)
    changed = {"value": value, "version": col(t.Setting.version) + 1, "updated_at": now, "updated_by": by}
    await session.execute(row.on_conflict_do_update(index_elements=["key"], set_=changed))


async def _override(session: AsyncSession, territory_id: str) -> dict[str, Any]:
    found = (
        await session.execute(select(col(t.Territory.policy)).where(col(t.Territory.id) == territory_id))
    ).one_or_none()
    if found is None:
        raise NotFoundError("territory", territory_id)
    return found[0] or {}


def _merged(base: dict[str, Any], override: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in override.items():
        below = merged.get(key)
        merged[key] = _merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged
