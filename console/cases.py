"""``callout case``: open, list, show, timeline."""

from typing import Annotated
from uuid import uuid4

import typer

from api.opening import Opened, open_case, registrar
from console.output import Json, facts, out, span, table, when, write_json
from console.system import System, ask, tell
from domain.ids import CommandId
from domain.people import Actor
from domain.registration import ContactDraft, Registration, SiteDraft, check_case_id
from domain.sla import SlaState
from domain.vocabulary import CaseKind, CaseState, Channel, Severity
from models.repositories.events import TimelineEntry
from models.screens.cases import CaseFilter, CaseLine, CaseScreen

app = typer.Typer(help="Service cases.", no_args_is_help=True)
CaseArgument = Annotated[str, typer.Argument(help="A case's id, such as C-100042.", metavar="CASE")]


@app.command("new")
def new(
    symptom: Annotated[str, typer.Option(help="What is wrong, in a few words.")] = "",
    name: Annotated[str, typer.Option(help="The contact's name.")] = "",
    phone: Annotated[str, typer.Option(help="The contact's phone number.")] = "",
    email: Annotated[str, typer.Option(help="The contact's e-mail address.")] = "",
    address: Annotated[str, typer.Option(help="Where the product stands.")] = "",
    lat: Annotated[float | None, typer.Option(help="Latitude in degrees.")] = None,
    lon: Annotated[float | None, typer.Option(help="Longitude in degrees.")] = None,
    model: Annotated[str, typer.Option(help="The product's model code.")] = "",
    serial: Annotated[str, typer.Option(help="The product's serial number.")] = "",
    product: Annotated[str, typer.Option(help="An installed product's id.")] = "",
    customer: Annotated[str, typer.Option(help="An existing customer's id.")] = "",
    error_code: Annotated[str, typer.Option(help="What the product displays.")] = "",
    channel: Annotated[Channel, typer.Option(help="How the contact reached us.")] = Channel.PHONE,
    incomplete: Annotated[bool, typer.Option("--incomplete", help="Open it although fields are missing.")] = False,
    key: Annotated[str | None, typer.Option(help="Your own key: sent twice, it counts once.")] = None,
    as_json: Json = False,
) -> None:
    """Open a case. Every missing or ill-formed field is named at once."""
    given = Registration(
        channel=channel,
        symptom=symptom,
        contact=ContactDraft(name=name, phone=phone, email=email),
        site=SiteDraft(address=address, latitude=lat, longitude=lon),
        customer_id=customer,
        installed_product_id=product,
        product_model=model,
        serial=serial,
        error_code=error_code,
    )
    command = CommandId(f"cli:{key or uuid4().hex}")
    actor = Actor(registrar(channel), "cli")

    async def work(system: System) -> Opened:
        return await open_case(system.commands, system.queries, given, command, actor, allow_incomplete=incomplete)

    opened = tell(work)
    if as_json:
        write_json(opened)
        return
    out().print(f"[bold]{opened.case_id}[/] is {opened.state}.")
    facts({"next": opened.next_step, "by": opened.responsible, "due": when(opened.due_at)})
    if opened.problems:
        table("Missing", ("field", "rule"), [(p.field, p.rule) for p in opened.problems])
    out().print(f"Follow it: callout case show {opened.case_id}", style="dim")


