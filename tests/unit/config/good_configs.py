"""Good configurations to start from, and a folder with the files that they name."""

import copy
from pathlib import Path

import pytest
from snaketune.config import Study, read_study
from snaketune.errors import ConfigError

SMALL = {
    "study": "s",
    "objective": {"command": "python train.py", "metric": "loss"},
    "space": {"x": [1, 2], "y": {"type": "uniform", "low": 0.0, "high": 1.0}},
    "search": {"strategy": "random", "n_trials": 3},
}

LARGE = {
    "study": "large",
    "seed": 3,
    "objective": {
        "command": ["python", "train.py", "{args}", "--seed", "{seed}"],
        "metric": {"name": "loss", "take": "best"},
        "direction": "maximize",
        "metrics": {"accuracy": "acc: ([0-9.]+)"},
        "code": ["train.py"],
        "data": ["data"],
        "base_config": {"optimizer": {"name": "sgd"}},
        "env": {"A": 1, "B": True},
        "timeout": "2h",
        "grace": 3,
        "memory": "1.5GB",
        "retries": 1,
        "replicates": 2,
        "folds": 3,
        "min_runs": 4,
        "aggregate": "median",
        "resources": {"mem_mb": "100 * attempt", "runtime": "2h"},
    },
    "constraint": [{"metric": "size", "max": 3}],
    "space": {
        "optimizer.lr": {"type": "loguniform", "low": "1e-5", "high": 0.1},
        "optimizer.kind": ["adam", "sgd", None],
        "momentum": {"type": "uniform", "low": 0, "high": 1, "step": 0.25, "when": {"optimizer.kind": "sgd"}},
        "nesterov": {"choices": [True, False], "when": "momentum > 0.5"},
        "hidden": {"type": "int", "low": 16, "high": 256, "log": True},
        "heads": "[1, 2, 4]",
        "decay": "loguniform(1e-4, 1e-1, 3)",
        "noise": {"type": "normal", "mu": 0, "sigma": 1},
        "range": "(1, 10, 2)",
        "a": [1, 2, 3],
        "b": ["x", "y", "z"],
        "fixed": 7,
    },
    "constraints": ["hidden % heads == 0 or hidden > 20"],
    "zip": [["a", "b"]],
    "searches": {
        "grid": {
            "strategy": "grid",
            "space": {"optimizer.lr": [0.1, 0.01], "hidden": [16, 32], "noise": 0.5},
            "batch_size": 10,
        },
        "random": {"strategy": "random", "n_trials": 10, "seed": 5, "name": "r{number}-{heads}"},
        "sobol": {"strategy": "sobol", "n_trials": 4},
        "bayes": {
            "strategy": "bayes", "n_trials": 12, "engine": "skopt", "surrogate": "rf",
            "acquisition": {"type": "ei", "xi": 0.1},
            "stop": {"patience": 5, "max_hours": 2}, "refine": {"search": "random", "top": "20%"},
            "points": [], "warm_start": [],
        },
        "points": {
            "strategy": "list",
            "space": {"noise": [1.0]},
            "points": [
                {"optimizer.lr": "1e-3", "optimizer.kind": "adam", "hidden": 20, "heads": 2, "decay": 0.1,
                 "range": 1, "a": 1, "b": "x"},
            ],
        },
    },
    "name": "{search}-{number}",
    "tags": ["k-{optimizer.kind}"],
    "description": "a trial",
    "top": 5,
    "summary_by": ["heads"],
    "filter": {"status": ["complete", "failed"], "where": "heads > 1"},
    "plots": {"choose": ["history"], "format": ["png", "svg"], "width": 10},
    "max_failures": "20%",
    "final": {"top": 2, "replicates": 2, "overrides": {"epochs": 10}},
    "progress": 0,
}  # fmt: skip


def folder(path: Path) -> Path:
    """A project folder with the files that the configurations name."""
    (path / "train.py").write_text("def evaluate(x):\n    return x\n")
    (path / "data").mkdir()
    (path / "data" / "part.bin").write_bytes(b"1")
    return path


def edited(base: dict, **changes: object) -> dict:
    """A copy of `base` with changes: `objective__timeout=3` sets a key below `objective`, `...` deletes."""
    config = copy.deepcopy(base)
    for path, value in changes.items():
        *above, last = path.split("__")
        node = config
        for key in above:
            node = node.setdefault(key, {})
        if value is ...:
            del node[last]
        else:
            node[last] = value
    return config


def study_of(root: Path, base: dict = SMALL, **changes: object) -> Study:
    """The study that a changed configuration describes."""
    return read_study(edited(base, **changes), root)


def problems_of(root: Path, base: dict = SMALL, **changes: object) -> dict[str, str]:
    """The mistakes in a changed configuration, messages by path."""
    with pytest.raises(ConfigError) as caught:
        read_study(edited(base, **changes), root)
    problems: dict[str, str] = {}
    for place, text in caught.value.problems:
        problems[place] = f"{problems[place]}; {text}" if place in problems else text
    return problems
