"""The embedded PostgreSQL: a real server on a loopback port, with its data under the home folder."""

import os
import shutil
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from runtime import ports, postgres_home, secrets
from runtime.errors import NotStartedError, StackError, log_tail
from runtime.processes import Account, Identity, end, is_alive, run, spawn, tell, wait_gone, working_in, works_in

USER = "callout"
PORT_SETTING = "CALLOUT_POSTGRES_PORT"
_ENVIRONMENT: Mapping[str, str] = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
_START_SECONDS = 30.0
_ORPHAN_SECONDS = 5.0
_NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class EmbeddedPostgres:
    """One PostgreSQL server that belongs to one home folder.

    The object holds no state a restart needs: a new one over the same home finds the data, the port and even a
    server that is still running.
    """

    def __init__(
        self,
        home: Path,
        *,
        port: int | None = None,
        durable: bool = True,
        private_root: Path = postgres_home.PRIVATE_ROOT,
    ) -> None:
        """Prepares folders and secrets; starts nothing.

        Args:
            home: the `.callout` folder; made if missing.
            port: TCP port on 127.0.0.1; chosen free at the first start and kept when left out.
            durable: False trades crash safety for speed, for tests.
            private_root: where root keeps the data of a checkout that other users cannot enter.
        """
        self._home = home
        self._place = postgres_home.prepare(home, private_root)
        self._password = self._known_password()
        self._chosen_port = port
        self._durable = durable
        self.log = home / "logs" / "postgres.log"

    def start(self, cancelled: Callable[[], bool] = lambda: False) -> str:
        """Starts the server, or finds it running already.

        Args:
            cancelled: asked while waiting; True gives up.

        Returns:
            The URL of the maintenance database, for asyncpg through SQLAlchemy.

        Raises:
            PortInUseError: the port chosen by the caller is taken.
            NotStartedError: the server ended or was not ready within 30 s.
        """
        if (running := self.postmaster()) is not None:
            self._wait_ready(running, cancelled)
            return self.url()
        self._initialise()
        self._clear_remains()
        self._chosen_port = self._pick_port()
        started = self._spawn(self._chosen_port)
        try:
            self._wait_ready(started, cancelled)
        except NotStartedError:
            end(started, signal.SIGINT, 2)
            raise
        return self.url()

    def stop(self, grace: float = 10.0) -> None:
        """Stops the server: open sessions are ended, everything committed is kept. Harmless when it is not running.

        Args:
            grace: seconds after which it is killed; it then recovers from its log at the next start.
        """
        postmaster = self.postmaster()
        if postmaster is not None and not end(postmaster, signal.SIGINT, grace):
            self._wait_for_orphans()

    def is_running(self) -> bool:
        """Returns whether the server accepts connections now."""
        return self.postmaster() is not None and self._pid_file_line(8) == "ready"

    def postmaster(self) -> Identity | None:
        """Returns the living main process of this data directory, or nothing."""
        pid = self._pid_file_line(1)
        identity = Identity.of(int(pid)) if pid.isdigit() else None
        ours = identity is not None and works_in(identity.pid, self._place.data, "postgres")
        return identity if ours else None

    def url(self, database: str = "postgres") -> str:
        """Returns the SQLAlchemy URL (asyncpg) of a database of the running server."""
        return f"postgresql+asyncpg://{USER}:{self._password}@127.0.0.1:{self._port()}/{database}"

    def create_database(self, name: str, template: str | None = None) -> str:
        """Creates a database unless it exists, and returns its URL.

        Args:
            name: the new database.
            template: an existing one to copy; nobody may be connected to it.

        Raises:
            StackError: the server refused.
        """
        if name not in self._psql("SELECT datname FROM pg_database").splitlines():
            copied = "" if template is None else f" TEMPLATE {_identifier(template)}"
            self._psql(f"CREATE DATABASE {_identifier(name)}{copied}")
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drops a database and ends the sessions in it; harmless when there is none."""
        self._psql(f"DROP DATABASE IF EXISTS {_identifier(name)} WITH (FORCE)")

    def _known_password(self) -> str:
        """A new password would not open an old database, so a lost one is said before anything starts."""
        file = self._home / secrets.FILE_NAME
        if self._place.data.exists() and not file.exists():
            raise StackError(
                f"{file} is missing, and the database in {self._place.data} cannot be opened without its password: "
                "bring the file back, or run 'make reset' to begin with an empty database"
            )
        return secrets.load_or_create(self._home)[secrets.POSTGRES_PASSWORD]

    def _initialise(self) -> None:
        """Makes the cluster beside its final place and renames it, so that a crash leaves no half-made one."""
        place = self._place
        if place.data.exists():
            return
        fresh = place.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        password_file = place.folder / "password.new"
        password_file.touch(mode=0o600)
        password_file.write_text(self._password)
        _give(place.account, fresh, password_file)
        try:
            done = run(
                [
                    str(place.programs / "initdb"),
                    *("-D", str(fresh), "-U", USER, "--auth=scram-sha-256", f"--pwfile={password_file}"),
                    *("--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"),
                    *([] if self._durable else ["--no-sync"]),
                ],
                env=_ENVIRONMENT,
                account=place.account,
            )
        finally:
            password_file.unlink()
        if done.returncode != 0:
            raise StackError(f"PostgreSQL could not make its data directory:\n{done.stderr or done.stdout}")
        fresh.rename(place.data)

    def _spawn(self, port: int) -> Identity:
        settings = ["timezone=UTC", "log_timezone=UTC", "log_line_prefix=%m [%p] "]
        # A detail line would show the values of a row, and with it names and addresses.
        settings += ["log_error_verbosity=terse", "log_min_error_statement=panic"]
        settings += [] if self._durable else _NOT_DURABLE
        process = spawn(
            [
                str(self._place.programs / "postgres"),
                *("-D", str(self._place.data), "-h", "127.0.0.1", "-p", str(port), "-k", ""),
                *(part for setting in settings for part in ("-c", setting)),
            ],
            self.log,
            env=_ENVIRONMENT,
            account=self._place.account,
        )
        identity = Identity.of(process.pid)
        if identity is None:
            raise NotStartedError("PostgreSQL", "it ended at once", self.log)
        return identity

    def _wait_ready(self, identity: Identity, cancelled: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while self._pid_file_line(1) != str(identity.pid) or self._pid_file_line(8) != "ready":
            if not is_alive(identity):
                raise NotStartedError("PostgreSQL", "it ended while starting", self.log)
            if cancelled():
                raise NotStartedError("PostgreSQL", "it was told to stop", self.log)
            if time.monotonic() > deadline:
                raise NotStartedError("PostgreSQL", f"not ready after {_START_SECONDS:.0f} s", self.log)
            time.sleep(0.02)

    def _clear_remains(self) -> None:
        """Gets past what a killed server leaves: its children, and a pid file whose number a stranger may have."""
        self._wait_for_orphans()
        (self._place.data / "postmaster.pid").unlink(missing_ok=True)

    def _wait_for_orphans(self) -> None:
        """Children of a killed postmaster end by themselves, unless busy; they hold the shared memory till then."""
        for seconds, last_word in ((_ORPHAN_SECONDS, signal.SIGQUIT), (_ORPHAN_SECONDS, signal.SIGKILL)):
            orphans = working_in(self._place.data, "postgres")
            if all(wait_gone(orphan, seconds) for orphan in orphans):
                return
            for orphan in orphans:
                tell(orphan, last_word)
        left = [orphan.pid for orphan in working_in(self._place.data, "postgres") if not wait_gone(orphan, 1)]
        if left:
            raise StackError(
                f"processes {left} of an earlier PostgreSQL still hold {self._place.data} and do not end: "
                f"end them and start again\n{log_tail(self.log)}"
            )

    def _pid_file_line(self, number: int) -> str:
        try:
            lines = (self._place.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return ""
        return lines[number - 1].strip() if len(lines) >= number else ""

    def _pick_port(self) -> int:
        if self._chosen_port is None:
            return ports.kept(self._place.folder / "port")
        ports.require_free(self._chosen_port, PORT_SETTING)
        return self._chosen_port

    def _port(self) -> int:
        running = self._pid_file_line(4)
        if not running.isdigit():
            raise StackError("PostgreSQL is not running")
        return int(running)

    def _psql(self, statement: str) -> str:
        done = run(
            [
                str(self._place.programs / "psql"),
                *("-h", "127.0.0.1", "-p", str(self._port()), "-U", USER, "-d", "postgres"),
                *("-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement),
            ],
            env={**_ENVIRONMENT, "PGPASSWORD": self._password, "PGCONNECT_TIMEOUT": "5"},
        )
        if done.returncode != 0:
            raise StackError(f"PostgreSQL refused: {done.stderr.strip()}")
        return done.stdout.strip()


def _give(account: Account | None, *paths: Path) -> None:
    if account is not None:
        for path in paths:
            os.chown(path, account.uid, account.gid)


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
