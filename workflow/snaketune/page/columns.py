"""The columns of the page's table: numbers as numbers, all else as codes into a list of distinct values."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from snaketune.config.study import Study
from snaketune.results.ranking import feasible, pareto, ranked
from snaketune.results.tables import BEHIND, columns_before, metric_names, trial_rows
from snaketune.results.trials import Trial, each_once
from snaketune.runner.json_numbers import strict
from snaketune.runner.status import STATUSES
from snaketune.space.scales import ABSENT
from snaketune.values import cut, is_number, key

__all__ = ["ABSENT", "column", "columns_of"]

# Longer texts are cut: a table cell is no place for them, and params.json has them whole.
LONGEST_TEXT = 2000
# A list of numbers has no scale of its own: one that spans this ratio is shown on a logarithmic axis.
_LOG_RATIO = 100


def columns_of(
    trials_of: Mapping[str, Sequence[Trial]], study: Study, everything: Mapping[str, Sequence[Trial]] | None = None
) -> list[dict[str, Any]]:
    """The columns of results.csv (see `trial_rows`), `rank`, and `feasible` and `pareto` where they apply.

    The trials are some of `everything`, among which they have their ranks; by default they are all.

    Each has `name`, `role` (about, objective, metric, parameter), `log` and what `column` gives. Rows are in
    the order of results.csv. Objectives are empty unless the trial is complete, as its value is: the mean of
    the runs that happened to complete is not to be compared with others.
    """
    rows = trial_rows(trials_of, study)
    trials = [trial for listed in trials_of.values() for trial in listed]
    if not rows:
        return []
    among = [trial for listed in (everything or trials_of).values() for trial in listed]
    before = columns_before(study)
    between = list(rows[0])[len(before) : -len(BEHIND)]
    n_metrics = len(metric_names(trials, study))
    columns = [_described("rank", _ranks(trials, among, study))]
    for name in before:
        levels = {"status": STATUSES, "search": tuple(study.searches)}.get(name, ())
        columns.append(_described(name, _cells(row[name] for row in rows), levels=levels))
    n_objectives = len(study.metrics)
    for name in between[:n_objectives]:
        values = _cells(row[name] if row["status"] == "complete" else None for row in rows)
        columns.append(_described(name, values, role="objective"))
    for name in between[n_objectives:n_metrics]:
        columns.append(_described(name, _cells(row[name] for row in rows), role="metric"))
    if study.outcome_constraints:
        columns.append(
            _described("feasible", [feasible(trial, study) if trial.complete else ABSENT for trial in trials])
        )
    if len(study.metrics) > 1:
        front = {trial.trial for trial in pareto(list(each_once(everything or trials_of).values()), study)}
        columns.append(_described("pareto", [trial.trial in front if trial.complete else ABSENT for trial in trials]))
    for name, parameter in zip(between[n_metrics:], study.parameters, strict=True):
        values = [trial.params.get(parameter, ABSENT) for trial in trials]
        choices, log = _declared(parameter, study, values)
        columns.append(_described(name, values, role="parameter", levels=choices, log=log))
    for name in BEHIND:
        columns.append(_described(name, _cells(row[name] or None for row in rows)))
    return columns


def column(values: Sequence[Any], levels: Iterable[object] = ()) -> dict[str, Any]:
    """A typed column.

    Numbers alone give `{"kind": "number", "values": […]}`, with null for what is absent, and non-finite
    numbers in `odd` (row -> NaN, Infinity or -Infinity). All else gives `{"kind": "text", "levels": […],
    "codes": […]}`: the distinct values, those of `levels` first and in that order, and each row's place among
    them or -1.
    """
    present = [value for value in values if value is not ABSENT]
    if present and all(map(is_number, present)):
        odd = {i: strict(v) for i, v in enumerate(values) if v is not ABSENT and not math.isfinite(v)}
        numbers = [None if value is ABSENT or i in odd else value for i, value in enumerate(values)]
        return {"kind": "number", "values": numbers} | ({"odd": odd} if odd else {})
    used = {key(_plain(value)): _shortened(_plain(value)) for value in present}
    keys = [key(level) for level in levels if key(level) in used]
    places = {level: i for i, level in enumerate(dict.fromkeys([*keys, *used]))}
    codes = [-1 if value is ABSENT else places[key(_plain(value))] for value in values]
    return {"kind": "text", "levels": [used[level] for level in places], "codes": codes}


def _described(
    name: str, values: Sequence[object], *, role: str = "about", levels: Iterable[object] = (), log: bool = False
) -> dict[str, Any]:
    return {"name": name, "role": role, "log": log} | column(values, levels)


def _cells(values: Iterable[object]) -> list[object]:
    return [ABSENT if value is None else value for value in values]


def _ranks(trials: Sequence[Trial], among: Sequence[Trial], study: Study) -> list[object]:
    """1 for the best; a trial of two searches has one rank, so ranks count trials."""
    place = {trial.trial: i for i, trial in enumerate(ranked(among, study), 1)}
    return [place.get(trial.trial, ABSENT) for trial in trials]


def _declared(name: str, study: Study, values: Sequence[object]) -> tuple[tuple[object, ...], bool]:
    """The choices of a parameter in the order of the configuration, and whether its axis is logarithmic."""
    spaces = [study.space, *(search.space for search in study.searches.values())]
    parameters = [space.parameters[name] for space in spaces if name in space.parameters]
    choices = tuple(choice for parameter in parameters for choice in parameter.levels)
    if any(scale.log for parameter in parameters if (scale := parameter.scale())):
        return choices, True
    if len(choices) < 3 or not all(parameter.levels for parameter in parameters):
        return choices, False
    numbers = [v for v in values if is_number(v)]
    return choices, bool(numbers) and min(numbers) > 0 and max(numbers) / min(numbers) >= _LOG_RATIO


def _plain(value: object) -> object:
    """`value` with numbers that JSON has no text for as strings."""
    return strict(value) if isinstance(value, float) else value


def _shortened(value: object) -> object:
    return cut(value, LONGEST_TEXT) if isinstance(value, str) else value
