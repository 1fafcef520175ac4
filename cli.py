"""``callout``: the command line's composition root."""

import os
import sys
from collections.abc import Sequence

import typer

from console import cases, engineers, failures, importing, plans, stack, tokens, users
from simulation import command as simulating

app = typer.Typer(
    name="callout",
    help="A durable field-service dispatcher.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
stack.register(app)
app.add_typer(importing.app, name="import")
app.add_typer(cases.app, name="case")
app.add_typer(plans.app, name="plan")
app.add_typer(engineers.app, name="engineer")
app.add_typer(users.app, name="user")
app.add_typer(tokens.app, name="token")
simulating.register(app)


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit code.

    0: done. 1: it cannot be done as asked. 2: it was asked wrongly. 3: the system does not answer.
    """
    return failures.run(lambda: app(list(arguments)), list(arguments))


def main() -> None:
    """Entry point. Does not return: the Temporal SDK sometimes aborts while the interpreter ends."""
    code = run(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
