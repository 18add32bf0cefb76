"""How long thousands of cheap trials take, beside other tools on the same cores.

Usage: python tests/benchmarks/throughput.py [--trials N] [--commands N] [--only PART]... [--repeat N]

Two parts, each a table in Markdown; all start in an empty folder, on two cores.

function   10,000 evaluations of the Booth function by random search, in the obvious configuration: the time to the
           tables, and to all pictures and the page; Optuna's random sampler for the same function, in two processes
           that share a journal file, or an SQLite database (a tenth of the trials, since each takes as long as the
           others).
command    2,000 runs of a Python script that does next to nothing, to the tables; `xargs -P 2` with the same commands,
           and the time that Snakemake takes for a workflow of one job.

Wall times. With --repeat, each is the smallest of so many.
"""

import argparse
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import Project, print_table, random_search, seconds_of, setting
from snaketune.files import csv_rows

SCRIPT = """\
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--x", type=float)
parser.add_argument("--y", type=float)
given = parser.parse_args()
print('{"value": %r}' % ((given.x + 2 * given.y - 7) ** 2 + (2 * given.x + given.y - 5) ** 2))
"""
OPTUNA = """\
import sys
import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from booth import booth

def objective(trial):
    return booth(trial.suggest_float("x", -10, 10), trial.suggest_float("y", -10, 10))["value"]

kind, trials, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
optuna.logging.set_verbosity(optuna.logging.WARNING)
storage = JournalStorage(JournalFileBackend("journal.log")) if kind == "journal" else "sqlite:///optuna.db"
sampler = optuna.samplers.RandomSampler(seed=seed)
study = optuna.create_study(study_name="booth", storage=storage, sampler=sampler, load_if_exists=True)
study.optimize(objective, n_trials=trials)
"""
ONE_JOB = 'rule all:\n    output: "done"\n    shell: "touch {output}"\n'
TABLES = "results/booth/results.csv"


class Bench:
    """Measures in folders below `root`, each of which begins empty."""

    def __init__(self, root: Path, repeat: int):
        self.root, self.repeat = root, repeat

    def best(self, measured: Callable[[Path], Sequence[float]]) -> list[float]:
        """The smallest of several times that are measured together in an empty folder."""
        found = []
        for number in range(self.repeat):
            with tempfile.TemporaryDirectory(prefix=f"{number}-", dir=self.root) as folder:
                found.append(measured(Path(folder)))
        return [min(times) for times in zip(*found, strict=True)]

    def snaketune(self, config: dict, *, everything: bool) -> list[float]:
        """Seconds to the tables and, if wanted, to everything, from an empty folder each."""

        def tables(folder: Path) -> list[float]:
            return [Project(folder, config).run(f"results/{config['study']}/results.csv")]

        def whole(folder: Path) -> list[float]:
            return [Project(folder, config).run()]

        return [*self.best(tables), *(self.best(whole) if everything else [])]

    def optuna(self, kind: str, trials: int) -> float:
        """Seconds of two processes that share a storage."""

        def both(folder: Path) -> list[float]:
            Project(folder, random_search(trials))  # for the function
            (folder / "search.py").write_text(OPTUNA)
            words = [sys.executable, "search.py", kind]
            made = seconds_of([*words, "0", "0"], folder)  # begins the study, before both would
            half = trials // 2
            commands = [shlex.join([*words, str(n), str(seed)]) for n, seed in ((half, 1), (trials - half, 2))]
            return [seconds_of(["sh", "-c", f"{commands[0]} & {commands[1]}; wait"], folder), made]

        return self.best(both)[0]

    def xargs(self, commands: Sequence[str]) -> float:
        """Seconds of `xargs` with so many commands, two at a time."""

        def run(folder: Path) -> list[float]:
            (folder / "script.py").write_text(SCRIPT)
            given = "\n".join(commands)
            return [seconds_of(["xargs", "-P", "2", "-I", "{}", "sh", "-c", "exec {}"], folder, input=given, text=True)]

        return self.best(run)[0]

    def one_job(self) -> float:
        """Seconds of Snakemake for a workflow of one job."""

        def run(folder: Path) -> list[float]:
            (folder / "Snakefile").write_text(ONE_JOB)
            return [seconds_of([sys.executable, "-m", "snakemake", "--cores", "2"], folder, stderr=subprocess.DEVNULL)]

        return self.best(run)[0]


def function(bench: Bench, options: argparse.Namespace) -> None:
    """Prints the table of function trials."""
    trials = options.trials
    tables, everything = bench.snaketune(random_search(trials), everything=True)
    few = max(2, trials // 10)
    found = [
        ("SnakeTune, to the tables", trials, tables),
        ("SnakeTune, with all pictures and the page", trials, everything),
        ("Optuna, journal, two processes", trials, bench.optuna("journal", trials)),
        ("Optuna, SQLite, two processes", few, bench.optuna("sqlite", few)),
    ]
    each = tables / trials
    rows = [
        (name, n, f"{seconds:.1f}", f"{1000 * seconds / n:.2f}", f"{seconds / n / each:.2f}")
        for name, n, seconds in found
    ]
    print_table(["Booth function, random search", "trials", "seconds", "ms a trial", "ratio"], rows)


def command(bench: Bench, options: argparse.Namespace) -> None:
    """Prints the table of command trials."""
    trials = options.commands
    words = [sys.executable, "script.py"]
    config = random_search(trials, function=None, command=f"{shlex.join(words)} --x {{x}} --y {{y}}")
    points: list[dict[str, str]] = []

    def measured(folder: Path) -> list[float]:
        (folder / "script.py").write_text(SCRIPT)
        taken = Project(folder, config).run(TABLES)
        points[:] = csv_rows(folder / TABLES)
        return [taken]

    (ours,) = bench.best(measured)
    theirs = bench.xargs([shlex.join([*words, "--x", point["x"], "--y", point["y"]]) for point in points])
    start = bench.one_job()
    rows = [
        ("SnakeTune, to the tables", f"{ours:.1f}", f"{1000 * ours / trials:.1f}", f"{ours / theirs:.2f}"),
        ("xargs -P 2", f"{theirs:.1f}", f"{1000 * theirs / trials:.1f}", "1.00"),
        ("Snakemake, one job", f"{start:.1f}", "", ""),
        ("SnakeTune less Snakemake's start", f"{ours - start:.1f}", f"{1000 * (ours - start) / trials:.1f}",
         f"{(ours - start) / theirs:.2f}"),
    ]  # fmt: skip
    print_table([f"{trials:,} commands", "seconds", "ms a trial", "ratio"], rows)


PARTS = {"function": function, "command": command}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=10_000, help="function trials")
    parser.add_argument("--commands", type=int, default=2_000, help="command trials")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--only", action="append", choices=PARTS)
    options = parser.parse_args()
    print(setting(), flush=True)
    with tempfile.TemporaryDirectory(prefix="throughput-") as root:
        bench = Bench(Path(root), options.repeat)
        bench.snaketune(random_search(2), everything=True)  # byte code and caches are there
        for name in options.only or PARTS:
            PARTS[name](bench, options)
            sys.stdout.flush()


if __name__ == "__main__":
    main()
