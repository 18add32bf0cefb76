"""All results of a study that a stage works with, read once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

from snaketune.config.study import Study
from snaketune.layout import Layout
from snaketune.results.counts import Counted, counted, sum_of
from snaketune.results.in_parts import done_for, trial_of
from snaketune.results.rounds import read_proposed
from snaketune.results.runs import RunResult, read_run
from snaketune.results.searched import SearchResults, read_search
from snaketune.results.store import Store
from snaketune.results.tables import Row, trial_rows
from snaketune.results.trained import Trained, reached_by, trained_by, trained_itself
from snaketune.results.trials import Trial, each_once, imported_trial
from snaketune.runner.run_id import RunId

__all__ = ["StudyResults", "gathered", "read_finished", "read_results"]


@dataclass(frozen=True)
class StudyResults:
    """The results of a study's searches, or of some of them, by name; `store` has those of single runs.

    While they are under way, `expected` says how many trials each is to have, and `known` are runs that have been read.
    """

    study: Study
    store: Store
    searches: Mapping[str, SearchResults]
    expected: Mapping[str, int] = field(default_factory=dict)
    known: Mapping[tuple[str, RunId], RunResult] = field(default_factory=dict)

    @property
    def layout(self) -> Layout:
        """The paths of the study."""
        return self.store.layout

    @cached_property
    def trials_of(self) -> dict[str, list[Trial]]:
        """The trials by search."""
        return {name: found.trials for name, found in self.searches.items()}

    @property
    def trials(self) -> list[Trial]:
        """The trials of all searches, one search after the other."""
        return [trial for listed in self.trials_of.values() for trial in listed]

    @property
    def rungs(self) -> list[Trial]:
        """The trials of all searches as often as they were trained: a trial may have been with several budgets."""
        return [trial for found in self.searches.values() for trial in found.rungs]

    @cached_property
    def rows(self) -> list[Row]:
        """The rows of results.csv, in the order of `trials`."""
        return trial_rows(self.trials_of, self.study)

    @cached_property
    def distinct(self) -> dict[str, Trial]:
        """The trials by id, however many searches proposed them."""
        return each_once(self.trials_of)

    def first_search(self, trial: str) -> str:
        """The first search, as the configuration has them, that has trained a trial furthest: it has found it."""
        shares = {name: t.share for name, found in self.trials_of.items() for t in found if t.trial == trial}
        return max(shares, key=lambda name: shares[name])

    @property
    def total(self) -> int:
        """How many trials there are to be, one search after the other."""
        return sum(max(len(found), self.expected.get(name, 0)) for name, found in self.trials_of.items())

    @property
    def incomplete(self) -> str | None:
        """How many trials of how many there are, as a sentence; None if all of them are, as far as they are to go."""
        of_runs = [found.runs for found in self.counts.values()]
        if len(self.trials) == self.total and not any(runs.open or runs.done < runs.total for runs in of_runs):
            return None
        parts = [f"{name} {found}" for name, found in self.counts.items()]
        each = f" ({', '.join(parts)})" if len(parts) > 1 else ""
        return f"Incomplete: {self.said} so far{each}."

    @property
    def said(self) -> str:
        """How many trials of how many are done; where a search trains in rungs how many runs, too."""
        trials = f"{len(self.trials)} of {self.total} trials"
        if not any(found.in_rungs for found in self.counts.values()):
            return trials
        return f"{trials}, {sum_of([found.runs for found in self.counts.values()])} runs"

    @cached_property
    def counts(self) -> dict[str, Counted]:
        """How far each search is."""
        return {
            name: counted(found, self.study.searches[name], self.expected.get(name, 0))
            for name, found in self.searches.items()
        }

    @property
    def endings(self) -> dict[str, str | None]:
        """Why each search ended early, if it did."""
        return {name: found.ending for name, found in self.searches.items()}

    @cached_property
    def run_ids(self) -> dict[str, tuple[RunId, ...]]:
        """The runs of each trial, over all rounds that it was in."""
        found: dict[str, dict[RunId, None]] = {}
        for name, results in self.searches.items():
            search = self.study.searches[name]
            for trial in results.rungs:
                found.setdefault(trial.trial, {}).update(dict.fromkeys(done_for(trial, search)))
        return {trial: tuple(runs) for trial, runs in found.items()}

    @cached_property
    def furthest_runs(self) -> dict[str, tuple[RunId, ...]]:
        """Of each trial's runs those with the largest budget; their histories are those of the whole training."""
        found = {}
        for trial, runs in self.run_ids.items():
            furthest: dict[tuple[int, int | None], RunId] = {}
            for run in sorted(runs, key=lambda run: run.budget or 0.0):
                furthest[run.replicate, run.fold] = run
            found[trial] = tuple(run for run in runs if furthest[run.replicate, run.fold] == run)
        return found

    def runs(self, trials: Iterable[str] | None = None) -> dict[str, Sequence[RunResult]]:
        """The runs of some trials, by default of all, read from their records."""
        wanted = self.distinct if trials is None else trials
        return {trial: self._runs_of(trial) for trial in wanted}

    def _runs_of(self, trial: str) -> Sequence[RunResult]:
        if trial not in self._read:
            self._read[trial] = [self._run(trial, run) for run in self.run_ids[trial]]
        return self._read[trial]

    @cached_property
    def _read(self) -> dict[str, Sequence[RunResult]]:
        """The runs of trials that have been asked for: they are read once."""
        return {}

    @cached_property
    def trained(self) -> Trained | None:
        """How much was trained; None where there are no budgets."""
        budget, runs = self.study.budget, chain.from_iterable(self.runs().values())
        return None if budget is None else trained_by(runs, budget, self.reached)

    @cached_property
    def reached(self) -> dict[tuple[str, RunId], float]:
        """How far each run with a budget came."""
        return reached_by(chain.from_iterable(self.runs().values()), self.store.history)

    @cached_property
    def trained_itself(self) -> dict[tuple[str, RunId], float]:
        """What each run with a budget has trained itself, and not the one that it went on from."""
        runs = chain.from_iterable(self.runs().values())
        return {(r.trial, r.run): trained_itself(r, self.reached) for r in runs if r.run.budget is not None}

    def _run(self, trial: str, run: RunId) -> RunResult:
        known = self.known.get((trial, run))
        return read_run(self.store, self.study, trial, run) if known is None else known


