"""What a search's sampler sees: trials as observations, and the sampler itself."""

from dataclasses import replace

from snaketune.config.study import OutcomeConstraint, Search, Study
from snaketune.errors import StudyError
from snaketune.results.trials import Proposed, Trial, imported_trial
from snaketune.samplers import Observation, Proposal, Sampler, sampler_for
from snaketune.space import Space
from snaketune.values import is_number

__all__ = ["in_units", "observation_of", "sampler_of", "seen_so_far"]


def observation_of(trial: Trial, study: Study) -> Observation:
    """A trial as a sampler sees it: everything to be minimised."""
    if not trial.complete:
        return Observation(dict(trial.params), trial.status, budget=trial.share)
    values = tuple(metric.sign * trial.metrics[metric.name] for metric in study.metrics)
    known = all(metric.name in trial.se for metric in study.metrics)
    return Observation(
        dict(trial.params),
        trial.status,
        values,
        tuple(trial.se[metric.name] * trial.se[metric.name] for metric in study.metrics) if known else None,
        tuple(_violation(limit, trial) for limit in study.outcome_constraints),
        trial.share,
    )


def _violation(limit: OutcomeConstraint, trial: Trial) -> float:
    value = trial.metrics.get(limit.metric)
    return limit.violation(value) if is_number(value) else float("nan")


def seen_so_far(row: Proposed, study: Study, search: Search) -> Observation:
    """What is known of a trial whose round has not been gathered."""
    if row.trial in search.imported:
        return observation_of(imported_trial(row, search.imported[row.trial]), study)
    return Observation(dict(row.params), "running", budget=row.share)


def sampler_of(search: Search, space: Space) -> Sampler:
    """The search's sampler over `space`.

    Raises:
        StudyError: its options don't fit together, or a library that it needs is missing.
    """
    own = None if search.n_trials is None else search.n_trials - len(search.counted)
    try:
        return sampler_for(search.strategy, space, seed=search.seed, n_trials=own, options=search.options)
    except (ValueError, ImportError) as error:
        raise StudyError(f"searches.{search.name}: {error}") from None


def in_units(proposal: Proposal, study: Study) -> Proposal:
    """The prediction in the metric's own direction."""
    if proposal.mean is None or study.metric.direction == "minimize":
        return proposal
    return replace(proposal, mean=-proposal.mean)
