"""The one place that says whether a problem makes sense."""

from collections.abc import Iterable, Mapping
from itertools import pairwise

from scheduler.errors import ProblemError
from scheduler.problem import Engineer, Pin, PinKind, Problem, Shift, Visit, Warehouse, Window
from scheduler.units import Place


def validate(problem: Problem) -> None:
    """Refuse a problem that makes no sense.

    Raises:
        ProblemError: naming the first wrong field and the rule it breaks.
    """
    for name, matrix in (("travel", problem.travel), ("distance", problem.distance)):
        _require(len(matrix) == problem.places, name, f"must be {problem.places} x {problem.places}")
        _require(not matrix.diagonal().any(), name, "must be 0 from a place to itself")
    _require(problem.horizon >= 0, "horizon", "must not be negative")
    percents = problem.travel_percent_by_hour
    _require(len(percents) in (0, 24), "travel_percent_by_hour", "must have 24 hours, or none")
    for hour, percent in enumerate(percents):
        _require(10 <= percent <= 1000, f"travel_percent_by_hour[{hour}]", "must be from 10 to 1000")
    _unique("engineers", (engineer.id for engineer in problem.engineers))
    _unique("visits", (visit.id for visit in problem.visits))
    _unique("warehouses", (warehouse.id for warehouse in problem.warehouses))
    for engineer in problem.engineers:
        _engineer(engineer, problem.places)
    known = frozenset(engineer.id for engineer in problem.engineers)
    for visit in problem.visits:
        _visit(visit, problem.places, known)
    _orders(problem)
    _groups(problem)
    for warehouse in problem.warehouses:
        _warehouse(warehouse, problem.places)


def _require(holds: bool, field: str, rule: str) -> None:
    if not holds:
        raise ProblemError(field, rule)


