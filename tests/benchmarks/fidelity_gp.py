"""What the Gaussian process makes of results of several budgets, within Hyperband and asynchronous halving.

Usage: python tests/benchmarks/fidelity_gp.py [--seeds N] [--problems NAME …] [--samplers NAME …] [--out FILE.csv]

Budgets are 1, 3, 9 and 27 epochs. Hyperband does all brackets twice, asha 30 rounds of nine runs; new trials are
proposed in groups of nine. Compared are random proposals, the model of the highest budget alone that has two results
more than there are parameters (as BOHB's, with our Gaussian process), that with the budget as an input, and the sampler
as searches in rungs have it: what this model expects of a trial counts as far as it is likely to pass the rungs, and
every other trial that has rungs to pass is random. A row is the median over the seeds of the best value at the full
budget after half, three quarters and all of the epochs. In the four made-up problems low budgets are `benign`, prefer a
`fast` start that ends badly, `mislead` (the best parameters move with the budget), or are `noisy`; `mlp` and `svm` are
examples that ship.
"""

import argparse
import csv
import hashlib
import math
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts" / "examples"))

import mlp_epochs
import numpy as np
import svm_share
from bench import print_table, setting
from snaketune.samplers.base import Observation, Sampler
from snaketune.samplers.gp import GPSampler
from snaketune.samplers.promotion import Contender, best
from snaketune.samplers.random import RandomSampler
from snaketune.samplers.support.fidelity import Ascent
from snaketune.space import space_from_config
from snaketune.values import canonical

BUDGETS = (1, 3, 9, 27)
GROUP, ITERATIONS, ROUNDS, ETA = 9, 2, 30, 3
EPOCHS = {"hyperband": 684, "asha": 450}
Params = Mapping[str, Any]


def _log(low: float, high: float) -> dict[str, Any]:
    return {"type": "loguniform", "low": low, "high": high}


def _uniform(low: float = 0.0, high: float = 1.0) -> dict[str, Any]:
    return {"type": "uniform", "low": low, "high": high}


_CUBE = {name: _uniform() for name in "abcd"}
_CENTRE = np.array([0.7, 0.35, 0.55, 0.2])


def _noise(params: Params, budget: int) -> float:
    digest = hashlib.sha256(f"{canonical(params)} {budget}".encode()).digest()
    return float(np.random.default_rng(int.from_bytes(digest[:8], "big")).normal())


def _bowl(params: Params, centre: np.ndarray = _CENTRE) -> float:
    z = np.array([params[name] for name in "abcd"]) - centre
    waves = 0.02 * math.sin(9 * params["c"]) * math.sin(7 * params["a"])
    return float(0.05 + 1.5 * z[0] ** 2 + z[1] ** 2 + 0.6 * z[2] ** 2 + 0.15 * z[3] ** 2 + 0.6 * z[0] * z[1] + waves)


def benign(params: Params, budget: int) -> float:
    """The same but for what training gains."""
    return _bowl(params) + (0.1 + 0.015 * params["d"]) * ((27 / budget) ** 0.5 - 1) + 0.005 * _noise(params, budget)


def fast(params: Params, budget: int) -> float:
    """The larger `a`, the faster the way to the end; the best end is not there."""
    end = _bowl(params)
    left = math.exp(-0.03 * 10 ** (1.6 * params["a"]) * budget)
    return end + (1.2 - end) * left + 0.01 * _noise(params, budget)


def mislead(params: Params, budget: int) -> float:
    """The best parameters move far with the budget."""
    moved = np.array([-0.5, 0.4, -0.3, 0.5]) * (1 - (budget / 27) ** 0.5)
    return _bowl(params, _CENTRE + moved) + 0.3 * ((27 / budget) ** 0.4 - 1) + 0.01 * _noise(params, budget)


def noisy(params: Params, budget: int) -> float:
    """Noise that falls with the root of the budget, from as much as the values differ."""
    return _bowl(params) + 0.2 * ((27 / budget) ** 0.4 - 1) + 0.03 * (27 / budget) ** 0.5 * _noise(params, budget)


