"""Drives a run: founds the company, lets people act, watches until every case is over, and reads what came of it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.errors import UnavailableError
from domain.timebase import Timebase
from intake.mapping import Mapping
from models.session import Database
from settings import Settings
from simulation import reading
from simulation.behaviour import USUAL
from simulation.comparison import DispatcherResult, RunResult
from simulation.crowd import Crowd, Minds
from simulation.days import days_of
from simulation.draws import Draws
from simulation.founding import City, found
from simulation.metrics import figures
from simulation.population import DISPATCHERS, Dispatcher, populate
from simulation.reading import Tally
from simulation.records import RunRecords
from simulation.replay import Requests, TwinCalls, read
from simulation.sending import Answer, Sender
from simulation.spec import RunFolder, RunSpec
from simulation.system import System, system
from simulation.ways import TownWays

LOOK_SECONDS = 1.0
EARLIER = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Moment:
    """A run at a moment, for whoever watches.

    Attributes:
        called: Requests that have been registered.
        lag: Virtual time from an act to its record, the median of the last acts: the machine's slowness.
        refusals: Which commands were refused, by kind and code.
    """

    now: datetime
    end: datetime
    requests: int
    called: int
    tallies: dict[str, Tally]
    acts: dict[Answer, int]
    lag: timedelta
    refusals: dict[str, int]


Watch = Callable[[Moment], None]


@dataclass(frozen=True)
class _Run:
    """What belongs to a run besides the system it runs on."""

    spec: RunSpec
    mapping: Mapping
    requests: Requests

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.mapping.time.zone)

    @property
    def begins(self) -> datetime:
        """An hour before the first request: an empty night tells nothing."""
        return self.requests.calls[0].at - EARLIER

    @property
    def ends(self) -> datetime:
        """When whatever is still open is left open."""
        midnight = datetime.combine(self.spec.last + DAY, time(0), tzinfo=self.zone).astimezone(UTC)
        return midnight + self.spec.drain_days * DAY


async def drive(folder: RunFolder, given: Settings, watch: Watch, stop: Callable[[], bool]) -> RunResult | None:
    """Take a run to its end, from wherever it stands.

    Args:
        folder: The run.
        given: The run's own system.
        watch: Hears about every second how far it is.
        stop: Asked often; true ends the drive early.

    Returns:
        The result; None when it was stopped early.

    Raises:
        CalloutError: The run cannot be made.
    """
    spec, mapping = folder.spec(), folder.mapping()
    run = _Run(spec, mapping, read(folder.requests, mapping, spec.first, spec.last))
    async with system(given) as running:
        timebase = await _found(run, running.database)
        calls = TwinCalls(run.requests.calls)
        crowd = Crowd(
            database=running.database,
            commands=running.commands,
            sender=Sender(running.commands, running.client),
            minds=Minds(Draws(spec.seed), USUAL, TownWays(mapping.time.zone), mapping.time.zone),
            calls=calls,
            timebase=timebase,
            since=timebase.epoch,
        )
        finished = await _until_over(run, running, crowd, len(calls.calls), watch, stop)
        await crowd.finish()
        return await _result(run, running.database, crowd.now()) if finished else None


async def _found(run: _Run, database: Database) -> Timebase:
    spec = run.spec
    population = populate(
        Draws(spec.seed),
        run.requests.calls,
        spec.engineers,
        run.begins.astimezone(run.zone).date() - DAY,
        run.ends.astimezone(run.zone).date() + 3 * DAY,
        run.mapping.time.zone,
    )
    territory = run.mapping.territory
    city = City(
        (territory.city if territory else "") or run.mapping.source.name,
        (territory.country if territory else "") or "US",
        run.mapping.time.zone,
    )
    return await found(
        database, population, run.requests.calls, city, Timebase(run.begins, datetime.now(UTC), spec.speed)
    )


async def _until_over(
    run: _Run, running: System, crowd: Crowd, expected: int, watch: Watch, stop: Callable[[], bool]
) -> bool:
    """Round after round; returns whether the run came to its end, not to a stop."""
    loop = asyncio.get_running_loop()
    looked = 0.0
    async for _ in crowd.rounds():
        if stop():
            return False
        if loop.time() - looked < LOOK_SECONDS:
            continue
        looked = loop.time()
        now = crowd.now()
        tallies = await _tallies(running.database)
        if tallies is None:
            continue
        called = sum(sum(tally.cases.values()) for tally in tallies.values())
        lag = sorted(crowd.lags)[len(crowd.lags) // 2] if crowd.lags else timedelta(0)
        refusals = dict(crowd.sender.refusals.most_common(5))
        watch(Moment(now, run.ends, expected, called, tallies, dict(crowd.sender.sent), lag, refusals))
        if called == expected and all(is_over(tally) for tally in tallies.values()):
            return True
        if now >= run.ends:
            return True
    return False


def is_over(tally: Tally) -> bool:
    """Whether every case of a dispatcher is archived or cancelled."""
    return not set(tally.cases) - {"archived", "cancelled"}


async def _tallies(database: Database) -> dict[str, Tally] | None:
    """How far both dispatchers are; None while the record does not answer."""
    try:
        async with database.reading() as session:
            return {d.key: await reading.tally(session, d.territory) for d in DISPATCHERS}
    except UnavailableError:
        return None


async def _result(run: _Run, database: Database, now: datetime) -> RunResult:
    spec = run.spec
    return RunResult(
        run=spec.run,
        source=spec.source,
        time_zone=run.mapping.time.zone,
        first_day=spec.first,
        last_day=spec.last,
        seed=spec.seed,
        speed=spec.speed,
        engineers=spec.engineers,
        ended_at=now,
        dispatchers=tuple([await _dispatcher(run, database, d, now) for d in DISPATCHERS]),
    )


async def _dispatcher(run: _Run, database: Database, dispatcher: Dispatcher, now: datetime) -> DispatcherResult:
    records = await _records(database, dispatcher)
    days = days_of(
        [shift for shift in records.shifts if shift.start <= now], records.visits, TownWays(run.mapping.time.zone)
    )
    idle_to = datetime.combine(run.spec.last + DAY, time(0), tzinfo=run.zone)
    found_figures = figures(records, days, run.begins - EARLIER * 12, idle_to)
    return DispatcherResult(dispatcher.key, dispatcher.name, found_figures, tuple(days), records.cases)


async def _records(database: Database, dispatcher: Dispatcher) -> RunRecords:
    """What happened, as soon as the record answers."""
    while True:
        try:
            async with database.reading() as session:
                return await reading.records(session, dispatcher.territory)
        except UnavailableError:
            await asyncio.sleep(LOOK_SECONDS)
