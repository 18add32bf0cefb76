"""The best trials of a study: which of them are listed, in which order, and as what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from snaketune.config.study import Filter, Study
from snaketune.errors import ConfigError, StudyError, did_you_mean
from snaketune.results.ranking import feasible, matches, pareto, ranked
from snaketune.results.spelling import plain
from snaketune.results.study import StudyResults
from snaketune.results.tables import Row, header_of, labels_of
from snaketune.results.trials import Trial, each_once
from snaketune.runner.status import COMPLETE
from snaketune.space.expressions import Expression
from snaketune.values import is_number

__all__ = ["Best", "Listed", "Wish", "best_trials"]

_RANK = "rank"
Found = list[tuple[str, Trial]]
Rows = Mapping[tuple[str, str], Row]


@dataclass(frozen=True)
class Wish:
    """Which trials are wanted: at most `most` of those with a status that keep `where`, by the column `sort`.

    Before the name of a column, - means the largest first; objectives come best first by themselves.
    """

    most: int = 10
    statuses: tuple[str, ...] = (COMPLETE,)
    where: str | None = None
    sort: str | None = None


@dataclass(frozen=True)
class Listed:
    """A trial as it is listed: with its rank among all, and the search that has trained it furthest.

    Of a complete one, `in_front` says whether it is in the Pareto set, where there are several objectives, and
    `feasible` whether it keeps the outcome constraints, where there are any.
    """

    rank: int | None
    trial: Trial
    name: str
    search: str
    in_front: bool | None
    feasible: bool | None


@dataclass(frozen=True)
class Best:
    """The trials that are listed, of so many that were wanted; `front`: only those of the Pareto set are."""

    listed: Sequence[Listed]
    count: int
    front: bool


def best_trials(results: StudyResults, wish: Wish) -> Best:
    """The trials that are wanted, each once; of several objectives and complete trials, those of the Pareto set.

    Raises:
        StudyError: the expression can't be read or computed, or there is no such column.
    """
    study = results.study
    trials = _furthest(results.trials_of)
    order = {trial.trial: rank for rank, trial in enumerate(ranked(results.trials, study), 1)}
    several = len(study.metrics) > 1
    members = {t.trial for t in pareto(list(each_once(results.trials_of).values()), study)} if several else set()
    only_front = several and wish.statuses == (COMPLETE,)
    wanted = [
        (search, trial)
        for search, trial in trials.values()
        if trial.status in wish.statuses and (not only_front or trial.trial in members)
    ]
    # By value, or where there is none as they were proposed.
    wanted.sort(key=lambda each: order.get(each[1].trial, len(order) + 1))
    if wish.where is not None or wish.sort is not None:
        rows = _rows(results)
        wanted = _kept(wanted, rows, wish)
        wanted = wanted if wish.sort is None else _sorted(wanted, rows, wish.sort, study)
    return Best(
        [
            Listed(
                order.get(trial.trial),
                trial,
                labels_of(trial, search, study)[0],
                search,
                trial.trial in members if several and trial.complete else None,
                feasible(trial, study) if study.outcome_constraints and trial.complete else None,
            )
            for search, trial in wanted[: wish.most]
        ],
        len(wanted),
        only_front,
    )


def _furthest(trials_of: Mapping[str, Sequence[Trial]]) -> dict[str, tuple[str, Trial]]:
    """The trials by id, each with the first search of those that have trained it furthest."""
    found: dict[str, tuple[str, Trial]] = {}
    for search, trials in trials_of.items():
        for trial in trials:
            known = found.setdefault(trial.trial, (search, trial))[1]
            if (trial.share, trial.done) > (known.share, known.done):
                found[trial.trial] = search, trial
    return found


def _rows(results: StudyResults) -> Rows:
    """The rows of results.csv by search and trial."""
    keys = [(search, trial.trial) for search, trials in results.trials_of.items() for trial in trials]
    return dict(zip(keys, results.rows, strict=True))


def _kept(found: Found, rows: Rows, wish: Wish) -> Found:
    """Those whose row keeps the expression."""
    if wish.where is None:
        return found
    try:
        chosen = Filter(wish.statuses, (), Expression(wish.where))
        return [each for each in found if matches(chosen, rows[each[0], each[1].trial])]
    except ConfigError as error:
        raise StudyError(f"--where: {'; '.join(text for _, text in error.problems)}") from None
    except ValueError as error:
        raise StudyError(f"--where: {error}") from None


def _sorted(found: Found, rows: Rows, sort: str, study: Study) -> Found:
    """In the order of a column; those without a value there at the end."""
    columns = list(next(iter(rows.values()), {}))
    name, largest = (sort, False) if sort in columns else (sort.removeprefix("-"), sort.startswith("-"))
    if columns and name not in (*columns, _RANK):
        raise StudyError(f"--sort: there is no column '{name}'.{did_you_mean(name, [*columns, _RANK])}")
    objectives = {metric.name: metric for metric in study.metrics}
    if name in (_RANK, "value", study.metric.name):  # in whose order they are
        valued = [each for each in found if each[1].complete]
        return [*(reversed(valued) if largest else valued), *(each for each in found if not each[1].complete)]
    if name in objectives:
        largest = largest != (objectives[name].sign < 0)
    values = {key: plain(row[name]) for key, row in rows.items()}
    there = [each for each in found if not _is_missing(values[each[0], each[1].trial])]
    there.sort(key=lambda each: _sort_key(values[each[0], each[1].trial]), reverse=largest)
    if name not in {*header_of(study), *study.parameters}:  # a metric: what is trained further comes first
        there.sort(key=lambda each: -each[1].share)
    return [*there, *(each for each in found if _is_missing(values[each[0], each[1].trial]))]


def _is_missing(value: object) -> bool:
    return value is None or value == "" or value != value


def _sort_key(value: object) -> tuple[bool, float, str]:
    """Numbers before all else."""
    return (False, value, "") if is_number(value) else (True, 0.0, str(value))
