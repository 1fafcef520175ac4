"""The people of the sample company at work: ``python -m simulation.people``, until told to stop."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import logs
from domain.errors import CalloutError
from samples.arrivals import Arrival, arrivals
from samples.company import Company
from samples.load import continue_roster, stored_company
from settings import Settings
from simulation.behaviour import USUAL
from simulation.crowd import Crowd, Minds
from simulation.draws import Draws
from simulation.sending import Sender
from simulation.system import System, system
from simulation.ways import TownWays

log = logging.getLogger("callout.people")
MISSED_CALLS = timedelta(hours=2)
"""Whoever called longer ago than this while nobody was there has given up."""
LEFT_OVER = timedelta(hours=18)
"""On its first morning the company finds what came in during so many hours before, so that there is a day to plan."""


@dataclass(frozen=True)
class CompanyCalls:
    """The sample company's customers at the phone.

    Attributes:
        answered: From when on somebody is at the phone. Who called before is heard then: a promise runs from the moment
            that the call is taken, so that none is late because the people came late.
    """

    company: Company
    answered: datetime

    def between(self, start: datetime, end: datetime) -> Iterable[Arrival]:
        """Every call with ``start <= at < end``."""
        for arrival in arrivals(self.company, start, end):
            yield replace(arrival, at=max(arrival.at, self.answered))


async def work(given: Settings, stop: asyncio.Event) -> None:
    """Let the sample company's people work until ``stop``; a record without the sample company needs nobody."""
    async with system(given) as found:
        company = await stored_company(found.database)
        if company is None:
            log.info("no_sample_company")
            return
        crowd = await _crowd(found, company)
        rostered: date | None = None
        async for seen in crowd.rounds():
            if stop.is_set():
                break
            today = crowd.now().astimezone(ZoneInfo(company.time_zone)).date()
            if seen is not None and today != rostered:
                async with found.database.transaction() as session:
                    await continue_roster(session, company, today)
                rostered = today
        await crowd.finish()


async def _crowd(found: System, company: Company) -> Crowd:
    timebase = await found.queries.timebase()
    now = await found.queries.now()
    return Crowd(
        database=found.database,
        commands=found.commands,
        sender=Sender(found.commands, found.client),
        minds=Minds(Draws(company.seed), USUAL, TownWays(company.time_zone), company.time_zone),
        calls=CompanyCalls(company, now),
        timebase=timebase,
        since=calls_since(timebase.epoch, now),
    )


def calls_since(epoch: datetime, now: datetime) -> datetime:
    """From when on calls are answered.

    Args:
        epoch: When the company's time begins.
        now: Virtual time, not before that.
    """
    return epoch - LEFT_OVER if now - epoch < MISSED_CALLS else now - MISSED_CALLS


async def _until_told(given: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await work(given, stop)


def main() -> int:
    """Entry point; returns the exit code."""
    given = Settings()
    logs.set_up(given.log_level)
    try:
        asyncio.run(_until_told(given))
    except CalloutError as error:
        log.error("people_failed", extra={"code": error.code, "reason": error.message})  # noqa: TRY400 - no traceback
        return 1
    return 0


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    # The SDK's core sometimes aborts while the interpreter ends; everything is closed here.
    os._exit(code)
