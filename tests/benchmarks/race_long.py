"""A race that goes on: python tests/benchmarks/race_long.py [--engines ours …] [--problems NAME …] [--seeds 3]

Regret after 50, 100 and 200 evaluations in rounds of eight, ten of them the shared design: the median over seeds, and
of these the geometric mean over problems whose parameters are numbers. Nothing is kept of the runs.
"""

import argparse
import statistics

from bench import print_table, setting
from collection.halves import problem
from race import add_engines, opened
from race_engines import Engine
from race_run import raced
from race_table import FLOOR

MARKS = (50, 100, 200)
ROUND = 8
PROBLEMS = ("smooth-3", "multimodal-3", "valleys-0")  # of the choosing half


def regrets(engine: Engine, name: str, seeds: int) -> tuple[list[float], float]:
    """The median regret at each mark, floored, and the mean of the CPU seconds that a run's proposals took."""
    this = problem(name)
    found = [raced(engine, this, ROUND, seed, MARKS) for seed in range(seeds)]
    best = zip(*(run.best for run in found), strict=True)
    medians = [statistics.median(max(this.regret(value), FLOOR) for value in values) for values in best]
    return medians, statistics.fmean(run.seconds for run in found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_engines(parser, ["ours", "random", "ours-sobol", "ours-tpe", "ours-cmaes"])
    parser.add_argument("--problems", nargs="+", default=PROBLEMS)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    print(setting())
    rows = []
    for name in options.engines:
        with opened(name, options) as engine:
            found = [regrets(engine, each, options.seeds) for each in options.problems]
        means = [
            f"{statistics.geometric_mean(medians):.3g}" for medians in zip(*(each for each, _ in found), strict=True)
        ]
        ends = [f"{each[-1]:.3g}" for each, _ in found]
        rows.append((f"`{name}`", *means, *ends, f"{statistics.fmean(seconds for _, seconds in found):.1f}"))
    marks = (f"after {mark}" for mark in MARKS)
    print_table(["engine", *marks, *(f"{name}, {MARKS[-1]}" for name in options.problems), "s a run"], rows)


if __name__ == "__main__":
    main()
