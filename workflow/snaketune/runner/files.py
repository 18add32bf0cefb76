"""Files that appear whole or not at all, files that are appended to, and a word to the user."""

from __future__ import annotations

import contextlib
import json
import os
import time

from snaketune.runner.history import parse_rows

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

__all__ = [
    "Refused",
    "append_line",
    "put_file",
    "read_bytes",
    "read_json",
    "read_lines",
    "replace_file",
    "say",
    "stamp",
    "writing",
]


class Refused(Exception):  # noqa: N818  (what the runner does, not what went wrong)
    """The runner ends without a result: `code` is its exit code, the message one line for the user."""

    def __init__(self, code: int, message: str):
        super().__init__(message)
        self.code = code


def say(message: object) -> None:
    """One line on standard error, if there is anybody to read it."""
    with contextlib.suppress(OSError):
        os.write(2, f"snaketune: {message}\n".encode(errors="replace"))


@contextlib.contextmanager
def writing(path: str) -> Iterator[None]:
    """What can't be written in here, such as `path`, ends the runner with one line."""
    try:
        yield
    except OSError as error:
        raise Refused(1, f"cannot write {error.filename or path}: {error.strerror}") from error


def read_json(path: str) -> Any:
    """The JSON value in a file without which there is no run."""
    try:
        with open(path, "rb") as file:
            return json.loads(file.read())
    except (OSError, ValueError) as error:
        raise Refused(2, f"cannot read {path}: {error}") from error


def read_bytes(path: str) -> bytes | None:
    """A file's content, None if there is no such file."""
    if os.path.isfile(path):
        with open(path, "rb") as file:
            return file.read()
    return None


def put_file(path: str, content: str | bytes) -> None:
    """Write a file, in the place of whatever was there, that need not outlive the machine's next crash.

    Raises:
        OSError: it can't be written.
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        with open(path, "xb", buffering=0) as file:
            written = file.write(data)
        if written == len(data):
            return
    except FileExistsError:
        pass
    _write(path, data, lambda descriptor: None)


def replace_file(path: str, content: str | bytes) -> None:
    """Write a file so that it appears whole or not at all, on the disk too.

    Raises:
        OSError: it can't be written; nothing is left behind.
    """
    _write(path, content, os.fsync)
    folder = os.open(os.path.dirname(path), os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some file systems know no fsync of a folder
            os.fsync(folder)
    finally:
        os.close(folder)


def _write(path: str, content: str | bytes, settle: Callable[[int], object]) -> None:
    temporary = f"{path}.{os.uname().nodename}.{os.getpid()}.tmp"
    try:
        with open(temporary, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            settle(file.fileno())
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def append_line(path: str, value: object) -> None:
    """Append a JSON value as a line, by a single call: several processes may do so at the same time."""
    line = (json.dumps(value) + "\n").encode()
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    try:
        os.write(file, line)
    finally:
        os.close(file)


def read_lines(path: str) -> list[dict[str, Any]]:
    """The JSON objects of a file that is appended to; none if there is no such file."""
    return parse_rows(read_bytes(path) or b"")


def stamp(seconds: float) -> str:
    """A time in seconds since the epoch as text, in UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds * 1000) % 1000:03d}Z"
