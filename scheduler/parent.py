"""A process that ends with the one that started it, even in the middle of a solve that holds the interpreter."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""``prctl(2)``, Linux: a signal for this process when the thread that started it ends."""


def die_with(parent: int) -> None:
    """End this process when its parent does; the kernel kills it."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)
