"""A run's metrics, from the first of: metrics.json in its folder; standard output; the last values of history.jsonl.

Of standard output count the last JSON object, and `patterns` for what that lacks. A metrics.json may hold a bare
number, which has the name of the study's metric. Nested objects are flattened with dots, and all of it is kept within
bounds (see `bounds`); NaN and infinities are kept by name. A program that stops early because it saw no hope ends with
code 0 and a metric `"snaketune_status": "pruned"`.
"""

from __future__ import annotations

import collections
import contextlib
import math
import re

from snaketune.runner.bounds import bounded, shortened
from snaketune.runner.command import text
from snaketune.runner.history import broken_lines, parse_rows
from snaketune.runner.json_numbers import DECODER, as_number, is_number, loads, strict

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

__all__ = ["STATUS", "Extracted", "check", "extract_metrics", "named", "take"]

# `metrics` by name; `found` are they before the study's own reading of them (`named`), `pruned` what the program said;
# `problem` is why they cannot be read (None: they can be), `notes` are about them, `doubts` say what may be the reason
# if one that is wanted is not as it should be.
Extracted = collections.namedtuple("Extracted", "metrics found pruned problem notes doubts")

STATUS = "snaketune_status"  # the metric by which a program says that it has stopped early


def extract_metrics(
    metrics: bytes | None,
    stdout: str,
    history: bytes | None,
    patterns: Mapping[str, str] | None = None,
    takes: Mapping[str, str] | None = None,
    wanted: Sequence[str] = (),
    left_out: int = 0,
) -> Extracted:
    """The metrics of a run.

    `metrics` and `history` are the bytes of metrics.json and history.jsonl (None: no such file), `stdout` is
    text, of which `left_out` bytes were not kept, `patterns` maps a metric to a regular expression (last match, its
    first group if it has one), `takes` maps a metric to how it is taken from its values in the history (see `take`),
    `wanted` are the metrics that the run is for.
    """
    notes: list[str] = []
    doubts: list[str] = []
    rows = parse_rows(history or b"")
    if broken := broken_lines(history or b""):
        notes.append(f"history.jsonl: {broken} broken lines were ignored")
    found: Any
    if metrics is not None:
        try:
            found = loads(metrics)
            fits = isinstance(found, dict) or (wanted and _is_bare(found))
            problem = None if fits else f"metrics.json is not a JSON object but {shortened(text(found), 100)}"
        except (ValueError, RecursionError) as error:
            problem = f"metrics.json is not valid JSON: {error}"
        if problem:
            return Extracted({}, {}, False, problem, notes, doubts)
    else:
        last, unreadable = _last_object(stdout)
        found = {**_matches(stdout, patterns or {}), **(last or {})}
        doubts += [unreadable] if unreadable else []
        doubts += [f"{left_out:,} bytes of what it printed were left out (output_limit)"] if left_out else []
    if metrics is None and not found:
        found = {key: value for row in rows for key, value in row.items() if key != "time"}
    pruned = False
    about_wanted: list[str] = []
    if isinstance(found, dict):
        found, more, about_wanted = bounded(found, [*wanted, *(takes or {}), STATUS])
        pruned = found.pop(STATUS, None) == "pruned"
        notes += more
    else:
        found = strict(found)
    flat, lacking = named(found, rows, takes or {}, wanted)
    if all(name in flat for name in wanted):
        doubts = []
    return Extracted(flat, found, pruned, None, notes + lacking, doubts + about_wanted)


def named(
    found: Mapping[str, Any] | float | str,
    rows: Sequence[Mapping[str, Any]],
    takes: Mapping[str, str],
    wanted: Sequence[str],
) -> tuple[dict[str, Any], list[str]]:
    """The metrics as a study has them, of what was found in a run (a bare number is the first that is wanted).

    Those in `takes` are taken from the rows of the history; notes say where there are none.
    """
    flat: dict[str, Any] = {wanted[0]: found} if isinstance(found, (int, float, str)) else dict(found)
    notes = []
    for name, how in takes.items():
        flat.pop(name, None)
        value = take([row[name] for row in rows if name in row], how)
        if value is None:
            notes.append(f"history.jsonl has no values of {name!r}")
        else:
            flat[name] = strict(value)
    return flat, notes


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
            given = text(value) if value is None else repr(value)
            problems.append(f"metric {name!r} is not a number: {shortened(given, 100)}")
        elif isinstance(strict(value), str):
            problems.append(f"metric {name!r} is {strict(value)}")
    return "; ".join(problems) or None


def _is_bare(found: object) -> bool:
    """Whether what was found is a number without a name."""
    return isinstance(found, (int, float, str)) and not isinstance(found, bool) and is_number(found)


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


def _last_object(stdout: str) -> tuple[dict[str, Any] | None, str | None]:
    """The JSON object that ends the output (it may span lines), else the last line that is one, else None.

    And which line after it only looks like one, and why it can't be read.
    """
    stdout = stdout.rstrip()
    if stdout.endswith("}"):
        for start in reversed([match.start() for match in re.finditer(r"^\{", stdout, re.MULTILINE)]):
            with contextlib.suppress(ValueError, RecursionError):
                value, end = DECODER.raw_decode(stdout, start)
                if end == len(stdout):
                    return dict(value), None
    unreadable = None
    for line in reversed(stdout.split("\n")):
        if line.lstrip().startswith("{"):
            try:
                return dict(loads(line)), unreadable
            except (ValueError, RecursionError) as error:
                said = shortened(line.strip(), 60)
                unreadable = unreadable or f"the last line that begins with {{ is no JSON object: {error} in {said!r}"
    return None, unreadable
