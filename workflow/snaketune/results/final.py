"""The final training: the best trials with fresh seeds, and who wins then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from snaketune.config.study import Final, Study
from snaketune.results.budgets import with_budget
from snaketune.results.markdown import inline, number, table
from snaketune.results.ranking import ranked
from snaketune.results.spelling import cell_of, spelled
from snaketune.results.tables import Row, labels_of, searches_of
from snaketune.results.trials import Trial
from snaketune.samplers import Proposal, Rung
from snaketune.values import trial_id

__all__ = ["Finalist", "compared", "final_md", "final_rows", "finalists", "proposals_of", "standing"]


@dataclass(frozen=True)
class Finalist:
    """A trial and the one that is trained in its place: the same but for the overrides.

    `searches` proposed it; its `name` is that in the first of them.
    """

    searched: Trial
    trained: Trial
    name: str
    searches: Sequence[str]


def finalists(trials: Sequence[Trial], study: Study) -> list[Trial]:
    """The trials that go into the final training, best first; each parameter set once."""
    distinct: dict[str, Trial] = {}
    for trial in ranked(trials, study):
        distinct.setdefault(trial_id(dict(trial.params) | dict(_final(study).overrides)), trial)
    return list(distinct.values())[: _final(study).top]


def proposals_of(chosen: Sequence[Trial], study: Study) -> list[Proposal]:
    """What the final training runs, in the order of `chosen`: where there are budgets, anew with the full one."""
    full = study.full_budget
    rung = None if full is None else Rung(0, 0, full, None, full)
    return [Proposal(dict(trial.params) | dict(_final(study).overrides), "final", rung=rung) for trial in chosen]


def compared(trials_of: Mapping[str, Sequence[Trial]], trained: Sequence[Trial], study: Study) -> list[Finalist]:
    """The finalists among the trials of all searches with what was trained in their place, in the same order."""
    chosen = finalists([trial for listed in trials_of.values() for trial in listed], study)
    searches = searches_of(trials_of)
    names = {
        (search, trial.trial): labels_of(trial, search, study)[0]
        for search, listed in trials_of.items()
        for trial in listed
    }
    return [
        Finalist(trial, new, names[searches[trial.trial][0], trial.trial], searches[trial.trial])
        for trial, new in zip(chosen, trained, strict=True)
    ]


def standing(finalists: Sequence[Finalist], study: Study) -> list[Finalist]:
    """The finalists by their final values, best first; those without one at the end, in the search's order."""
    order = {trial.trial: i for i, trial in enumerate(ranked([f.trained for f in finalists], study))}
    return sorted(finalists, key=lambda f: order.get(f.trained.trial, len(order)))


def final_rows(finalists: Sequence[Finalist], study: Study) -> list[Row]:
    """A row per finalist in the final order: value in the search against value in the final training."""
    metric = study.metric.name
    names = _names(finalists, study)
    rows: list[Row] = []
    for rank, finalist in enumerate(standing(finalists, study), 1):
        searched, trained = finalist.searched, finalist.trained
        rows.append(
            {
                "rank": rank,
                "trial": trained.trial,
                "searched_as": searched.trial,
                "name": finalist.name,
                "searches": ";".join(finalist.searches),
                "search_rank": trained.number + 1,
                "status": trained.status,
                **({"search_budget": searched.budget} if study.budget else {}),
                "search_value": searched.metrics[metric],
                "search_se": searched.se.get(metric),
                "final_value": trained.value(study),
                "final_sd": trained.sd.get(metric),
                "final_se": trained.se.get(metric),
                "runs": trained.runs,
                **{f"param.{name}": spelled(trained.params, name, study.cells) for name in names},
                "reason": trained.reason,
            }
        )
    return rows


def final_md(finalists: Sequence[Finalist], study: Study) -> str:
    """The final training in words, with the winner named."""
    metric = study.metric.name
    placed = standing(finalists, study)
    names = _names(finalists, study)
    rows = [
        [i, f.name, f.trained.trial, f.searched.trial, f.trained.number + 1,
         *([f.searched.budget] if study.budget else []), f.searched.metrics[metric],
         f.trained.value(study), f.trained.se.get(metric), f.trained.runs,
         *(spelled(f.trained.params, name, study.cells) for name in names)]
        for i, f in enumerate(placed, 1)
    ]  # fmt: skip
    header = ["rank", "name", "id", "searched as", "rank in search",
              *([f"{study.budget.name} in search"] if study.budget else []), f"{metric} in search", f"{metric} final",
              "standard error", "runs", *names]  # fmt: skip
    parts = [f"# {study.name}: final training", table(header, rows, left=4)]
    if not placed or not placed[0].trained.complete:
        parts.append("No final training is complete.")
    else:
        parts += [*_winner(placed[0], study), *_doubt(placed, study)]
    return "\n\n".join(parts) + "\n"


def _winner(first: Finalist, study: Study) -> list[str]:
    """Who the winner is, and with which parameters."""
    metric, trained = study.metric.name, first.trained
    error = f" ± {number(trained.se[metric], 2)}" if metric in trained.se else ""
    value = inline(f"{metric} = {number(trained.metrics[metric])}{error}{with_budget(trained, study.budget)}")
    searched = f"{inline(first.name)}, {first.searched.trial} of {' and '.join(first.searches)}"
    cells = {name: cell_of(spelled(trained.params, name, study.cells)) for name in trained.params}
    parameters = "\n".join(f"- {name}: {inline(cell)}" for name, cell in cells.items())
    return [f"The winner is {trained.trial} (in the search {searched}): {value}.", parameters]


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


def _names(finalists: Sequence[Finalist], study: Study) -> list[str]:
    """The names of all parameters that a finalist has, those of the space first."""
    names = dict.fromkeys(study.parameters) | dict.fromkeys(name for f in finalists for name in f.trained.params)
    return [name for name in names if any(name in finalist.trained.params for finalist in finalists)]


def _final(study: Study) -> Final:
    if study.final is None:
        raise ValueError("the study has no final training")
    return study.final
