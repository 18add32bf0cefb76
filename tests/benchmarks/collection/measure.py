"""Finds the best value of each problem and what random search reaches: `python -m collection.measure [PROBLEM …]`.

Run in `tests/benchmarks`; without names, all problems. The best is the one by construction where there is one, else
that of a long search: random points, then steps of ever smaller size from the best of them, coordinate by coordinate
and in all directions at once, which know each value of a list and each whole number. Rows of `references.csv` are kept
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

_DRAWS, _STARTS, _STEPS = 20_000, 24, 4_000
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
    values = [usable(target, from_unit(target.space, place)) for place in places]
    starts = [places[i] for i in np.argsort(values)[:_STARTS]]
    value, place = min((refined(target, start, _STEPS, rng) for start in starts), key=lambda found: found[0])
    value, place = refined(target, place, 4 * _STEPS, rng)
    return value, from_unit(target.space, place)


def random_reaches(target: Problem) -> float:
    """The median over 100 seeds of the best true value of 50 random points."""

    def best(seed: int) -> float:
        rng = np.random.default_rng(seed)
        return min(usable(target, draw(target.space, rng)) for _ in range(_POINTS))

    return statistics.median(map(best, range(_SEEDS)))


def measured(target: Problem) -> Reference:
    """A problem's row."""
    if target.optimum is not None:
        return Reference(usable(target, target.optimum), random_reaches(target), "construction", target.optimum)
    best, at = long_search(target)
    return Reference(best, random_reaches(target), "search", at)


def main(names: Sequence[str]) -> None:
    rows = dict(references()) if REFERENCES.exists() else {}
    for name in names or NAMES:
        rows[name] = measured(problem(name))
        print(name, *rows[name], flush=True)
    with REFERENCES.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("problem", "best", "random", "how", "at"))
        writer.writerows(
            (name, f"{row.best:.10g}", f"{row.random:.10g}", row.how, json.dumps(row.at)) for name, row in rows.items()
        )


if __name__ == "__main__":
    main(sys.argv[1:])
