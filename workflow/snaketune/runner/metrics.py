"""A run's metrics, from the first of: metrics.json in its folder; standard output; the last values of history.jsonl.

Of standard output count the last JSON object, and `patterns` for what that lacks. Nested objects are flattened with
dots, lists are left out with a note, NaN and infinities are kept by name. A program that stops early because it saw no
hope ends with code 0 and a metric `"snaketune_status": "pruned"`.
"""

from __future__ import annotations

import collections
import contextlib
import json
import math
import re

from snaketune.runner.command import text
from snaketune.runner.history import broken_lines, parse_rows
from snaketune.runner.json_numbers import as_number, is_number, strict

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

__all__ = ["Extracted", "check", "extract_metrics", "take"]

Extracted = collections.namedtuple("Extracted", "metrics pruned problem notes")


def extract_metrics(
    metrics: bytes | None,
    stdout: str,
    history: bytes | None,
    patterns: Mapping[str, str] | None = None,
    takes: Mapping[str, str] | None = None,
) -> Extracted:
    """The metrics of a run: Extracted(metrics, pruned, problem (None or why they cannot be read), notes).

    `metrics` and `history` are the bytes of metrics.json and history.jsonl (None: no such file), `stdout` is
    text, `patterns` maps a metric to a regular expression (last match, its first group if it has one),
    `takes` maps a metric to how it is taken from its values in the history (see `take`).
    """
    notes: list[str] = []
    rows = parse_rows(history or b"")
    if broken := broken_lines(history or b""):
        notes.append(f"history.jsonl: {broken} broken lines were ignored")
    if metrics is not None:
        try:
            found = json.loads(metrics)
            problem = None if isinstance(found, dict) else f"metrics.json is not a JSON object but {text(found)[:100]}"
        except (ValueError, RecursionError) as error:
            problem = f"metrics.json is not valid JSON: {error}"
        if problem:
            return Extracted({}, False, problem, notes)
    else:
        found = {**_matches(stdout, patterns or {}), **(_last_object(stdout) or {})}
    if metrics is None and not found:
        found = {key: value for row in rows for key, value in row.items() if key != "time"}
    flat = _flatten(found, "", notes)
    pruned = flat.pop("snaketune_status", None) == "pruned"
    for name, how in (takes or {}).items():
        flat.pop(name, None)
        value = take([row[name] for row in rows if name in row], how)
        if value is None:
            notes.append(f"history.jsonl has no values of {name!r}")
        else:
            flat[name] = strict(value)
    return Extracted(flat, pruned, None, notes)


def take(values: Sequence[object], how: str) -> float | None:
    """One number from a metric's values over the history, or None if none of them is a number.

    `how`: "best:minimize", "best:maximize" (finite values, if there are any), "first", "last", "mean_last_K",
    "median_last_K" (the last K values, or all if there are fewer). Raises ValueError for anything else.
    """
    numbers: list[float] = [as_number(v) for v in map(strict, values) if is_number(v)]  # type: ignore[misc]
    if how in ("best:minimize", "best:maximize"):
        finite = [v for v in numbers if math.isfinite(v)]
        best = min if how == "best:minimize" else max
        return best(finite) if finite else (math.nan if numbers else None)
    window = re.fullmatch(r"(mean|median)_last_([1-9]\d*)", how)
    if not window and how not in ("first", "last"):
        raise ValueError(f"unknown way to take a metric from the history: {how!r}")
    if not numbers:
        return None
    if not window:
        return numbers[0 if how == "first" else -1]
    last = numbers[-int(window.group(2)) :]
    if window.group(1) == "mean" or not all(map(math.isfinite, last)):
        return sum(last) / len(last)
    last.sort()
    return (last[(len(last) - 1) // 2] + last[len(last) // 2]) / 2


def check(metrics: Mapping[str, Any], wanted: Iterable[str]) -> str | None:
    """Why `metrics` do not hold a finite number for each name in `wanted`, in one line; None if they do."""
    problems = []
    for name in wanted:
        value = metrics.get(name)
        if name not in metrics:
            there = f"there are: {', '.join(sorted(metrics)[:20])}" if metrics else "the program gave no metrics"
            problems.append(f"metric {name!r} is missing ({there})")
        elif not is_number(value):
            problems.append(f"metric {name!r} is not a number: {text(value) if value is None else repr(value)}")
        elif isinstance(strict(value), str):
            problems.append(f"metric {name!r} is {strict(value)}")
    return "; ".join(problems) or None


def _flatten(values: dict[str, Any], prefix: str, notes: list[str]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, dict):
            flat.update(_flatten(value, f"{prefix}{key}.", notes))
        elif isinstance(value, list):
            notes.append(f"metric {prefix + key!r} is a list and was left out")
        else:
            flat[prefix + key] = strict(value)
    return flat


def _matches(stdout: str, patterns: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, pattern in patterns.items():
        last = collections.deque(re.finditer(pattern, stdout, re.MULTILINE), maxlen=1)
        if last:
            value: Any = last[0].group(1 if last[0].re.groups else 0) or ""
            with contextlib.suppress(ValueError):
                value = float(value)
            found[name] = value
    return found


def _last_object(stdout: str) -> dict[str, Any] | None:
    """The JSON object that ends the output (it may span lines), else the last line that is one, else None."""
    stdout = stdout.rstrip()
    if stdout.endswith("}"):
        for start in reversed([match.start() for match in re.finditer(r"^\{", stdout, re.MULTILINE)]):
            with contextlib.suppress(ValueError, RecursionError):
                value, end = json.JSONDecoder().raw_decode(stdout, start)
                if end == len(stdout):
                    return dict(value)
    for line in reversed(stdout.split("\n")):
        if line.lstrip().startswith("{"):
            with contextlib.suppress(ValueError, RecursionError):
                return dict(json.loads(line))
    return None
