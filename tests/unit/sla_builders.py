"""Calendars, clocks and hypothesis strategies for the tests of promises."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st

from domain.calendars import ALWAYS, Calendar, OpeningHours
from domain.clock import Clock, ClockName, ClockTerms, PauseReason, pause, reopen, resume, start, stop

STEADY = settings(deadline=None)  # a busy machine is no failure

H = timedelta(hours=1)
M = timedelta(minutes=1)
TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)
BERLIN, NEW_YORK, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Shanghai")
SITE, CUSTOMER, PART = (
    PauseReason.SITE_CLOSED,
    PauseReason.WAITING_FOR_CUSTOMER,
    PauseReason.WAITING_FOR_PART,
)


def rows(weekdays: range, *hours: tuple[int, int]) -> tuple[OpeningHours, ...]:
    """The same full hours on several weekdays; 24 is midnight at the end of the day."""
    return tuple(OpeningHours(day, time(a), time(b % 24)) for day in weekdays for a, b in hours)


OFFICE = Calendar("office", "Europe/Berlin", rows(range(5), (9, 17)))
WITH_LUNCH = Calendar(
    "lunch", "Europe/Berlin", rows(range(5), (9, 12), (13, 18)), closed=(date(2026, 4, 3), date(2026, 4, 6))
)
NIGHTS = Calendar("nights", "America/New_York", rows(range(7), (0, 6), (22, 24)))
ALL_DAY = Calendar("all day", "Europe/London", rows(range(7), (0, 24)))
LORD_HOWE = Calendar("half-hour clock change", "Australia/Lord_Howe", rows(range(7), (1, 5)))
CHINA = Calendar(
    "China",
    "Asia/Shanghai",
    rows(range(5), (9, 18)),
    closed=tuple(date(2026, 2, d) for d in range(16, 24)),
    worked=(date(2026, 2, 14), date(2026, 2, 28)),
    worked_hours=rows(range(1), (9, 18)),
)
CALENDARS = (ALWAYS, OFFICE, WITH_LUNCH, NIGHTS, ALL_DAY, LORD_HOWE, CHINA)


def utc(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment of 2026 in UTC."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


MONDAY = utc(3, 2, 8)  # 09:00 in Berlin


def berlin(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment of 2026 on a clock in Berlin."""
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


def terms(target: timedelta = 4 * H, calendar: Calendar = ALWAYS, **changes: float | str) -> ClockTerms:
    """A promise to resolve a case."""
    return ClockTerms(
        ClockName.RESOLVE,
        target,
        calendar,
        warn_fraction=float(changes.get("warn_fraction", 0.75)),
        remedy=str(changes.get("remedy", "")),
    )


def a_clock(
    target: timedelta = 4 * H, calendar: Calendar = ALWAYS, at: datetime = MONDAY, **changes: float | str
) -> Clock:
    """A clock that begins on a Monday when the office opens, unless told otherwise."""
    return start(terms(target, calendar, **changes), at)


def paused_between(clock: Clock, reason: PauseReason, begun: datetime, ended: datetime) -> Clock:
    """A clock with one more finished pause."""
    return resume(pause(clock, reason, begun), reason, ended)


# Around both clock changes of the zones above, Chinese New Year and Easter.
SEASONS = (utc(2, 10), utc(3, 5), utc(3, 26), utc(4, 2), utc(10, 22), utc(10, 30))


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    """Moments within some days of a season, on full minutes as often as between them."""
    offset = draw(st.one_of(st.integers(0, 6 * 24 * 60).map(lambda m: m * M), st.timedeltas(0 * H, 6 * DAY)))
    return draw(st.sampled_from(SEASONS)) + offset


def spans(longest: timedelta = 60 * H) -> st.SearchStrategy[timedelta]:
    """Positive durations."""
    return st.one_of(st.integers(1, longest // M).map(lambda m: m * M), st.timedeltas(TICK, longest))


calendars = st.sampled_from(CALENDARS)


@st.composite
def running_clocks(draw: st.DrawFn) -> Clock:
    """A clock without pauses."""
    warn = draw(st.sampled_from((0.5, 0.75, 1.0)))
    return a_clock(draw(spans()), draw(calendars), draw(moments()), warn_fraction=warn)


@st.composite
def lived_clocks(draw: st.DrawFn) -> tuple[Clock, datetime]:
    """A clock after up to eight legal moves in time order, and the moment of the last one."""
    clock = draw(running_clocks())
    now = clock.started_at
    for _ in range(draw(st.integers(0, 8))):
        now += draw(st.one_of(st.just(0 * H), spans(30 * H)))
        if clock.stopped_at is not None:
            clock = reopen(clock, now)
            continue
        open_reasons = [p.reason for p in clock.pauses if p.end is None]
        move = draw(st.sampled_from(("pause", "resume", "stop")))
        if move == "stop":
            clock = stop(clock, now)
        elif move == "resume" and open_reasons:
            clock = resume(clock, draw(st.sampled_from(open_reasons)), now)
        elif reasons := [r for r in PauseReason if r not in open_reasons]:
            clock = pause(clock, draw(st.sampled_from(reasons)), now)
    return clock, now
