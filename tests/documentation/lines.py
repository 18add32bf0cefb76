"""The command lines in documents: which there are, and what can be said of them without typing them."""

import re
import shlex
import tomllib
from contextlib import chdir
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import click
from blocks import ROOT, Block, sentences_of
from snaketune.cli.group import group

# Installing is done by .ci/run and by the test of the wheel, which type the README's own lines.
_INSTALLING = ("pip", "python -m venv", "python3 -m venv", "conda", "mamba")
_TARGETS = {"plan", "status", "peek", "compare"}


def commands_of(block: Block) -> list[str]:
    """The lines of a block of shell, continued ones put together, without comments and empty ones."""
    lines = re.sub(r"\\\n\s*", "", block.text).splitlines()
    return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]


def look_up(line: str, folder: Path, block: Block) -> bool:
    """Checks the options of a line's commands; whether that is all that is done with the line."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=";&|")
    lexer.whitespace_split = True
    commands = [list(words) for end, words in groupby(lexer, key=lambda word: set(word) <= set(";&|")) if not end]
    for words in commands:
        part = shlex.join(words)
        while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
            words = words[1:]
        if words[:1] in (["snakemake"], ["snaketune"]):
            check_words(shlex.join(words), f"{block}: {part}")
        elif words[:1] == ["pip"]:
            _check_pip(words[1:], f"{block}: {part}")
    return line.startswith(_INSTALLING)


def inline_commands(document: Path) -> list[str]:
    """The commands of Snakemake and SnakeTune that stand in a document's sentences and tables."""
    spans = re.findall(r"`((?:snakemake|snaketune) [^`]+)`", sentences_of(document))
    return [" ".join(span.replace("\\|", "|").split()) for span in spans if "…" not in span]


def check_words(line: str, where: str) -> None:
    """Checks that a command and its options exist; names and values may be made up."""
    words = shlex.split(line, comments=True)
    if words[0] == "snakemake":
        _check_snakemake(words[1:], where)
    else:
        _check_snaketune(words[1:], where)


def planned(line: str) -> str:
    """The line in a form that runs nothing."""
    if re.match(r"snaketune run +[^\s-]\S*(?<!\.yaml)(?= |$)", line):
        return line.replace("snaketune run", "snaketune run --only-write", 1)
    words = shlex.split(line, comments=True)
    if (words[0] == "snakemake" and not {"plan", "status"} & set(words)) or "--" in words:
        return shlex.join([*words, "-n"])
    return re.sub(r"^snaketune run\b", "snaketune plan", line)


def _check_snakemake(words: list[str], where: str) -> None:
    from snakemake.cli import parse_args

    try:
        with chdir(ROOT):  # profiles are named by their places there
            _, options = parse_args(words)
    except SystemExit as error:
        raise AssertionError(f"{where}: Snakemake has no such options") from error
    unknown = {target.removeprefix("tune_") for target in options.targets if "." not in target} - _TARGETS
    assert not unknown or "report" in where, f"{where}: {unknown} are no targets"


def _check_snaketune(words: list[str], where: str) -> None:
    if words[0] in ("--help", "--version", "COMMAND"):
        return
    try:
        with group.make_context("snaketune", words) as context:
            name, command, rest = group.resolve_command(context, words)
            assert name and command
            if rest:  # else it is only named
                command.make_context(name, rest, parent=context).close()
    except click.exceptions.Exit:
        pass
    except click.BadParameter as error:
        assert set(words) & set(re.findall(r"'([A-Z]+)'", error.message)), f"{where}: {error.format_message()}"
    except click.UsageError as error:
        raise AssertionError(f"{where}: {error.format_message()}") from error


def _check_pip(words: list[str], where: str) -> None:
    for word in words:
        extras = re.match(r"(?:\.|(?:path/to/)?snaketune)\[([\w,]+)\]$", word)
        for extra in extras[1].split(",") if extras else []:
            assert extra in _extras(), f"{where}: there is no extra '{extra}'"


@cache
def _extras() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
