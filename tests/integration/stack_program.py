"""A small stack in the foreground, as `callout up` is: python stack_program.py HOME [API_PORT] [broken]."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console

from runtime.errors import StackError
from runtime.parts import Child, Step
from runtime.report import Reporter
from runtime.stack import ChosenPorts, Stack

_WORKER = "import time; print('working', flush=True); time.sleep(600)"


def main(home: Path, api_port: int | None, *, broken: bool) -> int:
    """Runs the stack until it is told to stop; returns the exit code."""

    def children(env: Mapping[str, str]) -> Sequence[Child]:
        port = env["CALLOUT_API_PORT"]
        url = f"http://127.0.0.1:{port}/"
        api = [sys.executable, "-m", "http.server", port, "--bind", "127.0.0.1"]
        return (
            Child(
                "worker", [sys.executable, "-c", "raise SystemExit(3)" if broken else _WORKER], ready=lambda: not broken
            ),
            Child("API", api, ready=url, url=url),
            Child("sample people", [sys.executable, "-c", "pass"], until_done=True),
        )

    secrets_reach_steps = "import os; os.environ['CALLOUT_PAYLOAD_KEYS'], os.environ['CALLOUT_DATABASE_URL']"
    stack = Stack(
        home,
        Reporter(Console(width=100)),
        children=children,
        steps=[Step("migrate", [sys.executable, "-c", secrets_reach_steps])],
        chosen_ports=ChosenPorts(api=api_port),
        cwd=home,
    )
    try:
        stack.run()
    except StackError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    port = int(sys.argv[2]) if len(sys.argv) > 2 and sys.argv[2] != "any" else None
    sys.exit(main(Path(sys.argv[1]), port, broken="broken" in sys.argv))
