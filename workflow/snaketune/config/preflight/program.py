"""The program that a command starts, and the script that it is to read."""

import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from snaketune.errors import did_you_mean
from snaketune.files import is_there
from snaketune.runner.command import PLACEHOLDER

__all__ = ["Program"]

_PYTHON = re.compile(r"python[\d.]*")
# Their first word, if it is no option, is the script.
_READERS = re.compile(r"(ba|da|z|k)?sh|perl|ruby|julia|Rscript")
# Options of Python that change where modules are found, or what the script is.
_OTHER_PLACES = re.compile(r"-[A-Za-z]*[SsEIP]")
_TAKES_NEXT = ("-W", "-X", "--check-hash-based-pycs")


@dataclass(frozen=True)
class Program:
    """The words of a command as they start in `folder` with the environment variables `env` on top of ours."""

    words: Sequence[str]
    folder: Path
    env: Mapping[str, str]

    @property
    def name(self) -> str:
        return self.words[0]

    @cached_property
    def found(self) -> str | None:
        """The path of the program, None if there is none; as the runner looks for it."""
        if "/" in self.name:
            path = self.folder / self.name
            return str(path) if is_there(path) and os.access(path, os.X_OK) else None
        return shutil.which(self.name, path=self.env.get("PATH", self._path))

    @property
    def _path(self) -> str:
        return os.path.dirname(sys.executable) + os.pathsep + os.environ.get("PATH", os.defpath)  # noqa: PTH120

    def problem(self) -> str | None:
        """Why the program can't be started, None if it can or that can't be known."""
        if PLACEHOLDER.search(self.name) or self.found:
            return None
        path = self.folder / self.name
        if is_there(path, Path.is_dir):
            return f"{self.name} is a folder, not a program"
        if "/" in self.name and is_there(path):
            return f"{self.name} can't be executed: chmod +x {self.name}, or name what reads it ({_reader(self.name)})"
        if is_there(path):
            return f"there is no program {self.name} on the PATH; for the file here: {_reader(self.name)}"
        if "/" in self.name:
            return f"there is no program {self.name}{self._where}"
        return f"there is no program {self.name} on the PATH"

    @property
    def _where(self) -> str:
        return f" (seen from {self.folder})"

    @cached_property
    def is_python(self) -> bool:
        """Whether it is the Python that runs this, with the modules that this finds."""
        if not self.found or not _PYTHON.fullmatch(Path(self.name).name) or "PYTHONHOME" in self.env:
            return False
        same = Path(self.found).absolute().parent == Path(sys.executable).absolute().parent
        return same and not any(_OTHER_PLACES.fullmatch(word) for word in self.words[1 : self._place[0]])

    @property
    def module(self) -> str | None:
        """The module of `python -m MODULE`."""
        place, is_module = self._place
        return self.words[place] if is_module and place < len(self.words) else None

    @property
    def script(self) -> str | None:
        """The file that an interpreter is to read."""
        place, is_module = self._place
        return self.words[place] if not is_module and place < len(self.words) else None

    @property
    def arguments(self) -> Sequence[str]:
        """What stands behind the script or module."""
        return self.words[self._place[0] + 1 :]

    @cached_property
    def _place(self) -> tuple[int, bool]:
        """Where the script or module stands (behind the end if there is none), and whether it is a module."""
        interpreter, end = Path(self.name).name, len(self.words)
        if _READERS.fullmatch(interpreter):
            options = len(self.words) > 1 and self.words[1].startswith(("-", "{"))
            return (end if options else 1), False
        if not _PYTHON.fullmatch(interpreter):
            return end, False
        place = 1
        while place < end and self.words[place].startswith("-"):
            word = self.words[place]
            if word == "-m":
                return place + 1, True
            if word == "-" or re.match(r"-[A-Za-z]*[mc]", word):
                return end, False
            place += 2 if word in _TAKES_NEXT else 1
        return place, False

    def script_problem(self) -> str | None:
        """Why there is no script to be read, None if there is one or none is needed."""
        script = self.script
        if script is None or PLACEHOLDER.search(script) or is_there(self.folder / script, Path.exists):
            return None
        interpreter = Path(self.name).name
        if interpreter.endswith("sh") and "/" not in script and shutil.which(script):
            return None
        near = [str(Path(script).with_name(other.name)) for other in _beside(self.folder / script)]
        return f"there is no script {script}{self._where}.{did_you_mean(script, near)}"


def _beside(path: Path) -> list[Path]:
    try:
        return [other for other in path.parent.iterdir() if other.suffix == path.suffix and other.is_file()]
    except OSError:
        return []


def _reader(script: str) -> str:
    readers = {".py": "python", ".R": "Rscript", ".r": "Rscript", ".sh": "bash", ".jl": "julia", ".pl": "perl"}
    reader = readers.get(Path(script).suffix)
    return f"{reader} {script}" if reader else f"./{script}"
