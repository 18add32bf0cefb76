"""Learning curves for the page: read from histories, thinned so that all of them together stay small."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from snaketune.runner.history import STEPS, parse_rows
from snaketune.values import is_number

__all__ = ["curve_from", "thinned"]

MOST_POINTS = 200
FEWEST_POINTS = 10
# Numbers in all curves together: about 1 MB of the page.
ALL_NUMBERS = 300_000
_SIGNIFICANT_DIGITS = 6

Curve = dict[str, list[Any]]
K = TypeVar("K")


def curve_from(history: str) -> Curve | None:
    """The curves of one run: `step` and each numeric metric, a value per line of history.jsonl or None.

    How far the training is says the first of `STEPS` that all lines have, else the line's number.
    Lines that are no JSON object (one cut by a kill) are left out. None if there is nothing to draw.
    """
    lines = parse_rows(history.encode())
    given = next((name for name in STEPS if lines and all(is_number(line.get(name)) for line in lines)), None)
    names = dict.fromkeys(name for line in lines for name, value in line.items() if is_number(value))
    metrics = [name for name in names if name not in STEPS and name != "time"]
    if not metrics:
        return None
    steps = [_finite(line[given]) for line in lines] if given else list(range(1, len(lines) + 1))
    return {"step": steps} | {name: [_finite(line.get(name)) for line in lines] for name in metrics}


def thinned(curves: Mapping[K, Curve]) -> tuple[dict[K, Curve], int]:
    """The curves by (trial, run) or any other key, thinned to evenly spaced points, and how many that is at most."""
    series = sum(len(curve) for curve in curves.values())
    most = MOST_POINTS if not series else max(FEWEST_POINTS, min(MOST_POINTS, ALL_NUMBERS // series))
    return {run: {name: _thin(values, most) for name, values in curve.items()} for run, curve in curves.items()}, most


def _thin(values: Sequence[Any], most: int) -> list[Any]:
    n = len(values)
    chosen = values if n <= most else [values[round(i * (n - 1) / (most - 1))] for i in range(most)]
    return [_rounded(value) for value in chosen]


def _rounded(value: float | None) -> float | int | None:
    return float(f"{value:.{_SIGNIFICANT_DIGITS}g}") if isinstance(value, float) else value


def _finite(value: object) -> float | None:
    return value if is_number(value) and math.isfinite(value) else None
