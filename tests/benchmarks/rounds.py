"""What a round costs beside its training, and how long small studies take.

Usage: python tests/benchmarks/rounds.py [--rounds N] [--times N]

All are evaluations of the Booth function on two cores, in the obvious configuration.

- A Bayesian search in rounds of four, 400 trials in 100 rounds unless `--rounds` says otherwise, from an empty folder,
  without pictures. A round's overhead is the time from the end of the last run of the round before it to the start of
  its own first run: gather, the checkpoint with the model's proposals, the start of the job. The means are those of the
  rounds whose trials have numbers near 50 and, after the search has been made longer, near 500.
- Small studies from an empty folder, the best of `--times` (3): 9 trials; 36 × 3 runs to the tables and with all
  pictures, importances and the page.
"""

import argparse
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from bench import Project, print_table, random_search, setting
from snaketune.files import csv_rows

_SIZE = 4
_NEAR = 20  # trials on either side
_PLACES = (50, 500)
TABLES = "results/booth/results.csv"


def bayesian(trials: int) -> dict[str, Any]:
    """A Bayesian search in rounds of four."""
    search = {"strategy": "bayes", "n_trials": trials, "batch_size": _SIZE, "n_initial_points": _SIZE}
    return random_search(trials) | {"search": search, "plots": {"choose": []}}


def small(trials: int, replicates: int) -> dict[str, Any]:
    """A random search of some trials, each of them run so many times."""
    return random_search(trials, replicates=replicates)


def overheads(project: Project) -> list[tuple[int, float]]:
    """Each round but the first, with the number of its first trial and its overhead in seconds."""
    folder = project.results / "bayes" / "rounds"
    tables = sorted(folder.glob("*/results.csv"), key=lambda path: int(path.parent.name))
    found, last = [], None
    for rows in map(csv_rows, tables):
        begun = min(datetime.fromisoformat(row["started"]) for row in rows)
        if last is not None:
            found.append((int(rows[0]["number"]), (begun - last).total_seconds()))
        last = max(datetime.fromisoformat(row["finished"]) for row in rows)
    return found


def mean_near(found: list[tuple[int, float]], place: int) -> str:
    """The mean overhead of the rounds whose trials have numbers near a place."""
    near = [seconds for number, seconds in found if abs(number - place) <= _NEAR]
    return f"{sum(near) / len(near):.2f}" if near else "-"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100, help="of the Bayesian search")
    parser.add_argument("--times", type=int, default=3, help="that each small study is run")
    options = parser.parse_args()
    print(setting(), flush=True)
    with tempfile.TemporaryDirectory(prefix="rounds-") as folder:
        trials = options.rounds * _SIZE
        project = Project(Path(folder) / "bayes", bayesian(trials))
        rows = [(f"{trials} trials in {options.rounds} rounds", f"{project.run():.1f}")]
        project.configure(bayesian(max(trials, _PLACES[-1] + _NEAR)))
        project.run()
        found = overheads(project)
        rows += [(f"overhead of a round near {place} trials", mean_near(found, place)) for place in _PLACES]
        print_table(["Bayesian search", "seconds"], rows)
        sys.stdout.flush()
        cases = {
            "9 trials": (small(9, 1), ()),
            "108 runs, to the tables": (small(36, 3), (TABLES,)),
            "108 runs, with all pictures": (small(36, 3), ()),
        }
        rows = []
        for i, (name, (config, targets)) in enumerate(cases.items()):
            taken = [Project(Path(folder) / f"{i}-{time}", config).run(*targets) for time in range(options.times)]
            rows.append((name, f"{min(taken):.1f}"))
        print_table(["small study", "seconds"], rows)


if __name__ == "__main__":
    main()
