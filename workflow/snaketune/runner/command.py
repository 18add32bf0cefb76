"""The command that a run starts: its words, with the parameters and what is known of the run put in their places."""

from __future__ import annotations

import json
import re

from snaketune.runner.json_numbers import NUMBER

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

__all__ = ["PLACEHOLDER", "fill", "run_seed", "text"]

# A parameter's name begins with a letter of any script; what is not ASCII may be a mark that belongs to one.
_NAME = r"(?:[^\W\d]|[^\x00-\x7f])(?:[\w.\-]|[^\x00-\x7f])*"
PLACEHOLDER = re.compile(r"\{\{(" + _NAME + r")\}\}|\{(" + _NAME + r")\}")


def text(value: object) -> str:
    """A value as the text of an argument: a string as it is, all else as compact JSON (floats by repr)."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _flags(params: Mapping[str, Any]) -> list[str]:
    arguments: list[str] = []
    for name, value in params.items():
        if value is True:
            arguments.append(f"--{name}")
        elif isinstance(value, list):
            arguments += [f"--{name}", *map(text, value)]
        elif isinstance(value, str) and value.startswith("-") and not re.fullmatch(NUMBER, value):
            arguments.append(f"--{name}={value}")
        elif value is not None and value is not False:
            arguments += [f"--{name}", text(value)]
    return arguments


def _override(value: object) -> str:
    return f"[{','.join(map(_override, value))}]" if isinstance(value, list) else text(value)


def fill(
    argv: Sequence[str], params: Mapping[str, Any], words: Mapping[str, Any] | None = None, flags: bool = False
) -> list[str]:
    """The command `argv` with its placeholders filled, as a list of arguments.

    `{name}` is a parameter or else one of `words` (a dict; None is "has no value in this run"), `{{name}}` a
    literal `{name}`. The tokens "{args}" and "{overrides}" become `--name value` and `name=value` for the
    parameters that no placeholder names; with `flags`, the former are appended. Raises ValueError for an
    unknown placeholder.
    """
    words = words or {}
    placed = {match.group(2) for token in argv for match in PLACEHOLDER.finditer(token)}
    rest = {name: value for name, value in params.items() if name not in placed}

    def value_of(match: re.Match[str]) -> str:
        name: str | None = match.group(2)
        if name is None:
            return "{" + match.group(1) + "}"
        value = params[name] if name in params else words.get(name)
        if value is None and name not in params:
            known = "has no value in this run" if name in words else "is unknown"
            raise ValueError(f"the command's placeholder {{{name}}} {known}")
        return text(value)

    filled: list[str] = []
    for token in argv:
        if token == "{args}" and "args" not in params:
            filled += _flags(rest)
        elif token == "{overrides}" and "overrides" not in params:
            filled += [f"{name}={_override(value)}" for name, value in rest.items()]
        else:
            filled.append(PLACEHOLDER.sub(value_of, token))
    return filled + _flags(rest) if flags else filled


def run_seed(seed: int, trial: str, replicate: int) -> int:
    """The seed (0 <= seed < 2**31) of a replicate, the same for all its folds; `seed` is the study's."""
    import hashlib

    return int(hashlib.sha256(f"{seed}/{trial}/r{replicate}".encode()).hexdigest()[:8], 16) & 0x7FFFFFFF
