"""Bayesian against random search with the whole workflow: a real MLP on digits, several seeds.

    python tests/benchmarks/digits_mlp.py FOLDER [--seeds 10] [--cores 2]

runs one study per seed in FOLDER (40 Bayesian and 80 random trials of learning rate, width, weight decay, batch size
and activation) and writes digits_mlp.csv beside this file: for each seed the best validation loss after 40 trials of
each search and after 80 of the random one. It can be interrupted and started again.
"""

import argparse
import statistics
import subprocess
import sys
from pathlib import Path

import yaml
from snaketune.files import csv_rows, csv_text

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "examples" / "train_digits.py"


def study(seed: int) -> dict:
    """The configuration of one seed's study."""
    return {
        "study": f"mlp-{seed}",
        "seed": seed,
        "objective": {
            "command": [sys.executable, str(SCRIPT), "--optimizer", "adam", "--epochs", "6", "{args}"],
            "metric": "val_loss",
            "env": {"OMP_NUM_THREADS": 1},
        },
        "plots": {"choose": []},
        "space": {
            "lr": {"type": "loguniform", "low": 1e-5, "high": 1.0},
            "hidden": {"type": "int", "low": 4, "high": 256, "log": True},
            "alpha": {"type": "loguniform", "low": 1e-6, "high": 10.0},
            "batch_size": [16, 32, 64, 128, 256],
            "activation": ["relu", "tanh", "logistic"],
        },
        "searches": {
            "bayes": {"strategy": "bayes", "n_trials": 40, "batch_size": 4},
            "random": {"strategy": "random", "n_trials": 80},
        },
    }


def best_after(path: Path, n: int) -> float:
    """The best value among the first n trials of a search."""
    return min(float(row["value"]) for row in csv_rows(path) if int(row["number"]) < n and row["value"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--cores", type=int, default=2)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for seed in range(options.seeds):
        config = (options.folder / f"mlp-{seed}.yaml").resolve()
        config.write_text(yaml.safe_dump(study(seed), sort_keys=False))
        command = [
            *(sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--configfile", str(config)),
            *("--directory", str(options.folder), "--cores", str(options.cores), "--quiet", "all"),
        ]  # fmt: skip
        subprocess.run(command, check=True)
        results = options.folder / "results" / f"mlp-{seed}"
        found = [
            best_after(results / "bayes" / "results.csv", 40),
            best_after(results / "random" / "results.csv", 40),
            best_after(results / "random" / "results.csv", 80),
        ]
        rows.append([seed, *found])
        print(f"seed {seed}: bayes 40 {found[0]:.4f}, random 40 {found[1]:.4f}, random 80 {found[2]:.4f}", flush=True)
    header = ["seed", "bayes_40", "random_40", "random_80"]
    medians = ["median", *(statistics.median(row[i] for row in rows) for i in (1, 2, 3))]
    cells = [[str(row[0]), *(f"{value:.5f}" for value in row[1:])] for row in [*rows, medians]]
    Path(__file__).with_suffix(".csv").write_text(csv_text(header, cells))
    print(f"medians: bayes 40 {medians[1]:.4f}, random 40 {medians[2]:.4f}, random 80 {medians[3]:.4f}")


if __name__ == "__main__":
    main()
