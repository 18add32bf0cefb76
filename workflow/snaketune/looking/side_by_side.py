"""Finished studies side by side: the best trial of each of their searches, by the rules by which a study is ranked."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from snaketune.config.study import Study
from snaketune.looking.listing import Column
from snaketune.results.comparison import join, joined_results, read_studies
from snaketune.results.ranking import ranked
from snaketune.results.tables import labels_of
from snaketune.results.trials import Trial

__all__ = ["ComparedSearch", "columns_of_searches", "compared_searches"]


@dataclass(frozen=True)
class ComparedSearch:
    """A search of one of several studies, with its `best` trial if one is complete; `place` is its own among them."""

    study: str
    search: str
    strategy: str
    trials: int
    complete: int
    seconds: float
    place: int | None
    best: Trial | None
    name: str | None

    @property
    def trial(self) -> str | None:
        """The best trial's id in its study."""
        return None if self.best is None else self.best.trial.partition("/")[2]


def compared_searches(names: Sequence[str], results: Path) -> tuple[Study, list[ComparedSearch]]:
    """The searches of studies in the folder `results`, the best first, and the study that they are joined to.

    Raises:
        StudyError: a study has no tables yet, or they can't be measured against each other.
    """
    studies = read_studies(names, results)
    joined = join(studies)
    trials_of = {search: found.trials for search, found in joined_results(studies, results).items()}
    order = [trial.trial for trial in ranked([t for listed in trials_of.values() for t in listed], joined)]
    found = []
    for search, trials in trials_of.items():
        owner, _, own = search.partition("/")
        best = next(iter(ranked(trials, joined)), None)
        found.append(
            ComparedSearch(
                study=owner,
                search=own,
                strategy=joined.searches[search].strategy,
                trials=len(trials),
                complete=sum(trial.complete for trial in trials),
                seconds=round(sum(trial.seconds for trial in trials), 3),
                place=None if best is None else order.index(best.trial),
                best=best,
                name=None if best is None else labels_of(best, search, joined)[0].partition("/")[2],
            )
        )
    found.sort(key=lambda each: len(order) if each.place is None else each.place)
    return joined, found


def columns_of_searches(searches: Sequence[ComparedSearch], joined: Study) -> list[Column]:
    """The table of the searches."""
    bests = [each.best for each in searches]
    columns = [
        Column("study", [each.study for each in searches], left=True),
        Column("search", [each.search for each in searches], left=True),
        Column("strategy", [each.strategy for each in searches], left=True, spare=3),
        Column("trials", [each.trials for each in searches]),
        Column("complete", [each.complete for each in searches], spare=2),
    ]
    for metric in joined.metrics:
        columns.append(Column(f"best {metric.name}", [best and best.metrics[metric.name] for best in bests]))
    if joined.budget:
        columns.append(Column(joined.budget.name, [best and best.budget for best in bests]))
    return [
        *columns,
        Column("at number", [best and best.number for best in bests], spare=2),
        Column("trial", [each.trial for each in searches], left=True),
        Column("name", [each.name for each in searches], left=True, spare=1),
        Column("seconds", [each.seconds for each in searches], spare=3),
    ]
