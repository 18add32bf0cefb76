"""One run of a race: an engine, a problem, the size of rounds and a seed."""

import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from collection.problem import Problem
from collection.spaces import Space, latin_hypercube
from race_engines import Answer, Seen

__all__ = ["BEST", "DESIGN", "EVALUATIONS", "MARKS", "Asked", "Raced", "raced"]

DESIGN, EVALUATIONS = 10, 50
MARKS = range(10, EVALUATIONS + 1, 10)
BEST = tuple(f"best_{mark}" for mark in MARKS)


class Asked(Protocol):
    """What a run needs of an engine."""

    def ask(self, space: Space, history: Sequence[Seen], n: int, seed: int) -> Answer: ...

    def recommend(self, space: Space, history: Sequence[Seen], seed: int) -> int | None: ...


@dataclass(frozen=True)
class Raced:
    """What came of a run; values are true ones, infinite as long as every evaluation has failed.

    `best`: at the point with the best observed value, after as many evaluations as each mark says; `recommended`: at
    the point that the engine believes best in the end; `seconds`: CPU time of asking in all rounds.
    """

    best: tuple[float, ...]
    recommended: float | None
    seconds: float

    def cells(self) -> dict[str, str]:
        """The run as cells of a table."""
        recommended = "" if self.recommended is None else f"{self.recommended:.10g}"
        best = {name: f"{value:.10g}" for name, value in zip(BEST, self.best, strict=True)}
        return {**best, "recommended": recommended, "seconds": f"{self.seconds:.3f}"}


def raced(engine: Asked, problem: Problem, q: int, seed: int, marks: Sequence[int] = MARKS) -> Raced:
    """Runs the engine up to the last mark; it ends early where a finite space has no more to give."""
    evaluations = marks[-1]
    history: list[Seen] = []
    _evaluate(problem, history, design(problem, seed), seed)
    seconds = 0.0
    while len(history) < evaluations:
        params, taken = engine.ask(problem.space, history, min(q, evaluations - len(history)), seed)
        seconds += taken
        if not params:
            break
        _evaluate(problem, history, params, seed)
    place = engine.recommend(problem.space, history, seed)
    recommended = None if place is None else problem.true_value(history[place].params)
    return Raced(tuple(_best(problem, history[:mark]) for mark in marks), recommended, seconds)


def design(problem: Problem, seed: int) -> list[dict[str, Any]]:
    """The first evaluations of every engine's run of a problem and seed."""
    rng = np.random.default_rng([zlib.crc32(problem.name.encode()), seed])
    return latin_hypercube(problem.space, DESIGN, rng)


def _evaluate(problem: Problem, history: list[Seen], new: Sequence[Mapping[str, Any]], seed: int) -> None:
    for params in new:
        count = sum(seen.params == params for seen in history)
        history.append(Seen(dict(params), problem.evaluate(params, seed, count).value))


def _best(problem: Problem, history: Sequence[Seen]) -> float:
    results = [(seen.value, i) for i, seen in enumerate(history) if seen.value is not None]
    return problem.true_value(history[min(results)[1]].params) if results else math.inf
