"""What early stopping saves: `OMP_NUM_THREADS=1 python tests/benchmarks/fidelity.py FOLDER`.

Three tasks (budget_tasks.py), ten seeds; everything is minimised. An epoch is 1/27 of a full training. A search has
found the best loss of its *full* trainings, and has cost all epochs that it trained, those of trainings that were given
up too. The traces of all searches (epochs, best loss) go to `fidelity.csv`, the tables made of them to `fidelity.md`;
FOLDER keeps the losses of all trainings, which searches share. What is in `fidelity.csv` already is not run again;
remove it to begin anew.
"""

import argparse
import itertools
import math
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import optuna
from bench import row, setting
from budget_tasks import FULL, TASKS, Curves, Task
from samplers import FOLDER
from simulated import METRIC, Outcome, driven, study_of
from snaketune.files import csv_rows, csv_text
from snaketune.results.trials import Proposed
from snaketune.runner.pruning import Judge
from snaketune.samplers import random
from snaketune.samplers.support.optuna_space import OptunaSpace
from snaketune.space import Space

TRIALS, TOTAL = 54, 54 * FULL  # of the searches that train in full
BUDGET = {"name": "epochs", "min": 1, "max": FULL}
BATCH = 4
RUNGS = {"budget": BUDGET, "eta": 3}
# Trials of which the best go on: for a third of TOTAL, and for half of it. Where they begin anew, fewer cost as much.
MANY, MORE = 162, 243
ANEW = {MANY: 120, MORE: 189}
ITERATIONS = 2  # of Hyperband: less than half of TOTAL
BRACKETS = 3  # in which the trials of halving come
IN_BRACKETS = f"halving, gp, {MORE} trials in {BRACKETS} brackets"
PRUNER = {"n_startup_trials": 5, "n_warmup_steps": 1}
MEDIAN = {"type": "median", **PRUNER}
CANDIDATES, FINALISTS = 162, 12  # a third of TOTAL as well
LIMIT = TOTAL * 6 // 10  # epochs after which the other searches end
SHOWN = (TOTAL // 6, TOTAL // 3, TOTAL // 2, LIMIT, TOTAL)
IN_RUNGS = "halving", "hyperband", "asha"
REFERENCES = "random, in full", "gp, in full"
PATH = FOLDER / "fidelity.csv"
_COLUMNS = ("task", "search", "seed", "epochs", "trace")

Search = Callable[["Ledger", int], None]  # runs one with a seed


class Ledger:
    """What a search has trained and found so far."""

    def __init__(self, curves: Curves):
        self.curves, self.epochs = curves, 0
        self.trace: list[tuple[int, float]] = []

    def train(self, params: Mapping[str, Any], budget: int, behind: int = 0) -> float:
        """The loss of a training to a budget, which goes on from one to the budget `behind` where the task can."""
        self.epochs += self.curves.task.cost(budget, behind)
        loss = self.curves.until(params, budget)[budget]
        if budget == FULL and (not self.trace or loss < self.trace[-1][1]):
            self.trace.append((self.epochs, loss))
        return loss

    def train_until(
        self, params: Mapping[str, Any], steps: Sequence[int], stops: Callable[[int, float], bool]
    ) -> Outcome:
        """What comes of a full training that says after some steps what its loss is, and may be stopped there."""
        behind, losses = 0, {}
        for step in steps:
            losses[step] = loss = self.train(params, step, behind)
            behind = step
            if stops(step, loss):
                return Outcome("pruned", steps=losses)
            if not math.isfinite(loss):
                return Outcome("invalid")
        return Outcome("complete", loss, losses)


def ours(**search: Any) -> Search:
    """One of our searches."""
    limit = TOTAL // 2 if "budget" in search else LIMIT if "pruner" in search else TOTAL

    def run(ledger: Ledger, seed: int) -> None:
        def train(trial: Proposed, rule: Mapping[str, Any] | None) -> Outcome:
            if rule:
                judge, lines = Judge(rule, None), itertools.count()
                return ledger.train_until(
                    trial.params,
                    ledger.curves.task.looks,
                    lambda step, loss: bool(judge.see({"step": step, METRIC: loss}, next(lines))),
                )
            budget, behind = FULL, 0
            if trial.rung:
                budget, behind = int(trial.rung.budget), int(trial.rung.from_budget or 0)
            loss = ledger.train(trial.params, budget, behind)
            return Outcome("complete", loss) if math.isfinite(loss) else Outcome("invalid")

        with tempfile.TemporaryDirectory() as folder:
            task = ledger.curves.task
            config = {"space": task.space, "search": _for_task(task, search), "seed": seed}
            for _ in driven(Path(folder), config, train):
                if ledger.epochs >= limit:
                    return

    return run


def _for_task(task: Task, search: Mapping[str, Any]) -> dict[str, Any]:
    """A search, of fewer trials where each of their trainings begins anew."""
    made = dict(search)
    if "budget" in made and "n_trials" in made and not task.goes_on:
        made["n_trials"] = ANEW[made["n_trials"]]
    return made


def optunas(
    pruner: Callable[[], optuna.pruners.BasePruner], steps: Callable[[Task], Sequence[int]] = lambda task: task.looks
) -> Search:
    """Optuna's TPE with one of its pruners, which looks after some steps, one trial after the other."""
    states = optuna.trial.TrialState
    told = {"complete": states.COMPLETE, "pruned": states.PRUNED, "invalid": states.FAIL}

    def run(ledger: Ledger, seed: int) -> None:
        space = OptunaSpace(space_of(ledger.curves.task))
        study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed), pruner=pruner())
        while ledger.epochs < LIMIT:
            trial = study.ask()

            def stops(step: int, loss: float, trial: optuna.Trial = trial) -> bool:
                trial.report(loss, step)
                return trial.should_prune()

            outcome = ledger.train_until(space.suggested(trial), steps(ledger.curves.task), stops)
            study.tell(trial, outcome.loss, told[outcome.status])

    return run


