"""How the stack speaks to the person who started it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from rich.console import Console
from rich.markup import escape

from runtime.state import StepRecord


class Reporter:
    """Lines on a terminal; a terminal that has gone away is no reason to fail."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def working(self, name: str) -> Iterator[None]:
        """Shows what is being worked on; only a terminal shows it moving."""
        if not self._console.is_terminal:
            yield
            return
        with self._console.status(f"{escape(name)} …"):
            yield

    def done(self, step: StepRecord) -> None:
        """Says that a step is done, and how long it took."""
        self._print(f"[green]✓[/] {escape(step.name):<22} {step.seconds:5.1f} s  [dim]{escape(step.detail)}[/]")

    def note(self, text: str) -> None:
        """Says that something noteworthy happened."""
        self._print(f"[yellow]•[/] {escape(text)}")

    def ready(self, seconds: float, urls: Mapping[str, str]) -> None:
        """Says that everything runs, and where to find it."""
        self._print(f"\n[bold green]Callout is ready[/] after {seconds:.1f} s\n")
        for name, url in urls.items():
            self._print(f"  {escape(name):<14} {escape(url)}")
        self._print("")

    def _print(self, text: str) -> None:
        with suppress(OSError):
            self._console.print(text, highlight=False, soft_wrap=True)
