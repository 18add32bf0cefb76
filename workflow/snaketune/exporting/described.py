"""A study's results as all exports see them: each trial once, with its runs, whether the study is finished or not."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from snaketune.config.study import Study
from snaketune.results.ranking import pareto, ranked, violations
from snaketune.results.runs import RunResult, read_run
from snaketune.results.searched import SearchResults
from snaketune.results.study import StudyResults
from snaketune.results.tables import labels_of
from snaketune.results.trials import Proposed, Trial
from snaketune.runner.history import parse_rows
from snaketune.runner.json_numbers import as_number
from snaketune.runner.run_id import RunId
from snaketune.samplers import Rung
from snaketune.session.running import under_way
from snaketune.space.parameters import Parameter
from snaketune.sums import DamagedFile

__all__ = ["RUNNING", "WAITING", "Described", "DescribedRun", "DescribedTrial", "Place", "described"]

# What a trial is before it has a result: begun, or not yet.
RUNNING, WAITING = "running", "waiting"


@dataclass(frozen=True)
class Place:
    """A trial's place in a search, and what it is called there."""

    search: str
    number: int
    round: int
    origin: str
    name: str
    tags: Sequence[str]
    description: str


@dataclass(frozen=True)
class DescribedRun:
    """A run with what it has reported (`history`, a mapping for each line); `result` is None while it is under way."""

    run: RunId
    history: Sequence[Mapping[str, Any]]
    result: RunResult | None

    @property
    def status(self) -> str:
        return self.result.status if self.result else RUNNING


@dataclass(frozen=True)
class DescribedTrial:
    """A trial with its places in searches, that in which its result was found first, and its runs in their order.

    `result` is None of one that is not finished, `rung` of one without a budget. `in_full` says that it is trained as
    far as those that it is compared with; `violations` are those of the outcome constraints, of a complete one alone.
    """

    trial: str
    params: Mapping[str, Any]
    places: Sequence[Place]
    runs: Sequence[DescribedRun]
    result: Trial | None
    rung: Rung | None
    in_full: bool
    violations: Sequence[float]

    @property
    def name(self) -> str:
        """What it is called in the first search."""
        return self.places[0].name

    @property
    def status(self) -> str:
        """Its status in the tables; `running` or `waiting` if it is not finished."""
        if self.result:
            return self.result.status
        return RUNNING if self.runs else WAITING

    @property
    def complete(self) -> bool:
        return self.result is not None and self.result.complete

    @property
    def furthest(self) -> Sequence[DescribedRun]:
        """Of each replicate and fold the run with the largest budget, whose history is that of the whole training."""
        last: dict[tuple[int, int | None], DescribedRun] = {}
        for each in sorted(self.runs, key=lambda each: each.run.budget or 0.0):
            last[each.run.replicate, each.run.fold] = each
        return [each for each in self.runs if last[each.run.replicate, each.run.fold] is each]


@dataclass(frozen=True)
class Described:
    """What there is of a study, or of some of its searches (those of `results`).

    `trials` come by their lowest number in a search, then by search: of equally good ones that which counts as the
    better one is before the other.
    """

    results: StudyResults
    trials: Sequence[DescribedTrial]

    @property
    def study(self) -> Study:
        return self.results.study

    @property
    def name(self) -> str:
        """The study's name, with those of the searches if these are not all."""
        chosen = [name for name in self.study.searches if name in self.results.searches]
        return self.study.name if len(chosen) == len(self.study.searches) else "-".join([self.study.name, *chosen])

    @cached_property
    def best(self) -> str | None:
        """The id of the best trial; None as long as there is none."""
        return next((trial.trial for trial in ranked(self.results.trials, self.study)), None)

    @cached_property
    def front(self) -> list[str]:
        """The ids of the Pareto set; that is the best trial, and those equal to it, where there is one objective."""
        return [trial.trial for trial in pareto(list(self.results.distinct.values()), self.study)]

    @cached_property
    def parameters(self) -> dict[str, list[Parameter]]:
        """What each parameter is, in the searches that there are."""
        found: dict[str, list[Parameter]] = {}
        for name in self.results.searches:
            for parameter, kind in self.study.searches[name].space.parameters.items():
                found.setdefault(parameter, []).append(kind)
        return found


def described(results: StudyResults) -> Described:
    """What there is of the study; results are read from the runs, so that it may be under way."""
    finished = results.distinct
    places: dict[str, list[Place]] = {}
    proposed: dict[str, Proposed] = {}
    for name, found in results.searches.items():
        for row in _first_rows(found):
            places.setdefault(row.trial, []).append(_place(row, name, results.study))
            proposed.setdefault(row.trial, row)
    furthest = max((trial.share for trial in finished.values() if trial.complete), default=1.0)
    open_runs = _runs_of_unfinished(results, [trial for trial in proposed if trial not in finished])
    runs_of = results.runs()
    trials = []
    for trial, row in proposed.items():
        result = finished.get(trial)
        runs = open_runs[trial] if result is None else [_with_history(run, results) for run in runs_of[trial]]
        trials.append(
            DescribedTrial(
                trial,
                row.params,
                places[trial],
                runs,
                result,
                result.rung if result else row.rung,
                result is None or result.share == furthest,
                violations(result, results.study) if result and result.complete else (),
            )
        )
    order = {name: i for i, name in enumerate(results.searches)}
    trials.sort(key=lambda each: min((place.number, order[place.search]) for place in each.places))
    return Described(results, trials)


def _first_rows(found: SearchResults) -> Iterable[Proposed]:
    """The row of each trial of a search in the round that proposed it."""
    rows: dict[str, Proposed] = {}
    for row in found.proposed:
        rows.setdefault(row.trial, row)
    for trial in found.trials:  # whose origin may say more: that it was imported
        if trial.trial in rows:
            rows[trial.trial] = trial
    return rows.values()


def _place(row: Proposed, search: str, study: Study) -> Place:
    name, tags, description = labels_of(row, search, study)
    return Place(search, row.number, row.round, row.origin, name, tags, description)


def _with_history(run: RunResult, results: StudyResults) -> DescribedRun:
    return DescribedRun(run.run, _history(results, run.trial, run.run), run)


def _history(results: StudyResults, trial: str, run: RunId) -> list[dict[str, Any]]:
    rows = parse_rows(results.store.history(trial, run) or b"")
    return [{name: as_number(value) for name, value in row.items()} for row in rows]


def _runs_of_unfinished(results: StudyResults, trials: Sequence[str]) -> dict[str, list[DescribedRun]]:
    """The runs of unfinished trials that have ended, and those that are under way."""
    wanted = set(trials)
    asked: dict[tuple[str, RunId], None] = {}
    for name, found in results.searches.items():
        rows = [row.asked for row in found.proposed if row.trial in wanted]
        asked.update(dict.fromkeys(results.study.searches[name].runs_in(rows)))
    runs: dict[str, list[DescribedRun]] = {trial: [] for trial in trials}
    ended = [(trial, run) for trial, run in asked if results.store.version(trial, run) is not None]
    busy = {(each.trial, each.run) for each in under_way(results.layout, asked.keys() - set(ended))}
    for trial, run in asked:
        if (trial, run) in busy:
            runs[trial].append(DescribedRun(run, _history(results, trial, run), None))
    for trial, run in ended:
        with suppress(FileNotFoundError, DamagedFile):  # taken back just now, or not there for all others either
            runs[trial].append(_with_history(read_run(results.store, results.study, trial, run), results))
    return {trial: sorted(found, key=lambda each: str(each.run)) for trial, found in runs.items()}
