"""Halving of 20 learners on some 200 data sets, by learning curves that others have measured.

    pip install --no-deps lcdb && python tests/benchmarks/learning_curves.py

The tables of LCDB (Mohr et al., ECML PKDD 2022) say how well 20 learners of scikit-learn do with how much of a data
set, and how long their training took. The budget is the number of rows, in steps of `eta` 3 up to all of them; each
training begins anew. Learners that are trained in full, in any order, get a third of the seconds that all of them take.
The regret is what the accuracy of the best that was trained in full is behind that of the best of all. The table goes
to `learning_curves.md`.
"""

import importlib.util
import random
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas
from bench import row, setting
from samplers import FOLDER
from snaketune.samplers.brackets import Budget, halving, ladder
from snaketune.samplers.promotion import Contender, best

ETA, SMALLEST, LEARNERS, ORDERS = 3, 16, 16, 50
FINALISTS = 2


class Curves:
    """The learners' accuracies and seconds on one data set, each by size; those that were not measured have failed."""

    def __init__(self, table: pandas.DataFrame):
        of_size = {int(size): part.set_index("learner") for size, part in table.groupby("size_train")}
        self.sizes = sorted(of_size)
        self.accuracy = {size: part["score_valid"].to_dict() for size, part in of_size.items()}
        self._seconds = {size: part["traintime"].to_dict() for size, part in of_size.items()}
        self.full = self.sizes[-1]
        self.learners = sorted(self.accuracy[self.full])
        self.limit = sum(self._seconds[self.full].values()) / ETA

    def seconds(self, learners: Sequence[str], size: int) -> float:
        """How long it takes to train these with so many rows."""
        return sum(self._seconds[size].get(learner, 0.0) for learner in learners)

    def best_of(self, learners: Sequence[str], size: int, n: int) -> list[str]:
        """The best `n` of those that were trained with so many rows."""
        known = self.accuracy[size]
        there = [Contender(i, (-known[learner],) if learner in known else None) for i, learner in enumerate(learners)]
        return [learners[i] for i in best(there, n)]

    def regret(self, trained: Sequence[str]) -> float:
        """How far the best of those that were trained in full is behind the best of all."""
        known = self.accuracy[self.full]
        return max(known.values()) - max((known[learner] for learner in trained), default=0.0)

    def nearest(self, size: float) -> int:
        """The size of the tables that is nearest."""
        return min(self.sizes, key=lambda known: abs(known - size))


def in_full(curves: Curves, seed: int) -> tuple[float, float]:
    """Regret and seconds of training learners in full, in any order, as long as there is time."""
    draw = random.Random(seed)
    spent, trained = 0.0, []
    for learner in draw.sample(curves.learners, len(curves.learners)):
        took = curves.seconds([learner], curves.full)
        if spent + took <= curves.limit:
            spent, trained = spent + took, [*trained, learner]
    return curves.regret(trained), spent


def halved(curves: Curves, _: int) -> tuple[float, float]:
    """Those of one bracket."""
    lowest = max(SMALLEST, round(curves.full / ETA**3))
    bracket = halving(ladder(Budget("rows", lowest, curves.full), ETA), len(curves.learners), ETA)
    left, spent = curves.learners, 0.0
    for place, budget in enumerate(bracket.budgets):
        size = curves.nearest(budget)
        spent += curves.seconds(left, size)
        if place + 1 < len(bracket.sizes):
            left = curves.best_of(left, size, bracket.sizes[place + 1])
    return curves.regret(left), spent


def one_size(curves: Curves, _: int) -> tuple[float, float]:
    """Those of training all with 1/27 of the rows, and the best of them in full."""
    size = curves.nearest(curves.full / ETA**3)
    chosen = curves.best_of(curves.learners, size, FINALISTS)
    return curves.regret(chosen), curves.seconds(curves.learners, size) + curves.seconds(chosen, curves.full)


SEARCHES = {
    "learners in any order, in full": in_full,
    "halving": halved,
    f"1/27 of the rows for all, {FINALISTS} in full": one_size,
}


def data_sets() -> Iterator[Curves]:
    """The data sets that are large enough, and on which enough learners were trained in full."""
    found = importlib.util.find_spec("lcdb")  # its code needs more than its tables, and is not imported
    if found is None or found.origin is None:
        sys.exit("lcdb is not installed: pip install --no-deps lcdb")
    table = pandas.read_csv(Path(found.origin).with_name("database-accuracy.csv"))
    means = table.groupby(["openmlid", "learner", "size_train"], as_index=False)[["traintime", "score_valid"]].mean()
    for _, part in means.groupby("openmlid"):
        curves = Curves(part)
        if curves.full >= SMALLEST * ETA**3 and len(curves.learners) >= LEARNERS:
            yield curves


def table(found: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    """The comparison as Markdown."""
    header = ["search", "median regret", "mean regret", "regret of at most 0.01", "seconds, of all in full"]
    lines = [row(*header), "|---" + "|---:" * (len(header) - 1) + "|"]
    for name, results in found.items():
        regrets = [regret for regret, _ in results]
        good = sum(regret <= 0.01 for regret in regrets) / len(regrets)
        cells = f"{statistics.median(regrets):.4f}", f"{statistics.fmean(regrets):.4f}", f"{good:.0%}"
        lines.append(row(name, *cells, f"{statistics.median(share for _, share in results):.0%}"))
    return "\n".join(lines)


def main() -> None:
    sets = list(data_sets())
    found: dict[str, list[tuple[float, float]]] = {}
    for name, search in SEARCHES.items():
        for curves in sets:
            for seed in range(ORDERS if search is in_full else 1):
                regret, spent = search(curves, seed)
                found.setdefault(name, []).append((regret, spent / (ETA * curves.limit)))
    text = (
        "# Learners chosen by their learning curves\n\n"
        f"{setting()}. {len(sets)} data sets of LCDB, up to 20 learners; regret in validation accuracy.\n\n"
        f"{table(found)}\n"
    )
    (FOLDER / "learning_curves.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
