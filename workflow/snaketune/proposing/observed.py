"""What a search's sampler sees: trials as observations, and the sampler itself."""

import math
from collections.abc import Sequence
from dataclasses import replace

from snaketune.config.search import IMPORTED, Imported
from snaketune.config.study import Search, Study
from snaketune.errors import StudyError
from snaketune.results.ranking import violations
from snaketune.results.trials import Proposed, Trial, imported_trial
from snaketune.runner.status import PRUNED
from snaketune.samplers import Observation, Proposal, Sampler, sampler_for
from snaketune.space import Space
from snaketune.values import is_number

__all__ = ["in_units", "observation_of", "observation_of_imported", "observations_of", "sampler_of", "seen_so_far"]


def observations_of(trials: Sequence[Trial], study: Study) -> list[Observation]:
    """Trials of a search as a sampler sees them; pruned ones with what they had reached, as a part of the longest."""
    steps = [trial.last_step / trial.share for trial in trials if trial.complete and trial.last_step is not None]
    longest = max(steps, default=None)
    return [observation_of(trial, study, longest) for trial in trials]


def observation_of(trial: Trial, study: Study, longest: float | None = None) -> Observation:
    """A trial as a sampler sees it: everything to be minimised. `longest` is the last step of one trained in full."""
    if trial.status == PRUNED and longest and trial.last_step is not None:
        return _of_pruned(trial, study, trial.last_step / longest)
    if not trial.complete:
        return Observation(dict(trial.params), trial.status, budget=trial.share)
    values = tuple(metric.sign * trial.metrics[metric.name] for metric in study.metrics)
    known = all(metric.name in trial.se for metric in study.metrics)
    return Observation(
        dict(trial.params),
        trial.status,
        values,
        tuple(trial.se[metric.name] * trial.se[metric.name] for metric in study.metrics) if known else None,
        violations(trial, study),
        trial.share,
    )


def observation_of_imported(known: Imported, study: Study) -> Observation:
    """A result from elsewhere, of whichever round, as a sampler sees it."""
    return observation_of(imported_trial(Proposed("", 0, 0, "", known.params), known), study)


def _of_pruned(trial: Trial, study: Study, share: float) -> Observation:
    """A trial that was stopped, with the values that it had then, where there are such."""
    found = [trial.metrics.get(metric.name) for metric in study.metrics]
    values = [metric.sign * value for metric, value in zip(study.metrics, found, strict=True) if is_number(value)]
    whole = len(values) == len(found) and all(map(math.isfinite, values)) and 0 < share <= 1
    return Observation(
        dict(trial.params),
        trial.status,
        tuple(values) if whole else None,
        violations=violations(trial, study) if whole else (),
        budget=share if whole else trial.share,
    )


def seen_so_far(row: Proposed, study: Study, search: Search) -> Observation:
    """What is known of a trial whose round has not been gathered.

    Of what was told by hand only that which the round begins with: the rest was not known when it was proposed.
    """
    known = search.imported.get(row.trial)
    if known and (known.origin == IMPORTED or row.trial in search.schedule.step(row.round).known):
        return observation_of(imported_trial(row, search.imported[row.trial]), study)
    return Observation(dict(row.params), "running", budget=row.share)


def sampler_of(search: Search, space: Space, begins: float | None = None) -> Sampler:
    """The search's sampler over `space`; of trials that begin with so much of the full budget, in a search in rungs.

    Raises:
        StudyError: its options don't fit together, or a library that it needs is missing.
    """
    options = search.options if begins is None else {**search.options, "begins": begins}
    try:
        return sampler_for(search.strategy, space, seed=search.seed, n_trials=search.drawn, options=options)
    except (ValueError, ImportError) as error:
        raise StudyError(f"searches.{search.name}: {error}") from None


def in_units(proposal: Proposal, study: Study) -> Proposal:
    """The prediction in the metric's own direction."""
    if proposal.mean is None or study.metric.direction == "minimize":
        return proposal
    return replace(proposal, mean=-proposal.mean)
