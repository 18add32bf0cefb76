"""How busy `asha` keeps eight workers: `OMP_NUM_THREADS=1 python tests/benchmarks/asha.py FOLDER`.

The MLP of budget_tasks.py, 162 trials, ten seeds; FOLDER keeps the losses of trainings, as for fidelity.py. An
epoch takes one unit of time on average: always, or by a factor of each trial that is log-normal with sigma 1.5. Which
trials a reproducible search promotes does not depend on that, so that one search serves for all durations. They are
compared with one synchronous bracket, all brackets of Hyperband, and asynchronous successive halving as it was
published (Li et al., arXiv 1810.05934), which looks at what has ended whenever a worker is free. The table goes to
`asha.md`.
"""

import argparse
import heapq
import math
import random
import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from bench import row, setting
from budget_tasks import FULL, TASKS, Curves
from fidelity import BUDGET, MANY, RUNGS
from overlap import lognormal
from samplers import FOLDER
from simulated import Driven, Outcome, driven
from snaketune.results.trials import Proposed
from snaketune.samplers.brackets import Budget, ladder

WORKERS, SEEDS, DRAWS = 8, 10, 5
BETWEEN = 0.1  # what a round costs beside its trials, in mean epochs: some seconds where an epoch takes a minute
SHOWN = (324, 486)
ROUNDS = (8, 0), (8, 1), (8, 2), (8, 4), (8, 8), (8, 16), (16, 1), (16, 2), (32, 0), (32, 1), (32, 4)  # size, overlap
WITH_MODEL = (8, 1), (8, 4), (16, 1), (32, 1)
SEARCHES: Mapping[str, Mapping[str, Any]] = {
    "one bracket, `halving`": {"strategy": "halving", "n_trials": MANY, **RUNGS},
    "all brackets, `hyperband`": {"strategy": "hyperband", "iterations": 1, **RUNGS},
    **{
        f"`asha`, rounds of {batch}, `overlap: {overlap}`": {
            "strategy": "asha", "batch_size": batch, "overlap": overlap, "n_trials": MANY, **RUNGS
        }
        for batch, overlap in ROUNDS
    },
    **{
        f"`asha`, model, rounds of {batch}, `overlap: {overlap}`": {
            "strategy": "asha", "sampler": "gp", "batch_size": batch, "overlap": overlap, "n_trials": MANY, **RUNGS
        }
        for batch, overlap in WITH_MODEL
    },
}  # fmt: skip
BRACKET, PUBLISHED = next(iter(SEARCHES)), "asynchronous, as published"
KINDS = EQUAL, HEAVY = "equal durations", "heavy-tailed"
BUDGETS = ladder(Budget(**BUDGET), RUNGS["eta"])


@dataclass(frozen=True)
class Run:
    """A training of a trial from one budget to another: what it costs in epochs, and the loss at its end."""

    trial: int
    budget: int
    epochs: int
    loss: float


@dataclass(frozen=True)
class Ended:
    """Runs in the order in which they ended, and when; `work` is how long all of them took."""

    runs: Sequence[Run]
    times: Sequence[float]
    work: float

    def best(self, *, epochs: float = math.inf, time: float = math.inf) -> float:
        """The best loss of full trainings that have ended with the first epochs, or within a time."""
        spent = accumulate(run.epochs for run in self.runs)
        there = zip(self.runs, spent, self.times, strict=True)
        return min(
            (run.loss for run, e, t in there if run.budget == FULL and e <= epochs and t <= time), default=math.inf
        )


Speeds = Callable[[int], float]  # how long an epoch of a trial takes


def played(rounds: Sequence[tuple[Driven, Sequence[Run]]], speed: Speeds) -> Ended:
    """The rounds of a reproducible search on the workers: a round begins when all that it needs has ended."""
    left = {this.number: len(runs) for this, runs in rounds}
    proposed: dict[int, float] = {}
    waiting: list[tuple[int, int]] = []  # runs that could begin: of earlier rounds first
    coming: list[tuple[float, int]] = []  # rounds that are being proposed
    busy: list[tuple[float, int, int]] = []
    ended: list[tuple[float, Run]] = []
    now = 0.0
    while True:
        for this, _ in rounds:
            if this.number in proposed or any(left[k] for k in this.needs):
                continue
            if all(k in proposed for k in this.follows):
                proposed[this.number] = max([now, *(proposed[k] for k in this.follows)]) + BETWEEN
                heapq.heappush(coming, (proposed[this.number], this.number))
        while coming and coming[0][0] <= now:
            _, number = heapq.heappop(coming)
            for i in range(left[number]):
                heapq.heappush(waiting, (number, i))
        while waiting and len(busy) < WORKERS:
            number, i = heapq.heappop(waiting)
            run = rounds[number][1][i]
            heapq.heappush(busy, (now + run.epochs * speed(run.trial), number, i))
        if not busy and not coming:
            break
        now = min([*(time for time, *_ in busy[:1]), *(time for time, _ in coming[:1])])
        while busy and busy[0][0] <= now:
            time, number, i = heapq.heappop(busy)
            left[number] -= 1
            ended.append((time, rounds[number][1][i]))
    return _ended(ended, speed)


