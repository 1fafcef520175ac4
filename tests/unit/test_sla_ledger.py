"""The ledger of a clock: what every moment of its life was."""

from datetime import datetime

from domain.clock import pause, reopen, resume, stop
from domain.sla import LedgerEntry, LedgerKind, ledger
from tests.unit.sla_builders import CUSTOMER, OFFICE, SITE, H, a_clock, berlin, paused_between, utc

BEGIN = utc(3, 2, 8)


def entry(start: datetime, end: datetime, kind: LedgerKind, *reasons: str) -> tuple[object, ...]:
    return start, end, kind, ", ".join(reasons)


def short(entries: tuple[LedgerEntry, ...]) -> list[tuple[object, ...]]:
    return [(e.start, e.end, e.kind, e.reason) for e in entries]


def test_a_business_clock_is_closed_at_night() -> None:
    clock = a_clock(20 * H, OFFICE, berlin(3, 2, 8))
    assert short(ledger(clock, berlin(3, 3, 11))) == [
        entry(berlin(3, 2, 8), berlin(3, 2, 9), LedgerKind.CLOSED),
        entry(berlin(3, 2, 9), berlin(3, 2, 17), LedgerKind.RUNNING),
        entry(berlin(3, 2, 17), berlin(3, 3, 9), LedgerKind.CLOSED),
        entry(berlin(3, 3, 9), berlin(3, 3, 11), LedgerKind.RUNNING),
    ]


def test_overlapping_pauses_are_listed_with_the_reasons_open_at_the_time() -> None:
    clock = pause(a_clock(), SITE, BEGIN + H)
    clock = pause(clock, CUSTOMER, BEGIN + 2 * H)
    clock = resume(clock, SITE, BEGIN + 3 * H)
    assert short(ledger(clock, BEGIN + 4 * H)) == [
        entry(BEGIN, BEGIN + H, LedgerKind.RUNNING),
        entry(BEGIN + H, BEGIN + 2 * H, LedgerKind.PAUSED, "site_closed"),
        entry(BEGIN + 2 * H, BEGIN + 3 * H, LedgerKind.PAUSED, "site_closed", "waiting_for_customer"),
        entry(BEGIN + 3 * H, BEGIN + 4 * H, LedgerKind.PAUSED, "waiting_for_customer"),
    ]


def test_a_pause_over_night_is_one_entry() -> None:
    clock = paused_between(a_clock(20 * H, OFFICE), CUSTOMER, berlin(3, 2, 16), berlin(3, 3, 10))
    assert short(ledger(clock, berlin(3, 3, 10)))[1:] == [
        entry(berlin(3, 2, 16), berlin(3, 3, 10), LedgerKind.PAUSED, "waiting_for_customer")
    ]


def test_the_time_between_a_stop_and_the_reopening_is_stopped() -> None:
    clock = reopen(stop(a_clock(), BEGIN + H), BEGIN + 24 * H)
    clock = stop(clock, BEGIN + 25 * H)
    assert short(ledger(clock, BEGIN + 99 * H)) == [
        entry(BEGIN, BEGIN + H, LedgerKind.RUNNING),
        entry(BEGIN + H, BEGIN + 24 * H, LedgerKind.STOPPED),
        entry(BEGIN + 24 * H, BEGIN + 25 * H, LedgerKind.RUNNING),
    ]


def test_a_ledger_is_empty_until_the_clock_has_run() -> None:
    assert ledger(a_clock(), BEGIN) == ()
    assert ledger(a_clock(), BEGIN - H) == ()
