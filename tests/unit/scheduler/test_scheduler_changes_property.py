"""On 200 random problems every smallest change does, less does not, and none that would do is left unsaid."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from scheduler.change import Change, ChangeKind
from scheduler.check import check
from scheduler.plan import Plan, ReasonCode, Unassigned
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Problem, Visit, Window
from scheduler.validation import validate
from scheduler.what_if import apply, plan_with
from tests.unit.scheduler.brute_force import all_shifts, fits, without
from tests.unit.scheduler.builders import solve
from tests.unit.scheduler.random_problems import random_problem
from tests.unit.scheduler.test_scheduler_reasons_property import never, planned, visit_of, weight

POLICY = SchedulingPolicy()
MINUTE = 60


def cases(first: int, count: int) -> Iterator[tuple[int, Problem, Plan, Unassigned]]:
    for seed in range(first, first + count):
        problem, plan = planned(seed)
        for item in plan.unassigned:
            yield seed, problem, plan, item


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_every_change_gives_a_plan_with_the_visit_that_the_checker_accepts(first: int) -> None:
    for seed, problem, plan, item in cases(first, 50):
        for change in item.changes:
            changed, made = apply(change, problem), plan_with(change, problem, POLICY, plan)
            validate(changed)
            assert made is not None, f"seed {seed} {change}"
            assert check(changed, made) == (), f"seed {seed} {change}"
            got = made.assignments[item.visit_id]
            assert (got.engineer, got.shift_index, got.arrival) == (change.engineer, change.shift_index, change.start)


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_with_loans_hours_groups_and_orders_too_every_change_gives_a_plan_that_the_checker_accepts(first: int) -> None:
    for seed in range(first, first + 50):
        problem = random_problem(seed)
        plan = solve(problem, engine="insertion")
        for change in (change for item in plan.unassigned for change in item.changes):
            made = plan_with(change, problem, POLICY, plan)
            assert made is not None, f"seed {seed} {change}"
            assert check(apply(change, problem), made) == (), f"seed {seed} {change}"
            assert change.visit_id in made.assignments


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_one_minute_unit_level_tool_or_visit_less_does_not_do(first: int) -> None:
    for seed, problem, plan, item in cases(first, 50):
        for change in item.changes:
            for less in sooner_or_longer(change):
                for engineer, shift in all_shifts(problem):
                    refuse(seed, problem, plan, replace(less, engineer=engineer, shift_index=shift))
            for less in fewer(change):
                refuse(seed, problem, plan, less)


def refuse(seed: int, problem: Problem, plan: Plan, less: Change) -> None:
    does = fits(apply(less, problem), plan, less.visit_id, less.engineer, less.shift_index)
    assert not does, f"seed {seed} {less} would do"


def sooner_or_longer(change: Change) -> Iterator[Change]:
    """A minute less; these are the least of all shifts."""
    match change.kind:
        case ChangeKind.LONGER | ChangeKind.LONGER_TOUR:
            yield replace(change, amount=change.amount - MINUTE)
        case ChangeKind.LATER if change.window is not None:
            yield replace(change, window=replace(change.window, end=change.window.end - MINUTE))
        case ChangeKind.EARLIER if change.window is not None:
            yield replace(change, window=replace(change.window, start=change.window.start + MINUTE))
        case ChangeKind.SENT:
            yield replace(change, until=(change.until or 0) + MINUTE)
        case _:
            return


def fewer(change: Change) -> Iterator[Change]:
    """A unit, level, tool or visit less; these are the least of one shift."""
    match change.kind:
        case ChangeKind.CERTIFICATE:
            yield replace(change, until=(change.until or 0) - MINUTE)
        case ChangeKind.MORE_VISITS:
            yield replace(change, amount=change.amount - 1)
        case ChangeKind.STOCKED | ChangeKind.SKILL:
            for name, amount in change.names.items():
                yield replace(change, names={**change.names, name: amount - 1})
        case ChangeKind.TOOLS | ChangeKind.SENT:
            for name in change.names:
                yield replace(change, names={other: n for other, n in change.names.items() if other != name})
        case _:
            return


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_whoever_gives_way_is_served_elsewhere_or_is_no_more_urgent(first: int) -> None:
    for seed, problem, plan, item in cases(first, 50):
        for change in item.changes:
            if change.other is None:
                continue
            other = next(visit for visit in problem.visits if visit.id == change.other)
            assert other.pin is None
            if change.kind is ChangeKind.GIVE_UP:
                assert weight(other) <= weight(visit_of(problem, item)), f"seed {seed} {change}"
                continue
            moved = plan_with(change, problem, POLICY, plan).assignments[change.other]
            assert (moved.engineer, moved.arrival) == (change.other_engineer, change.other_start)


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_a_kind_of_change_that_is_not_named_would_not_do(first: int) -> None:
    for seed, problem, plan, item in cases(first, 20):
        if any(reason.code is ReasonCode.POSSIBLE for reason in item.reasons):
            assert item.changes == ()
            continue
        named, visit = {change.kind for change in item.changes}, visit_of(problem, item)
        for change in ample(problem, visit):
            if change.kind not in named:
                does = fits(apply(change, problem), plan, visit.id, change.engineer, change.shift_index)
                assert not does, f"seed {seed} {change} would do"


def ample(problem: Problem, visit: Visit) -> Iterator[Change]:
    """For every shift, as much of each kind of change as anybody would agree to."""
    windows = visit.windows if visit.pin is None or visit.pin.window is None else (visit.pin.window,)
    for engineer, shift in all_shifts(problem):
        who = next(e for e in problem.engineers if e.id == engineer)
        plain = Change(ChangeKind.ALLOW, visit.id, engineer, shift)
        next_start = min((s.start for s in who.shifts if s.start >= who.shifts[shift].end), default=1 << 30)
        limit = who.shifts[shift].end + who.shifts[shift].overtime_limit
        longest = min(180, (next_start - limit) // MINUTE) * MINUTE
        yield replace(plain, kind=ChangeKind.LONGER, amount=longest)
        yield replace(plain, kind=ChangeKind.LONGER_TOUR, amount=180 * MINUTE)
        yield replace(plain, kind=ChangeKind.MORE_VISITS, amount=50)
        for window in windows:
            yield replace(plain, kind=ChangeKind.LATER, window=Window(window.start, window.end + 7 * 86_400))
            yield replace(plain, kind=ChangeKind.EARLIER, window=Window(0, window.end))
        if visit.pin is not None:
            yield replace(plain, kind=ChangeKind.UNPIN)
        match never(visit, who):
            case ReasonCode.EXCLUDED:
                yield plain
            case ReasonCode.SKILL:
                yield replace(plain, kind=ChangeKind.SKILL, names=dict.fromkeys(visit.skills, 3))
            case ReasonCode.TOOLS:
                yield replace(plain, kind=ChangeKind.TOOLS, names=dict.fromkeys(visit.tools, 1))
            case None:
                held = {name: level for name, level in visit.skills.items() if name in who.skills}
                yield replace(plain, kind=ChangeKind.CERTIFICATE, names=held, until=1 << 30)


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_where_nobody_is_named_to_be_given_up_no_visit_of_a_shift_holds_the_place_alone(first: int) -> None:
    for seed, problem, plan, item in cases(first, 50):
        if any(c.kind is ChangeKind.GIVE_UP for c in item.changes) or ReasonCode.POSSIBLE in [
            reason.code for reason in item.reasons
        ]:
            continue
        visit = visit_of(problem, item)
        for other in problem.visits:
            held = plan.assignments.get(other.id)
            if held is not None and other.pin is None and weight(other) <= weight(visit):
                rest, shorter = without(problem, plan, other.id)
                does = fits(rest, shorter, visit.id, held.engineer, held.shift_index)
                assert not does, f"seed {seed} {visit.id} would fit without {other.id}"


def test_every_kind_of_change_was_judged() -> None:
    kinds = Counter(change.kind for _, _, _, item in cases(0, 200) for change in item.changes)
    assert kinds.keys() == set(ChangeKind), kinds
