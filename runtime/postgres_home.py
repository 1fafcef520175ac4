"""Where the embedded PostgreSQL lives and whom it runs as; docs/adr/0002-embedded-postgres.md says why.

PostgreSQL refuses to run as root. Started by root it therefore runs as `nobody`, who may be unable to enter the
checkout. Then data and a copy of the programs live in a folder of their own under /var/lib/callout, and the home
folder holds a link to it.
"""

import os
import pwd
import secrets
import shutil
import stat
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

from runtime.errors import StackError
from runtime.processes import Account

PRIVATE_ROOT = Path("/var/lib/callout")
_DISTRIBUTION = "embedded-postgres"


@dataclass(frozen=True)
class PostgresHome:
    """The folders of one embedded server.

    Attributes:
        folder: what belongs to this server; `data` and `port` live in it.
        programs: the `bin` folder of the installation it may execute.
        account: whom the server runs as; nothing means ourselves.
    """

    folder: Path
    programs: Path
    account: Account | None

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.folder / "data"


def prepare(home: Path, private_root: Path = PRIVATE_ROOT) -> PostgresHome:
    """Makes or finds the folders for the server of `home`.

    Args:
        home: the `.callout` folder of a checkout.
        private_root: where closed checkouts keep their data when root starts them.

    Raises:
        StackError: the folder belongs to somebody else or cannot be made.
    """
    link = home / "postgres"
    try:
        home.mkdir(parents=True, exist_ok=True)
        if os.geteuid() != 0:
            link.mkdir(mode=0o700, exist_ok=True)
            _require_own(link / "data")
            return PostgresHome(link.resolve(), _package() / "pginstall" / "bin", None)
        return _prepare_as_root(home, link, private_root)
    except (PermissionError, FileExistsError) as error:
        raise StackError(
            f"{error.filename} cannot be used: it belongs to another user or leads nowhere; "
            f"run this as the user who made {home}"
        ) from error


def remove(home: Path) -> None:
    """Deletes the server's data for ever, also when it lives outside `home`. The server must be stopped."""
    link = home / "postgres"
    if link.exists():
        shutil.rmtree(link.resolve())
    link.unlink(missing_ok=True)


def _prepare_as_root(home: Path, link: Path, private_root: Path) -> PostgresHome:
    if link.is_symlink() and _is_shared_with_another(link):
        link.unlink()
    account = _account_for(link / "data")
    if not link.is_symlink() and not link.exists():
        if _may_enter(home, account):
            _make_open(link)
        else:
            link.symlink_to(_make_private(private_root), target_is_directory=True)
    folder = link.resolve(strict=True)
    if not _may_enter(folder, account):
        raise StackError(
            f"{folder} was made when the database's user could enter it, and now that user cannot: "
            "open its parent folders again (chmod o+x), or run 'make reset' to begin with an empty database"
        )
    if link.is_symlink():
        (folder / "used-by").write_text(f"{home.resolve()}\n")
    return PostgresHome(folder, _programs_for(folder, account, private_root), account)


def _is_shared_with_another(link: Path) -> bool:
    """A copied checkout brings a copy of the link along; only the one who is still there keeps the data."""
    used_by = link / "used-by"
    if not used_by.exists():
        return False
    other = Path(used_by.read_text().strip()) / "postgres"
    return other.parent != link.parent.resolve() and other.is_symlink() and other.resolve() == link.resolve()


def _make_private(private_root: Path) -> Path:
    _make_open(private_root)
    folder = private_root / secrets.token_hex(8)
    _make_open(folder)
    return folder


def _make_open(folder: Path) -> None:
    """A folder others may walk through but not list, whatever the umask says."""
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o711)


def _account_for(data: Path) -> Account:
    """Root serves the data as whoever owns it already, else as nobody."""
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as error:
        raise StackError("PostgreSQL cannot run as root, and this machine has no user 'nobody'") from error
    return Account(nobody.pw_uid, nobody.pw_gid)


def _require_own(data: Path) -> None:
    if data.exists() and data.stat().st_uid != os.geteuid():
        raise StackError(f"{data} belongs to another user: run this as that user")


def _programs_for(folder: Path, account: Account, private_root: Path) -> Path:
    """Returns programs that the account can execute: the wheel's own, or a copy of them."""
    own = _package() / "pginstall" / "bin"
    if _may_enter(own, account):
        return own
    # An open checkout with a closed environment keeps no copy of its own inside the checkout.
    inside = folder if folder.parent == private_root.resolve() else private_root / "programs"
    _make_open(private_root)
    _make_open(inside)
    return _copy_programs(inside)


def _package() -> Path:
    """The package is a carrier of programs; importing it would run the set-up of its own launcher."""
    try:
        return Path(str(distribution(_DISTRIBUTION).locate_file("embedded_postgres")))
    except PackageNotFoundError as error:
        raise StackError("the embedded PostgreSQL is not part of this installation: use a server") from error


def _copy_programs(inside: Path) -> Path:
    """Copies the installation with the libraries beside it, as its programs look for them; once per version."""
    package = _package()
    libraries = package.with_name("embedded_postgres.libs")
    target = inside / f"install-{version(_DISTRIBUTION)}"
    if not target.exists():
        fresh = Path(f"{target}.{os.getpid()}")
        shutil.copytree(package / "pginstall", fresh / package.name / "pginstall", symlinks=True)
        shutil.copytree(libraries, fresh / libraries.name)
        _open_to_all(fresh)
        fresh.rename(target)
    return target / package.name / "pginstall" / "bin"


def _open_to_all(folder: Path) -> None:
    """A strict umask must not close the copy again."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))


def _may_enter(path: Path, account: Account) -> bool:
    here = path.resolve()
    return all(_may_pass(folder.stat(), account) for folder in (here, *here.parents))


def _may_pass(folder: os.stat_result, account: Account) -> bool:
    if folder.st_uid == account.uid:
        return bool(folder.st_mode & stat.S_IXUSR)
    if folder.st_gid == account.gid:
        return bool(folder.st_mode & stat.S_IXGRP)
    return bool(folder.st_mode & stat.S_IXOTH)
