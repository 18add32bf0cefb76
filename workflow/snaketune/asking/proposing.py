"""What a search proposes to somebody who asks: as its next round would, after all that is known and under way."""

from collections.abc import Iterable, Mapping
from typing import Any

from snaketune.config.study import Search, Study
from snaketune.errors import StudyError
from snaketune.layout import Layout
from snaketune.proposing.observed import in_units, observation_of_imported, observations_of, sampler_of
from snaketune.proposing.propose import from_elsewhere, space_of
from snaketune.results.searched import read_search
from snaketune.results.study import StudyResults
from snaketune.results.told import Asked
from snaketune.samplers import Observation, Proposal
from snaketune.space import Space
from snaketune.values import trial_id

__all__ = ["askable", "asked_of"]


def askable(search: Search) -> Search:
    """The search, if it can be asked for trials.

    Raises:
        StudyError: it trains in rungs.
    """
    if search.in_rungs:
        raise StudyError(
            f"The search '{search.name}' trains in rungs ({search.strategy}): which trials go on follows from all of a "
            "rung, so that it can't be asked for single ones. Ask another search of the study, or run it as a workflow"
        )
    return search


def asked_of(search: Search, n: int, results: StudyResults, open_: Iterable[Asked]) -> list[Asked]:
    """The next `n` trials of a search, less if its space has no more; `open_` are all that were asked for before.

    Raises:
        StudyError: the search depends on another one that has no results, or can't be asked.
    """
    pending = list(open_)
    found = results.searches[askable(search).name]
    known: dict[str, Mapping[str, Any]] = {row.trial: row.params for row in (*found.trials, *found.proposed)}
    known |= {trial: given.params for trial, given in search.imported.items()}
    known |= {asked.trial: asked.params for asked in pending}
    numbers = [row.number for row in (*found.trials, *found.proposed)]
    start = max([-1, *numbers, *(asked.number for asked in pending if asked.search == search.name)]) + 1
    propose = _learned if search.learns else _drawn
    proposals = propose(search, n, results, known)
    return [Asked.of(proposal, search.name, start + i) for i, proposal in enumerate(proposals)]


def _drawn(search: Search, n: int, results: StudyResults, known: Mapping[str, Mapping[str, Any]]) -> list[Proposal]:
    """Those of a sampler that does not learn: its first ones that are not known."""
    proposals = sampler_of(search, search.space).ask([], n + len(known))
    return [proposal for proposal in proposals if trial_id(proposal.params) not in known][:n]


def _learned(search: Search, n: int, results: StudyResults, known: Mapping[str, Mapping[str, Any]]) -> list[Proposal]:
    """Those of a sampler that learns: from all results that there are; all others that are known are under way."""
    study, layout = results.study, results.layout
    space = _space(study, search, layout)
    trials = results.searches[search.name].trials
    done = {trial.trial for trial in trials}
    history = observations_of(trials, study)
    elsewhere = [given for trial, given in search.imported.items() if trial not in done]
    history += [observation_of_imported(given, study) for given in elsewhere if space.contains(given.params)]
    done |= set(search.imported)
    history += [Observation(dict(params), "running") for trial, params in known.items() if trial not in done]
    earlier, _ = from_elsewhere(study, search, space, layout)
    inside = [each for each in history if not search.refine or space.contains(each.params)]
    return [in_units(proposal, study) for proposal in sampler_of(search, space).ask([*earlier, *inside], n)]


def _space(study: Study, search: Search, layout: Layout) -> Space:
    """The space that the search runs over.

    Raises:
        StudyError: that follows from a search of which there are no results.
    """
    if search.refines and not any(trial.complete for trial in read_search(layout, study, search.refines).trials):
        raise StudyError(
            f"The search '{search.name}' refines '{search.refines}', of which no results are gathered yet; run that "
            "first"
        )
    return space_of(study, search, layout)
