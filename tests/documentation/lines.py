"""The command lines in documents: which there are, and what can be said of them without typing them."""

import re
import shlex
import tomllib
from contextlib import chdir
from functools import cache
from pathlib import Path
from typing import Any

from blocks import ROOT, Block

# Installing is done by .ci/run and by the test of the wheel, which type the README's own lines.
_INSTALLING = ("pip", "python3 -m venv", "conda", "mamba")
_TARGETS = {"plan", "status", "peek", "compare"}


def commands_of(block: Block) -> list[str]:
    """The lines of a block of shell, continued ones put together, without comments and empty ones."""
    lines = re.sub(r"\\\n\s*", "", block.text).splitlines()
    return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]


def look_up(line: str, folder: Path, block: Block) -> bool:
    """Checks the options of a line's commands; whether that is all that is done with the line."""
    parts = [part.strip() for part in re.split(r"&&|;", line)]
    for part in parts:
        words = shlex.split(part, comments=True)
        while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
            words = words[1:]
        if words[:1] == ["snakemake"]:
            _check_snakemake(words[1:], f"{block}: {part}")
        elif words[:1] == ["pip"]:
            _check_pip(words[1:], f"{block}: {part}")
    return parts[0].startswith(_INSTALLING)


def planned(line: str) -> str:
    """The line in a form that runs nothing."""
    program, _, rest = line.partition(" ")
    if program == "snakemake" and not {"plan", "status"} & set(shlex.split(line)):
        return f"{program} -n {rest}"
    if re.match(r"snaketune run +[^\s-]\S*(?<!\.yaml)(?= |$)", line):
        return line.replace("snaketune run", "snaketune run --only-write", 1)
    return re.sub(r"^snaketune run\b", "snaketune plan", line)


def _check_snakemake(words: list[str], where: str) -> None:
    from snakemake.cli import parse_args

    try:
        with chdir(ROOT):  # profiles are named by their places there
            _, options = parse_args(words)
    except SystemExit as error:
        raise AssertionError(f"{where}: Snakemake has no such options") from error
    unknown = set(options.targets) - _TARGETS
    assert not unknown or "report" in where, f"{where}: {unknown} is no target"


def _check_pip(words: list[str], where: str) -> None:
    for word in words:
        extras = re.match(r"(?:\.|snaketune)\[([\w,]+)\]$", word)
        for extra in extras[1].split(",") if extras else []:
            assert extra in _extras(), f"{where}: there is no extra '{extra}'"


@cache
def _extras() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
