"""What the model of a search believes when all of its results are known."""

from dataclasses import replace
from typing import cast

from snaketune.config.study import Search, Study
from snaketune.errors import StudyError
from snaketune.layout import Layout
from snaketune.proposing.observed import observation_of_imported, observations_of, sampler_of
from snaketune.proposing.propose import from_elsewhere, space_of
from snaketune.results.searched import SearchResults
from snaketune.results.study import StudyResults
from snaketune.results.trials import Trial
from snaketune.samplers import Observation
from snaketune.samplers.explained import Explained, Explaining
from snaketune.space import Space

__all__ = ["NO_MODEL", "explained_of"]

NO_MODEL = Explained("its trials are not proposed by a Gaussian process of ours")


def explained_of(results: StudyResults) -> dict[str, Explained]:
    """What the models of a study's searches believe, by search; of those without a model there is nothing."""
    study, layout = results.study, results.layout
    return {
        name: _explained(study.searches[name], found, study, layout)
        for name, found in results.searches.items()
        if name in study.explaining
    }


def _explained(search: Search, found: SearchResults, study: Study, layout: Layout) -> Explained:
    """What the search's model believes after its results and all that it started from, in the metric's units."""
    try:
        space = space_of(study, search, layout)
        sampler = cast(Explaining, sampler_of(search, space))
        history = _history(search, found, study, space, layout)
    except StudyError as error:  # results from elsewhere may be gone; the search has ended all the same
        return Explained(f"what it started from can't be read any more: {error}")
    told = sampler.explain(history)
    return told if study.metric.direction == "minimize" else told.negative


def _history(search: Search, found: SearchResults, study: Study, space: Space, layout: Layout) -> list[Observation]:
    """All that the search's next round would know."""
    if search.in_rungs:
        counted = [observation_of_imported(search.imported[trial], study) for trial in search.counted]
        return counted + observations_of([_of_own(trial, search) for trial in found.rungs], study)
    history = observations_of(found.trials, study)
    if search.told and search.refine:
        history = [each for each in history if space.contains(each.params)]
    earlier, _ = from_elsewhere(study, search, space, layout)
    return [*earlier, *history]


def _of_own(trial: Trial, search: Search) -> Trial:
    """A trial whose budget is a part of its search's full one, not of the study's."""
    if trial.rung is None or search.budget is None:
        return trial
    return replace(trial, rung=replace(trial.rung, max_budget=search.budget.max))
