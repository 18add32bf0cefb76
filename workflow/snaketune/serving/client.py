"""Has a stage's script run by a server (`server.py`):  python -S -E client.py SOCKET SCRIPT ARGUMENT...

The server's child gets this process's descriptors, folder, environment and arguments; its exit code or signal become
those of this process. It ends with this process, and a Ctrl-C is passed on to it. Where there is no server, where it is
not the right one or does not live, the script is started as it is.

It starts for every stage, so it imports next to nothing: `socket` takes as long as all the rest.
"""

import _signal  # type: ignore[import-not-found]
import _socket
import os
import sys
import time

__all__ = ["LENGTH", "Request", "ask"]

LENGTH = 8  # bytes of a request's length, in front of it
_DESCRIPTORS = (0, 1, 2)
_PEER = 12  # bytes: process, user and group
_PATIENCE = 60.0  # seconds for a server to be ready
_TICK = 0.5  # seconds: a signal that comes just before a wait is handled after it


class Request:
    """What a script is started with. Texts are in the file system's encoding on the way."""

    def __init__(self, python: str, umask: int, folder: str, words: "list[str]", environment: "dict[bytes, bytes]"):
        self.python, self.umask, self.folder, self.words = python, umask, folder, words
        self.environment = environment

    def packed(self) -> bytes:
        """The request as bytes: fields that end with NUL, which none of them can have in it."""
        head = [self.python, str(self.umask), self.folder, str(len(self.words)), *self.words]
        fields = [os.fsencode(field) for field in head]
        fields += [name + b"=" + value for name, value in self.environment.items()]
        return b"\0".join(fields)

    @classmethod
    def unpacked(cls, content: bytes) -> "Request":
        """The request that was packed."""
        fields = content.split(b"\0")
        python, umask, folder, count = (os.fsdecode(field) for field in fields[:4])
        end = 4 + int(count)
        pairs = (field.partition(b"=") for field in fields[end:])
        words = [os.fsdecode(field) for field in fields[4:end]]
        return cls(python, int(umask), folder, words, {name: value for name, _, value in pairs})


def ask(address: str, request: Request) -> "tuple[str, int] | None":
    """How the script has ended: `exit` and its code, or `signal` and which; None if the server can't tell.

    Raises:
        OSError: there is no server.
    """
    with _connected(address) as server, _Interrupts() as interrupts:
        content = request.packed()
        rights = b"".join(number.to_bytes(4, sys.byteorder) for number in _DESCRIPTORS)
        head = len(content).to_bytes(LENGTH, "big")
        server.sendmsg([head], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, rights)])
        server.sendall(content)
        ended = _ending(server, interrupts)
        if ended is None and interrupts.came:
            raise KeyboardInterrupt
        return ended


class _connected:  # noqa: N801
    """A connection to this user's server."""

    def __init__(self, address: str):
        self._socket = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        self._socket.settimeout(_PATIENCE)
        try:
            self._socket.connect(address)
            if hasattr(_socket, "SO_PEERCRED"):
                found = self._socket.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, _PEER)
                if int.from_bytes(found[4:8], sys.byteorder) != os.getuid():
                    raise PermissionError("the server is another user's")
        except OSError:
            self._socket.close()
            raise

    def __enter__(self) -> "_socket.socket":
        return self._socket

    def __exit__(self, *_: object) -> None:
        self._socket.close()


class _Interrupts:
    """A Ctrl-C is the script's: it is kept for it until the script has begun.

    A handler, as an exception would come between what has been received and its being kept.
    """

    def __init__(self) -> None:
        self.came = False
        self._pid = 0

    def __enter__(self) -> "_Interrupts":
        self._before = _signal.getsignal(_signal.SIGINT)
        if self._before is _signal.default_int_handler:
            _signal.signal(_signal.SIGINT, self._take)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is _signal.default_int_handler:
            _signal.signal(_signal.SIGINT, self._before)

    def pass_on(self, pid: int) -> None:
        """From now on to this process, and what has come before too."""
        self._pid = pid
        if self.came:
            self._take()

    def _take(self, *_: object) -> None:
        if self._pid:
            _interrupt(self._pid)
        elif self.came:
            raise KeyboardInterrupt
        self.came = True


def _interrupt(pid: int) -> None:
    try:  # noqa: SIM105 - contextlib takes long
        os.kill(pid, _signal.SIGINT)
    except ProcessLookupError:
        pass  # it has ended by itself


def _ending(server: "_socket.socket", interrupts: _Interrupts) -> "tuple[str, int] | None":
    """What the server says in the end; lines of a word and a number come from it."""
    said, patience = b"", time.monotonic() + _PATIENCE
    server.settimeout(_TICK)
    while True:
        while b"\n" in said:
            line, _, said = said.partition(b"\n")
            word, _, number = line.partition(b" ")
            if word != b"pid":
                return word.decode(), int(number)
            patience = float("inf")
            interrupts.pass_on(int(number))
        try:
            more = server.recv(4096)
        except TimeoutError:
            if time.monotonic() > patience:
                return None
            continue
        if not more:
            return None
        said += more


def main(address: str, script: str, *arguments: str) -> None:
    """Runs the script, by the server if that can be."""
    umask = os.umask(0o077)
    os.umask(umask)
    words = [script, *arguments]
    try:
        ended = ask(address, Request(sys.executable, umask, os.getcwd(), words, dict(os.environb)))  # noqa: PTH109
    except OSError:
        ended = None
    if ended is None or ended[0] == "refused":
        os.execv(sys.executable, [sys.executable, *words])
    how, number = ended
    if how == "signal":
        import signal

        if number != signal.SIGKILL:
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(number)


if __name__ == "__main__":
    main(*sys.argv[1:])