@lru_cache(4096)
def _network(items: tuple[tuple[str, Any], ...]) -> tuple[mlp_epochs.Network, dict[int, float]]:
    """A network that trains on, and its losses by budget."""
    return mlp_epochs.Network(**dict(items)), {}


def mlp(params: Params, budget: int) -> float:
    """The loss of a small network after so many epochs."""
    network, known = _network(tuple(params.items()))
    while network.epochs < budget:
        network.train()
        if network.epochs in BUDGETS:
            known[network.epochs] = network.validate()["val_loss"]
    return known[budget]


def svm(params: Params, budget: int) -> float:
    """The loss of a support vector machine after a share of the data."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return svm_share.validate(budget / 27, **params)["val_loss"]


PROBLEMS: Mapping[str, tuple[Mapping[str, Any], Callable[[Params, int], float]]] = {
    **{loss.__name__: (_CUBE, loss) for loss in (benign, fast, mislead, noisy)},
    "mlp": (
        {
            "lr": _log(1e-3, 3.0),
            "decay": _uniform(0.7),
            "hidden": {"type": "int", "low": 8, "high": 128, "log": True},
            "dropout": _uniform(0.0, 0.8),
            "activation": ["relu", "tanh", "logistic"],
        },
        mlp,
    ),
    "svm": (
        {
            "c": _log(1e-3, 1e3),
            "gamma": _log(1e-4, 10.0),
            "kernel": ["rbf", "poly", "sigmoid"],
            "coef0": _uniform(0.0, 2.0) | {"when": {"kernel": ["poly", "sigmoid"]}},
        },
        svm,
    ),
}


class HighestAlone:
    """A Gaussian process of the highest budget with enough results; of all others it knows the parameters only."""

    def __init__(self, inner: GPSampler, enough: int):
        self._inner, self._enough = inner, enough

    def ask(self, history: Sequence[Observation], n: int) -> list[Any]:
        """The next `n` proposals."""
        budgets = sorted({o.budget for o in history}, reverse=True)
        counts = {budget: sum(o.budget == budget for o in history) for budget in budgets}
        chosen = next((budget for budget in budgets if counts[budget] >= self._enough), min(budgets, default=1.0))
        seen = [replace(o, budget=1.0) if o.budget == chosen else Observation(o.params, "pruned") for o in history]
        return self._inner.ask(seen, n)


# Of a space, a seed, and the share of the full budget with which new trials begin.
SAMPLERS: Mapping[str, Callable[[Any, int, float], Sampler]] = {
    "random": lambda space, seed, begins: RandomSampler(space, seed=seed),
    "highest alone": lambda space, seed, begins: HighestAlone(GPSampler(space, seed=seed), len(space.axes) + 2),
    "budget as input": lambda space, seed, begins: GPSampler(space, seed=seed),
    "in rungs": lambda space, seed, begins: GPSampler(space, seed=seed, ascent=Ascent(begins, 1 / ETA)),
}


class Search:
    """A search as it goes: its trials, their losses by rung, and after how many epochs which value was the best."""

    def __init__(self, problem: str, sampler: str, seed: int):
        space, self._loss = PROBLEMS[problem]
        self._sampler = partial(SAMPLERS[sampler], space_from_config(space, seed=0), seed)
        self._random = sampler == "random"
        self._trials: list[dict[str, Any]] = []
        self._losses: dict[tuple[int, int], float] = {}
        self._spent, self._best = 0, math.inf
        self.trace: list[tuple[int, float]] = []

    def begin(self, n: int, rung: int) -> list[int]:
        """Proposes `n` trials and trains them to a rung."""
        known = [(self._trials[i], BUDGETS[rung] / BUDGETS[-1], loss) for (i, rung), loss in self._losses.items()]
        seen = [Observation(params, "complete", (loss,), budget=share) for params, share, loss in known]
        if self._random:  # it counts its own proposals
            seen = [Observation(params, "complete", (0.0,)) for params in self._trials]
        new = range(len(self._trials), len(self._trials) + n)
        sampler = self._sampler(BUDGETS[rung] / BUDGETS[-1])
        self._trials += [proposal.params for proposal in sampler.ask(seen, n)]
        for trial in new:
            self.train(trial, rung)
        return list(new)

    def train(self, trial: int, rung: int, behind: int = 0) -> None:
        """Trains a trial to a rung, from a budget that it has been trained to."""
        loss = self._loss(self._trials[trial], BUDGETS[rung])
        self._losses[trial, rung] = loss if math.isfinite(loss) else 1e6
        self._spent += BUDGETS[rung] - behind
        if rung == len(BUDGETS) - 1:
            self._best = min(self._best, self._losses[trial, rung])
        self.trace.append((self._spent, self._best))

    def promotable(self, trials: Sequence[int] | None, rung: int, n: int | None = None) -> list[int]:
        """The best `n` of some trials (the best third of all) at a rung that have not gone on."""
        there = [Contender(i, (loss,)) for (i, at), loss in self._losses.items() if at == rung]
        among = [c for c in there if trials is None or c.number in trials]
        chosen = best(among, len(among) // ETA if n is None else n)
        return [i for i in chosen if (i, rung + 1) not in self._losses]


def hyperband(search: Search) -> None:
    """All brackets, one after the other."""
    top = len(BUDGETS) - 1
    for bracket in [*range(top, -1, -1)] * ITERATIONS:
        n, first = (top + 1) // (bracket + 1) * ETA**bracket, top - bracket
        trials: list[int] = []
        while len(trials) < n:
            trials += search.begin(min(GROUP, n - len(trials)), first)
        for rung in range(first, top):
            trials = search.promotable(trials, rung, max(1, n // ETA ** (rung + 1 - first)))
            for trial in trials:
                search.train(trial, rung + 1, BUDGETS[rung])


def asha(search: Search) -> None:
    """Rounds that promote what is among the best third of its rung, the highest first, and fill up with new trials."""
    for _ in range(ROUNDS):
        going = [(i, rung) for rung in range(len(BUDGETS) - 2, -1, -1) for i in search.promotable(None, rung)][:GROUP]
        for trial, rung in going:
            search.train(trial, rung + 1, BUDGETS[rung])
        search.begin(GROUP - len(going), 0) if len(going) < GROUP else None


SCHEDULES = {"hyperband": hyperband, "asha": asha}


def values(schedule: str, problem: str, sampler: str, seed: int) -> list[float]:
    """The best value at the full budget after half, three quarters and all of the epochs."""
    search = Search(problem, sampler, seed)
    SCHEDULES[schedule](search)
    shares = (0.5, 0.75, 1.0)
    return [min((v for e, v in search.trace if e <= share * EPOCHS[schedule]), default=math.inf) for share in shares]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--problems", nargs="+", default=list(PROBLEMS), choices=PROBLEMS)
    parser.add_argument("--schedules", nargs="+", default=list(SCHEDULES), choices=SCHEDULES)
    parser.add_argument("--samplers", nargs="+", default=list(SAMPLERS), choices=SAMPLERS)
    parser.add_argument("--out", type=Path, help="a table of all runs")
    options = parser.parse_args()
    print(setting(), flush=True)
    rows, runs = [], []
    for schedule in options.schedules:
        for problem in options.problems:
            for sampler in options.samplers:
                found = [values(schedule, problem, sampler, seed) for seed in range(options.seeds)]
                runs += [(schedule, problem, sampler, seed, *each) for seed, each in enumerate(found)]
                rows.append((schedule, problem, sampler, *(f"{v:.4f}" for v in np.median(found, axis=0))))
                print(*rows[-1], flush=True, file=sys.stderr)
    print_table(["schedule", "problem", "sampler", "half", "three quarters", "all"], rows)
    if options.out:
        with options.out.open("w", newline="") as file:
            csv.writer(file).writerows(
                [("schedule", "problem", "sampler", "seed", "half", "three_quarters", "all"), *runs]
            )


if __name__ == "__main__":
    main()