def gathered(layout: Layout, study: Study, search: str, number: int) -> list[Trial]:
    """The trials that a round has proposed, with the results of their runs or those that were imported.

    Raises:
        FileNotFoundError: a run has not finished.
    """
    chosen, store = study.searches[search], Store(layout, study.run_spec.contract)
    trials = []
    for proposed in read_proposed(layout.proposed(search, number)):
        if proposed.trial in chosen.imported:
            trials.append(imported_trial(proposed, chosen.imported[proposed.trial]))
        else:
            runs = [read_run(store, study, proposed.trial, run) for run in done_for(proposed, chosen)]
            trials.append(trial_of(proposed, runs, study, chosen))
    return trials


def read_results(layout: Layout, study: Study, search: str | None = None) -> StudyResults:
    """The results of one search, or of all of the study's."""
    chosen = [study.searches[search]] if search else study.searches.values()
    store = Store(layout, study.run_spec.contract)
    return StudyResults(study, store, {each.name: read_search(layout, study, each.name) for each in chosen})


def read_finished(layout: Layout, study: Study) -> StudyResults | None:
    """The results of all searches where the rounds' tables have all trials that are to be, else None."""
    results = read_results(layout, study)
    ended = (
        not found.open and (found.ending is not None or len(found.trials) == study.searches[name].planned)
        for name, found in results.searches.items()
    )
    return results if all(ended) else None
