"""The program that is swept: how it is started, and which of its words is the script to be read."""

import os
import re
import shlex
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from snaketune.config.preflight.program import Program as Started
from snaketune.errors import StudyError, did_you_mean
from snaketune.files import is_there
from snaketune.space.grammar import is_expression

__all__ = ["Program", "is_configuration", "program_of"]

_READERS = {
    ".py": "python", ".sh": "bash", ".bash": "bash", ".r": "Rscript", ".jl": "julia", ".pl": "perl", ".rb": "ruby",
    ".js": "node", ".lua": "lua",
}  # fmt: skip
_CONFIGURATIONS = (".yaml", ".yml", ".json")


def is_configuration(target: str) -> bool:
    """Whether what is to be run is a configuration by its name, not a script."""
    return Path(target).suffix.lower() in _CONFIGURATIONS


@dataclass(frozen=True)
class Program:
    """The words by which a program is started in the folder `root`, and `arguments`, the words typed behind it."""

    words: tuple[str, ...]
    arguments: tuple[str, ...]
    root: Path

    @cached_property
    def script(self) -> Path | None:
        """The file of the user's that it runs, relative to the folder, if there is one."""
        line = [*self.words, *self.arguments]
        started = Started(line, self.root, {})
        if started.module:
            return self._of_module(started.module)
        if "-m" in line[1:]:  # torchrun -m, accelerate launch -m
            return self._of_module(next(iter(line[line.index("-m") + 1 :]), ""))
        if started.script:
            return Path(started.script) if is_there(self.root / started.script) else None
        files = (word for word in line if Path(word).suffix.lower() in _READERS and is_there(self.root / word))
        own = self.words[0] if "/" in self.words[0] and is_there(self.root / self.words[0]) else None
        found = own or next(files, None)
        return Path(found) if found else None

    def _of_module(self, module: str) -> Path | None:
        place = Path(*module.split("."))
        files = (place.with_suffix(".py"), place / "__main__.py", "src" / place.with_suffix(".py"))
        return next((file for file in files if is_there(self.root / file)), None) if module else None

    @property
    def is_python(self) -> bool:
        """Whether the script is one of Python's."""
        return self.script is not None and self.script.suffix == ".py"

    @property
    def label(self) -> str:
        """What it is called: the script's name without its ending, or the program's, as a study may be called."""
        script = self.script
        if script is None:
            module = Started(self.words, self.root, {}).module
            stem = module.rpartition(".")[2] if module else Path(self.words[0]).stem
        else:
            stem = script.parent.name if script.name == "__main__.py" else script.stem
        return re.sub(r"[^A-Za-z0-9_-]+", "-", stem).lstrip("-_")[:64] or "study"

    @property
    def shown(self) -> str:
        """How it is called in messages."""
        return str(self.script or shlex.join(self.words))


def program_of(target: str, arguments: Sequence[str], root: Path) -> Program:
    """The program that `target` means: a script, a program on the PATH, or several words in one: "python -m pkg.train".

    Of the words typed behind it, those up to the script that it starts (`torchrun --nproc 2 train.py …`) are its own.

    Raises:
        StudyError: there is no such, or it is nothing that can be run.
    """
    program = Program(tuple(_words(target, root)), tuple(arguments), root)
    end = _end_of_script(program)
    own = program.arguments[:end]
    if any(map(is_expression, own)):  # what starts the script is searched
        return program
    return Program((*program.words, *own), program.arguments[end:], root)


def _end_of_script(program: Program) -> int:
    """How many of the arguments of a program there are up to the script that it starts, that among them."""
    behind, script = program.arguments, str(program.script)
    if program.script is None or Path(program.words[-1]) == program.script:
        return 0
    if "-m" in behind and script not in behind:
        return behind.index("-m") + 2
    return behind.index(script) + 1 if script in behind else 0


def _words(target: str, root: Path) -> list[str]:
    path = root / target
    if is_there(path, Path.is_dir):
        inside = sorted(file.name for file in path.iterdir() if file.suffix.lower() in _READERS)[:10]
        there = f" There are: {', '.join(str(Path(target, name)) for name in inside)}." if inside else ""
        raise StudyError(f"{target} is a folder: name the script in it, or a study in YAML.{there}")
    if is_there(path):
        return _of_file(target, path)
    if len(target.split()) > 1:
        try:
            words = shlex.split(target)
        except ValueError as error:
            raise StudyError(f"{target}: can't be split into words: {error}") from None
        if problem := Started(words, root, {}).problem():
            raise StudyError(problem)
        if problem := Started(words, root, {}).script_problem():
            raise StudyError(problem)
        return words
    path_of_programs = os.path.dirname(sys.executable) + os.pathsep + os.environ.get("PATH", os.defpath)  # noqa: PTH120
    if "/" not in target and shutil.which(target, path=path_of_programs):
        return [target]
    near = [str(Path(target).parent / file.name) for file in _beside(path)]
    raise StudyError(
        f"there is no script or program {target} (seen from {root.resolve()}).{did_you_mean(target, near)}"
    )


def _of_file(target: str, path: Path) -> list[str]:
    suffix = path.suffix.lower()
    if suffix == ".ipynb":
        raise StudyError(
            f"{target} is a notebook: export it as a script first (jupyter nbconvert --to script {target})"
        )
    executable = os.access(path, os.X_OK)
    if executable and not (suffix == ".py" and _by_plain_python(path)):
        return [target if "/" in target else f"./{target}"]
    if suffix in _READERS:
        return [_READERS[suffix], target]
    raise StudyError(
        f"{target} can't be executed: chmod +x {target}, or name what reads it: snaketune run bash {target}"
    )


def _by_plain_python(path: Path) -> bool:
    """Whether a script's first line asks for no more than a Python, so that the one that runs us will do."""
    try:
        with path.open("rb") as file:
            first = file.readline(200)
    except OSError:
        return True
    return not first.startswith(b"#!") or re.search(rb"[/ ]python[\d.]*\s*$", first) is not None


def _beside(path: Path) -> list[Path]:
    try:
        return [file for file in path.parent.iterdir() if file.suffix.lower() in (*_READERS, *_CONFIGURATIONS)]
    except OSError:
        return []
