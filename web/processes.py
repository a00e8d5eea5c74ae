"""Ending with whoever started us, however they end, SIGKILL included.

Linux only, by the kernel's parent-death signal; elsewhere these do nothing. The kernel counts from the thread
that started the child, so that has to be one that lives as long as its process.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

SET_PARENT_DEATH_SIGNAL = 1


def dies_with_parent() -> Callable[[], None] | None:
    """What a child of ours runs before exec (`preexec_fn`), to be sent SIGTERM when we end."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def ask() -> None:
        prctl(SET_PARENT_DEATH_SIGNAL, int(signal.SIGTERM), 0, 0, 0)
        if os.getppid() != parent:  # the parent was gone before we asked
            os._exit(1)

    return ask


def die_with_my_parent() -> None:
    """From now on this process gets SIGTERM when the one that started it ends."""
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(SET_PARENT_DEATH_SIGNAL, int(signal.SIGTERM), 0, 0, 0)
    if os.getppid() != parent:
        signal.raise_signal(signal.SIGTERM)
