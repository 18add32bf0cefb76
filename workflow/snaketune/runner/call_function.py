"""Calls a Python function as the program of a run:  start.py call [--serve N,M] FILE.py:NAME | package.module:NAME

With --serve, the process imports the function once, and each of its children calls it for a run (`call_server`).

The runner starts it; the run is described by the SNAKETUNE_* variables. The function gets the parameters as
keywords, dotted names nested (`optimizer.lr` arrives as optimizer={"lr": 0.1}). If it has a parameter
`config` that is no search parameter, it gets there one nested dict (the base configuration with the
parameters set in it), and as keywords only the parameters that it names. It also gets `seed`, `fold`,
`n_folds` and `budget` if it names them and they are no search parameters, also `from_budget`, `max_budget`,
and the paths `previous`, `resume` and `checkpoint` (None where there is nothing to go on from), which
without budgets are given only to a function that has no default for them. It returns a number (the
objective's metric), a dict of metrics, or None (metrics are then read from what it has written or printed).
NumPy and tensor scalars are numbers too.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import inspect
import json
import os
import sys
from pathlib import Path

from snaketune.runner.configuration import merge

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from snaketune.runner.calls import Returned

__all__ = ["arguments", "load", "main", "metrics_of"]


def load(spec: str, root: str) -> Callable[..., object]:
    """The function that "FILE.py:NAME" or "package.module:NAME" names; its folder, or `root`, is put on the path.

    Raises:
        ImportError: there is no such function in the file or module.
    """
    place, _, name = spec.rpartition(":")
    if place.endswith(".py"):
        sys.path.insert(0, str(Path(place).absolute().parent))
        stem = Path(place).stem
        found = importlib.util.spec_from_file_location(stem, place)
        assert found and found.loader, "a file that ends in .py can be loaded"
        module = importlib.util.module_from_spec(found)
        sys.modules[stem] = module  # so that pickled functions and dataclasses find it
        found.loader.exec_module(module)
    else:
        sys.path.insert(0, root)
        module = importlib.import_module(place)
    function: Any = module
    for part in name.split("."):
        function = getattr(function, part, None)
    if not callable(function):
        raise ImportError(f"{place} has no function {name!r}")
    called: Callable[..., object] = function
    return called


def arguments(
    takes: Mapping[str, inspect.Parameter],
    params: Mapping[str, Any],
    config: Mapping[str, Any],
    extras: Mapping[str, Any],
    name: str = "the function",
) -> dict[str, Any]:
    """The keywords to call a function with that `takes` these.

    `params`: nested search parameters; `config`: the whole configuration; `extras`: seed, fold, n_folds,
    budget, and what else there is to say of a run with a budget.

    Raises: TypeError: a parameter of the search that the function does not take, or one of its own that is
    missing.
    """
    named = {key for key, p in takes.items() if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    anything = any(p.kind is p.VAR_KEYWORD for p in takes.values())
    keywords = {key: value for key, value in extras.items() if key in named and key not in params}
    if "config" in named and "config" not in params:
        return {**keywords, "config": config, **{key: value for key, value in params.items() if key in named}}
    keywords.update(params)
    its = f"(it takes: {', '.join(takes) or 'nothing'})"
    unknown = [key for key in params if key not in named and not anything]
    if unknown:
        raise TypeError(f"{name} takes no parameter {', '.join(map(repr, unknown))} {its}")
    missing = [key for key in named if takes[key].default is inspect.Parameter.empty and key not in keywords]
    if missing:
        raise TypeError(f"{name} needs {', '.join(map(repr, sorted(missing)))}, which the search space does not have")
    return keywords


def metrics_of(returned: object) -> dict[str, Any] | float | None:
    """What a function has returned as plain values: metrics, or a number that has no name yet; None if it was None.

    Raises: TypeError: it is neither a number nor a dict of numbers, strings, bools, None, dicts and lists of
    these.
    """
    if returned is None:
        return None
    plain = _plain(returned)
    if isinstance(plain, dict):
        return plain
    if isinstance(plain, (int, float)):
        return plain
    raise TypeError(f"the function returned {type(returned).__name__}: a number, a dict of metrics or None is needed")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, (int, float, str)):
        return next(kind for kind in (int, float, str) if isinstance(value, kind))(value)
    if getattr(value, "size", 1) != 1 and hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"a metric is a {type(value).__name__}, not a number: {value!r:.100}")


def _keywords(takes: Mapping[str, inspect.Parameter], name: str) -> dict[str, Any]:
    """The keywords to call a function with, by what the environment says of the run."""
    env = os.environ
    nested = merge({}, _read(env["SNAKETUNE_PARAMS"]))
    config = _read(env["SNAKETUNE_CONFIG"]) if "SNAKETUNE_CONFIG" in env else nested
    extras = {word: _said(word, json.loads) for word in ("seed", "fold", "n_folds", "budget")}
    further = {word: _said(word, json.loads) for word in ("from_budget", "max_budget")}
    further.update({word: _said(word, Path) for word in ("previous", "resume", "checkpoint")})
    for word, value in further.items():
        # Where runs have no budgets, an argument of such a name that has a default has a meaning of its own.
        if extras["budget"] is not None or (word in takes and takes[word].default is inspect.Parameter.empty):
            extras[word] = value
    return arguments(takes, nested, config, extras, name)


def _said(word: str, read: Callable[[str], Any]) -> Any:
    """What a variable of the run says; None if that is nothing."""
    said = os.environ.get(f"SNAKETUNE_{word.upper()}")
    return read(said) if said else None


def _read(path: str) -> Any:
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def _leave(content: bytes, memory: Returned | None) -> None:
    """Leave what a function has returned where the runner finds it when the program has ended: in memory, or a file."""
    path = os.environ["SNAKETUNE_METRICS"]
    if memory and os.path.isdir(os.path.dirname(path)) and memory.put(content):
        return
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    while content:
        content = content[os.write(file, content) :]
    os.close(file)


def main(words: Sequence[str]) -> int:
    """Load the function, call it, write what it returns to $SNAKETUNE_METRICS; the exit code."""
    *serving, spec = words
    server = None
    if serving:
        from snaketune.runner.call_server import Server  # not on every system

        server = Server(*map(int, serving[1].split(",")))
        sys.argv[1:] = [spec]
    with server or contextlib.nullcontext():
        function = load(spec, os.environ.get("SNAKETUNE_ROOT", str(Path.cwd())))
    name, takes = f"{spec.rpartition(':')[2]}()", inspect.signature(function).parameters
    keywords = server.serve(lambda: _keywords(takes, name)) if server else None
    if keywords is None:
        keywords = _keywords(takes, name)
    metrics = metrics_of(function(**keywords))
    if metrics is not None:
        _leave(json.dumps(metrics).encode(), server.returned if server else None)
    if server:
        server.leave()
    return 0
