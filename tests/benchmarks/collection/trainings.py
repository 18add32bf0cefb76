"""Real training: what scikit-learn's models lose on its data sets, looked up.

Of four trainings each point of the space has been trained (`train_tables`), and the table is the problem. Of the other
four, points at random and near the best of them have been trained, and the problem is a surrogate: a few small
networks, fitted to the normal scores of the losses (`train_surrogates`), whose mean is taken back to a loss. How near
it is to trainings it was not fitted to is in `trainings/surrogates.csv`.
"""

import csv
import gzip
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from collection.problem import Problem
from collection.spaces import Params, Space, to_unit
from collection.training_spaces import GRIDS, SAMPLED

__all__ = ["FOLDER", "HELD_OUT", "TRAININGS", "encoded", "loss_at", "scored", "table", "training"]

FOLDER = Path(__file__).with_name("trainings")
_SPACES = {**GRIDS, **SAMPLED}
TRAININGS = tuple(_SPACES)
HELD_OUT = 5  # every fifth row of a table, from the first one on, is not for fitting a surrogate
_FAMILY = "trainings"


def training(name: str) -> Problem:
    """The problem of a training."""
    return _of_table(name) if name in GRIDS else _of_surrogate(name)


def table(name: str) -> Iterator[tuple[dict[str, Any], float]]:
    """The points of a training's table and their losses, infinite where there is none."""
    readers = {parameter["name"]: _reader(parameter) for parameter in _SPACES[name]}
    with gzip.open(FOLDER / f"{name}.csv.gz", "rt", newline="") as file:
        for row in csv.DictReader(file):
            yield {key: read(row[key]) for key, read in readers.items() if row[key]}, float(row["value"] or math.inf)


def encoded(space: Space, params: Params) -> np.ndarray:
    """What a surrogate is told of a point: numbers from -1 to 1, 0 for inactive ones, and a column for each choice."""
    columns: list[float] = []
    for parameter, place in zip(space, to_unit(space, params).tolist(), strict=True):
        if parameter["type"] == "choice":
            columns += [float(params.get(parameter["name"]) == choice) for choice in parameter["choices"]]
        else:
            columns.append(0.0 if math.isnan(place) else 2 * place - 1)
    return np.array(columns)


def scored(weights: Sequence[np.ndarray], columns: np.ndarray) -> float:
    """The score by all networks together; `weights` of two hidden layers and the output, each with its offsets."""
    first, first_offset, second, second_offset, last, last_offset = weights
    hidden = np.tanh(columns @ first + first_offset)
    hidden = np.tanh((hidden[:, None, :] @ second)[:, 0] + second_offset)
    return float(np.mean((hidden * last).sum(axis=1) + last_offset))


def loss_at(score: float, scores: np.ndarray, losses: np.ndarray) -> float:
    """The loss with a score, between knots (n,) of both; beyond the best it goes on half as steep as before that."""
    beyond = min(0.0, score - float(scores[0]))
    slope = float((losses[1] - losses[0]) / (scores[1] - scores[0]))
    return float(np.interp(score, scores, losses)) + 0.5 * slope * beyond


def _of_table(name: str) -> Problem:
    space = GRIDS[name]

    def key(params: Params) -> tuple[object, ...]:
        return tuple(params.get(parameter["name"]) for parameter in space)

    rows = list(table(name))
    losses = {key(params): loss for params, loss in rows}
    return Problem(
        name,
        _FAMILY,
        space,
        lambda params: losses[key(params)],
        fails=lambda params: math.isinf(losses[key(params)]),
        optimum=min(rows, key=lambda row: row[1])[0],
    )


def _of_surrogate(name: str) -> Problem:
    space = SAMPLED[name]
    with np.load(FOLDER / f"{name}.npz") as packed:
        *weights, scores, losses = (packed[key].astype(float) for key in packed.files)
    return Problem(
        name, _FAMILY, space, lambda params: loss_at(scored(weights, encoded(space, params)), scores, losses)
    )


def _reader(parameter: Mapping[str, Any]) -> Callable[[str], Any]:
    """From a parameter's text to its value."""
    if "choices" in parameter:
        return {str(choice): choice for choice in parameter["choices"]}.__getitem__
    return int if parameter["type"] == "int" else float
