"""All results of a study that a stage works with, read once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from snaketune.config.study import Study
from snaketune.layout import Layout
from snaketune.results.rounds import SearchResults, read_search
from snaketune.results.runs import RunResult, read_run
from snaketune.results.trials import Trial, each_once
from snaketune.runner.run_id import RunId

__all__ = ["StudyResults", "read_results"]


@dataclass(frozen=True)
class StudyResults:
    """The results of a study's searches, or of some of them, by name."""

    study: Study
    layout: Layout
    searches: Mapping[str, SearchResults]

    @cached_property
    def trials_of(self) -> dict[str, list[Trial]]:
        """The trials by search."""
        return {name: found.trials for name, found in self.searches.items()}

    @property
    def trials(self) -> list[Trial]:
        """The trials of all searches, one search after the other."""
        return [trial for listed in self.trials_of.values() for trial in listed]

    @cached_property
    def distinct(self) -> dict[str, Trial]:
        """The trials by id, however many searches proposed them."""
        return each_once(self.trials_of)

    @property
    def endings(self) -> dict[str, str | None]:
        """Why each search ended early, if it did."""
        return {name: found.ending for name, found in self.searches.items()}

    @cached_property
    def run_ids(self) -> dict[str, tuple[RunId, ...]]:
        """The runs of each trial, over all rounds that it was in."""
        found: dict[str, dict[RunId, None]] = {}
        for name, listed in self.trials_of.items():
            search = self.study.searches[name]
            for trial in listed:
                found.setdefault(trial.trial, {}).update(dict.fromkeys(search.round(trial.round).runs))
        return {trial: tuple(runs) for trial, runs in found.items()}

    def runs(self, trials: Iterable[str] | None = None) -> dict[str, Sequence[RunResult]]:
        """The runs of some trials, by default of all, read from their records."""
        wanted = self.distinct if trials is None else trials
        return {trial: [self._run(trial, run) for run in self.run_ids[trial]] for trial in wanted}

    def _run(self, trial: str, run: RunId) -> RunResult:
        return read_run(self.layout, self.study, trial, run)


def read_results(layout: Layout, study: Study, search: str | None = None) -> StudyResults:
    """The results of one search, or of all of the study's."""
    chosen = [study.searches[search]] if search else study.searches.values()
    return StudyResults(study, layout, {each.name: read_search(layout, each) for each in chosen})
