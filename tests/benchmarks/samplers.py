"""Compares the default Bayesian engine with others: `OMP_NUM_THREADS=1 python tests/benchmarks/samplers.py`.

A run is 50 evaluations of one problem, the first ten given (`Problem.initial_design`), the others proposed in
rounds of q; the sampler is built anew in every round. Every run's best value goes to `samplers.csv`, the
table made of it and of `reference.csv` (the other samplers' runs on the same problems and initial designs,
best values after all evaluations; some have fewer seeds) to `samplers.md`.

Normalised regret of a sampler on a problem: (median over seeds of the best value - best value known) / (the
same of random search), not below 1e-6 as reference.csv has six digits. Samplers are compared by its geometric
mean over problems.
"""

import argparse
import csv
import math
import statistics
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from problems import PROBLEMS, Problem
from snaketune.samplers.base import Observation
from snaketune.samplers.gp import GPSampler

FOLDER = Path(__file__).parent
EVALUATIONS = 50
BATCHES = (1, 4, 8)
_FLOOR = 1e-6
_COLUMNS = ("problem", "engine", "q", "seed", "best_50")
_NAMES = {
    "snaketune-gp": "**SnakeTune `gp` (default)**",
    "reference-gp": "reference Gaussian process",
    "optuna-gp": "Optuna GPSampler",
    "skopt-tuned": "scikit-optimize, tuned",
    "skopt-default-ei": "scikit-optimize, EI, else default",
    "optuna-tpe-multivariate-constant-liar": "Optuna TPE, multivariate, constant liar",
    "optuna-tpe-default": "Optuna TPE, default",
}


def search(problem: Problem, seed: int, q: int) -> float:
    """The best value of one run."""
    seen = [_observed(problem, params) for params in problem.initial_design(seed)]
    while len(seen) < EVALUATIONS:
        proposals = GPSampler(problem.space, seed=seed).ask(seen, min(q, EVALUATIONS - len(seen)))
        seen += [_observed(problem, proposal.params) for proposal in proposals]
    return min(observation.values[0] for observation in seen)


def _observed(problem: Problem, params: Mapping[str, object]) -> Observation:
    return Observation(dict(params), "complete", (problem(params),))


def regrets(rows: Iterable[Mapping[str, str]]) -> dict[tuple[str, int], dict[str, float]]:
    """Normalised regret by (engine, q) and problem."""
    best: dict[tuple[str, str, int], list[float]] = defaultdict(list)
    for row in rows:
        best[row["problem"], row["engine"], int(row["q"])].append(float(row["best_50"]))

    def median_regret(problem: str, engine: str, q: int) -> float:
        return statistics.median(best[problem, engine, q]) - PROBLEMS[problem].optimum

    found: dict[tuple[str, int], dict[str, float]] = defaultdict(dict)
    for problem, engine, q in best:
        ratio = median_regret(problem, engine, q) / median_regret(problem, "random", 1)
        found[engine, q][problem] = max(ratio, _FLOOR)
    return found


@cache
def random_best(problem: str) -> float:
    """The median over seeds of the best value of a random search of 50 trials."""
    rows = [row for row in _read(FOLDER / "reference.csv") if (row["engine"], row["problem"]) == ("random", problem)]
    return statistics.median(float(row["best_50"]) for row in rows)


def geometric_mean(values: Iterable[float]) -> float:
    return math.exp(statistics.fmean(map(math.log, values)))


def table(rows: list[Mapping[str, str]]) -> str:
    """The comparison as Markdown."""
    found = regrets(rows)
    seeds: dict[tuple[str, int], set[str]] = defaultdict(set)
    for row in rows:
        seeds[row["engine"], int(row["q"])].add(row["seed"])
    lines = ["| sampler | " + " | ".join(f"q = {q}" for q in BATCHES) + " | seeds |", "|---|---|---|---|---|"]
    for engine, name in _NAMES.items():
        means = [f"{geometric_mean(found[engine, q].values()):.5f}" for q in BATCHES]
        counts = "/".join(str(len(seeds[engine, q])) for q in BATCHES)
        lines.append(f"| {name} | {' | '.join(means)} | {counts} |")
    lines += ["", "| SnakeTune `gp` against the reference | " + " | ".join(PROBLEMS) + " |"]
    lines.append("|---|" + "---|" * len(PROBLEMS))
    for q in BATCHES:
        cells = [f"{found['snaketune-gp', q][name]:.1e} / {found['reference-gp', q][name]:.1e}" for name in PROBLEMS]
        lines.append(f"| q = {q} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _run(seeds: int) -> None:
    with (FOLDER / "samplers.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, _COLUMNS)
        writer.writeheader()
        for problem in PROBLEMS.values():
            for q in BATCHES:
                start = time.perf_counter()
                for seed in range(seeds):
                    best = f"{search(problem, seed, q):.6g}"
                    key = (problem.name, "snaketune-gp", q, seed, best)
                    writer.writerow(dict(zip(_COLUMNS, key, strict=True)))
                print(f"{problem.name}, q = {q}: {time.perf_counter() - start:.0f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--table-only", action="store_true", help="make the table of the files that are there")
    options = parser.parse_args()
    if not options.table_only:
        _run(options.seeds)
    rows = _read(FOLDER / "reference.csv") + _read(FOLDER / "samplers.csv")
    text = (
        "# Samplers compared\n\n"
        f"Five problems, {EVALUATIONS} evaluations of which 10 are a shared Latin hypercube, rounds of q "
        "proposals; geometric mean over the problems of the median normalised regret (0 best known, 1 random "
        "search; lower is better). Made by `python tests/benchmarks/samplers.py`; the other samplers' runs "
        f"are those of `reference.csv`.\n\n{table(rows)}\n"
    )
    (FOLDER / "samplers.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
