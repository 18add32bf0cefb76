"""The metrics that a script gives, as far as its text says: nothing is run."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from snaketune.errors import StudyError
from snaketune.sweeping.directions import direction_of, is_metric
from snaketune.sweeping.syntax import last_name

__all__ = ["Goal", "Metric", "goal", "metrics_in_text", "metrics_of"]

# Of what is given beside metrics.
_NO_METRICS = frozenset({"step", "epoch", "epochs", "time", "seconds", "snaketune_status", "iteration", "lr", "seed"})
# What writes to standard output: print, click.echo, sys.stdout.write, …
_PRINTING = ("print", "echo", "secho", "pprint", "write")
_KEY = re.compile(r"""\\?["']([A-Za-z_][\w./-]{0,60})\\?["']\s*:""")
_LINE = re.compile(r"""([A-Za-z_][\w./-]{0,60})\s*[:=]\s*\Z""")
# "loss: $x" of a shell, "loss:", x of R and others, "loss: %f"
_SHOWN = re.compile(r"""([A-Za-z_][\w./-]{0,60})\s*[:=]\s*(?:\$|%[.\d]*[fgeds]|["']\s*,)""")
_VALIDATION = re.compile(r"(?:^|[_./-])(?:val|valid|validation|dev|eval|cv|holdout)(?:$|[_./-])")
_TESTED = re.compile(r"(?:^|[_./-])test(?:$|[_./-])")


@dataclass(frozen=True)
class Metric:
    """A metric's name, and how it is given: `json`, `history` (`snaketune.report`), or `text` (`loss: 0.5`)."""

    name: str
    way: str


@dataclass(frozen=True)
class Goal:
    """The metric to optimise, its direction and why that one; `pattern`: it is to be found in lines of text."""

    metric: str
    direction: str
    reason: str
    pattern: bool = False


def metrics_of(tree: ast.Module) -> list[Metric]:
    """The metrics that a Python script prints or reports, each once, those of JSON first."""
    found = [*_json(tree), *_reported(tree), *_printed(tree)]
    first: dict[str, Metric] = {}
    for metric in found:
        if metric.name.lower() not in _NO_METRICS:
            first.setdefault(metric.name, metric)
    return list(first.values())


def metrics_in_text(text: str) -> list[Metric]:
    """The metrics of a script in another language: keys of the JSON texts in it, names before a value ("loss: $x")."""
    keys = dict.fromkeys(match[1] for match in _KEY.finditer(text))
    lines = dict.fromkeys(match[1] for match in _SHOWN.finditer(text))
    found = [*(Metric(name, "json") for name in keys), *(Metric(name, "text") for name in lines if name not in keys)]
    return [metric for metric in found if is_metric(metric.name)]


def goal(metrics: list[Metric], script: str, metric: str | None = None, direction: str | None = None) -> Goal:
    """What to optimise: `metric` if it is given, else the only one, or the only one of validation.

    Raises:
        StudyError: none or several are found, or the direction does not follow from the name.
    """
    chosen, why = (metric, "") if metric else _chosen(metrics, script)
    way = next((found.way for found in metrics if found.name == chosen), "json")
    way_found = direction or direction_of(chosen)
    if way_found is None:
        raise StudyError(f"is less or more {chosen} better? Say --minimize or --maximize")
    if not direction:
        why = f"{why}{'; ' if why else ''}{'less' if way_found == 'minimize' else 'more'} is better, by its name"
    return Goal(chosen, way_found, why, way == "text")


def _chosen(metrics: list[Metric], script: str) -> tuple[str, str]:
    named = [metric.name for metric in metrics if is_metric(metric.name)] or [metric.name for metric in metrics]
    if not named:
        raise StudyError(
            f"{script}: no metric is found in its text: say which it is, --metric NAME. A script gives it by printing "
            'JSON as its last line, such as {"loss": 0.25}, or by snaketune.report(loss=0.25)'
        )
    validation = [name for name in named if _VALIDATION.search(name)]
    untested = [name for name in named if not _TESTED.search(name)]
    for some in (named, validation, untested):
        if len(some) == 1:
            return some[0], "the only metric found" if len(named) == 1 else f"found: {', '.join(named[:6])}"
    raise StudyError(
        f"{script} gives several metrics: {', '.join(named[:12])}. Say which to optimise: --metric {named[0]}"
    )


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _json(tree: ast.Module) -> Iterator[Metric]:
    """The keys of the dictionaries that become JSON, or are printed as they are."""
    for call in _calls(tree):
        name = ast.unparse(call.func)
        if name in ("json.dumps", "json.dump", "dumps", "dump", "orjson.dumps", "ujson.dumps") and call.args:
            yield from (Metric(key, "json") for key in _keys(call.args[0], tree))
        elif last_name(call.func) in _PRINTING:
            for text in (part for argument in call.args for part in ast.walk(argument)):
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    yield from (Metric(match[1], "json") for match in _KEY.finditer(text.value))


def _keys(node: ast.expr, tree: ast.Module, above: str = "", depth: int = 0) -> Iterator[str]:
    """The keys of what an expression is, nested ones with dots."""
    if depth > 5:
        return
    match node:
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if key is None:
                    yield from _keys(value, tree, above, depth + 1)
                elif isinstance(key, ast.Constant) and isinstance(key.value, str):
                    nested = [*_keys(value, tree, f"{above}{key.value}.", depth + 1)] if _is_mapping(value) else []
                    yield from nested or [f"{above}{key.value}"]
        case ast.Call(func=ast.Name(id="dict"), keywords=words):
            yield from (f"{above}{word.arg}" for word in words if word.arg)
        case ast.Name(id=name):
            for statement in ast.walk(tree):
                match statement:
                    case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name and value is not node:
                        yield from _keys(value, tree, above, depth + 1)
                    case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value) if target == name:
                        yield from _keys(value, tree, above, depth + 1)
                    case ast.Assign(
                        targets=[ast.Subscript(value=ast.Name(id=target), slice=ast.Constant(value=str() as item))]
                    ) if target == name:
                        yield f"{above}{item}"
        case ast.Call(func=function):
            for definition in tree.body:
                if isinstance(definition, ast.FunctionDef) and definition.name == last_name(function):
                    for statement in ast.walk(definition):
                        if isinstance(statement, ast.Return) and statement.value is not None:
                            yield from _keys(statement.value, tree, above, depth + 1)


def _is_mapping(node: ast.expr) -> bool:
    return isinstance(node, ast.Dict) or (isinstance(node, ast.Call) and last_name(node.func) == "dict")


def _reported(tree: ast.Module) -> Iterator[Metric]:
    """What is given to `snaketune.report(…)`."""
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "snaketune"
        for alias in node.names
        if alias.name == "report"
    }
    for call in _calls(tree):
        if ast.unparse(call.func) in {"snaketune.report", *imported}:
            yield from (Metric(word.arg, "history") for word in call.keywords if word.arg)


def _printed(tree: ast.Module) -> Iterator[Metric]:
    """Names before a colon or equals sign and a value, in what is printed: f"loss: {loss}", "loss:", loss."""
    for call in _calls(tree):
        if last_name(call.func) not in _PRINTING:
            continue
        for argument, following in zip(call.args, [*call.args[1:], None], strict=True):
            parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
            for part, after in zip(parts, [*parts[1:], following], strict=True):
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and after is not None:
                    match = _LINE.search(part.value)
                    if match and not isinstance(after, ast.Constant) and is_metric(match[1]):
                        yield Metric(match[1], "text")
