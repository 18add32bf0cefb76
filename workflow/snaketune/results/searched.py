"""The results of a search: those of its rounds, put together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from snaketune.config.study import Study
from snaketune.layout import Layout
from snaketune.results.budgets import without_survivors
from snaketune.results.in_parts import each_as_far_as_done
from snaketune.results.rounds import read_round, read_trials, rounds_there
from snaketune.results.trials import Proposed, Trial, each_as_far_as_trained

__all__ = ["SearchResults", "read_search"]


@dataclass(frozen=True)
class SearchResults:
    """The trials of a search so far, and why it ended early if it did.

    Each of `trials` is there once; `rungs` are those of all rounds, where a trial may be in several of them (but once
    where it only does its runs in parts). All know the study's full budget in place of their search's, so that shares
    are those of the same whole. `proposed` are the rows of all rounds that there are, `open` says of a search in rungs
    that further ones are to come.
    """

    trials: list[Trial]
    ending: str | None
    rungs: list[Trial]
    proposed: Sequence[Proposed] = ()
    open: bool = False

    @classmethod
    def of(
        cls,
        rungs: list[Trial],
        study: Study,
        ending: str | None = None,
        proposed: Sequence[Proposed] | None = None,
        *,
        open_: bool = False,
    ) -> "SearchResults":
        """The results of a search of the study with these trials in its rounds, which are all that is `proposed`."""
        rungs = each_as_far_as_done(rungs)
        if (full := study.full_budget) is not None:
            rungs = [
                replace(trial, rung=replace(trial.rung, max_budget=full)) if trial.rung else trial for trial in rungs
            ]
        return cls(each_as_far_as_trained(rungs), ending, rungs, rungs if proposed is None else proposed, open_)


def read_search(layout: Layout, study: Study, name: str) -> SearchResults:
    """The results of all rounds of a search that are gathered, up to that with which it ends."""
    search = study.searches[name]
    trials: list[Trial] = []
    sizes: list[int] = []
    ending: str | None = None
    for round_ in rounds_there(layout, search):
        path = layout.gathered(search.name, round_.number)
        if not path.exists():
            if search.schedule.count is None:
                break
            continue
        gathered = read_trials(path)
        trials += gathered
        sizes.append(len(gathered))
        if len(gathered) < round_.size and ending is None:
            ending = read_round(layout.ending(search.name, round_.number)).ending
        if search.schedule.is_over(sizes):
            return SearchResults.of(trials, study, ending or without_survivors(search, trials, trials))
    return SearchResults.of(trials, study, open_=search.in_rungs)
