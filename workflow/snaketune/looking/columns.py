"""The columns in which trials are listed, and the parameters that are the same in all of them."""

from collections.abc import Sequence

from snaketune.config.study import Study
from snaketune.looking.listing import Column
from snaketune.looking.top import Listed
from snaketune.results.spelling import cell_of, spelled
from snaketune.results.trials import Trial
from snaketune.values import key

__all__ = ["columns_of", "shared_parameters"]


def columns_of(listed: Sequence[Listed], study: Study) -> list[Column]:
    """Rank, id, name, search, values, budget, the parameters that differ, status and seconds, as far as there are any.

    Where there is not room for all, seconds and a status that all have are left out first, then the last parameters.
    """
    trials = [each.trial for each in listed]
    shared = shared_parameters(listed, study)
    varying = [name for name in study.parameters if name not in shared and any(name in t.params for t in trials)]
    columns = [
        Column("rank", [each.rank for each in listed]),
        Column("trial", [trial.trial for trial in trials], left=True),
        Column("name", [each.name for each in listed], left=True, spare=1),
    ]
    if len(study.searches) > 1 and any(not each.name.startswith(f"{each.search}-") for each in listed):
        columns.append(Column("search", [each.search for each in listed], left=True, spare=2))
    for metric in study.metrics:
        columns.append(Column(metric.name, [t.metrics.get(metric.name) if t.complete else None for t in trials]))
    if any(study.metric.name in trial.se for trial in trials):
        columns.append(Column("± se", [trial.se.get(study.metric.name) for trial in trials], spare=4))
    if study.budget:
        columns.append(Column(study.budget.name, [trial.budget for trial in trials]))
    for name in varying:
        cells = [_cell(trial, name, study) for trial in trials]
        columns.append(Column(name, cells, left=not all(_is_number(t.params.get(name, 0)) for t in trials), spare=3))
    if study.outcome_constraints:
        columns.append(
            Column("feasible", ["" if f is None else f for f in (each.feasible for each in listed)], spare=2)
        )
    alike = len({trial.status for trial in trials}) == 1
    columns.append(Column("status", [trial.status for trial in trials], left=True, spare=5 if alike else 1))
    columns.append(Column("seconds", [trial.seconds for trial in trials], spare=6))
    if any(trial.reason for trial in trials):
        columns.append(Column("reason", [trial.reason or "" for trial in trials], left=True, spare=4))
    return columns


def shared_parameters(listed: Sequence[Listed], study: Study) -> dict[str, str]:
    """The parameters, with their cells, that have the same value in all of several trials."""
    if len(listed) < 2:
        return {}
    found = {}
    for name in study.parameters:
        values = {key(each.trial.params[name]) if name in each.trial.params else None for each in listed}
        if len(values) == 1 and None not in values:
            found[name] = cell_of(spelled(listed[0].trial.params, name, study.cells))
    return found


def _cell(trial: Trial, name: str, study: Study) -> object:
    """What stands in a trial's row for a parameter; nothing where it is inactive."""
    return spelled(trial.params, name, study.cells) if name in trial.params else ""


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
