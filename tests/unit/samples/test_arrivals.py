"""Cases that keep arriving: the same ones whoever asks, however often."""

from datetime import UTC, date, datetime, timedelta

from domain.registration import check_case_id, problems
from samples.arrivals import arrivals
from samples.generate import generate

COMPANY = generate(7, date(2026, 11, 23))
MORNING = datetime(2026, 11, 23, 5, tzinfo=UTC)  # 06:00 in Hamburg
DAY = timedelta(days=1)


def test_a_stretch_asked_for_in_pieces_is_the_same_stretch() -> None:
    whole = list(arrivals(COMPANY, MORNING, MORNING + DAY))
    cut = MORNING + timedelta(hours=3, minutes=17)
    assert [*arrivals(COMPANY, MORNING, cut), *arrivals(COMPANY, cut, MORNING + DAY)] == whole


def test_ids_and_references_are_unique_and_well_formed() -> None:
    week = list(arrivals(COMPANY, MORNING, MORNING + 7 * DAY))
    assert len({a.case_id for a in week}) == len(week)
    assert len({a.registration.external_ref for a in week}) == len(week)
    assert [check_case_id(a.case_id) for a in week] == [a.case_id for a in week]


def test_every_arrival_can_be_registered() -> None:
    assert [problems(a.registration) for a in arrivals(COMPANY, MORNING, MORNING + DAY)] == [
        [] for _ in arrivals(COMPANY, MORNING, MORNING + DAY)
    ]


def test_the_morning_is_busier_than_the_night() -> None:
    def count(hour: int) -> int:
        starts = [MORNING + n * DAY + timedelta(hours=hour) for n in range(5)]
        return sum(len(list(arrivals(COMPANY, start, start + timedelta(hours=2)))) for start in starts)

    assert count(1) > 8 * count(18)  # 07:00 to 09:00 against 00:00 to 02:00


def test_busy_multiplies_the_number_of_cases() -> None:
    usual = len(list(arrivals(COMPANY, MORNING, MORNING + 5 * DAY)))
    assert 1.7 < len(list(arrivals(COMPANY, MORNING, MORNING + 5 * DAY, busy=2))) / usual < 2.3


def test_windows_lie_on_the_following_days() -> None:
    found = [(a.at, w) for a in arrivals(COMPANY, MORNING, MORNING + DAY) for w in a.registration.windows]
    assert found
    assert all(at < w.start < w.end for at, w in found)
