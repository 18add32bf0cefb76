"""Tables of a race: python tests/benchmarks/race_table.py FILE.csv [--out race.md] [--against ENGINE]

A run's regret is normalised: 0 is the best value known, 1 what random search reaches in the median, and not below 1e-4.
Engines are compared on the problems and seeds that all of those shown have: by their mean rank in a run (ties share
theirs), and by the geometric mean over problems of the median over seeds. Signs count the runs in which an engine ends
better and worse than another, with the chance (two-sided) of signs as uneven if both were alike.
"""

import argparse
import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bench import row
from collection.halves import HALVES, problem
from race import read_rows
from race_run import BEST, DESIGN, EVALUATIONS, MARKS
from scipy.stats import binomtest, rankdata

__all__ = ["FLOOR", "Compared", "Signs", "compared", "regret_after", "report"]

FLOOR = 1e-4
Row = Mapping[str, str]
Run = tuple[str, int]  # a problem and a seed


@dataclass(frozen=True)
class Signs:
    """How many runs end better, worse and alike."""

    better: int
    worse: int
    alike: int

    @property
    def chance(self) -> float:
        """How likely signs as uneven as these are, if neither is better."""
        given = self.better + self.worse
        return float(binomtest(self.better, given).pvalue) if given else 1.0

    def __str__(self) -> str:
        return f"{self.better}–{self.worse} ({self.chance:.2g})"


@dataclass(frozen=True)
class Compared:
    """Floored regrets of engines by run; all have the same runs."""

    regrets: Mapping[str, Mapping[Run, float]]

    @cached_property
    def runs(self) -> list[Run]:
        """The runs that all have."""
        return sorted(next(iter(self.regrets.values()), {}))

    def ranks(self) -> dict[str, float]:
        """The mean rank of each engine, 1 if it is the best in every run."""
        columns = [rankdata([self.regrets[engine][run] for engine in self.regrets]) for run in self.runs]
        return dict(zip(self.regrets, map(statistics.fmean, zip(*columns, strict=True)), strict=False))

    def medians(self, engine: str) -> dict[str, float]:
        """The median regret of an engine by problem."""
        found: dict[str, list[float]] = defaultdict(list)
        for (name, _), regret in self.regrets[engine].items():
            found[name].append(regret)
        return {name: statistics.median(regrets) for name, regrets in found.items()}

    def mean(self, engine: str) -> float:
        """The geometric mean of an engine's medians; NaN if there is no run."""
        medians = self.medians(engine).values()
        return statistics.geometric_mean(medians) if medians else math.nan

    def signs(self, engine: str, against: str) -> Signs:
        """In which runs an engine ends better and worse than another."""
        pairs = [(self.regrets[engine][run], self.regrets[against][run]) for run in self.runs]
        better, worse = sum(a < b for a, b in pairs), sum(a > b for a, b in pairs)
        return Signs(better, worse, len(pairs) - better - worse)


def compared(rows: Iterable[Row], regret: Callable[[Row], float]) -> Compared:
    """The runs that all engines of some rows have."""
    found: dict[str, dict[Run, float]] = defaultdict(dict)
    for each in rows:
        found[each["engine"]][each["problem"], int(each["seed"])] = max(regret(each), FLOOR)
    common = set.intersection(*map(set, found.values())) if found else set()
    return Compared({name: {run: runs[run] for run in common} for name, runs in found.items()})


def regret_after(mark: int) -> Callable[[Row], float]:
    """What gives a run's regret where its best observed value is, after so many evaluations."""
    return lambda each: problem(each["problem"]).regret(float(each[BEST[MARKS.index(mark)]]))


def recommended(each: Row) -> float:
    """A run's regret where the engine believes it best."""
    return problem(each["problem"]).regret(float(each["recommended"]))


def overall(rows: Sequence[Row], engines: Sequence[str], regret: Callable[[Row], float]) -> str:
    """Ranks and means of a half by q, and the seconds that a round takes."""
    qs = _distinct(rows, "q")
    by_q = {q: compared([each for each in rows if each["q"] == q], regret) for q in qs}
    ranks = {q: each.ranks() for q, each in by_q.items()}
    header = ["engine", *(f"rank, q = {q}" for q in qs), *(f"regret, q = {q}" for q in qs),
              *(f"s a round, q = {q}" for q in qs)]  # fmt: skip
    lines = [*_header(header)]
    for engine in engines:
        cells = [f"{ranks[q][engine]:.2f}" if engine in ranks[q] else "" for q in qs]
        cells += [_short(by_q[q].mean(engine)) if engine in by_q[q].regrets else "" for q in qs]
        lines.append(row(f"`{engine}`", *cells, *(_seconds(rows, engine, q) for q in qs)))
    counts = row("*runs*", *(str(len(by_q[q].runs)) for q in qs), *[""] * (2 * len(qs)))
    return "\n".join([*lines, counts])