def one_epoch(ledger: Ledger, seed: int) -> None:
    """All candidates for one epoch, and the best of them in full (Egele et al., arXiv 2307.15422)."""
    sampler = random.build(space_of(ledger.curves.task), seed=seed, n_trials=CANDIDATES, options={})
    losses = [(ledger.train(each.params, 1), i, each.params) for i, each in enumerate(sampler.ask([], CANDIDATES))]
    for _, _, params in sorted(each for each in losses if math.isfinite(each[0]))[:FINALISTS]:
        ledger.train(params, FULL, 1)


def space_of(task: Task) -> Space:
    """The space of a task."""
    return study_of({"space": task.space, "search": {"strategy": "random", "n_trials": 1}}).space


SEARCHES: Mapping[str, Search] = {
    "random, in full": ours(strategy="random", n_trials=TRIALS),
    "halving, random": ours(strategy="halving", sampler="random", n_trials=MANY, **RUNGS),
    "hyperband, random": ours(strategy="hyperband", sampler="random", iterations=ITERATIONS, **RUNGS),
    "asha, random": ours(strategy="asha", sampler="random", n_trials=MANY, **RUNGS),
    "median pruner, random": ours(strategy="random", n_trials=2 * TRIALS, batch_size=BATCH, pruner=MEDIAN),
    "gp, in full": ours(strategy="bayes", n_trials=TRIALS, batch_size=BATCH),
    "halving, gp": ours(strategy="halving", batch_size=BATCH, n_trials=MANY, **RUNGS),
    f"halving, gp, {MORE} trials": ours(strategy="halving", n_trials=MORE, **RUNGS),
    IN_BRACKETS: ours(strategy="halving", n_trials=MORE, iterations=BRACKETS, **RUNGS),
    "hyperband, gp": ours(strategy="hyperband", batch_size=BATCH, iterations=ITERATIONS, **RUNGS),
    "asha, gp": ours(strategy="asha", n_trials=MORE, **RUNGS),
    "median pruner, gp": ours(strategy="bayes", n_trials=2 * TRIALS, batch_size=BATCH, pruner=MEDIAN),
    "median pruner, gp, one by one": ours(strategy="bayes", n_trials=2 * TRIALS, batch_size=1, pruner=MEDIAN),
    f"one epoch for {CANDIDATES}, {FINALISTS} in full": one_epoch,
    "Optuna TPE, HyperbandPruner": optunas(lambda: optuna.pruners.HyperbandPruner(1, FULL, 3), lambda task: task.steps),
    "Optuna TPE, MedianPruner": optunas(lambda: optuna.pruners.MedianPruner(**PRUNER)),
}


