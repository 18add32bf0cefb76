"""Trials rung by rung for the page: numbers in columns, so that those of thousands of trials stay small."""

from collections.abc import Mapping, Sequence
from typing import Any

from snaketune.config.study import Study
from snaketune.results.trials import Trial
from snaketune.runner.json_numbers import strict

__all__ = ["promotions"]

_DIGITS = 6


def promotions(
    rungs_of: Mapping[str, Sequence[Trial]], shown: Mapping[str, Sequence[Trial]], study: Study
) -> dict[str, list[Any]] | None:
    """A place for each trial and budget of the searches in rungs, of the trials that are `shown`; None without such.

    In the order of the rounds: `row` is the trial's in the page's table, with `bracket`, `budget` and the first
    objective's `value` (null unless it is complete).
    """
    rows = {(name, trial.trial): row for row, (name, trial) in enumerate(_listed(shown))}
    found = [
        (rows[name, trial.trial], trial.rung, trial.value(study))
        for name, trial in _listed(rungs_of)
        if study.searches[name].in_rungs and trial.rung and (name, trial.trial) in rows
    ]
    if not found:
        return None
    return {
        "row": [row for row, _, _ in found],
        "bracket": [rung.bracket for _, rung, _ in found],
        "budget": [rung.budget for _, rung, _ in found],
        "value": [None if value is None else strict(float(f"{value:.{_DIGITS}g}")) for _, _, value in found],
    }


def _listed(trials_of: Mapping[str, Sequence[Trial]]) -> list[tuple[str, Trial]]:
    return [(name, trial) for name, listed in trials_of.items() for trial in listed]
