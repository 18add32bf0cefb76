"""Three tasks whose training has a budget, and what it costs: an MLP's epochs, boosted trees, an SVM's share of data.

They are the examples that ship. What a training gives is kept in a file, so that searches share it: it is the same
however a training is cut into parts (tests/unit/test_budget_examples.py).
"""

import json
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts" / "examples"))

import boosting_trees
import mlp_epochs
import svm_share
from sklearn.metrics import roc_auc_score

__all__ = ["FULL", "TASKS", "Curves", "Task"]

FULL = 27  # epochs of a training with the full budget; one is 1/27 of that, in each of the tasks
_LIVE = 300  # trainings that are kept in memory, to go on

Params = Mapping[str, Any]
Training = Callable[[Sequence[int]], list[float]]  # goes on to some steps: the validation loss after each


@dataclass(frozen=True)
class Task:
    """`steps`, in epochs, are those after which a training, begun by `begin`, says its loss.

    `goes_on`: a step costs what it is more than the one before; else each begins anew and costs what it is. A full
    training that may be pruned says its loss after the steps `looks`: where each costs a training, after two alone.
    """

    name: str
    space: Mapping[str, Any]
    steps: Sequence[int]
    begin: Callable[..., Training]
    goes_on: bool
    looks: Sequence[int]

    def cost(self, budget: int, behind: int) -> int:
        """How many epochs it takes to train to a budget what has been trained to the budget `behind` already."""
        return budget - behind if self.goes_on else budget


def _network(**params: Any) -> Training:
    network = mlp_epochs.Network(**params)

    def on(steps: Sequence[int]) -> list[float]:
        losses = []
        for _ in steps:
            network.train()
            losses.append(network.validate()["val_loss"])
        return losses

    return on


def _trees(**params: Any) -> Training:
    model = boosting_trees.begin(**params)

    def on(steps: Sequence[int]) -> list[float]:
        sizes = [step * boosting_trees.STEP for step in steps]
        boosting_trees.grow(model, sizes[-1])
        x, y = (part[boosting_trees.TRAINING :] for part in boosting_trees.digits())
        stages = enumerate(model.staged_predict_proba(x), 1)
        return [1 - float(roc_auc_score(y, p[:, 1])) for trees, p in stages if trees in sizes]

    return on


def _shares(**params: Any) -> Training:
    return lambda steps: [svm_share.validate(step / FULL, **params)["val_loss"] for step in steps]


_POWERS = (1, 3, 9, 27)
TASKS = {
    task.name: task
    for task in (
        Task(
            "mlp",
            {
                "lr": {"type": "loguniform", "low": 1e-3, "high": 3.0},
                "decay": {"type": "uniform", "low": 0.7, "high": 1.0},
                "hidden": {"type": "int", "low": 8, "high": 128, "log": True},
                "dropout": {"type": "uniform", "low": 0.0, "high": 0.8},
                "activation": ["relu", "tanh", "logistic"],
            },
            range(1, FULL + 1),
            _network,
            True,
            range(1, FULL + 1),
        ),
        Task(
            "boosting",
            {
                "lr": {"type": "loguniform", "low": 0.01, "high": 1.0},
                "depth": {"type": "int", "low": 1, "high": 6},
                "features": {"type": "loguniform", "low": 0.03, "high": 0.5},
                "rows": {"type": "uniform", "low": 0.3, "high": 1.0},
                "leaf": {"type": "int", "low": 1, "high": 64, "log": True},
            },
            range(1, FULL + 1),
            _trees,
            True,
            range(1, FULL + 1),
        ),
        Task(
            "svm",
            {
                "c": {"type": "loguniform", "low": 1e-3, "high": 1e3},
                "gamma": {"type": "loguniform", "low": 1e-4, "high": 10.0},
                "kernel": ["rbf", "poly", "sigmoid"],
                "coef0": {"type": "uniform", "low": 0.0, "high": 2.0, "when": {"kernel": ["poly", "sigmoid"]}},
            },
            _POWERS,
            _shares,
            False,
            (1, FULL),
        ),
    )
}


class Curves:
    """The losses of a task's trainings, also those that `path`, a file of JSON lines, has from earlier."""

    def __init__(self, task: Task, path: Path):
        self.task = task
        self._known: dict[str, list[float]] = {}
        if path.exists():
            for line in path.read_text().splitlines():
                key, curve = json.loads(line)
                self._known[key] = curve
        self._file = path.open("a")
        self._live = lru_cache(_LIVE)(self._begun)

    def until(self, params: Params, budget: int) -> dict[int, float]:
        """The loss at each step up to a budget, in epochs."""
        steps = [step for step in self.task.steps if step <= budget]
        key = json.dumps(params, sort_keys=True)
        if len(self._known.get(key, ())) < len(steps):
            training, curve = self._live(key)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of what doesn't converge
                curve += training(steps[len(curve) :])
            self._known[key] = list(curve)
            self._file.write(json.dumps([key, curve]) + "\n")
            self._file.flush()
        return dict(zip(steps, self._known[key], strict=False))

    def _begun(self, key: str) -> tuple[Training, list[float]]:
        return self.task.begin(**json.loads(key)), []