class Runs:
    """The traces of one search on one task, one a seed."""

    def __init__(self, rows: Sequence[Mapping[str, str]]):
        self._traces = [[_point(text) for text in each["trace"].split()] for each in rows]
        self.epochs = statistics.median(int(each["epochs"]) for each in rows)

    def best(self, epochs: float = math.inf) -> float:
        """The median of the best losses found with so many epochs."""
        return statistics.median(
            min((loss for at, loss in trace if at <= epochs), default=math.inf) for trace in self._traces
        )

    def epochs_to(self, wanted: float) -> float:
        """With how many epochs the median is as good as `wanted`; inf if it never is."""
        places = sorted({at for trace in self._traces for at, _ in trace})
        return next((at for at in places if self.best(at) <= wanted), math.inf)


def _point(text: str) -> tuple[int, float]:
    epochs, loss = text.split(":")
    return int(epochs), float(loss)


def table(runs: Mapping[str, Runs]) -> str:
    """The searches on one task, by their names, as Markdown."""
    wanted = [runs[name].best() for name in REFERENCES]
    header = ["search", *(f"best at {n}" for n in SHOWN), *(f"epochs to {loss:.4g}" for loss in wanted), "in all"]
    lines = [row(*header), "|---" + "|---:" * (len(header) - 1) + "|"]
    for name, of in runs.items():
        best = [f"{found:.4g}" if (found := of.best(n)) < math.inf else "-" for n in SHOWN]
        lines.append(row(name, *best, *(_share(of.epochs_to(loss)) for loss in wanted), f"{of.epochs:.0f}"))
    return "\n".join(lines)


def _share(epochs: float) -> str:
    return f"{epochs:.0f} ({epochs / TOTAL:.0%})" if epochs < math.inf else "-"


def needed(runs: Mapping[tuple[str, str], Runs]) -> str:
    """How many epochs searches need for what others find in full, as a share of all epochs of these, as Markdown."""
    lines = [row("search", "what it is to find", *TASKS, "wanted"), "|---|---" + "|---:" * (len(TASKS) + 1) + "|"]
    for name, reference, wanted in WANTED:
        shares = [runs[task, name].epochs_to(runs[task, reference].best()) / TOTAL for task in TASKS]
        found = [f"{share:.0%}" if share < math.inf else "not found" for share in shares]
        cells = [text if share <= wanted else f"**{text}**" for text, share in zip(found, shares, strict=True)]
        lines.append(row(name, f"the median best of {reference}", *cells, f"{wanted:.0%}"))
    return "\n".join(lines)


def beside(runs: Mapping[tuple[str, str], Runs]) -> str:
    """Our searches beside Optuna's, as Markdown."""
    lines = [row("epochs", "search", *TASKS), "|---:|---" + "|---:" * len(TASKS) + "|"]
    for epochs, name in itertools.product(SHOWN[1:3], SIDE_BY_SIDE):
        lines.append(row(epochs, name, *(f"{runs[task, name].best(epochs):.4g}" for task in TASKS)))
    for other, names in OPTUNAS.items():
        lines += ["", f"Better than {other}, which is wanted on at least two of the three tasks:"]
        for name in names:
            counts = [sum(runs[t, name].best(n) < runs[t, other].best(n) for t in TASKS) for n in SHOWN[1:3]]
            better = ", ".join(f"on {count} after {n} epochs" for count, n in zip(counts, SHOWN[1:3], strict=True))
            lines.append(f"{name}: {better}." if name == names[-1] else f"{name}: {better};")
    return "\n".join(lines)


