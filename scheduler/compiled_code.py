"""Where compiled code is kept: a folder for each state of the sources.

The compiler keeps what it made on disk and looks only at the file that a function is in, not at the files of those it
calls. After an update it would go on with callers into which the old code was compiled.
"""

import os
import shutil
import sys
import time
from hashlib import sha256
from pathlib import Path

SOURCES = Path(__file__).resolve().parent
VARIABLE = "NUMBA_CACHE_DIR"
"""Names the folder to the compiler, and to us the one above it."""

LENGTH = 16
"""Letters of a folder's name."""

OLD = 14 * 24 * 3600
"""Seconds after which the folder of another state is removed."""


def choose_folder(sources: Path = SOURCES) -> Path | None:
    """Make the folder for these sources and tell the compiler, before it meets the first function.

    Returns:
        The folder; None if none can be made, and the compiler looks for a place itself.
    """
    state = sha256()
    for file in sorted(sources.glob("*.py")):
        state.update(file.name.encode())
        state.update(file.read_bytes())
    name = state.hexdigest()[:LENGTH]
    given = os.environ.get(VARIABLE)
    above = Path(given) if given else sources / "__pycache__" / "compiled"
    folder = (above.parent if _is_state(above.name) else above) / name  # a child process inherits our folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.touch()
    except OSError:
        return None
    os.environ[VARIABLE] = str(folder)
    if "numba" in sys.modules:
        sys.modules["numba"].config.CACHE_DIR = str(folder)
    _remove_old(folder)
    return folder


def _remove_old(folder: Path) -> None:
    """Remove folders of other states that were not used for long."""
    for other in folder.parent.iterdir():
        if _is_state(other.name) and other != folder and time.time() - other.stat().st_mtime > OLD:
            shutil.rmtree(other, ignore_errors=True)


def _is_state(name: str) -> bool:
    return len(name) == LENGTH and not name.strip("0123456789abcdef")
