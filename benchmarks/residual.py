"""What is left of a day as a problem for the scheduler, and what the scheduler makes of it."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from benchmarks.case import routes_of
from benchmarks.field import Crew, Field, Orders
from benchmarks.trsp import DEPOT, a_policy, a_visit, an_engineer, units, whole_travel
from scheduler.plan import Objective, PartSource, Plan, PlanStatus, Route, SourceKind, Stop, StopKind
from scheduler.policy import SchedulingPolicy
from scheduler.problem import Problem, Shift
from scheduler.solve import Budget, plan

ACCEPTED = 5
"""The priority of what was accepted: worth ten new requests."""


def improve(day: Field, orders: Orders, new: Iterable[str], engine: str, budget: Budget) -> Orders:
    """Let an engine plan what is left of the day from the greedy orders; whatever is worse is not taken."""
    names = {name for order in orders.values() for name in order} - {DEPOT}
    problem, policy = residual(day, names, set(new) - names)
    made = plan(problem, policy, budget, engine, warm_plan(day, orders))
    found = {name: tuple(order) for name, order in routes_of(made).items()}
    served = {name for order in found.values() for name in order} - {DEPOT}
    if not names <= served or (len(served) == len(names) and day.total(found) >= day.total(orders)):
        return orders
    return found if math.isfinite(day.total(found)) else orders


def residual(day: Field, accepted: Iterable[str], new: Iterable[str]) -> tuple[Problem, SchedulingPolicy]:
    """What is left of the day as a problem: every technician from where and when he is free."""
    instance = day.instance
    engineers = []
    for crew in day.crews.values():
        begins, ends = units(day.begins(crew)), units(crew.home.closes)
        shifts = (Shift(begins, ends, crew.place, crew.home.place),) if begins <= ends else ()
        engineers.append(replace(an_engineer(crew.technician), shifts=shifts))
    kept, further = sorted(accepted), sorted(new)
    whole = whole_travel(instance.travel)
    problem = Problem(
        places=len(whole),
        travel=whole,
        distance=whole,
        engineers=tuple(engineers),
        visits=(
            *(replace(a_visit(day.nodes[name]), priority=ACCEPTED) for name in kept),
            *(a_visit(day.nodes[name]) for name in further),
        ),
        warehouses=(instance.a_warehouse(),),
        horizon=max(units(technician.closes) for technician in instance.technicians),
    )
    return problem, a_policy(instance.technicians)


def warm_plan(day: Field, orders: Orders) -> Plan:
    """Orders as a plan to begin from."""
    routes = []
    for name, order in orders.items():
        if order:
            stops = tuple(_stops(day, day.crews[name], order))
            routes.append(Route(name, 0, stops))
    return Plan(tuple(routes), (), dict.fromkeys(Objective, 0), 0, PlanStatus.FEASIBLE)


def _stops(day: Field, crew: Crew, order: Sequence[str]) -> Iterator[Stop]:
    now, place, stocked = units(day.begins(crew)), crew.place, False
    needed = [day.nodes[name] for name in order]
    for i, node in enumerate(needed):
        start = max(now + units(day.instance.travel[place, node.place]), units(node.opens))
        now, place = start + units(node.service), node.place
        if node.name == DEPOT:
            stocked = True
            later = needed[i + 1 :]
            fetched = {f"P{p}": sum(n.parts[p] for n in later) for p in range(len(crew.technician.parts))}
            parts = {sku: count for sku, count in fetched.items() if count}
            tools = frozenset(tool for n in later for tool in n.tools)
            yield Stop(StopKind.WAREHOUSE, start, now, place, warehouse_id=DEPOT, parts=parts, tools=tools)
        else:
            source = PartSource(SourceKind.WAREHOUSE, DEPOT) if stocked else PartSource(SourceKind.VAN)
            sources = {f"P{p}": source for p, count in enumerate(node.parts) if count}
            yield Stop(StopKind.VISIT, start, now, place, visit_id=node.name, sources=sources)
