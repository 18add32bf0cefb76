"""What a round proposes: a pure function of the study and of the results of the rounds before it."""

from collections.abc import Sequence
from dataclasses import dataclass

from snaketune.config.study import Search, Study
from snaketune.layout import Layout
from snaketune.results.rounds import read_trials
from snaketune.results.trials import Trial
from snaketune.samplers import Observation, Proposal, sampler_for

__all__ = ["Proposed", "observation_of", "propose"]


@dataclass(frozen=True)
class Proposed:
    """A round's proposals, and why the search ends here if it does before its time."""

    proposals: list[Proposal]
    ending: str | None = None


def propose(study: Study, name: str, number: int, layout: Layout) -> Proposed:
    """The proposals of round `number` of the search `name`.

    Raises:
        StudyError: the space has too few parameter sets that its constraints allow.
    """
    search = study.searches[name]
    sampler = sampler_for(
        search.strategy, search.space, seed=search.seed, n_trials=search.n_trials, options=search.options
    )
    size = search.round_size(number)
    proposals = sampler.ask(_history(study, search, number, layout), size)
    whole = search.n_trials is None  # such a search ends with its space, as it should
    if len(proposals) < size and not whole:
        total = search.round_start(number) + len(proposals)
        return Proposed(proposals, f"its space has no more than {total} parameter sets")
    return Proposed(proposals)


def observation_of(trial: Trial, study: Study) -> Observation:
    """A trial as a sampler sees it: everything to be minimised."""
    if not trial.complete:
        return Observation(dict(trial.params), trial.status)
    values = tuple(metric.sign * trial.metrics[metric.name] for metric in study.metrics)
    known = all(metric.name in trial.se for metric in study.metrics)
    return Observation(
        dict(trial.params),
        trial.status,
        values,
        tuple(trial.se[metric.name] ** 2 for metric in study.metrics) if known else None,
        tuple(limit.violation(trial.metrics.get(limit.metric, float("nan"))) for limit in study.limits),
    )


def _history(study: Study, search: Search, number: int, layout: Layout) -> Sequence[Observation | None]:
    """What the search knows before round `number`, in the order of the trials' numbers.

    A search that does not learn only needs to know how many trials there were.
    """
    if not search.learns:
        return range(search.round_start(number))
    return [
        observation_of(trial, study)
        for earlier in range(number)
        for trial in read_trials(layout.gathered(search.name, earlier))
    ]