def _unique(field: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for item in ids:
        _require(bool(item), field, "must have an id")
        _require(item not in seen, f"{field}[{item}]", "must be there only once")
        seen.add(item)


def _place(place: Place, places: int, field: str) -> None:
    _require(0 <= place < places, field, f"must be a place from 0 to {places - 1}")


def _amounts(amounts: Mapping[str, int], field: str, least: int, what: str) -> None:
    for name, amount in amounts.items():
        _require(amount >= least, f"{field}[{name}]", f"{what} must be at least {least}")


def _windows(windows: tuple[Window, ...], field: str) -> None:
    for i, window in enumerate(windows):
        _require(window.end >= window.start, f"{field}[{i}]", "must not end before it starts")


def _engineer(engineer: Engineer, places: int) -> None:
    where = f"engineers[{engineer.id}]"
    _amounts({name: skill.level for name, skill in engineer.skills.items()}, f"{where}.skills", 1, "level")
    _amounts(engineer.van, f"{where}.van", 0, "units")
    _require(engineer.cost_per_hour >= 0, f"{where}.cost_per_hour", "must not be negative")
    _require(engineer.cost_per_km >= 0, f"{where}.cost_per_km", "must not be negative")
    limit = engineer.max_visits_per_shift
    _require(limit is None or limit >= 0, f"{where}.max_visits_per_shift", "must not be negative")
    if engineer.position is not None:
        _place(engineer.position.place, places, f"{where}.position.place")
        _require(engineer.position.free_from >= 0, f"{where}.position.free_from", "must not be negative")
    for i, shift in enumerate(engineer.shifts):
        _shift(shift, places, f"{where}.shifts[{i}]")
    in_order = sorted(engineer.shifts, key=lambda shift: shift.start)
    for before, after in pairwise(in_order):
        free = before.end + before.overtime_limit <= after.start
        _require(free, f"{where}.shifts", "must not overlap, overtime included")


def _shift(shift: Shift, places: int, where: str) -> None:
    _require(shift.start >= 0, f"{where}.start", "must not be negative")
    _require(shift.end >= shift.start, f"{where}.end", "must not be before the start")
    _require(shift.overtime_limit >= 0, f"{where}.overtime_limit", "must not be negative")
    _require(shift.longest is None or shift.longest >= 0, f"{where}.longest", "must not be negative")
    _place(shift.start_place, places, f"{where}.start_place")
    _place(shift.end_place, places, f"{where}.end_place")
    if shift.break_ is not None:
        _require(shift.break_.duration >= 0, f"{where}.break_.duration", "must not be negative")
        _require(shift.break_.latest >= shift.break_.earliest, f"{where}.break_.latest", "must not be before earliest")


def _visit(visit: Visit, places: int, engineers: frozenset[str]) -> None:
    where = f"visits[{visit.id}]"
    _place(visit.place, places, f"{where}.place")
    _require(visit.duration >= 0, f"{where}.duration", "must not be negative")
    _amounts(visit.durations, f"{where}.durations", 0, "seconds")
    _require(visit.earliest >= 0, f"{where}.earliest", "must not be negative")
    _require(1 <= visit.priority <= 5, f"{where}.priority", "must be from 1 to 5")
    _require(visit.late_cost_per_minute >= 0, f"{where}.late_cost_per_minute", "must not be negative")
    _amounts(visit.skills, f"{where}.skills", 1, "level")
    _amounts(visit.parts, f"{where}.parts", 1, "units")
    _windows(visit.windows, f"{where}.windows")
    for sku in visit.shipped:
        _require(sku in visit.parts, f"{where}.shipped[{sku}]", "must be a part that the visit needs")
    if visit.pin is not None:
        _pin(visit.pin, engineers, f"{where}.pin")


def _orders(problem: Problem) -> None:
    """Visits wait for others of the problem, and never in a circle; a group waits as one."""
    known = {visit.id: visit for visit in problem.visits}
    for visit in problem.visits:
        for i, after in enumerate(visit.after):
            where = f"visits[{visit.id}].after[{i}]"
            _require(after.visit in known, f"{where}.visit", "must be a visit of the problem")
            _require(after.delay >= 0, f"{where}.delay", "must not be negative")
    waits: dict[str, set[str]] = {}
    for visit in problem.visits:
        waits.setdefault(_unit(visit), set()).update(_unit(known[after.visit]) for after in visit.after)
    free = [unit for unit, others in waits.items() if not others]
    while free:
        done = free.pop()
        del waits[done]
        for unit, others in waits.items():
            if done in others:
                others.discard(done)
                free += [] if others else [unit]
    for visit in problem.visits:
        _require(_unit(visit) not in waits, f"visits[{visit.id}].after", "must not wait in a circle")


def _unit(visit: Visit) -> str:
    return f"visit {visit.id}" if visit.group is None else f"group {visit.group}"


def _groups(problem: Problem) -> None:
    groups: dict[str, list[Visit]] = {}
    for visit in problem.visits:
        if visit.group is not None:
            groups.setdefault(visit.group, []).append(visit)
    for members in groups.values():
        where = f"visits[{members[0].id}].group"
        _require(2 <= len(members) <= 3, where, "must have two or three visits")
        _require(len({visit.place for visit in members}) == 1, where, "must be at one place")


def _pin(pin: Pin, engineers: frozenset[str], where: str) -> None:
    if pin.kind in (PinKind.RESOURCE, PinKind.BOTH):
        _require(pin.engineer is not None, f"{where}.engineer", f"is needed for a {pin.kind} pin")
    if pin.kind is not PinKind.RESOURCE:
        _require(pin.start is not None, f"{where}.start", f"is needed for a {pin.kind} pin")
    if pin.kind is PinKind.RESOURCE:
        _require(pin.start is None, f"{where}.start", "has no place in a resource pin")
    if pin.kind is PinKind.TIME:
        _require(pin.engineer is None, f"{where}.engineer", "has no place in a time pin")
    if pin.kind is PinKind.RANGE:
        _require(pin.end is not None, f"{where}.end", "is needed for a range pin")
    else:
        _require(pin.end is None, f"{where}.end", "is for range pins alone")
    _require(pin.engineer is None or pin.engineer in engineers, f"{where}.engineer", "must be a known engineer")
    if pin.start is not None:
        _require(pin.start >= 0, f"{where}.start", "must not be negative")
        _require(pin.end is None or pin.end >= pin.start, f"{where}.end", "must not be before the start")


def _warehouse(warehouse: Warehouse, places: int) -> None:
    where = f"warehouses[{warehouse.id}]"
    _place(warehouse.place, places, f"{where}.place")
    _require(warehouse.handling >= 0, f"{where}.handling", "must not be negative")
    _amounts(warehouse.stock, f"{where}.stock", 0, "units")
    _windows(warehouse.opening, f"{where}.opening")
