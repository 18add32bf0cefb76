"""The results of a study as they are now: from its tables where these still hold, else from the runs themselves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from snaketune.config.study import Study
from snaketune.errors import StudyError, did_you_mean
from snaketune.layout import Layout
from snaketune.proposing.told import load_told_by_now
from snaketune.results.outcome import still_holds
from snaketune.results.so_far import SoFar
from snaketune.results.study import StudyResults, read_finished
from snaketune.sums import DamagedFile

__all__ = ["Seen", "look", "of_search"]


@dataclass(frozen=True)
class Seen:
    """The results that there are, and the files that were met that are `damaged`.

    `finished`: the tables of the whole study are there, and hold.
    """

    results: StudyResults
    finished: bool = False
    damaged: Sequence[DamagedFile] = ()

    @property
    def study(self) -> Study:
        return self.results.study

    @property
    def remarks(self) -> list[str]:
        """What has to be said beside the results, a sentence each: how much of the study there is, what is damaged."""
        incomplete = self.results.incomplete
        said = [incomplete] if incomplete else []
        if self.damaged:
            first, *others = self.damaged
            said.append(f"{first}{f' (and {len(others)} more)' if others else ''}")
        return said


def look(layout: Layout) -> Seen:
    """The results of a study, whether it is finished, running, or was killed.

    Raises:
        StudyError: nothing of it has begun, or what describes it is damaged.
    """
    if not layout.study.exists():
        raise StudyError(f"{layout.root} has no results yet; start the study with: snaketune run STUDY.yaml")
    study = load_told_by_now(layout)
    damaged = []
    try:
        results = read_finished(layout, study)
        if results is not None and still_holds(results):
            return Seen(results, finished=True)
    except DamagedFile as error:
        damaged.append(error)
    so_far = SoFar(layout, study)
    results = so_far.results()
    met = {error.path: error for error in [*damaged, *so_far.damaged.values()]}
    return Seen(results, damaged=list(met.values()))


def of_search(results: StudyResults, search: str | None) -> StudyResults:
    """The results of one search alone; all of them where none is named.

    Raises:
        StudyError: the study has no such search.
    """
    if search is None:
        return results
    if search not in results.searches:
        raise StudyError(
            f"The study {results.study.name} has no search '{search}'.{did_you_mean(search, results.searches)}"
        )
    expected = {search: results.expected[search]} if search in results.expected else {}
    return replace(results, searches={search: results.searches[search]}, expected=expected)
