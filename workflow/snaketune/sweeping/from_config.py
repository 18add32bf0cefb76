"""The study that is proposed for a configuration file with a program's usual values."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from snaketune.config.command import argv_from, places_in
from snaketune.errors import StudyError
from snaketune.sweeping.asked import Asked
from snaketune.sweeping.draft import Draft
from snaketune.sweeping.metrics import goal
from snaketune.sweeping.option import Option
from snaketune.sweeping.program import Program
from snaketune.sweeping.proposed import head_of, proposals, without_form
from snaketune.sweeping.seen import Seen
from snaketune.sweeping.sweep import objective_of
from snaketune.values import yaml_number

__all__ = ["proposed_from_config"]

_WAYS = ("config", "overrides", "params", "args")


def proposed_from_config(path: Path, command: str | None, asked: Asked, root: Path, file: str | None = None) -> Draft:
    """The study of a program that is started by `command`, with the values of a YAML or JSON file as defaults.

    `file` is where it is to be written, by default a file with the study's name.

    Raises:
        StudyError: the file can't be read, or is a study; the command does not say where the configuration goes.
    """
    content = _mapping(path)
    if {"objective", "space"} & set(content) == {"objective", "space"}:
        raise StudyError(f"{path} is a study already: snaketune run {path}")
    if not command:
        raise StudyError(
            f'{path}: say how the program takes it, --command "python train.py --config {{config}}" '
            "(or {overrides} for key=value, {args} for --key value)"
        )
    words = argv_from(command)
    if not set(places_in(words)) & set(_WAYS):
        raise StudyError("--command: say where the values go, by {config} (a file), {overrides} or {args}")
    forms, constants = proposals(_options(content))
    if not forms:
        raise StudyError(f"{path} has no value that could be searched (left alone: {without_form(constants)})")
    program = Program((words[0],), tuple(words[1:]), root)
    wanted = goal(Seen(program).metrics, program.shown, asked.metric, asked.direction)
    objective, comments = objective_of(program, words[1:], wanted, asked)
    comments.pop("objective.command", None)
    if "config" in places_in(words):
        objective["base_config"] = str(path)
        comments["objective.base_config"] = "{config} is this file with the parameters in it"
    name = asked.study or program.label
    return Draft(
        name,
        head_of(file or f"{name}.yaml", str(path)),
        objective,
        [parameter for _, parameter in forms],
        asked.search(),
        settings={} if asked.seed is None else {"seed": asked.seed},
        constants=constants,
        comments=comments,
    )


def _mapping(path: Path) -> dict[str, Any]:
    import yaml

    try:
        text = path.read_text(encoding="utf-8")
        content = json.loads(text) if path.suffix == ".json" else yaml_number(yaml.safe_load(text))
    except OSError as error:
        raise StudyError(f"{path} can't be read: {error.strerror}") from None
    except (ValueError, LookupError, AttributeError, TypeError, yaml.YAMLError, RecursionError) as error:
        raise StudyError(f"{path} is not valid: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict) or not content:
        raise StudyError(f"{path} holds no values: a mapping of names to values is needed")
    return content


def _options(content: Mapping[str, Any], above: str = "", depth: int = 0) -> Iterator[Option]:
    """The values of a configuration as options, nested ones by their dotted names."""
    for key, value in content.items():
        name = f"{above}{key}"
        if isinstance(value, dict) and depth < 20:
            yield from _options(value, f"{name}.", depth + 1)
        elif isinstance(value, bool):
            yield Option((f"--{name}",), "bool", default=None, flag=True)
        elif isinstance(value, (int, float, str)):
            yield Option((f"--{name}",), type(value).__name__, default=value)
        else:
            yield Option((f"--{name}",), "", default=value, many=True)