def tables(rows: Sequence[Mapping[str, str]]) -> str:
    """The comparison as Markdown."""
    places = dict.fromkeys((each["task"], each["search"]) for each in rows)
    runs = {place: Runs([each for each in rows if (each["task"], each["search"]) == place]) for place in places}
    seeds = len({each["seed"] for each in rows})
    introduction = (
        f"{setting()}. Medians of {seeds} seeds. An epoch is 1/{FULL} of a full training (an epoch of the MLP, three "
        "boosted trees, 1/27 of the SVM's data, which begins anew with each share); the best loss is that of full "
        "trainings alone, epochs are all that were trained. Optuna's trainings go on in one piece where they may, and "
        f"are proposed one by one; our model proposes {BATCH} or more together unless it says one by one. "
        f"Searches in rungs end after {TOTAL // 2} epochs, half of {TOTAL}, those of `halving` and `asha` with random "
        f"trials after about a third, others that stop early after {LIMIT}; what is not found by then is not found. "
        f"Hyperband does all brackets {ITERATIONS} times, with 46 trials each time; all else is as by default. Pruners "
        "look at each epoch, Hyperband's at its rungs, the median pruner of the SVM at 1/27 of the data alone, as each "
        "look costs a training (with others at 1/9 and 1/3 what is not pruned would cost half as much again)."
    )
    return (
        "\n\n".join(
            [
                "# What early stopping saves",
                introduction,
                f"## Epochs needed, of {TOTAL} for {TRIALS} trials in full",
                "In bold what falls short of what is wanted.",
                needed(runs),
                "## The best loss beside Optuna's",
                beside(runs),
                *(f"## {task}\n\n{table({n: of for (t, n), of in runs.items() if t == task})}" for task in TASKS),
            ]
        )
        + "\n"
    )


def run_all(folder: Path, seeds: int, pattern: str) -> None:
    """Runs what is missing of the searches whose names match; the file is written after each run."""
    rows = csv_rows(PATH) if PATH.exists() else []
    known = {(each["task"], each["search"], int(each["seed"])) for each in rows}
    places = {place: i for i, place in enumerate(itertools.product(TASKS, SEARCHES))}
    curves = {task.name: Curves(task, folder / f"{task.name}.jsonl") for task in TASKS.values()}
    for seed, task, name in itertools.product(range(seeds), TASKS, SEARCHES):
        if (task, name, seed) in known or not re.search(pattern, f"{task}, {name}"):
            continue
        begun, ledger = time.perf_counter(), Ledger(curves[task])
        SEARCHES[name](ledger, seed)
        print(f"{task}, {name}, seed {seed}: {time.perf_counter() - begun:.0f} s", flush=True)
        trace = " ".join(f"{epochs}:{loss:.6g}" for epochs, loss in ledger.trace)
        rows.append(dict(zip(_COLUMNS, (task, name, str(seed), str(ledger.epochs), trace), strict=True)))
        rows.sort(key=lambda each: (places[each["task"], each["search"]], int(each["seed"])))
        PATH.write_text(csv_text(_COLUMNS, [list(each.values()) for each in rows]))


# Which epochs we want to need at most, of those of a search in full, to find as much.
WANTED = (
    *((f"{name}, {sampler}", REFERENCES[0], 1 / 3) for name in IN_RUNGS for sampler in ("random", "gp")),
    (IN_BRACKETS, REFERENCES[0], 1 / 3),
    *(
        (name, REFERENCES[1], 1 / 2)
        for name in (f"halving, gp, {MORE} trials", IN_BRACKETS, "hyperband, gp", "asha, gp")
    ),
    ("median pruner, random", REFERENCES[0], 0.6),
    ("median pruner, gp", REFERENCES[1], 0.6),
    ("median pruner, gp, one by one", REFERENCES[1], 0.6),
)
# Optuna's searches, and ours that do alike.
OPTUNAS = {
    "Optuna TPE, HyperbandPruner": (IN_BRACKETS, "hyperband, gp", "asha, gp"),
    "Optuna TPE, MedianPruner": ("median pruner, gp", "median pruner, gp, one by one"),
}
SIDE_BY_SIDE = [name for other, names in OPTUNAS.items() for name in (*names, other)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", help="without it, the table is made of the runs that are there")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--only", default="", metavar="PATTERN", help="of `task, search`: run these alone")
    options = parser.parse_args()
    if options.folder:
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        options.folder.mkdir(parents=True, exist_ok=True)
        run_all(options.folder, options.seeds, options.only)
    text = tables(csv_rows(PATH))
    PATH.with_suffix(".md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
