"""The independent check of a large plan: part by part with matrices of its own, and what holds for all parts at once.

Parts here are engineers in their order, whatever tiles the plan was made from.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from scheduler.check import CheckRule, Violation, check
from scheduler.check_cost import recompute, unserved_cost
from scheduler.check_coupling import coupling_violations
from scheduler.large_book import Cutting, Piece
from scheduler.large_problem import LargeProblem
from scheduler.large_stock import Granted, house, van
from scheduler.large_tiles import Key
from scheduler.plan import Objective, Plan, PlanStatus, Route
from scheduler.policy import HardRule, SchedulingPolicy
from scheduler.units import Cost

MOST_PLACES = 800
"""About so many stops are checked at once."""


def check_large(big: LargeProblem, plan: Plan, policy: SchedulingPolicy | None = None) -> tuple[Violation, ...]:
    """Everything that is wrong with a large plan; empty for a plan that may be stored.

    Args:
        big: what was to be planned.
        plan: the answer of ``plan_large``.
        policy: the policy it was planned with; the default policy if left out.
    """
    rules = SchedulingPolicy() if policy is None else policy
    found = list(_complete(big, plan))
    if found:
        return tuple(found)
    found.extend(_coupling(big, plan))
    if rules.on(HardRule.PARTS):
        found.extend(_stock(big, plan))
    score = dict.fromkeys(Objective, 0)
    score[Objective.UNSERVED] = unserved_cost(big.shell, plan, rules)
    for routes in _parts(plan.routes):
        found.extend(_part(big, routes, rules, score))
    if not found:
        found.extend(_score(plan, score))
    return tuple(found)


def _complete(big: LargeProblem, plan: Plan) -> Iterator[Violation]:
    """Each visit is assigned or unassigned, exactly once; each unassigned one has a reason; no shift runs twice."""
    counts = Counter(visit_id for route in plan.routes for visit_id in route.visit_ids)
    counts.update(item.visit_id for item in plan.unassigned)
    for visit_id in sorted(big.visit_index.keys() | counts.keys()):
        if visit_id not in big.visit_index:
            yield Violation(CheckRule.COMPLETE, visit_id, "This visit is not part of the problem.")
        elif counts[visit_id] != 1:
            yield Violation(CheckRule.COMPLETE, visit_id, f"The visit is in the plan {counts[visit_id]} times.")
    for item in plan.unassigned:
        if not item.reasons:
            yield Violation(CheckRule.COMPLETE, item.visit_id, "The visit is left out without a reason.")
    shifts = Counter((route.engineer, route.shift_index) for route in plan.routes)
    for (engineer, index), count in shifts.items():
        e = big.engineer_index.get(engineer)
        if e is None or not 0 <= index < len(big.engineers[e].shifts):
            yield Violation(CheckRule.SHIFT, f"{engineer}/{index}", "There is no such engineer or shift.")
        if count > 1:
            yield Violation(CheckRule.COMPLETE, f"{engineer}/{index}", f"The shift has {count} routes.")


def _coupling(big: LargeProblem, plan: Plan) -> Iterator[Violation]:
    coupled = replace(big.shell, visits=tuple(big.visits[v] for v in sorted(big.coupling.visits)))
    for rule, who, sentence in coupling_violations(coupled, plan):
        yield Violation(CheckRule(rule), who, sentence)


def _stock(big: LargeProblem, plan: Plan) -> Iterator[Violation]:
    """Warehouses give no more than they hold, over all parts together; vans are checked with their engineers."""
    taken: Counter[tuple[str, str]] = Counter()
    for route in plan.routes:
        for stop in route.stops:
            for sku, units in stop.parts.items():
                taken[stop.warehouse_id or "", sku] += units
    held = {(store.id, sku): units for store in big.warehouses for sku, units in store.stock.items()}
    for (store_id, sku), units in taken.items():
        if units > held.get((store_id, sku), 0):
            has = held.get((store_id, sku), 0)
            yield Violation(CheckRule.STOCK, store_id, f"The warehouse holds {has} of {sku}, the plan takes {units}.")


def _parts(routes: Sequence[Route]) -> Iterator[list[Route]]:
    """All routes of one engineer together, a few hundred stops at once."""
    by_engineer: dict[str, list[Route]] = {}
    for route in routes:
        by_engineer.setdefault(route.engineer, []).append(route)
    part: list[Route] = []
    stops = 0
    for own in by_engineer.values():
        part += own
        stops += sum(len(route.visit_ids) + 1 for route in own)
        if stops >= MOST_PLACES:
            yield part
            part, stops = [], 0
    if part:
        yield part


def _part(
    big: LargeProblem, routes: list[Route], rules: SchedulingPolicy, score: dict[Objective, Cost]
) -> Iterator[Violation]:
    """What is wrong with some engineers' routes; their cost is added to the score."""
    crew = sorted({big.engineer_index[route.engineer] for route in routes})
    keys: tuple[Key, ...] = tuple((e, k) for e in crew for k in range(len(big.engineers[e].shifts)))
    visits = tuple(sorted(big.visit_index[visit_id] for route in routes for visit_id in route.visit_ids))
    cutting = Cutting(big, Piece(keys, visits, _everything(big, crew)))
    alone = tuple(replace(visit, after=(), group=None) for visit in cutting.problem.visits)
    problem = replace(cutting.problem, visits=alone)
    plan = Plan(tuple(map(cutting.inwards, routes)), (), {}, 0, PlanStatus.FEASIBLE)
    own = recompute(problem, plan, rules)
    for objective, cost in own.items():
        score[objective] += cost
    yield from check(problem, replace(plan, score=own, cost=sum(own.values())), rules)


def _everything(big: LargeProblem, crew: Sequence[int]) -> Granted:
    """All that some engineers' vans and the warehouses hold."""
    return {van(big.engineers[e].id): big.engineers[e].van for e in crew} | {
        house(store.id): store.stock for store in big.warehouses
    }


def _score(plan: Plan, expected: dict[Objective, Cost]) -> Iterator[Violation]:
    for objective, cost in expected.items():
        if plan.score.get(objective) != cost:
            sentence = f"The {objective} cost is {cost}, the plan says {plan.score.get(objective)}."
            yield Violation(CheckRule.SCORE, "plan", sentence)
    if plan.cost != sum(expected.values()):
        yield Violation(CheckRule.SCORE, "plan", f"The cost is {sum(expected.values())}, the plan says {plan.cost}.")