def published(losses: Sequence[Mapping[int, float]], speed: Speeds) -> Ended:
    """Asynchronous successive halving of trials with these losses by budget: whoever is free takes what there is."""
    budgets = sorted(losses[0])
    known: dict[int, dict[int, float]] = {budget: {} for budget in budgets}  # by budget and trial
    begun: set[tuple[int, int]] = set()
    busy: list[tuple[float, int, int]] = []
    ended: list[tuple[float, Run]] = []
    now = 0.0

    def next_run() -> tuple[int, int] | None:
        for below, budget in reversed([*pairwise(budgets)]):
            good = sorted(known[below], key=lambda trial: known[below][trial])[: len(known[below]) // 3]
            for trial in good:
                if (trial, budget) not in begun:
                    return trial, budget
        new = sum(1 for _, budget in begun if budget == budgets[0])
        return (new, budgets[0]) if new < len(losses) else None

    def epochs(trial: int, budget: int) -> int:
        return budget - max((b for b in budgets if b < budget), default=0)

    while True:
        while len(busy) < WORKERS and (chosen := next_run()):
            begun.add(chosen)
            heapq.heappush(busy, (now + epochs(*chosen) * speed(chosen[0]), *chosen))
        if not busy:
            break
        now, trial, budget = heapq.heappop(busy)
        loss = losses[trial][budget]
        known[budget][trial] = loss if math.isfinite(loss) else math.inf
        ended.append((now, Run(trial, budget, epochs(trial, budget), loss)))
    return _ended(ended, speed)


def searched(curves: Curves, search: Mapping[str, Any], seed: int) -> Iterator[tuple[Driven, list[Run]]]:
    """The rounds of a search, with their runs."""

    def train(trial: Proposed, _: Mapping[str, Any] | None) -> Outcome:
        assert trial.rung
        loss = curves.until(trial.params, int(trial.rung.budget))[int(trial.rung.budget)]
        return Outcome("complete", loss) if math.isfinite(loss) else Outcome("invalid")

    config = {"space": curves.task.space, "search": {"sampler": "random", **search}, "seed": seed}
    with tempfile.TemporaryDirectory() as folder:
        for this in driven(Path(folder), config, train):
            runs = []
            for trial in this.trials:
                assert trial.rung
                budget, behind = int(trial.rung.budget), int(trial.rung.from_budget or 0)
                runs.append(Run(trial.number, budget, budget - behind, trial.metrics.get("loss", math.inf)))
            yield this, runs


def _ended(runs: Sequence[tuple[float, Run]], speed: Speeds) -> Ended:
    work = sum(run.epochs * speed(run.trial) for _, run in runs)
    return Ended([run for _, run in runs], [time for time, _ in runs], work)


def speeds(kind: str, draw: int) -> Speeds:
    """How long an epoch of each trial takes."""
    if kind == EQUAL:
        return lambda trial: 1.0
    return cache(lambda trial: lognormal(1.5, random.Random(f"{draw} {trial}")))


def plays(curves: Curves) -> dict[str, dict[str, list[Ended]]]:
    """What each search comes to, by kind of durations, for each seed and draw of them."""
    found: dict[str, dict[str, list[Ended]]] = {}
    for seed in range(SEEDS):
        rounds = {name: list(searched(curves, search, seed)) for name, search in SEARCHES.items()}
        trained = {trial.number: trial.params for this, _ in rounds[BRACKET] for trial in this.trials}
        losses = [
            {budget: curves.until(trained[number], FULL)[budget] for budget in BUDGETS} for number in sorted(trained)
        ]
        for kind in KINDS:
            for draw in range(DRAWS):
                speed = speeds(kind, seed * DRAWS + draw)
                for name, of in rounds.items():
                    found.setdefault(name, {}).setdefault(kind, []).append(played(of, speed))
                found.setdefault(PUBLISHED, {}).setdefault(kind, []).append(published(losses, speed))
    return found


def table(found: Mapping[str, Mapping[str, Sequence[Ended]]]) -> str:
    """The comparison as Markdown."""
    header = [
        *("search", *(f"workers at work, {kind}" for kind in KINDS), "epochs in all"),
        *(f"best at {epochs} epochs" for epochs in SHOWN), "best in the time of one bracket",
    ]  # fmt: skip
    lines = [row(*header), "|---" + "|---:" * (len(header) - 1) + "|"]
    limits = [ended.times[-1] for ended in found[BRACKET][HEAVY]]
    for name, of in found.items():
        shares = [sum(e.work for e in of[kind]) / sum(WORKERS * e.times[-1] for e in of[kind]) for kind in KINDS]
        heavy = of[HEAVY]
        epochs = statistics.median(sum(run.epochs for run in ended.runs) for ended in heavy)
        best = [statistics.median(ended.best(epochs=n) for ended in heavy) for n in SHOWN]
        best.append(statistics.median(e.best(time=limit) for e, limit in zip(heavy, limits, strict=True)))
        cells = [f"{loss:.4f}" if loss < math.inf else "-" for loss in best]
        lines.append(row(name, *(f"{share:.0%}" for share in shares), f"{epochs:.0f}", *cells))
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    found = plays(Curves(TASKS["mlp"], options.folder / "mlp.jsonl"))
    text = (
        "# Eight workers and `asha`\n\n"
        f"{setting()}. An MLP's epochs, {MANY} trials (Hyperband has its own number), random unless by the model, "
        f"{SEEDS} seeds, {DRAWS} draws of durations for each: an epoch takes one unit of time (equal), or its trial's "
        "own, log-normal with sigma 1.5 and mean 1 (heavy-tailed), and a round "
        f"{BETWEEN} beside its trials. Best: median validation loss of full trainings; with heavy-tailed durations.\n\n"
        f"{table(found)}\n"
    )
    (FOLDER / "asha.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
