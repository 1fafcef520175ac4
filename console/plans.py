"""``callout plan``: show, why, publish."""

from typing import Annotated
from uuid import uuid4

import typer

from api.choices import WhatIf
from api.forms import check_visit_id
from console.output import Json, clock, facts, out, span, table, when, write_json
from console.system import System, ask, tell
from domain.errors import InvalidInputError
from domain.ids import CommandId, PlanId
from domain.messages import Command, PublishDraft, Receipt
from domain.people import Actor, Role
from models.screens.plans import PlanLine, StopLine, TerritoryPlan

app = typer.Typer(help="Plans of territories.", no_args_is_help=True)


@app.command("show")
def show(
    territory: Annotated[str | None, typer.Argument(help="A territory's id; every one when left out.")] = None,
    as_json: Json = False,
) -> None:
    """Show what is published: each engineer's route, and each visit without a place."""
    names = [territory] if territory else ask(lambda queries: queries.territories())
    if not names:
        raise InvalidInputError("territory", "there is none yet: load the sample company with `callout up`, or import")
    plans = [ask(lambda queries, name=name: queries.territory_plan(name)) for name in names]  # type: ignore[misc]
    if as_json:
        write_json(plans[0] if territory else plans)
        return
    for plan in plans:
        _show(plan)


@app.command("why")
def why(
    visit: Annotated[str, typer.Argument(metavar="VISIT", help="Such as C-100042-V1.")], as_json: Json = False
) -> None:
    """Say why a visit is where it is, or why nobody can take it."""
    visit_id = check_visit_id(visit)
    found = ask(lambda queries: queries.why(visit_id))
    if as_json:
        write_json(found)
        return
    out().print(f"[bold]{found.visit_id}[/] is {found.state}. ", end="")
    out().print(found.answer, markup=False, soft_wrap=True)
    if found.booking:
        place = found.booking
        facts(
            {
                "engineer": f"{place.engineer} ({place.engineer_id})",
                "arrival": when(place.arrival),
                "expected": when(place.predicted_arrival) if place.predicted_arrival else None,
                "way": span(place.travel_seconds),
            }
        )
    if found.choice and found.choice.alternatives:
        others = [(other.engineer_id, other.extra_cost, other.sentence) for other in found.choice.alternatives]
        table("\nNext best", ("engineer", "costs more", "because"), others)
    reasons = [(r.count, r.sentence, r.people.get(r.nearest or "", r.nearest)) for r in found.reasons]
    if reasons:
        table("", ("count", "reason", "nearest"), reasons)
    if found.changes:
        helps = [(c.sentence, c.engineer_id, when(c.arrival), _until(c)) for c in found.changes]
        table("\nWhat would help", ("change", "then comes", "at", "by"), helps)


def _until(change: WhatIf) -> str:
    """By when, or when, as far as a change is about a time."""
    if change.until is None:
        return ""
    return when(change.until) if change.from_moment is None else f"{when(change.from_moment)} - {clock(change.until)}"


@app.command("publish")
def publish(plan: Annotated[str, typer.Argument(metavar="PLAN", help="A draft's id.")], as_json: Json = False) -> None:
    """Publish a draft that waited for a dispatcher; what changed meanwhile is left alone."""
    command = Command(CommandId(f"cli:{uuid4().hex}"), Actor(Role.DISPATCHER, "cli"))

    async def work(system: System) -> Receipt:
        territory = await system.queries.territory_of_plan(plan)
        return await system.commands.territory(territory, "publish_draft", PublishDraft(command, PlanId(plan)))

    receipt = tell(work)
    if as_json:
        write_json(receipt)
        return
    out().print(f"[bold]{plan}[/] is published for {receipt.id}.")


def plan_words(plan: PlanLine | None) -> str:
    """A plan in a few words."""
    if plan is None:
        return "no plan yet"
    left = f", {plan.unassigned} without a place" if plan.unassigned else ""
    return f"{plan.id} {plan.state}, {when(plan.created_at)}, {plan.engine}, {plan.seconds:.1f} s{left}"


def stop_row(stop: StopLine, zone: str) -> tuple[object, ...]:
    """A visit on a route."""
    booking = stop.booking
    expected = booking.predicted_arrival
    late = clock(expected, zone) if expected and expected != booking.arrival else ""
    return (when(booking.arrival, zone), clock(booking.finish, zone), late, stop.visit_id, stop.visit_state,
            stop.severity, span(booking.travel_seconds), stop.symptom[:40])  # fmt: skip


def _show(plan: TerritoryPlan) -> None:
    out().print(f"\n[bold]{plan.territory}[/] {plan.name}, {plan.time_zone}: {plan_words(plan.last_plan)}")
    busy = [route for route in plan.routes if route.stops]
    rows = [
        (f"{route.engineer} ({route.engineer_id})" if first else "", *stop_row(stop, plan.time_zone))
        for route in busy
        for first, stop in zip([True] + [False] * len(route.stops), route.stops, strict=False)
    ]
    columns = ("engineer", "arrival", "until", "expected", "visit", "state", "severity", "way", "symptom")
    table("", columns, rows, "No visit is booked.")
    if len(busy) < len(plan.routes):
        out().print(f"{len(plan.routes) - len(busy)} of {len(plan.routes)} engineers have no visit.", style="dim")
    unplanned = [
        (u.visit_id, u.severity, when(u.requested_at), u.reasons[0].sentence if u.reasons else "waits for a plan")
        for u in plan.unplanned
    ]
    if unplanned:
        table("\nWithout a place", ("visit", "severity", "since", "why"), unplanned)
