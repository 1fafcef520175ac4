"""The simulated company: the same for both dispatchers, with every needed skill on every shift."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from domain.ids import CaseId, TerritoryId
from domain.registration import SiteDraft, check_case_id
from samples.arrivals import Arrival
from simulation.draws import Draws, world_key
from simulation.population import DISPATCHERS, Population, needed_skills, populate, works_on
from simulation.replay import TwinCalls, twin
from tests.unit.simulation.builders import HOUR, NOON, a_request

FIRST, LAST = date(2014, 12, 10), date(2014, 12, 21)


def a_call(number: int, skills: dict[str, int], at: datetime = NOON) -> Arrival:
    site = SiteDraft(latitude=37.75 + number / 1_000, longitude=-122.42)
    given = a_request(suggested_skills=skills, site=site, external_ref=str(number))
    return Arrival(CaseId(f"SF311-{number}"), at, given, TerritoryId("SIM-C"))


CALLS = tuple(a_call(n, {"sewer": 2} if n % 3 else {"glazier": 3}, NOON + n * HOUR) for n in range(12))


def a_population(seed: int = 1, engineers: int = 12) -> Population:
    return populate(Draws(seed), CALLS, engineers, FIRST, LAST, "America/Los_Angeles")


def test_the_same_seed_draws_the_same_people() -> None:
    assert a_population() == a_population()
    assert a_population(2) != a_population()


def test_every_needed_skill_is_there_on_every_pattern() -> None:
    for engineers in (3, 12):
        staff = a_population(engineers=engineers).engineers
        for pattern in {"day", "late"} & {e.pattern for e in staff}:
            held: Counter[str] = Counter()
            for engineer in staff:
                if engineer.pattern == pattern:
                    held.update((engineer.skills and dict(engineer.skills)) or {})
            assert set(held) == {"sewer", "glazier"}
        assert all(engineer.skills for engineer in staff)


def test_the_highest_level_that_is_asked_for_counts() -> None:
    assert needed_skills([a_call(1, {"sewer": 2}), a_call(2, {"sewer": 3, "odor": 1})]) == {"odor": 1, "sewer": 3}


def test_one_engineer_alone_can_do_everything() -> None:
    (alone,) = a_population(engineers=1).engineers
    assert set(dict(alone.skills)) == {"sewer", "glazier"}


def test_somebody_works_on_every_day_and_shifts_do_not_overlap() -> None:
    population = a_population()
    days = {FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)}
    assert {shift.start.date() for shift in population.shifts} == days
    for engineer in population.engineers:
        mine = [s for s in population.shifts if s.number == engineer.number]
        assert all(a.end <= b.start for a, b in pairwise(sorted(mine, key=lambda s: s.start)))


def test_shifts_are_local_times() -> None:
    (first, *_) = [s for s in a_population().shifts if s.number == 1]
    assert first.start == datetime(2014, 12, 10, 16, tzinfo=UTC)  # 08:00 in San Francisco
    assert (first.end - first.start) == timedelta(hours=8, minutes=30)


def test_weekends_are_halved() -> None:
    saturday, sunday = date(2014, 12, 13), date(2014, 12, 14)
    assert sum(works_on(n, saturday) for n in range(1, 13)) == 6
    assert all(works_on(n, saturday) != works_on(n, sunday) for n in range(1, 13))


def test_twins_have_the_same_engineers_and_stock_under_other_ids() -> None:
    population, (one, other) = a_population(), DISPATCHERS
    mine = {(world_key(line.location), line.sku, line.quantity) for line in population.stock_at(one)}
    theirs = {(world_key(line.location), line.sku, line.quantity) for line in population.stock_at(other)}
    assert mine == theirs
    assert {e.id_at(one) for e in population.engineers}.isdisjoint(e.id_at(other) for e in population.engineers)
    assert [world_key(e.id_at(one)) for e in population.engineers] == [
        world_key(e.id_at(other)) for e in population.engineers
    ]


def test_a_request_is_given_to_both_dispatchers_at_the_same_moment_with_ids_of_their_own() -> None:
    calls = TwinCalls(CALLS)
    assert len(calls.calls) == 24
    one, other = (twin(CALLS[0], dispatcher) for dispatcher in DISPATCHERS)
    assert (one.case_id, other.case_id) == ("SIM-C.0", "SIM-F.0")
    assert one.at == other.at == CALLS[0].at
    assert one.registration.external_ref != other.registration.external_ref
    assert world_key(one.case_id) == world_key(other.case_id)
    assert check_case_id(one.case_id) == one.case_id


def test_calls_are_asked_for_by_time() -> None:
    calls = TwinCalls(CALLS)
    found = list(calls.between(NOON + HOUR, NOON + 3 * HOUR))
    assert [call.case_id for call in found] == ["SIM-C.1", "SIM-F.1", "SIM-C.2", "SIM-F.2"]
