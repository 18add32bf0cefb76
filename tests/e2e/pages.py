"""Made-up studies of any size, whose pages are built without running anything."""

import json
import math
import random
from itertools import chain
from pathlib import Path

from snaketune.config import read_study
from snaketune.page import page_payload, plotly_script, render
from snaketune.page.annex import annex_payload
from snaketune.page.curves import curve_from
from snaketune.page.data import with_curves
from snaketune.page.provenance import provenance
from snaketune.results.records import record_from
from snaketune.results.runs import RunResult
from snaketune.results.trials import Proposed, each_once, trial_from
from snaketune.values import trial_id

SPACE = {
    "lr": {"type": "loguniform", "low": 1e-4, "high": 1},
    "optimizer": ["adam", "sgd"],
    "momentum": {"type": "uniform", "low": 0.0, "high": 0.99, "when": {"optimizer": "sgd"}},
    "hidden": {"type": "int", "low": 16, "high": 512, "log": True},
    "batch_size": [16, 32, 64, 128],
    "nesterov": [True, False],
}
FAILURES = [
    ("failed", "exit code 1: ValueError: loss is not a number"),
    ("timeout", "stopped after 60 s"),
    ("oom", "used more than 2 GB"),
    ("invalid", "val_accuracy is missing"),
]


def config(space=None, *, objectives=1, replicates=1, searches=("random",), tags=("{optimizer}",), **others):
    """A configuration over `space`; the searches are random ones with the given names."""
    objective = {"command": ["python", "train.py"], "replicates": replicates, "env": {"TOKEN": "secret"}}
    listed = {
        "objectives": [
            {"metric": "val_accuracy", "direction": "maximize"},
            {"metric": "size", "direction": "minimize"},
        ]
    }
    if objectives == 1:
        objective |= {"metric": "val_accuracy", "direction": "maximize"}
    return {
        "study": "sample",
        "objective": objective,
        "space": space or SPACE,
        "searches": {name: {"strategy": "random", "n_trials": 100_000, "tags": list(tags)} for name in searches},
        **(listed if objectives == 2 else {}),
        **others,
    }


def sample(n, configuration=None, *, failing=0.06, steps=20, params_of=None, tail=(), seed=0):
    """The arguments of `page_payload` for `n` trials, spread evenly over the searches.

    `params_of(rng)` gives a trial's parameters, `failing` the share of runs that fail, `steps` the length of
    their histories, `tail` the last lines of each log.
    """
    rng = random.Random(seed)
    study = read_study(configuration or config(), Path("/nonexistent"))
    names = list(study.searches)
    trials_of, runs, curves, tails = {name: [] for name in names}, {}, {}, {}
    for i in range(n):
        search = names[i * len(names) // n]
        space = study.searches[search].space
        params = params_of(rng) if params_of else space.from_units(lambda _: rng.random())
        trial = trial_id(params)
        if trial not in runs:
            runs[trial] = [_run(trial, name, params, i, failing, rng, steps, curves) for name in study.runs]
            tails |= {(trial, run.run): tail or ["epoch 1", "epoch 2: done"] for run in runs[trial]}
        proposed = Proposed(trial, len(trials_of[search]), 0, "random", params)
        trials_of[search].append(trial_from(proposed, runs[trial], study, min_runs=study.min_runs))
    kept = set(with_curves(trials_of, study))
    curves = {key: curve for key, curve in curves.items() if key[0] in kept}
    return study, trials_of, dict.fromkeys(names), runs, curves, tails


def _run(trial, name, params, i, failing, rng, steps, curves):
    lr = params.get("lr", 0.01)
    quality = math.exp(-((math.log10(lr) + 2) ** 2)) * (0.75 + 0.04 * math.log2(params.get("hidden", 64)) / 2)
    value = max(0.02, min(0.999, quality + rng.gauss(0, 0.02)))
    status, reason = rng.choice(FAILURES) if rng.random() < failing else ("complete", None)
    metrics = {
        "val_accuracy": value,
        "size": params.get("hidden", 64) * 1.5 + rng.random(),
        "val_loss": 1 / value,
    }
    record = {
        "metrics": metrics, "seed": i, "attempt": 1, "seconds": round(20 + 40 * rng.random(), 3),
        "exit_code": 0 if reason is None else 1, "signal": None, "host": "node7", "max_rss_mb": 155.5,
        "log": f"logs/sample/trials/{trial}/{name}",
        "started": f"2026-01-{1 + i // 1440 % 28:02}T{i // 60 % 24:02}:{i % 60:02}:00.000Z",
        "finished": f"2026-01-{1 + i // 1440 % 28:02}T{i // 60 % 24:02}:{i % 60:02}:50.000Z",
        "command": ["python", "train.py", "--lr", str(lr)],
    }  # fmt: skip
    if steps:
        lines = [
            {"step": s, "val_accuracy": value * (1 - math.exp(-s / 6)), "val_loss": 1 / value + 3 / s}
            for s in range(1, steps + 1)
        ]
        curves[trial, name] = curve_from("\n".join(map(json.dumps, lines)))
    record |= {"trial": trial, "run": str(name), "status": status, "reason": reason, "cpu_seconds": 1.0}
    return RunResult(status, reason, metrics if reason is None else {}, record_from(record))


def beside(arguments):
    """All parts of the annex, made up but for the timeline and where the study comes from."""
    study, trials_of, _, runs, *_ = arguments
    listed = list(chain.from_iterable(runs.values()))
    trials = list(each_once(trials_of).values())
    importances = [
        {"parameter": name, "fanova": str(0.5 / i), "fanova_sd": "0.1", "permutation": "", "permutation_sd": "",
         "note": ""}
        for i, name in enumerate(study.parameters, 1)
    ]  # fmt: skip
    best = [trial for trial in trials_of[next(iter(trials_of))] if trial.complete][:3]
    final = [
        {"searched_as": trial.trial, "status": "complete", "search_value": str(trial.value(study)), "search_se": "",
         "final_value": "0.5", "final_se": "0.01"}
        for trial in best
    ]  # fmt: skip
    return annex_payload(listed, importances, final, provenance(study, trials, ["snakemake"], {"Python": "3.12.1"}))


def write_page(folder, arguments, name="report.html", *, annex=None, **options):
    """Builds the page and gives its path."""
    path = Path(folder) / name
    path.write_text(render(page_payload(*arguments, **options), plotly_script(), annex), encoding="utf-8")
    return path
