"""Whether a file is still what was written: each folder's `.sums` has a line, SHA-256 and name, for each of our files.

A power cut, a full quota or a network file system can leave a file empty or cut although it was renamed into its place
whole. Lines are only added, by one call each, so that several processes may do so; what a file was before counts as
whole too, since a crash may come between the line and the file.
"""

import hashlib
import os
from pathlib import Path

from snaketune.errors import StudyError

__all__ = ["NAME", "DamagedFile", "add_sum", "check_sum", "read_whole", "sums_in"]

NAME = ".sums"


class DamagedFile(StudyError):  # noqa: N818  (a state of a file, as those of a result are)
    """A file of ours that is not what was written; a workflow that begins sets it aside and makes it again."""

    def __init__(self, path: Path, why: str):
        super().__init__(f"{path} is damaged: {why}. The command that runs the study sets it aside and makes it again")
        self.path, self.why = path, why


def add_sum(path: Path, content: bytes) -> None:
    """Notes what is about to be written as the file `path`."""
    found = _digest(content)
    if found not in sums_in(path.parent).get(path.name, ()):
        file = os.open(path.with_name(NAME), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        try:
            os.write(file, f"{found}  {path.name}\n".encode())
        finally:
            os.close(file)


def sums_in(folder: Path) -> dict[str, set[str]]:
    """The digests that each file of a folder may have, by name; files from before there were sums have none."""
    try:
        lines = (folder / NAME).read_bytes().decode(errors="replace").splitlines()
    except OSError:
        return {}
    found: dict[str, set[str]] = {}
    for line in lines:
        digest, _, name = line.partition("  ")
        if len(digest) == 2 * hashlib.sha256().digest_size and name:
            found.setdefault(name, set()).add(digest)
    return found


def check_sum(path: Path, content: bytes, sums: dict[str, set[str]]) -> None:
    """Raises DamagedFile if the content of the file is none that was written; `sums` are those of its folder."""
    if path.name in sums and _digest(content) not in sums[path.name]:
        raise DamagedFile(path, "its content is not what was written" if content.strip(b"\0") else "it is empty")


def read_whole(path: Path) -> str:
    """The text of one of our files.

    Raises:
        FileNotFoundError: there is none.
        DamagedFile: it is not what was written.
    """
    content = path.read_bytes()
    check_sum(path, content, sums_in(path.parent))
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise DamagedFile(path, "it is not valid text") from None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
