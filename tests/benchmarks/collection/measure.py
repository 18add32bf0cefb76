"""Finds the best value of each problem and what random search reaches: `python -m collection.measure [PROBLEM …]`.

Run in `tests/benchmarks`; without names, all problems. The best is known by construction or from a table, else
that of a long search: random points, then steps of ever smaller size from the best of them, and from the best with each
combination of choices, coordinate by coordinate and in all directions at once. Rows of `references.csv` are kept
for problems that are not named.
"""

import csv
import json
import statistics
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from collection.halves import NAMES, problem
from collection.problem import REFERENCES, Problem, Reference, references
from collection.spaces import draw, from_unit

__all__ = ["long_search", "random_reaches", "refined"]

_DRAWS, _STARTS, _COMBINATIONS, _STEPS = 20_000, 16, 40, 2_500
_SEEDS, _POINTS = 100, 50


def usable(target: Problem, params: Mapping[str, Any]) -> float:
    """The true value, infinite where evaluations always fail."""
    return float("inf") if target.fails(params) else float(target.true_value(params))


def refined(target: Problem, place: np.ndarray, steps: int, rng: np.random.Generator) -> tuple[float, np.ndarray]:
    """The best value, and its place, that small steps from a place lead to."""
    value, size = usable(target, from_unit(target.space, place)), 0.2
    n = len(place)
    for _ in range(steps):
        moved = place.copy()
        if rng.random() < 0.3:
            moved += size * rng.standard_normal(n) / np.sqrt(n)
        else:
            i = rng.integers(n)
            listed = target.space[i]["type"] in ("choice", "ordinal", "int")
            moved[i] = rng.random() if listed and rng.random() < 0.5 else moved[i] + size * rng.standard_normal()
        moved = np.clip(moved, 0, 1)
        found = usable(target, from_unit(target.space, moved))
        better = found < value
        if found <= value:
            value, place = found, moved
        size = min(0.5, size * 1.5) if better else max(1e-9, size * 0.93)
        if size == 1e-9:
            size = float(10 ** rng.uniform(-6, -0.5))
    return value, place


def long_search(target: Problem) -> tuple[float, Mapping[str, Any]]:
    """The best value, and its point, of a search of some 100,000 evaluations."""
    rng = np.random.default_rng(1)
    places = rng.random((_DRAWS, len(target.space)))
    points = [from_unit(target.space, place) for place in places]
    ranked = np.argsort([usable(target, params) for params in points])
    combinations: dict[tuple[Any, ...], int] = {}
    for i in ranked:
        combinations.setdefault(tuple(points[i][name] for name in _choices(target)), i)
    starts = {*ranked[:_STARTS], *list(combinations.values())[:_COMBINATIONS]}
    found = [refined(target, places[i], _STEPS, rng) for i in sorted(starts)]
    value, place = refined(target, min(found, key=lambda one: one[0])[1], 6 * _STEPS, rng)
    return value, from_unit(target.space, place)


def _choices(target: Problem) -> list[str]:
    """The parameters that are choices and always active."""
    return [p["name"] for p in target.space if p["type"] == "choice" and "when" not in p]


def random_reaches(target: Problem) -> float:
    """The median over 100 seeds of the best true value of 50 random points."""

    def best(seed: int) -> float:
        rng = np.random.default_rng(seed)
        return min(usable(target, draw(target.space, rng)) for _ in range(_POINTS))

    return statistics.median(map(best, range(_SEEDS)))


def measured(target: Problem) -> Reference:
    """A problem's row."""
    if target.optimum is not None:
        return Reference(usable(target, target.optimum), random_reaches(target), "known", target.optimum)
    best, at = long_search(target)
    return Reference(best, random_reaches(target), "search", at)


def main(names: Sequence[str]) -> None:
    rows = dict(references()) if REFERENCES.exists() else {}
    for name in names or NAMES:
        rows[name] = measured(problem(name))
        print(name, *rows[name], flush=True)
        _write(rows)


def _write(rows: Mapping[str, Reference]) -> None:
    """Writes the table, in the order of the families and halves."""
    named = [*NAMES, *(name for name in rows if name not in NAMES)]
    with REFERENCES.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("problem", "best", "random", "how", "at"))
        for name, row in sorted(rows.items(), key=lambda item: named.index(item[0])):
            writer.writerow((name, f"{row.best:.10g}", f"{row.random:.10g}", row.how, json.dumps(row.at)))


if __name__ == "__main__":
    main(sys.argv[1:])
