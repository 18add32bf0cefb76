"""The process that kills a run's tree when the runner itself is killed, and then releases its locks.

Only a process that has at once a session, a parent and an environment of its own (`setsid env -i PROGRAM &`) escapes.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import signal
import struct
import time

from snaketune.runner.signals import ignore_stop_signals
from snaketune.runner.tree import Tree

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

__all__ = ["Guardian", "Memory"]

_HEAD = struct.Struct("qq")
_NOBODY = -1


class Memory:
    """What a runner is at, in memory that outlives it: seen by its guardian, and by whoever has started it.

    `words` describe the run, None if there is none; `leader` is the pid of its program, 0 before and after that.
    """

    _SIZE = 1 << 20

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, self._SIZE)
        self.rest()

    def begin(self, words: Mapping[str, Any]) -> None:
        """A run begins; its word `given` is left out if there is no room for it."""
        content = json.dumps(words).encode()
        if len(content) > self._SIZE - _HEAD.size:  # a very long text among the parameters
            content = json.dumps({name: value for name, value in words.items() if name != "given"}).encode()
        self._memory[_HEAD.size : _HEAD.size + len(content)] = content
        _HEAD.pack_into(self._memory, 0, 0, len(content))

    def lead(self, pid: int) -> None:
        """Its program has this pid; 0: it has ended."""
        _HEAD.pack_into(self._memory, 0, pid, _HEAD.unpack_from(self._memory)[1])

    def rest(self) -> None:
        """The run has ended."""
        _HEAD.pack_into(self._memory, 0, _NOBODY, 0)

    @property
    def leader(self) -> int:
        return int(_HEAD.unpack_from(self._memory)[0])

    @property
    def words(self) -> dict[str, Any] | None:
        leader, size = _HEAD.unpack_from(self._memory)
        if leader == _NOBODY:
            return None
        found: dict[str, Any] = json.loads(self._memory[_HEAD.size : _HEAD.size + size])
        return found


class Guardian:
    """Watches over this process by another one, which shares the descriptors of the locks that are held.

    When this process is killed in the middle of a run, that one calls `on_death` with the run's words, and kills the
    run's tree, of which the word `token` is the mark.
    """

    def __init__(self, memory: Memory, on_death: Callable[[Mapping[str, Any]], object]):
        self.memory, self.on_death = memory, on_death
        self.pid: int | None = None
        self._mouth = -1
        self._held: object = None

    def watch(self, held: Sequence[int], number: int, words: Mapping[str, Any]) -> int:
        """A run begins with the descriptors `held`, of which `number` tells those from others; the guardian's pid."""
        if self._is_lost() or self._held != (number, *held):
            self.end()
            self.pid, self._held = self._start(held), (number, *held)
        self.memory.begin(words)
        assert self.pid is not None
        return self.pid

    def end(self) -> None:
        """Nothing needs to be guarded any more."""
        self.memory.rest()
        if self.pid is not None:
            os.close(self._mouth)
            with contextlib.suppress(ChildProcessError):  # or it was killed, and reaped with the others
                os.waitpid(self.pid, 0)
            self.pid = None

    def _is_lost(self) -> bool:
        """Whether there is none, or it was killed."""
        with contextlib.suppress(ChildProcessError):
            return self.pid is None or os.waitpid(self.pid, os.WNOHANG) != (0, 0)
        return True

    def _start(self, held: Sequence[int]) -> int:
        ears, mouth = os.pipe()
        pid = os.fork()
        if pid:
            os.close(ears)
            self._mouth = mouth
            return pid
        try:
            ignore_stop_signals()
            os.setsid()
            null = os.open(os.devnull, os.O_RDWR)
            for descriptor in range(3):
                os.dup2(null, descriptor)
            for descriptor in set(range(3, 256)) - {ears, *held}:
                with contextlib.suppress(OSError):
                    os.close(descriptor)
            os.read(ears, 1)  # until there is nobody who could write
            words = self.memory.words
            if words is not None:
                self.on_death(words)
                _kill(words["token"], self.memory.leader)
        finally:
            os._exit(0)


def _kill(token: str, leader: int) -> None:
    tree = Tree(token)
    tree.leader = leader
    quiet = 0
    while quiet < 2:  # twice: a process may have been forking while we looked
        quiet = 0 if tree.signal(signal.SIGKILL) else quiet + 1
        time.sleep(0.05)
