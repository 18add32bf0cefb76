"""What a round's runs are judged by: its pruner.json, made of what runs of the rounds that it sees have reported."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from snaketune.config.search import Pruner, Round, Search
from snaketune.config.study import Metric, Study
from snaketune.layout import Layout
from snaketune.results.rounds import proposed_trials
from snaketune.results.runs import read_run
from snaketune.results.store import Store
from snaketune.runner.history import parse_rows
from snaketune.runner.history_steps import StepReader
from snaketune.runner.json_numbers import strict
from snaketune.runner.pruning_rules import percentile_of
from snaketune.runner.run_id import RunId
from snaketune.runner.status import COMPLETE, FINISHED_WELL
from snaketune.values import is_number

__all__ = ["Earlier", "pruner_text", "rule_for", "runs_to_compare"]

Values = tuple[float, ...]


@dataclass(frozen=True)
class Earlier:
    """A run of an earlier round: its values by step, one for each objective; its `result` if it is complete."""

    trial: str
    run: RunId
    result: float | None
    steps: Mapping[float, Values]


def pruner_text(study: Study, search: Search, round_: Round, layout: Layout) -> str:
    """The content of a round's pruner.json; an empty mapping if its search prunes no runs (any more).

    Raises:
        FileNotFoundError, DamagedFile: the rounds before it are not all gathered, or no longer what was written.
    """
    if search.pruner is None or not search.prunes_runs:
        return "{}\n"
    earlier = runs_to_compare(study, search, round_, layout) if search.pruner.compares else []
    return json.dumps(strict(rule_for(search.pruner, study.metrics, earlier)), separators=(",", ":")) + "\n"


def runs_to_compare(study: Study, search: Search, round_: Round, layout: Layout) -> list[Earlier]:
    """The complete and pruned runs of the rounds that a round may see; of a trial's rungs the longest one."""
    store = Store(layout, study.run_spec.contract)
    names = [metric.name for metric in study.metrics]
    longest: dict[tuple[str, int, int | None], Earlier] = {}
    for number in round_.step.needs:
        for trial, run in search.runs_in(proposed_trials(layout.proposed(search.name, number))):
            found = read_run(store, study, trial, run)
            if found.status not in FINISHED_WELL:
                continue
            result = found.metrics.get(names[0]) if found.status == COMPLETE else None
            steps = _steps(names, store.history(trial, run) or b"")
            place = (trial, run.replicate, run.fold)
            if place not in longest or (run.budget or 0) > (longest[place].run.budget or 0):
                longest[place] = Earlier(trial, run, float(result) if is_number(result) else None, steps)
    return list(longest.values())


def rule_for(pruner: Pruner, metrics: Sequence[Metric], earlier: Iterable[Earlier]) -> dict[str, Any]:
    """What pruner.json says (see `runner.pruning`): a pure function of the runs, in their order."""
    rule = {**pruner.rule, "objectives": [[metric.name, metric.direction] for metric in metrics]}
    if not pruner.compares:
        return rule
    groups: dict[str, list[Earlier]] = {}
    for run in earlier:
        if run.steps:
            groups.setdefault("" if run.run.fold is None else str(run.run.fold), []).append(run)
    of_group = _best_of if pruner.type == "wilcoxon" else _percentiles_of
    found = {fold: of_group(pruner, metrics, runs) for fold, runs in sorted(groups.items())}
    return {**rule, "groups": {fold: group for fold, group in found.items() if group}}


def _percentiles_of(pruner: Pruner, metrics: Sequence[Metric], runs: Sequence[Earlier]) -> dict[str, Any]:
    share = pruner.rule["percentile"]
    steps: list[list[Any]] = []
    for step in sorted({step for run in runs for step in run.steps}):
        there = [run for run in runs if step in run.steps]
        values = [run.steps[step] for run in there]
        trials = len({run.trial for run in there})
        if len(metrics) > 1:
            steps.append([step, trials, [list(each) for each in values if not any(map(math.isnan, each))]])
            continue
        share_of_values = 100 - share if metrics[0].direction == "maximize" else share
        known = percentile_of([value for (value,) in values], share_of_values)
        if not math.isnan(known):
            steps.append([step, trials, known])
    return {"trials": len({run.trial for run in runs}), "steps": steps}


def _best_of(_: Pruner, metrics: Sequence[Metric], runs: Sequence[Earlier]) -> dict[str, Any]:
    ended = [run for run in runs if run.result is not None and not math.isnan(run.result)]
    if not ended:
        return {}
    sign = metrics[0].sign
    best = min(ended, key=lambda run: sign * (run.result or 0.0))
    steps = [[step, best.steps[step][0]] for step in sorted(best.steps)]
    return {"trials": len({run.trial for run in ended}), "best": f"{best.trial}/{best.run}", "steps": steps}


def _steps(names: Sequence[str], history: bytes) -> dict[float, Values]:
    reader = StepReader(names)
    found = [at for row in parse_rows(history) if (at := reader.read(row))]
    return dict(found)