@app.command("list")
def list_cases(
    state: Annotated[list[CaseState] | None, typer.Option(help="Only these states.")] = None,
    severity: Annotated[list[Severity] | None, typer.Option(help="Only these severities.")] = None,
    kind: Annotated[list[CaseKind] | None, typer.Option(help="Only these kinds.")] = None,
    sla: Annotated[list[SlaState] | None, typer.Option(help="Only cases whose promises stand so.")] = None,
    territory: Annotated[str | None, typer.Option(help="Only this territory.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Closed ones, too.")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only cases whose next step is overdue.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many.")] = 30,
    cursor: Annotated[str | None, typer.Option(help="The next_cursor of the page before.")] = None,
    as_json: Json = False,
) -> None:
    """List cases, the newest first."""
    wanted = CaseFilter(
        states=tuple(state or ()),
        severities=tuple(severity or ()),
        kinds=tuple(kind or ()),
        sla_states=tuple(sla or ()),
        territory=territory,
        open_only=not everything and not state,
    )
    found = ask(lambda queries: queries.cases(wanted, cursor, limit, overdue=overdue))
    if as_json:
        write_json(found)
        return
    table(
        "",
        ("case", "severity", "state", "next step", "by", "due", "promise", "symptom"),
        [_row(case) for case in found.items],
        "No case fits. `callout case list --all` shows closed ones, too.",
    )
    if found.next_cursor:
        out().print(f"More: callout case list --cursor {found.next_cursor}", style="dim", soft_wrap=True)


@app.command("show")
def show(case: CaseArgument, as_json: Json = False) -> None:
    """Show one case: next step, promises, visits. The contact is masked."""
    case_id = check_case_id(case)
    found = ask(lambda queries: queries.case(case_id))
    if as_json:
        write_json(found)
        return
    _show(found)


@app.command("timeline")
def timeline(case: CaseArgument, as_json: Json = False) -> None:
    """Show what happened to a case, in the order in which it was recorded."""
    case_id = check_case_id(case)
    found = ask(lambda queries: queries.timeline(case_id))
    if as_json:
        write_json(found)
        return
    table("", ("at", "event", "who", "visit", "what"), [_event(entry) for entry in found], "Nothing happened yet.")


def _row(case: CaseLine) -> tuple[object, ...]:
    symptom = case.symptom if len(case.symptom) <= 40 else f"{case.symptom[:39]}…"
    due = when(case.due_at)
    return (case.id, case.severity, case.state, case.next_step, case.responsible, due, case.sla_state, symptom)


def _show(found: CaseScreen) -> None:
    case, contact = found.case, found.contact
    out().print(f"[bold]{case.id}[/]  {case.state}", highlight=False)
    facts(
        {
            "symptom": case.symptom,
            "next step": case.next_step and f"{case.next_step}, by {case.responsible} until {when(case.due_at)}",
            "severity": case.severity,
            "kind": case.kind,
            "product": " ".join(filter(None, (case.product_model, found.serial))),
            "warranty": found.warranty,
            "customer": " ".join(filter(None, (contact.customer_id, contact.name, contact.phone, contact.address))),
            "territory": case.territory,
            "opened": f"{when(case.opened_at)} by {found.channel}",
            "closed": when(case.closed_at) if case.closed_at else None,
            "outcome": found.outcome,
            "repeat of": found.repeat_of,
            "note": found.closing_note,
            "cost": _money(found.labour_cents + found.travel_cents + found.parts_cents),
        }
    )
    if found.problems:
        table("", ("missing", "rule"), [(p.field, p.rule) for p in found.problems])
    promises = [(c.name, c.state, span(c.used_seconds), span(c.target_seconds), when(c.due_at)) for c in found.clocks]
    if promises:
        table("\nPromises", ("clock", "state", "used", "of", "due"), promises)
    visits = [
        (v.id, v.state, v.booking and v.booking.engineer, v.booking and when(v.booking.arrival), v.outcome)
        for v in found.visits
    ]
    if visits:
        table("\nVisits", ("visit", "state", "engineer", "arrival", "outcome"), visits)


def _event(entry: TimelineEntry) -> tuple[object, ...]:
    said = ", ".join(
        f"{key} {value}" for key, value in entry.data.items() if key != "because" and value not in (None, "")
    )
    return (when(entry.at), entry.kind, f"{entry.actor_role}:{entry.actor_id}", entry.visit_id, said)


def _money(cents: int) -> str | None:
    return f"{cents / 100:.2f}" if cents else None
