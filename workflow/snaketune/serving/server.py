"""Serves stages: processes that have imported what a group of scripts needs, and fork a child for each request.

They only import and never compute, so that a child finds the libraries as a new interpreter would. The first process
serves the scripts that need little; when it is ready, a process that begins as its copy imports what the next group
needs, and so on, so that nobody waits for the imports of others, and one process imports at a time.

A server ends with the process that has started it, when the pipe from there ends; children that are at work finish. It
also ends when nobody has asked for long: where trials take so long, imports do not count.
"""

import ast
import gc
import os
import select
import signal
import socket
import stat
import struct
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from snaketune.serving.child import OWN_VARIABLES, become
from snaketune.serving.client import LENGTH, Request

__all__ = ["serve"]

_PACKAGE = Path(__file__).parents[1]
_BACKLOG = 64
_PATIENCE = 10.0  # seconds for a request to arrive
_IDLE = 600.0  # seconds without a request after which what is imported is not worth its memory


def serve(scripts: Path, groups: Sequence[tuple[str, Sequence[str]]], alive: int) -> None:
    """Serves each group, an address and what to import for it, until the descriptor `alive` ends.

    What is imported is a module or, by `module:function`, what a function reads and keeps; or, by a name that ends in
    .py, what a script in the folder `scripts` imports.
    """
    _serve(scripts, groups, alive, environment=_compared(os.environb), started=time.time_ns())


def _serve(
    scripts: Path,
    groups: Sequence[tuple[str, Sequence[str]]],
    alive: int,
    *,
    environment: dict[bytes, bytes],
    started: int,
) -> None:
    (address, imports), *others = groups
    listener = _listener(address)
    for name in imports:
        if _over(alive):
            break
        with suppress(Exception):  # the script will say it
            _imported(name, scripts)
    gc.collect()
    gc.freeze()  # not to be looked through, and so copied, by each child
    if others and not _over(alive) and os.fork() == 0:
        listener.close()
        _serve(scripts, others, alive, environment=environment, started=started)
        os._exit(0)
    if threading.active_count() == 1 and _threads() == 1:  # of several, a fork would take one
        _Server(listener, alive, environment, started).work()
    listener.close()
    with suppress(OSError):
        os.unlink(address)  # noqa: PTH108


@dataclass
class _Server:
    """One group's process. `environment` is what a script's has to be like, `started` when its imports began."""

    listener: socket.socket
    alive: int
    environment: dict[bytes, bytes]
    started: int
    children: dict[int, socket.socket] = field(default_factory=dict)

    def work(self) -> None:
        """Serves until whoever started it is gone, or nobody has asked for long, and all children have ended."""
        ended, wakes = os.pipe()
        os.set_blocking(wakes, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
        over = False
        while self.children or not over:
            waiting: list[int | socket.socket] = [ended, *self.children.values()]
            waiting += [] if over else [self.alive, self.listener]
            ready, _, _ = select.select(waiting, [], [], None if self.children else _IDLE)
            if ended in ready:
                os.read(ended, 4096)
                self._reap()
            if self.alive in ready or not ready:
                over = True
                self.listener.close()
            elif self.listener in ready:
                with suppress(OSError, ValueError, struct.error):
                    self._answer((ended, wakes))
            self._end_with_clients(ready)

    def _answer(self, own: Iterable[int]) -> None:
        """Takes a request and starts its child."""
        client, _ = self.listener.accept()
        client.settimeout(_PATIENCE)
        descriptors: list[int] = []
        try:
            request, descriptors = _received(client)
            if not self._is_for(request):
                client.sendall(b"refused 0\n")
                client.close()
                return
            pid = os.fork()
            if pid == 0:
                self._forget(own)
                client.settimeout(None)
                become(request, descriptors, client)
            self.children[pid] = client
        except OSError:
            client.close()
            raise
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def _is_for(self, request: Request) -> bool:
        """Whether a script would find the same interpreter, environment and code in a new interpreter."""
        same = request.python == sys.executable and _compared(request.environment) == self.environment
        return same and not _changed_since(self.started)

    def _forget(self, own: Iterable[int]) -> None:
        """In a child: gives up all that is the server's."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self.listener.close()
        for descriptor in own:
            os.close(descriptor)
        for client in self.children.values():
            client.close()

    def _reap(self) -> None:
        """Tells the clients of children that have died by a signal; the others have told them themselves."""
        for pid in list(self.children):
            found, status = os.waitpid(pid, os.WNOHANG)
            if found == 0:
                continue
            code = os.waitstatus_to_exitcode(status)
            with self.children.pop(pid) as client, suppress(OSError):
                client.sendall(f"signal {-code}\n".encode() if code < 0 else f"exit {code}\n".encode())

    def _end_with_clients(self, ready: Iterable[object]) -> None:
        """Kills the children whose clients are no more."""
        for pid, client in self.children.items():
            if client in ready:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def _listener(address: str) -> socket.socket:
    """A socket that nobody but this user may connect to."""
    with suppress(FileNotFoundError):
        os.unlink(address)  # noqa: PTH108
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(address)
    finally:
        os.umask(before)
    os.chmod(address, stat.S_IRUSR | stat.S_IWUSR)  # noqa: PTH101
    listener.listen(_BACKLOG)
    return listener


def _received(client: socket.socket) -> tuple[Request, list[int]]:
    """A request and the descriptors that come with it, if it is this user's."""
    if hasattr(socket, "SO_PEERCRED"):
        found = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        if struct.unpack("3i", found)[1] != os.getuid():
            raise PermissionError("the client is another user's")
    head, descriptors, _, _ = socket.recv_fds(client, LENGTH, 3)
    try:
        if len(head) < LENGTH or len(descriptors) != 3:
            raise ValueError("no request")
        left = int.from_bytes(head, "big")
        parts = []
        while left:
            part = client.recv(left)
            if not part:
                raise ValueError("no whole request")
            parts.append(part)
            left -= len(part)
        return Request.unpacked(b"".join(parts)), descriptors
    except (OSError, ValueError):
        for descriptor in descriptors:
            os.close(descriptor)
        raise


def _compared(variables: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
    """What has to be the same in a server's environment, as it began, and in a script's."""
    return {name: value for name, value in variables.items() if name not in OWN_VARIABLES}


def _changed_since(started: int) -> bool:
    """Whether any of our modules that have been imported is another now."""
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if file and file.startswith(f"{_PACKAGE}{os.sep}"):
            try:
                if os.stat(file).st_mtime_ns > started:  # noqa: PTH116
                    return True
            except OSError:
                return True
    return False


def _imported(name: str, scripts: Path) -> None:
    """Imports a module and calls its function, if one is named, or imports what a script imports, running nothing."""
    if not name.endswith(".py"):
        module, _, function = name.partition(":")
        found = import_module(module)
        if function:
            getattr(found, function)()
        return
    for line in ast.parse((scripts / name).read_bytes()).body:
        if isinstance(line, ast.ImportFrom) and line.module and not line.level:
            import_module(line.module)
        elif isinstance(line, ast.Import):
            for alias in line.names:
                import_module(alias.name)


def _threads() -> int:
    """How many threads this process has, those of libraries included, where that can be told."""
    try:
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208
    except OSError:
        return threading.active_count()


def _over(alive: int) -> bool:
    return bool(select.select([alive], [], [], 0)[0])
