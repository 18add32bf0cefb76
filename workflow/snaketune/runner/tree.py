"""The processes of a run: found, signalled and measured, daemonised ones too."""

from __future__ import annotations

import contextlib
import os
import signal

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PROC", "Tree", "adopt_orphans", "children"]

# Without /proc (macOS) only the process group is stopped, and memory is not watched.
PROC = os.path.exists("/proc/self/stat")


def children(pid: int) -> set[int]:
    """The pids of the children of a process; empty when it is gone."""
    found: set[int] = set()
    try:
        # As many as there are threads, and the folders . and ..: most processes have one, whose id is theirs.
        tasks = os.listdir(f"/proc/{pid}/task") if os.stat(f"/proc/{pid}/task").st_nlink != 3 else [str(pid)]
        for task in tasks:
            with open(f"/proc/{pid}/task/{task}/children", "rb", buffering=0) as file:
                found.update(map(int, file.readall().split()))
    except OSError:
        if not os.path.exists("/proc/thread-self/children"):  # a kernel without CONFIG_PROC_CHILDREN
            return {child for child, parent, _, _ in _processes() if parent == pid}
    return found


def _processes() -> Iterator[tuple[int, int, int, bool]]:
    """(pid, parent, session, is a zombie) of every process that can be seen."""
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
            yield int(name), int(fields[1]), int(fields[3]), fields[0] in b"ZX"


def _has_token(pid: int, token: str) -> bool:
    with contextlib.suppress(OSError), open(f"/proc/{pid}/environ", "rb") as file:
        return f"SNAKETUNE_TOKEN={token}".encode() in file.read()
    return False


class Tree:
    """The processes of a run.

    They are: children of the `parents` (the runner, to which orphans are reparented; what starts programs for it), the
    session that `leader` leads, and whoever carries the token in its environment, but for those that are `spared`, with
    all their descendants. One tree serves for runs that follow each other in one process.
    """

    def __init__(self, token: str, parent: int | None = None):
        self.token, self.leader = token, 0
        self.parents: set[int] = {parent} if parent else set()
        self.spared: set[int] = set()

    def members(self, thorough: bool = False) -> set[int]:
        """The pids; `thorough` looks at all processes of the machine. Without /proc: minus the group."""
        if not PROC:
            with contextlib.suppress(OSError):
                if self.leader:
                    os.kill(-self.leader, 0)
                    return {-self.leader}
            return set()
        found: set[int] = set().union(*map(children, self.parents))
        if thorough:
            found |= {
                pid
                for pid, _, session, zombie in _processes()
                # session 0 is that of processes from outside a container: never a leader's
                if not zombie and (0 != self.leader == session or _has_token(pid, self.token))
            }
        found -= self.spared
        todo = list(found)
        while todo:
            new = children(todo.pop()) - found - self.spared
            found |= new
            todo += new
        return found

    def signal(self, number: int) -> int:
        """Send a signal to all; returns how many there were."""
        members = self.members(thorough=True)
        for pid in members:
            with contextlib.suppress(OSError):
                os.kill(pid, number)
                if number == signal.SIGTERM:
                    os.kill(pid, signal.SIGCONT)  # a stopped process could not act on it
        return len(members)

    def rss(self) -> int:
        """The sum of the resident memory in bytes."""
        pages = 0
        for pid in self.members() if PROC else ():
            with contextlib.suppress(OSError), open(f"/proc/{pid}/statm") as file:
                pages += int(file.read().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


def adopt_orphans() -> bool:
    """Become the parent of descendants whose own parent ends (Linux); returns whether that worked."""
    try:
        import ctypes

        return bool(ctypes.CDLL(None).prctl(36, 1, 0, 0, 0) == 0)  # PR_SET_CHILD_SUBREAPER
    except (ImportError, OSError, AttributeError):
        return False