def families(rows: Sequence[Row], engines: Sequence[str], q: str, regret: Callable[[Row], float]) -> str:
    """Means by family of a half and q."""
    names = _distinct(rows, "family")
    by_family = {name: compared([e for e in rows if (e["q"], e["family"]) == (q, name)], regret) for name in names}
    lines = [*_header([f"q = {q}", *names])]
    for engine in engines:
        means = [each.mean(engine) if engine in each.regrets else math.nan for each in by_family.values()]
        lines.append(row(f"`{engine}`", *map(_short, means)))
    return "\n".join([*lines, row("*runs*", *(len(each.runs) for each in by_family.values()))])


def signs(rows: Sequence[Row], engine: str, against: str, regret: Callable[[Row], float]) -> str:
    """Signs of an engine against another by q and family."""
    both = [each for each in rows if each["engine"] in (engine, against)]
    groups = {name: [each for each in both if each["family"] == name] for name in _distinct(rows, "family")}
    groups["all"] = both
    lines = [*_header([f"`{engine}` against `{against}`", *groups])]
    for q in _distinct(both, "q"):
        pairs = [compared([each for each in group if each["q"] == q], regret) for group in groups.values()]
        cells = [str(pair.signs(engine, against)) if len(pair.regrets) == 2 else "" for pair in pairs]
        lines.append(row(f"q = {q}", *cells))
    return "\n".join(lines)


def report(rows: Sequence[Row], against: str | None, mark: int = EVALUATIONS) -> str:
    """All tables as Markdown, of what the runs had found after `mark` evaluations."""
    engines = _distinct(rows, "engine")
    text = ["# A race of engines", "", " ".join(__doc__.split("\n\n", 1)[1].split())]
    regret = regret_after(mark)
    text += [f"{mark} evaluations a run, ten of them a shared design; CPU seconds of one thread."]
    for half in HALVES:
        its = [each for each in rows if each["half"] == half]
        if not its:
            continue
        text += ["", f"## Half `{half}`", "", overall(its, engines, regret)]
        for q in _distinct(its, "q"):
            text += ["", families(its, engines, q, regret)]
        telling = [each for each in its if each["recommended"] and mark == EVALUATIONS]
        if telling:
            text += ["", "Where the engine itself believes that it is best:"]
            for q in _distinct(telling, "q"):
                text += ["", families(telling, _distinct(telling, "engine"), q, recommended)]
        for engine in engines if against else ():
            if engine != against:
                text += ["", signs(its, engine, str(against), regret)]
    return "\n".join(text) + "\n"


def _distinct(rows: Iterable[Row], column: str) -> list[str]:
    found = dict.fromkeys(each[column] for each in rows)
    return sorted(found, key=int) if column == "q" else list(found)


def _header(cells: Sequence[str]) -> list[str]:
    return [row(*cells), "|---" + "|---:" * (len(cells) - 1) + "|"]


def _short(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.3g}"


def _seconds(rows: Iterable[Row], engine: str, q: str) -> str:
    rounds = math.ceil((EVALUATIONS - DESIGN) / int(q))
    taken = [float(each["seconds"]) / rounds for each in rows if (each["engine"], each["q"]) == (engine, q)]
    return f"{statistics.fmean(taken):.2f}" if taken else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--engines", nargs="+", help="those to be compared, all by default")
    parser.add_argument("--against", help="the engine whose signs the others are told by: the first `ours@` by default")
    parser.add_argument("--after", type=int, choices=MARKS, default=EVALUATIONS, help="evaluations, of each run")
    parser.add_argument("--out", type=Path, help="a file for the tables, which are printed too")
    options = parser.parse_args()
    rows = read_rows(options.file)
    wanted = options.engines or _distinct(rows, "engine")
    rows = [each for name in wanted for each in rows if each["engine"] == name]
    older = next((name for name in wanted if name.startswith("ours@")), None)
    text = report(rows, options.against or older, options.after)
    print(text)
    if options.out:
        options.out.write_text(text)


if __name__ == "__main__":
    main()
