"""Territory days are the same on every machine, and the same as those the published figures were measured on."""

import importlib.util
import sys
from types import ModuleType

import pytest

from benchmarks.territory import territory_day
from tests.unit.benchmarks.texts import SHARED

SOURCE = SHARED / "spikes" / "fs.py"


def _the_first_generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("first_generator", SOURCE)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(not SOURCE.is_file(), reason="the first generator is not on this machine")
@pytest.mark.parametrize(("visits", "engineers"), [(100, 20), (200, 40), (37, 5)])
@pytest.mark.parametrize("seed", range(5))
def test_days_are_those_of_the_first_generator(visits: int, engineers: int, seed: int) -> None:
    vans, jobs, travel = _the_first_generator().gen(visits, engineers, seed)
    day = territory_day(visits, engineers, seed)
    assert day.travel.tolist() == travel.tolist()
    assert [(v.opens, v.closes, _numbers(v.skills)) for v in day.vehicles] == [
        (*van["shift"], van["skills"]) for van in vans
    ]
    assert [(t.service, t.opens, t.closes, _numbers(t.skills), t.priority) for t in day.tasks] == [
        (job["dur"], *job["tw"], job["skills"], job["prio"]) for job in jobs
    ]


def test_a_day_does_not_change() -> None:
    day = territory_day(100, 20, 0)
    assert day.travel[0, 1:4].tolist() == [3065, 2890, 3227]
    assert sum(task.service for task in day.tasks) == 350_700


def _numbers(skills: frozenset[str]) -> set[int]:
    return {int(skill[1:]) for skill in skills}
