"""The final training: the best trials with fresh seeds, and who wins then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from snaketune.config.study import Final, Study
from snaketune.results.markdown import number, table
from snaketune.results.ranking import ranked
from snaketune.results.tables import Row
from snaketune.results.trials import Trial
from snaketune.samplers import Proposal
from snaketune.values import trial_id

__all__ = ["Finalist", "final_md", "final_rows", "finalists", "proposals_of", "standing"]


@dataclass(frozen=True)
class Finalist:
    """A trial of the search and the trial that is trained in its place: the same but for the overrides."""

    searched: Trial
    trained: Trial


def finalists(trials: Sequence[Trial], study: Study) -> list[Trial]:
    """The trials that go into the final training, best first; each parameter set once."""
    distinct: dict[str, Trial] = {}
    for trial in ranked(trials, study):
        distinct.setdefault(trial_id(dict(trial.params) | dict(_final(study).overrides)), trial)
    return list(distinct.values())[: _final(study).top]


def proposals_of(chosen: Sequence[Trial], study: Study) -> list[Proposal]:
    """What the final training runs, in the order of `chosen`."""
    return [Proposal(dict(trial.params) | dict(_final(study).overrides), "final") for trial in chosen]


def standing(finalists: Sequence[Finalist], study: Study) -> list[Finalist]:
    """The finalists by their final values, best first; those without one at the end, in the search's order."""
    order = {trial.trial: i for i, trial in enumerate(ranked([f.trained for f in finalists], study))}
    return sorted(finalists, key=lambda f: order.get(f.trained.trial, len(order)))


def final_rows(finalists: Sequence[Finalist], study: Study) -> list[Row]:
    """A row per finalist in the final order: value in the search against value in the final training."""
    metric = study.metric.name
    rows: list[Row] = []
    for rank, finalist in enumerate(standing(finalists, study), 1):
        searched, trained = finalist.searched, finalist.trained
        rows.append(
            {
                "rank": rank,
                "trial": trained.trial,
                "searched_as": searched.trial,
                "search_rank": trained.number + 1,
                "status": trained.status,
                "search_value": searched.metrics[metric],
                "search_se": searched.se.get(metric),
                "final_value": trained.value(study),
                "final_sd": trained.sd.get(metric),
                "final_se": trained.se.get(metric),
                "runs": trained.runs,
                **_parameters(trained.params),
                "reason": trained.reason,
            }
        )
    return rows


def final_md(finalists: Sequence[Finalist], study: Study) -> str:
    """The final training in words, with the winner named."""
    metric = study.metric.name
    placed = standing(finalists, study)
    rows = [
        [i, f.trained.trial, f.trained.number + 1, f.searched.metrics[metric], f.trained.value(study),
         f.trained.se.get(metric), f.trained.runs]
        for i, f in enumerate(placed, 1)
    ]  # fmt: skip
    header = ["rank", "id", "rank in search", f"{metric} in search", f"{metric} final", "standard error", "runs"]
    parts = [f"# {study.name}: final training", table(header, rows, left=2)]
    winner = placed[0].trained if placed else None
    if winner is None or not winner.complete:
        parts.append("No final training is complete.")
    else:
        error = f" ± {number(winner.se[metric], 2)}" if metric in winner.se else ""
        parts.append(f"The winner is {winner.trial}: {metric} = {number(winner.metrics[metric])}{error}.")
        parts += _doubt(placed, study)
    return "\n\n".join(parts) + "\n"


def _doubt(placed: Sequence[Finalist], study: Study) -> list[str]:
    """A sentence where the runner-up is closer than the standard error of the difference."""
    if len(placed) < 2 or not placed[1].trained.complete:
        return []
    metric = study.metric.name
    first, second = placed[0].trained, placed[1].trained
    if metric not in first.se or metric not in second.se:
        return []
    error = (first.se[metric] ** 2 + second.se[metric] ** 2) ** 0.5
    gap = abs(first.metrics[metric] - second.metrics[metric])
    if gap > 2 * error:
        return []
    return [
        f"It leads {second.trial} by {number(gap, 3)}, within two standard errors of the difference "
        f"({number(error, 2)}): more replicates may change the order."
    ]


def _parameters(params: Mapping[str, object]) -> Row:
    return {f"param.{name}": value for name, value in params.items()}


def _final(study: Study) -> Final:
    if study.final is None:
        raise ValueError("the study has no final training")
    return study.final
