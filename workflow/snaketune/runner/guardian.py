"""The process that kills a run's tree when the runner itself is killed, and then releases its locks.

Only a process that has at once a session, a parent and an environment of its own (`setsid env -i PROGRAM &`) escapes.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time

from snaketune.runner.signals import ignore_stop_signals
from snaketune.runner.tree import Tree

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["start_guardian", "tell"]


def start_guardian(token: str, held: Iterable[int], on_death: Callable[[], object]) -> tuple[int, int]:
    """Fork the process that kills the tree when the runner dies; its pid and the pipe to tell it things.

    The last word it was told is the leader's pid, 0 (the leader is gone) or "done". It shares the
    descriptors of the locks that are `held`. `on_death` is called first, in that process.
    """
    ears, mouth = os.pipe()
    pid = os.fork()
    if pid:
        os.close(ears)
        return pid, mouth
    try:
        ignore_stop_signals()
        os.setsid()
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(null, descriptor)
        for descriptor in set(range(3, 256)) - {ears, *held}:
            with contextlib.suppress(OSError):
                os.close(descriptor)
        told = b"0 "
        while True:
            part = os.read(ears, 4096)
            if not part:
                break
            told += part
        word = told.split()[-1]
        if word != b"done":
            on_death()
            tree = Tree(token)
            tree.leader = int(word)
            quiet = 0
            while quiet < 2:  # twice: a process may have been forking while we looked
                quiet = 0 if tree.signal(signal.SIGKILL) else quiet + 1
                time.sleep(0.05)
    finally:
        os._exit(0)


def tell(mouth: int, word: object) -> None:
    """Tell the guardian a word."""
    with contextlib.suppress(BrokenPipeError):  # somebody has killed the guardian
        os.write(mouth, f"{word} ".encode())
