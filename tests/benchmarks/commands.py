"""How long the commands that look at results take, as whole processes, for a study of 10,000 trials.

Usage: python tests/benchmarks/commands.py [TRIALS]

The study is a random search over the Booth function, run by the workflow. It is looked at as it is in the end, and as
long as its last job is missing, when the runs themselves are read. Each time is the smallest of five; CPU time is given
beside it, since the machine may be busy with other work.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench import ENVIRONMENT, Project, print_table, random_search, setting

COMMANDS = (
    ["--help"],
    ["status"],
    ["top"],
    ["top", "--json"],
    ["top", "--where", "x < 0 and y > 2", "--sort", "x"],
    ["best"],
    ["best", "--format", "args"],
    ["show", "best"],
    ["diff", "best", "random-7"],
    ["logs", "best"],
)
_REPEAT = 5


def seconds(folder: Path, words: Sequence[str]) -> tuple[float, float]:
    """The wall time and the CPU time of a command."""
    best = (float("inf"), float("inf"))
    for _ in range(_REPEAT):
        begun, before = time.perf_counter(), os.times()
        subprocess.run(
            [sys.executable, "-m", "snaketune", *words], cwd=folder, env=ENVIRONMENT, capture_output=True, check=False
        )
        wall, after = time.perf_counter() - begun, os.times()
        used = after.children_user + after.children_system - before.children_user - before.children_system
        best = min(best[0], wall), min(best[1], used)
    return best


def main(trials: int = 10_000) -> None:
    with tempfile.TemporaryDirectory(prefix="commands-") as folder:
        project = Project(Path(folder), random_search(trials))
        print(f"{trials} trials: the workflow took {project.run():.0f} s\n")
        finished = [seconds(project.folder, words) for words in COMMANDS]
        (project.results / "outcome.json").unlink()
        running = [seconds(project.folder, words) for words in COMMANDS]
        rows = [
            [" ".join(["snaketune", *words]), *(f"{value:.2f}" for value in (*done, *going))]
            for words, done, going in zip(COMMANDS, finished, running, strict=True)
        ]
        print_table(["command", "finished: s", "CPU s", "running: s", "CPU s "], rows)
        print(f"\n{setting()}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
