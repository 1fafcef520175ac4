"""What can go wrong while the stack starts, runs or stops, in words for the person at the terminal."""

from pathlib import Path


class StackError(Exception):
    """The stack cannot do what was asked; the message says why and what helps."""


class PortInUseError(StackError):
    """Another program listens on a port that the stack was told to use."""

    def __init__(self, port: int, setting: str) -> None:
        self.port = port
        self.setting = setting
        super().__init__(
            f"port {port} on 127.0.0.1 is used by another program: stop it, or set {setting} to a free port"
        )


class AlreadyRunningError(StackError):
    """A second stack was started over the same home folder."""

    def __init__(self, home: Path, pid: int | None) -> None:
        self.pid = pid
        who = "" if pid is None else f" (process {pid})"
        super().__init__(f"the stack of {home} is already running{who}: 'make status' shows it, 'make down' stops it")


class NotStartedError(StackError):
    """A server ended, or stayed silent, before it was ready."""

    def __init__(self, name: str, reason: str, log: Path) -> None:
        self.log = log
        super().__init__(f"{name} did not start: {reason}\n{log_tail(log)}(log: {log})")


def log_tail(log: Path, lines: int = 8) -> str:
    """Returns the last lines of a log, each ending in a newline, or nothing if there is no log."""
    try:
        text = log.read_text(errors="replace")
    except OSError:
        return ""
    return "".join(f"    {line}\n" for line in text.splitlines()[-lines:])
