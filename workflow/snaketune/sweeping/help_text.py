"""The options of a program of any language, from what it prints for --help."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

from snaketune.errors import StudyError
from snaketune.sweeping.option import Interface, Option
from snaketune.sweeping.program import Program
from snaketune.values import number_from_text

__all__ = ["help_interface", "options_in_help"]

_SECONDS = 30
_LONGEST = 1_000_000
# "  -l, --lr LR   help", "  --lr=LR", "  --lr LR, -l LR  help", "  -n  help"
_LINE = re.compile(
    r"^\s{1,30}(?P<names>-{1,2}[A-Za-z][\w.-]*(?:[ =](?P<first>[^\s,\-][^\s]*))?"
    r"(?:(?:,\s*|\s*\|\s*|\s+)-{1,2}[A-Za-z][\w.-]*(?:[ =](?P<last>[^\s,\-][^\s]*))?)*)(?:\s{2,}(?P<help>\S.*))?$"
)
_NAME = re.compile(r"(?<![\w-])--?[A-Za-z][\w.-]*")
_DEFAULT = re.compile(
    r"[\[(]\s*(?:default|defaults to)\s*(?:is|to|[:=])?\s*['\"]?([^\])'\";]*)['\"]?\s*(?:;[^\])]*)?[\])]", re.IGNORECASE
)
# click: "0<=x<=1", "x>=1", "x<=5"
_BOUNDS = re.compile(r"(?:(?P<low>[\d.e+-]+)<=?)?x(?:<=?(?P<high>[\d.e+-]+)|>=?(?P<least>[\d.e+-]+))?(?=[\];])")
_CHOICES = re.compile(r"[{<\[(]([\w.+-]+(?:\s*[,|]\s*[\w.+-]+)+)[}>\])]")
_KINDS = {"int": "int", "integer": "int", "num": "float", "float": "float", "double": "float", "number": "float",
          "n": "int", "path": "path", "file": "path", "dir": "path", "filename": "path", "folder": "path"}  # fmt: skip


def help_interface(program: Program) -> Interface:
    """The options that a program says it has; it is run, with --help alone, for half a minute at most.

    Raises:
        StudyError: it can't be run, says nothing, or nothing that looks like options.
    """
    words = [*program.words, "--help"]
    places = os.path.dirname(sys.executable) + os.pathsep + os.environ.get("PATH", os.defpath)  # noqa: PTH120
    try:
        run = subprocess.run(
            words, cwd=program.root, env={**os.environ, "PATH": places, "COLUMNS": "160"}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise StudyError(f"{' '.join(words)} has not ended after {_SECONDS} s: it has no help, it seems") from None
    except OSError as error:
        raise StudyError(f"{' '.join(words)} can't be run: {error.strerror}") from None
    options = tuple(options_in_help(run.stdout[:_LONGEST].decode(errors="replace")))
    if not options:
        raise StudyError(f"{' '.join(words)} lists no options (exit code {run.returncode})")
    return Interface("its --help", options)


def options_in_help(text: str) -> Iterator[Option]:
    """The options that the text of a help lists, each once."""
    seen: set[str] = set()
    # click calls a bounded number FLOAT RANGE.
    lines = re.sub(r"(?<= )(FLOAT|INTEGER) RANGE\b", r"\1", text.expandtabs()).splitlines()
    for i, line in enumerate(lines):
        match = _LINE.match(line)
        if not match:
            continue
        names = tuple(dict.fromkeys(_NAME.findall(re.sub(r"[{<\[(][^}>\])]*[}>\])]", "", match["names"]))))
        if not names or seen & set(names) or set(names) & {"--help", "-h", "--version", "-V"}:
            continue
        seen |= set(names)
        yield _option(names, match["first"] or match["last"] or "", _help(match["help"] or "", lines[i + 1 :]))


def _help(first: str, following: list[str]) -> str:
    """The help of an option with the lines that go on with it, which are indented and no options."""
    parts = [first]
    for line in following:
        if not re.match(r"\s{6,}\S", line) or _LINE.match(line):
            break
        parts.append(line.strip())
    return " ".join(part for part in parts if part)


def _option(names: tuple[str, ...], value: str, told: str) -> Option:
    default_text = match[1].strip() if (match := _DEFAULT.search(told)) else ""
    listed = _CHOICES.search(value) or (_CHOICES.search(told) if value else None)
    choices = [item.strip() for item in re.split(r"[,|]", listed[1])] if listed else []
    number = number_from_text(default_text)
    kind = _KINDS.get(value.strip("<>[]").lower(), "str")
    if number is not None:
        kind = "int" if isinstance(number, int) and kind != "float" else "float"
    if not value:
        return Option(names, "bool", default=False, help=told, flag=True)
    plain = " ".join(re.sub(r"\[[^\]]*<=?x[^\]]*\]|\[x[<>][^\]]*\]", "", _DEFAULT.sub("", told)).split())
    numbers = [number_from_text(choice) for choice in choices]
    found = tuple(choices) if None in numbers else tuple(numbers)
    default = number if number is not None else default_text or None
    bounds = _BOUNDS.search(told) if kind in ("int", "float") else None
    low, high = (number_from_text(bounds[end] or "") if bounds else None for end in ("low", "high"))
    least = number_from_text(bounds["least"] or "") if bounds else None
    return Option(names, kind, default=default, choices=found, help=plain, low=least if low is None else low, high=high)
