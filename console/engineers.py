"""``callout engineer``: one's day."""

from datetime import datetime
from typing import Annotated

import typer

from api.queries import Queries
from console.output import Json, facts, out, table, when, write_json
from console.plans import stop_row
from console.system import ask
from domain.errors import CalloutError, NotFoundError
from models.screens.engineers import EngineerDay, EngineerName

app = typer.Typer(help="Field engineers.", no_args_is_help=True)


class AmbiguousNameError(CalloutError):
    """Several engineers fit a name."""

    code = "ambiguous_name"
    http_status = 409

    def __init__(self, text: str, found: list[EngineerName]) -> None:
        listed = "".join(f"\n  {person.id}  {person.name}  ({person.territory})" for person in found)
        super().__init__(
            f"{len(found)} engineers fit {text!r}; use one of these ids:{listed}",
            candidates=[vars(person) for person in found],
        )


@app.command("day")
def day(
    name: Annotated[str, typer.Argument(metavar="NAME", help="An engineer's id, or a part of the name.")],
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day; today when left out.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show an engineer's day in the territory's local time."""

    async def question(queries: Queries) -> EngineerDay:
        found = await queries.engineers_called(name)
        if not found:
            raise NotFoundError("engineer", name)
        if len(found) > 1:
            raise AmbiguousNameError(name, found)
        return await queries.engineer_day(found[0].id, on.date() if on else None)

    shown = ask(question)
    if as_json:
        write_json(shown)
        return
    _show(shown)


def _show(shown: EngineerDay) -> None:
    zone = shown.time_zone
    out().print(f"[bold]{shown.engineer.name}[/] ({shown.engineer.id}), {shown.day:%A %d %B %Y}, {zone}")
    facts(
        {
            "territory": shown.engineer.territory,
            "skills": ", ".join(f"{skill} {level}" for skill, level in sorted(shown.skills.items())),
            "works": ", ".join(f"{when(s.start, zone)} to {when(s.end, zone)}" for s in shown.shifts) or "not at all",
            "away": ", ".join(f"{a.kind} {when(a.start, zone)} to {when(a.end, zone)}" for a in shown.absences),
        }
    )
    columns = ("arrival", "until", "expected", "visit", "state", "severity", "way", "symptom")
    table("", columns, [stop_row(stop, zone) for stop in shown.stops], "No visit is booked on that day.")
