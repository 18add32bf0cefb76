"""How much of an improvement the acquisition `pi` should look for: python tests/benchmarks/improvement.py.

A run is 40 evaluations of one problem with engine `gp`, the first ten given (`Problem.initial_design`), the others in
rounds of 2. The regrets of all runs go to `improvement.csv`, the table of their medians to `improvement.md`.
"""

import argparse
import csv
import statistics
from collections.abc import Mapping
from typing import Any

from problems import PROBLEMS, Problem
from samplers import FOLDER
from snaketune.samplers.base import Observation
from snaketune.samplers.gp import GPSampler

EVALUATIONS, BATCH, SHOWN = 40, 2, (20, 40)
OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "`ei`": {"acquisition": "ei"},
    "`pi`, its default": {"acquisition": "pi"},
    "`pi`, `xi: 0`": {"acquisition": "pi", "xi": 0.0},
    "`pi`, `xi: 0.01`": {"acquisition": "pi", "xi": 0.01},
    "`pi`, `xi: 0.1`": {"acquisition": "pi", "xi": 0.1},
}
_COLUMNS = ("problem", "options", "seed", "regrets")


def search(problem: Problem, seed: int, options: Mapping[str, Any]) -> list[float]:
    """The regrets of a run in the order of its trials."""
    seen = [Observation(params, "complete", (problem(params),)) for params in problem.initial_design(seed)]
    while len(seen) < EVALUATIONS:
        for proposal in GPSampler(problem.space, seed=seed, **options).ask(seen, BATCH):
            seen.append(Observation(proposal.params, "complete", (problem(proposal.params),)))
    return [observation.values[0] - problem.optimum for observation in seen]


def table(rows: list[Mapping[str, str]]) -> str:
    """The comparison as Markdown."""
    header = [f"{name}, {n}" for name in PROBLEMS for n in SHOWN]
    lines = ["| acquisition | " + " | ".join(header) + " |", "|---|" + "---:|" * len(header)]
    for options in OPTIONS:
        cells = []
        for name in PROBLEMS:
            runs = [row["regrets"].split() for row in rows if (row["problem"], row["options"]) == (name, options)]
            cells += [f"{statistics.median(min(map(float, run[:n])) for run in runs):.1e}" for n in SHOWN]
        lines.append(f"| {options} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _run(seeds: int) -> None:
    with (FOLDER / "improvement.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, _COLUMNS, lineterminator="\n")
        writer.writeheader()
        for problem in PROBLEMS.values():
            for name, options in OPTIONS.items():
                for seed in range(seeds):
                    regrets = " ".join(f"{regret:.3g}" for regret in search(problem, seed, options))
                    writer.writerow({"problem": problem.name, "options": name, "seed": seed, "regrets": regrets})
                file.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--table-only", action="store_true", help="make the table of the runs that are there")
    options = parser.parse_args()
    if not options.table_only:
        _run(options.seeds)
    with (FOLDER / "improvement.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    text = (
        "# The improvement that `pi` looks for\n\n"
        f"Median regret (best value - best value known) over {len({row['seed'] for row in rows})} seeds after "
        f"{' and '.join(map(str, SHOWN))} evaluations, ten of them a shared design, rounds of {BATCH}, engine `gp`. By "
        "default `xi` is 100 / (number of results)^3. Made by `python tests/benchmarks/improvement.py`.\n\n"
        f"{table(rows)}\n"
    )
    (FOLDER / "improvement.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
