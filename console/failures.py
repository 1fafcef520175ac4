"""How a command ends: exit codes, and errors without a traceback."""

import json
import sys
from collections.abc import Callable

from pydantic import ValidationError
from rich.markup import escape

from console.output import err, plain
from domain.errors import CalloutError
from runtime.errors import StackError

USER_ERROR = 1
USAGE = 2
NOT_REACHABLE = 3
INTERRUPTED = 130


class NoStackError(CalloutError):
    """There is no system to talk to: neither settings nor a local stack."""

    code = "no_system"
    http_status = 503
    retryable = True


def run(work: Callable[[], object], arguments: list[str]) -> int:
    """Run the command line and say in words what went wrong; returns the exit code."""
    as_json = "--json" in arguments
    try:
        work()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    except KeyboardInterrupt:
        err().print("Stopped.")
        return INTERRUPTED
    except CalloutError as error:
        _tell(error.message, {"code": error.code, **error.facts}, as_json=as_json)
        return NOT_REACHABLE if error.retryable else USER_ERROR
    except StackError as error:
        _tell(str(error), {"code": "stack"}, as_json=as_json)
        return USER_ERROR
    except ValidationError as error:
        _tell(_settings(error), {"code": "settings"}, as_json=as_json)
        return USER_ERROR
    return 0


def _tell(message: str, facts: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        sys.stderr.write(json.dumps({"error": {"message": message, **plain(facts)}}, ensure_ascii=False) + "\n")
    else:
        err().print(f"[bold red]Error:[/] {escape(message)}", soft_wrap=True)


def _settings(error: ValidationError) -> str:
    lines = [f"CALLOUT_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
    return "The settings are not valid:\n  " + "\n  ".join(lines)
