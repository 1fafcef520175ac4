"""Loads the sample company into an empty record: ``python -m samples.load``.

Loading again changes nothing but the shifts, which are continued as time goes on.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import CalloutError
from domain.policy import ServicePolicy
from domain.timebase import Timebase
from models import tables as t
from models.columns import Row
from models.repositories import checklists, policies
from models.repositories.rows import values_of
from models.session import Database
from samples.checklists import CHECKLISTS
from samples.city import TIME_ZONE
from samples.company import Company
from samples.generate import NAME, generate
from samples.past import Archive
from samples.rows import everything, shift_rows
from samples.staff import AHEAD, roster

SETTING = "sample_company"
SEED = 20_261
SPEED = 60.0
"""Virtual seconds per second for the sample company: a working day passes in ten minutes."""

MORNING = time(6, 30)
Progress = Callable[[str], None]


class OtherCompanyError(CalloutError):
    """The record belongs to somebody else."""

    code = "other_company"
    http_status = 409


@dataclass(frozen=True)
class Loaded:
    """The company that the record holds, and whether it has just been loaded."""

    company: Company
    is_new: bool


async def load(
    database: Database,
    now: datetime,
    *,
    seed: int = SEED,
    speed: float = SPEED,
    progress: Progress = lambda _: None,
) -> Loaded:
    """Put the sample company into the record, all of it or nothing; harmless when it is there.

    Its time begins in the morning of the next working day and runs with its own speed.

    Args:
        database: The record, migrated.
        now: Real time.
        seed: Which company; only for the first time.
        speed: Virtual seconds per second; only for the first time.
        progress: Hears what is being loaded.

    Raises:
        OtherCompanyError: The record holds another company.
    """
    async with database.transaction() as session:
        stored = await policies.setting(session, SETTING)
        if stored is not None:
            company = generate(int(stored["seed"]), date.fromisoformat(stored["founded_on"]))
            virtual = (await policies.timebase(session)).virtual(now)
            await continue_roster(session, company, virtual.astimezone(ZoneInfo(company.time_zone)).date())
            return Loaded(company, is_new=False)
        await _refuse_another_company(session)
        progress("generating")
        morning = next_morning(now)
        company = generate(seed, morning.astimezone(ZoneInfo(TIME_ZONE)).date())
        await _write(session, company, morning, progress)
        await policies.store_timebase(session, Timebase(morning, now, speed), now, NAME)
        mark = {"seed": seed, "founded_on": company.founded_on.isoformat(), "name": company.name}
        await policies.store_setting(session, SETTING, mark, now, NAME)
    return Loaded(company, is_new=True)


async def stored_company(database: Database) -> Company | None:
    """The sample company that the record holds; None when it holds another or nothing."""
    async with database.reading() as session:
        stored = await policies.setting(session, SETTING)
    return generate(int(stored["seed"]), date.fromisoformat(stored["founded_on"])) if stored else None


async def continue_roster(session: AsyncSession, company: Company, today: date) -> int:
    """Write the shifts that are still missing until four weeks from today; returns how many."""
    latest = await session.scalar(select(func.max(col(t.Shift.starts_at))))
    if latest is None:
        return 0
    first = latest.astimezone(ZoneInfo(company.time_zone)).date() + timedelta(days=1)
    shifts = roster(company.engineers, company.absences, first, today + AHEAD)
    if shifts:
        rows = [_complete(t.Shift, row) for row in shift_rows(shifts)]
        await session.execute(upsert(t.Shift).on_conflict_do_nothing(), rows)
    return len(shifts)


def next_morning(now: datetime) -> datetime:
    """Half past six, local time, of the day itself or of the next weekday."""
    day = now.astimezone(ZoneInfo(TIME_ZONE)).date()
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return datetime.combine(day, MORNING, tzinfo=ZoneInfo(TIME_ZONE)).astimezone(UTC)


async def _refuse_another_company(session: AsyncSession) -> None:
    for table, what in ((t.Engineer, "engineers"), (t.Customer, "customers"), (t.Case, "cases")):
        if await session.scalar(select(func.count()).select_from(table)):
            raise OtherCompanyError(
                f"The database already holds {what} of another company; the sample company is not mixed in. "
                "Use an empty database."
            )


async def _write(session: AsyncSession, company: Company, now: datetime, progress: Progress) -> None:
    policy = ServicePolicy()
    await policies.store_policy(session, policy, now, company.name)
    await checklists.store(session, CHECKLISTS, now, company.name)
    for table, rows in everything(company, now):
        progress(f"{len(rows)} {table.__name__}")
        await _insert(session, table, rows)
    archive = Archive(company, policy)
    progress(f"{len(company.history)} closed cases")
    await _insert(session, t.Case, [archive.case_row(case) for case in company.history])
    await _insert(session, t.SlaClock, [row for case in company.history for row in archive.clock_rows(case)])
    pairs = [archive.visit_rows(case) for case in company.history]
    await _insert(session, t.Visit, [row for visits, _ in pairs for row in visits])
    await _insert(session, t.Booking, [row for _, bookings in pairs for row in bookings])
    await _insert(session, t.CaseEvent, [row for case in company.history for row in archive.event_rows(case)])


async def _insert(session: AsyncSession, table: type[Row], rows: list[dict[str, Any]]) -> None:
    if rows:
        await session.execute(insert(table), [_complete(table, row) for row in rows])


def _complete(table: type[Row], row: dict[str, Any]) -> dict[str, Any]:
    """A row with the table's defaults; the database counts its own numbers."""
    values = values_of(table(**row))
    return {name: value for name, value in values.items() if name != "id" or value is not None}


async def _run(url: str, seed: int, speed: float) -> str:
    database = Database(url, pool_size=1)
    try:
        loaded = await load(database, datetime.now(UTC), seed=seed, speed=speed, progress=_say)
    finally:
        await database.close()
    return f"{loaded.company.name}: {'loaded' if loaded.is_new else 'was there already'}"


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def main(arguments: list[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default=os.environ.get("CALLOUT_DATABASE_URL", ""), help="the record's database")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--speed", type=float, default=SPEED, help="virtual seconds per second")
    given = parser.parse_args(arguments)
    if not given.url:
        parser.error("name the database with --url or CALLOUT_DATABASE_URL")
    try:
        _say(asyncio.run(_run(given.url, given.seed, given.speed)))
    except CalloutError as error:
        _say(error.message)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
