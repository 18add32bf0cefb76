"""What `overlap` of a Bayesian search gains and costs: `OMP_NUM_THREADS=1 python tests/benchmarks/overlap.py`.

A run is one search with rounds of q trials on q cores, the first ten given (`Problem.initial_design`): round r is
proposed when all rounds but the `overlap` latest before it have ended, and sees the trials of these as running. Which
trials there are does not depend on how long they take, so that one run (`overlap.csv` has the regret, value - best
value known, of its trials) serves for all durations.

The table, `overlap.md`, says for each kind of duration how busy the cores are, and how good the search is: normalised
regret as in samplers.py, after 50 evaluations, and in the time that a search without overlap takes for them.
"""

import argparse
import csv
import heapq
import random
import statistics
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path

from problems import PROBLEMS, Problem
from samplers import FOLDER, geometric_mean, random_best
from snaketune.samplers.base import Observation
from snaketune.samplers.gp import GPSampler

CORES = (1, 4, 8)
OVERLAPS = (0, 1, 2)
DESIGN, EVALUATIONS, MOST = 10, 50, 70
# What a round costs beside its trials, in mean durations of a trial: some seconds of Snakemake for trials of minutes.
BETWEEN_ROUNDS = 0.03
_FLOOR = 1e-6
_DRAWS = 20
_COLUMNS = ("problem", "q", "overlap", "seed", "regrets")


def lognormal(sigma: float, draw: random.Random) -> float:
    """A duration of mean 1."""
    return draw.lognormvariate(-(sigma**2) / 2, sigma)


DURATIONS: dict[str, Callable[[random.Random], float]] = {
    "equal": lambda draw: 1.0,
    "log-normal, sigma 0.5": lambda draw: lognormal(0.5, draw),
    "heavy-tailed (sigma 1.5)": lambda draw: lognormal(1.5, draw),
}


def rounds(q: int, n: int) -> Iterator[range]:
    """The numbers of the trials of each round."""
    start, size = 0, DESIGN
    while start < n:
        yield range(start, min(start + size, n))
        start, size = start + size, q


def search(problem: Problem, seed: int, q: int, overlap: int, n: int = MOST) -> list[float]:
    """The values of a run in the order of the trials."""
    params: list[dict] = problem.initial_design(seed)
    values = [problem(each) for each in params]
    ranges = list(rounds(q, n))
    sampler = GPSampler(problem.space, seed=seed)
    for number, this in enumerate(ranges[1:], 1):
        known = ranges[number - overlap].start if number > overlap else 0
        ended = [Observation(params[i], "complete", (values[i],)) for i in range(known)]
        running = [Observation(params[i], "running") for i in range(known, this.start)]
        for proposal in sampler.ask([*ended, *running], len(this)):
            params.append(proposal.params)
            values.append(problem(proposal.params))
    return values


def ends(q: int, overlap: int, durations: Sequence[float]) -> tuple[list[float], float]:
    """When each trial ends on `q` cores, and the time that the cores were at work."""
    free = [0.0] * q
    found: list[float] = []
    gathered: list[float] = []  # when a round and all before it have ended
    for number, this in enumerate(rounds(q, len(durations))):
        seen = number - overlap
        ready = gathered[seen - 1] + BETWEEN_ROUNDS if seen > 0 else 0.0
        for i in this:
            end = max(ready, heapq.heappop(free)) + durations[i]
            heapq.heappush(free, end)
            found.append(end)
        gathered.append(max(found))
    return found, sum(durations)


@cache
def drawn(kind: str, seed: int) -> tuple[float, ...]:
    draw = random.Random(seed)
    return tuple(DURATIONS[kind](draw) for _ in range(MOST))


def utilisation(kind: str, q: int, overlap: int) -> float:
    """The share of time for which a core is at work, over 50 evaluations."""
    busy = total = 0.0
    for seed in range(200):
        finished, work = ends(q, overlap, drawn(kind, seed)[:EVALUATIONS])
        busy, total = busy + work, total + q * max(finished)
    return busy / total


def within(kind: str, q: int, overlap: int, values: Sequence[float]) -> float:
    """The best value within the time of 50 evaluations without overlap; the mean over some draws of the durations."""
    best = []
    for seed in range(_DRAWS):
        durations = drawn(kind, seed)
        limit = max(ends(q, 0, durations[:EVALUATIONS])[0])
        finished, _ = ends(q, overlap, durations)
        best.append(min(value for value, end in zip(values, finished, strict=True) if end <= limit))
    return statistics.median(best)


Runs = dict[tuple[str, int, int], list[list[float]]]


def regret(runs: Runs, q: int, overlap: int, best: Callable[[Sequence[float]], float]) -> float:
    """The geometric mean over the problems of the median normalised regret."""
    ratios = []
    for name, problem in PROBLEMS.items():
        found = statistics.median(map(best, runs[name, q, overlap]))
        ratios.append(max(found / (random_best(name) - problem.optimum), _FLOOR))
    return geometric_mean(ratios)


def table(runs: Runs) -> str:
    """The comparison as Markdown."""
    lines = ["| durations | cores, trials a round | overlap | cores at work | regret after 50 evaluations "
             "| regret in the time of 50 without overlap |", "|---|---:|---:|---:|---:|---:|"]  # fmt: skip
    for kind in DURATIONS:
        for q in CORES:
            for overlap in OVERLAPS:
                equal = regret(runs, q, overlap, lambda values: min(values[:EVALUATIONS]))
                timed = regret(runs, q, overlap, partial(within, kind, q, overlap))
                share = utilisation(kind, q, overlap)
                lines.append(f"| {kind} | {q} | {overlap} | {share:.0%} | {equal:.5f} | {timed:.5f} |")
    return "\n".join(lines)


def _read(path: Path) -> Runs:
    runs: Runs = {}
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            key = row["problem"], int(row["q"]), int(row["overlap"])
            runs.setdefault(key, []).append([float(value) for value in row["regrets"].split()])
    return runs


def _run(path: Path, seeds: int) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, _COLUMNS, lineterminator="\n")
        writer.writeheader()
        for problem in PROBLEMS.values():
            for q in CORES:
                for overlap in OVERLAPS:
                    for seed in range(seeds):
                        values = search(problem, seed, q, overlap)
                        regrets = " ".join(f"{value - problem.optimum:.3g}" for value in values)
                        key = (problem.name, q, overlap, seed, regrets)
                        writer.writerow(dict(zip(_COLUMNS, key, strict=True)))
                    file.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--table-only", action="store_true", help="make the table of the runs that are there")
    options = parser.parse_args()
    path = FOLDER / "overlap.csv"
    if not options.table_only:
        _run(path, options.seeds)
    runs = _read(path)
    seeds = len(next(iter(runs.values())))
    text = (
        "# Overlap of Bayesian rounds\n\n"
        f"Five problems, {seeds} seeds, a shared initial design of {DESIGN}, engine `gp`. Regret: geometric mean over "
        "the problems of the median normalised regret (0 best known, 1 random search; lower is better), in the last "
        f"column after {MOST} evaluations at most. A round costs {BETWEEN_ROUNDS:.0%} of a mean duration beside its "
        "trials. Made by `python tests/benchmarks/overlap.py`.\n\n"
        f"{table(runs)}\n"
    )
    (FOLDER / "overlap.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
