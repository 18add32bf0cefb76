"""A race of engines over the collection of problems: python tests/benchmarks/race.py FILE.csv --engines ours random

A run is 50 evaluations of a problem, the first ten a Latin hypercube that all engines share, the others proposed in
rounds of q; in every round the engine is made anew from the history, as a workflow does. FILE gets a row for each run
(race_run.py says what of). Runs that it has are not done again, so a race can be stopped and gone on with, and several
may write to one file (`--part 1/2`, `--part 2/2`). race_table.py makes tables of it.

Engines are those of race_engines.py. `ours@COMMIT` is the package as it was then; a label (`ours:hamming`) tells states
of the working tree apart. An engine with an environment of its own has its interpreter named: `--python hebo=PATH`.

The half `confirm` is for judging what was chosen by the half `choose`, and is not looked at in between.
"""

import argparse
import csv
import fcntl
import io
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import groupby, product
from pathlib import Path
from typing import NamedTuple

from collection.halves import HALVES, half_of, problem
from race_engines import ENGINES, Engine, EngineError, kind_of
from race_run import BEST, raced

__all__ = ["COLUMNS", "Task", "add_engines", "opened", "read_rows", "tasks", "write_row"]


class Task(NamedTuple):
    """A run to be done."""

    engine: str
    problem: str
    q: int
    seed: int


COLUMNS = ("engine", "problem", "family", "half", "q", "seed", *BEST, "recommended", "seconds")


def read_rows(path: Path) -> list[dict[str, str]]:
    """The runs of a file, without a line whose writer was stopped in the middle of it; none if there is no file."""
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return [row for row in csv.DictReader(file) if None not in row.values() and None not in row]


def tasks(engines: Iterable[str], problems: Iterable[str], qs: Iterable[int], seeds: Iterable[int]) -> list[Task]:
    """The runs, each engine's in the order of q, seed and problem."""
    return [Task(engine, name, q, seed) for engine, q, seed, name in product(engines, qs, seeds, problems)]


def write_row(path: Path, cells: Mapping[str, object]) -> None:
    """Adds a row; several processes may do so."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    with path.open("ab+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not file.seek(0, os.SEEK_END):
            writer.writeheader()
        else:
            file.seek(-1, os.SEEK_END)
            text.write("" if file.read() == b"\n" else "\n")
        writer.writerow(cells)
        file.write(text.getvalue().encode())


def run(options: argparse.Namespace, todo: Iterable[Task]) -> None:
    """Does runs one after the other; one whose engine breaks down is said and has no row."""
    for name, its in groupby(todo, key=lambda task: task.engine):
        with opened(name, options) as engine:
            for task in its:
                this = problem(task.problem)
                try:
                    found = raced(engine, this, task.q, task.seed)
                except EngineError as error:
                    print(*task, error, file=sys.stderr, flush=True)
                    continue
                more = {"family": this.family, "half": half_of(task.problem)}
                write_row(options.file, {**task._asdict(), **more, **found.cells()})
                print(*task, f"{found.best[-1]:.6g} in {found.seconds:.1f} s", flush=True)


def add_engines(parser: argparse.ArgumentParser, default: list[str]) -> None:
    """The options that say which engines run, and by which interpreters."""
    parser.add_argument("--engines", nargs="+", type=_engine, default=default)
    parser.add_argument("--python", nargs="+", type=_python, default=[], metavar="ENGINE=PATH")


@contextmanager
def opened(name: str, options: argparse.Namespace) -> Iterator[Engine]:
    """An engine's process, by the interpreter that the options name for it."""
    python: str = dict(options.python).get(kind_of(name), sys.executable)
    with tempfile.TemporaryDirectory(prefix="race-") as folder, Engine(name, Path(folder), python) as engine:
        yield engine


def _engine(name: str) -> str:
    if kind_of(name) not in ENGINES:
        raise argparse.ArgumentTypeError(f"'{name}' is no engine; there are {', '.join(ENGINES)}")
    return name


def _python(given: str) -> tuple[str, str]:
    name, equals, path = given.partition("=")
    if not equals or name not in ENGINES:
        raise argparse.ArgumentTypeError(f"must be ENGINE=PATH; found '{given}'")
    return name, path


def _part(given: str) -> tuple[int, int]:
    number, _, of = given.partition("/")
    if not (number.isdigit() and of.isdigit() and 1 <= int(number) <= int(of)):
        raise argparse.ArgumentTypeError(f"must be a part such as 1/2; found '{given}'")
    return int(number), int(of)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    add_engines(parser, ["ours", "random"])
    parser.add_argument("--half", choices=HALVES, default="choose")
    parser.add_argument("--problems", nargs="+", help="of the half, by their names or families")
    parser.add_argument("--q", nargs="+", type=int, default=[8, 1, 4])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--jobs", type=int, default=1, help="processes that ask engines at the same time")
    parser.add_argument("--part", type=_part, default=(1, 1), help="which of how many parts of the runs")
    options = parser.parse_args()
    wanted = options.problems
    names = [n for n in HALVES[options.half] if wanted is None or n in wanted or problem(n).family in wanted]
    there = {(row["engine"], row["problem"], int(row["q"]), int(row["seed"])) for row in read_rows(options.file)}
    part, of = options.part
    every = tasks(options.engines, names, options.q, range(options.seeds))
    todo = [task for task in every[part - 1 :: of] if task not in there]
    print(f"{len(todo)} runs to do", flush=True)
    work = partial(run, options)
    if options.jobs == 1:
        work(todo)
    else:
        with ProcessPoolExecutor(options.jobs) as pool:
            list(pool.map(work, [todo[i :: options.jobs] for i in range(options.jobs)]))


if __name__ == "__main__":
    main()
