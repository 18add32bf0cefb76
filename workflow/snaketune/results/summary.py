"""summary.md: what was searched, what came out best, what failed and what it cost."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from snaketune.config.search import IMPORTED, TOLD
from snaketune.config.study import Study
from snaketune.results.budgets import in_part, with_budget
from snaketune.results.front import front_md
from snaketune.results.importances import importances_md
from snaketune.results.markdown import inline, number, one_line, table
from snaketune.results.ranking import feasible, matches, pareto, ranked
from snaketune.results.rungs import rung_rows, rungs_md
from snaketune.results.searched import SearchResults
from snaketune.results.spelling import cell_of, spelled
from snaketune.results.spread import deviation, mean, median
from snaketune.results.tables import Row, labels_of, trial_rows
from snaketune.results.trained import Trained
from snaketune.results.trials import Trial, each_once
from snaketune.runner.status import PRUNED
from snaketune.values import key

__all__ = ["failures", "failures_title", "front_rows", "grouped", "summary_md", "top_rows"]

TrialsOf = Mapping[str, Sequence[Trial]]
_BY_PRUNER = ("pruned at step ", "pruned after ")  # what the reasons begin with of what a pruner has stopped
_LOGS_SHOWN = 3


def summary_md(
    trials_of: TrialsOf,
    study: Study,
    logs: Callable[[str], str],
    endings: Mapping[str, str | None],
    *,
    cpu_seconds: float | None = None,
    importances: Sequence[Mapping[str, str]] = (),
    searches: Mapping[str, SearchResults] | None = None,
    trained: Trained | None = None,
    incomplete: str | None = None,
    models: Sequence[str] = (),
) -> str:
    """The summary as Markdown.

    `logs` says where a trial's logs are; `endings` says for each search why it ended early, if it did; `cpu_seconds`
    is what all runs used, where it is known; `importances` are the rows of importances.csv, where they have been
    computed; `searches` are the results with all rounds that trials were in, and `trained` what that comes to, where
    there are budgets; `incomplete` says how much of the study there is, if it is not all; `models` are sentences of how
    far those of searches are to be believed.
    """
    name = study.name if len(trials_of) == len(study.searches) > 1 else f"{study.name}: {', '.join(trials_of)}"
    goal = ", ".join(f"{metric.direction} {inline(metric.name)}" for metric in study.metrics)
    parts = [f"# {name}", *([f"**{incomplete}**"] if incomplete else []), f"Objective: {goal}.", "## Searches"]
    parts += [_searches(trials_of, study)]
    parts += [f"{search} ended early: {inline(reason)}." for search, reason in endings.items() if reason]
    parts += map(inline, models)
    if rungs := rung_rows(searches or {}, study):
        parts += ["## Rungs", rungs_md(rungs, study)]
    rows = trial_rows(trials_of, study)
    parts += _best(rows, trials_of, study)
    for parameter in study.summary_by:
        parts += [f"## By {parameter}", _groups_table(rows, trials_of, study, parameter)]
    if importances:
        parts += ["## Importances", *importances_md(importances)]
    failed = failures(trials_of, logs)
    if failed:
        parts += [f"## {failures_title(trials_of)}", "\n".join(map(_line, failed.splitlines()))]
    every = {name: found.rungs for name, found in (searches or {}).items()} or trials_of
    parts += ["## Cost", _cost(trials_of, every, study, cpu_seconds)]
    parts += [f"{inline(str(trained))}."] if trained else []
    return "\n\n".join(parts) + "\n"


def front_rows(rows: Sequence[Row], trials_of: TrialsOf, study: Study) -> list[Row]:
    """Those of the `rows` of `trials_of` that are the Pareto set, by the first objective, each trial once."""
    members = {t.trial for t in pareto(_all(trials_of), study)}
    front = {row["trial"]: row for row in reversed(rows) if row["trial"] in members}
    return sorted(front.values(), key=lambda row: study.metric.sign * row["value"])


def top_rows(rows: Sequence[Row], trials_of: TrialsOf, study: Study) -> list[Row]:
    """Of the `rows` of `trials_of`, those of the best trials that pass the filter, best first, each trial once."""
    everything = _all(trials_of)
    place = {trial.trial: i for i, trial in enumerate(ranked(everything, study))}
    pairs = zip(everything, rows, strict=True)
    best: dict[str, Row] = {}
    for trial, row in sorted(pairs, key=lambda pair: (place.get(pair[0].trial, len(place)), -pair[0].share)):
        if trial.trial not in best and matches(study.filter, row):
            best[trial.trial] = row
    return list(best.values())[: study.top]


def grouped(rows: Sequence[Row], trials_of: TrialsOf, study: Study, by: str) -> list[tuple[str, list[float]]]:
    """The values of the trials that pass the study's filter as `(group, values)`, by a parameter, search or status.

    `rows` are those of `trials_of`. Each trial counts once in a group; those in which the parameter is inactive are
    the group "(inactive)".
    """
    groups: dict[str, tuple[str, dict[str, float]]] = {}
    for trial, row in zip(_all(trials_of), rows, strict=True):
        if row["value"] is not None and matches(study.filter, row):
            if by in study.parameters:
                active = by in trial.params
                label = cell_of(spelled(trial.params, by, study.cells)) if active else "(inactive)"
                group = key(trial.params[by]) if active else "", label
            else:
                group = row[by], row[by]
            groups.setdefault(group[0], (group[1], {}))[1][trial.trial] = row["value"]
    return [(label, list(values.values())) for label, values in groups.values()]


def failures(trials_of: TrialsOf, logs: Callable[[str], str], *, most: int | None = None) -> str:
    """The trials that gave no value, grouped by status and reason, with the first logs of what failed; "" if none.

    Of the groups, the largest first, `most` are given, by default all.
    """
    groups: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    examples: dict[tuple[str, str], str] = {}
    for listed in trials_of.values():
        for trial in listed:
            if not trial.complete and not trial.from_elsewhere:
                groups[trial.status, _kind(trial)].setdefault(trial.trial)
                examples.setdefault((trial.status, _kind(trial)), trial.reason or "")
    lines = []
    order = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    for (status, reason), trials in order[:most]:
        count = f"{len(trials)} trial{'s' if len(trials) > 1 else ''}"
        example = examples[status, reason]
        such_as = "" if reason == example or len(trials) == 1 else ", such as"
        lines.append(f"- {status}, {count}{such_as}: {one_line(example)}")
        if status == PRUNED:  # as it should: there is nothing to look for in a log
            continue
        lines += [f"  - {logs(trial)}" for trial in list(trials)[:_LOGS_SHOWN]]
        if len(trials) > _LOGS_SHOWN:
            lines.append(f"  - and {len(trials) - _LOGS_SHOWN} more")
    others = order[len(order[:most]) :]
    if others:
        lines.append(f"- and {sum(len(trials) for _, trials in others)} trials for {len(others)} other reasons")
    return "\n".join(lines)


def failures_title(trials_of: TrialsOf) -> str:
    """What stands above `failures`: to be pruned is none."""
    statuses = {trial.status for trial in _all(trials_of) if not trial.complete and not trial.from_elsewhere}
    return "What was pruned" if statuses == {PRUNED} else "What failed" + " or was pruned" * (PRUNED in statuses)


def _kind(trial: Trial) -> str:
    """The reason by which trials are grouped: those that a pruner has stopped are a group, whatever their values."""
    reason = trial.reason or ""
    by_pruner = (said for said in _BY_PRUNER if trial.status == PRUNED and said in reason)
    return next(by_pruner, reason)


def _all(trials_of: TrialsOf) -> list[Trial]:
    return [trial for listed in trials_of.values() for trial in listed]


def _line(shown: str) -> str:
    """A line of a list whose content is no markup."""
    indent, dash, content = shown.partition("- ")
    return f"{indent}{dash}{inline(content)}"


def _searches(trials_of: TrialsOf, study: Study) -> str:
    rows = []
    for name, trials in trials_of.items():
        best = ranked(trials, study)[:1]
        rows.append(
            [
                name,
                study.searches[name].strategy,
                len(trials),
                sum(trial.complete for trial in trials),
                best[0].metrics[study.metric.name] if best else None,
                *([best[0].budget if best else None] if study.budget else []),
                best[0].number if best else None,
                best[0].trial if best else None,
            ]
        )
    header = ["search", "strategy", "trials", "complete", f"best {study.metric.name}", *_budget_header(study)]
    return table([*header, "found at number", "id"], rows, left=2)


def _budget_header(study: Study) -> list[str]:
    """The header of a column that says with which budget, where there are any."""
    return [study.budget.name] if study.budget else []


def _best(rows: Sequence[Row], trials_of: TrialsOf, study: Study) -> list[str]:
    everything: dict[str, tuple[str, Trial]] = {}
    for search, trials in trials_of.items():
        for trial in trials:
            if trial.share > everything.setdefault(trial.trial, (search, trial))[1].share:
                everything[trial.trial] = search, trial
    order = ranked(_all(trials_of), study)
    if not order:
        return ["## Best", "No trial is complete."]
    parts = []
    best = order[0]
    parameters = [name for name in study.parameters if any(name in trial.params for trial in order)]
    name = inline(labels_of(best, everything[best.trial][0], study)[0])
    note = "" if feasible(best, study) else " (no trial keeps all outcome constraints)"
    value = inline(_with_error(best, study) + with_budget(best, study.searches[everything[best.trial][0]].budget))
    doubt = in_part(order, study)
    parts += ["## Best", f"{name} ({best.trial}), {inline(study.metric.name)} = {value}{note}:"]
    values = {name: inline(cell_of(spelled(best.params, name, study.cells))) for name in best.params}
    parts.append("\n".join(f"- {parameter}: {value}" for parameter, value in values.items()))
    parts += [inline(doubt)] if doubt else []
    if len(study.metrics) > 1:
        parts += front_md(trials_of, study)
    top = top_rows(rows, trials_of, study)
    header = ["rank", "name", study.metric.name, "from best", *_budget_header(study), *parameters]
    listed = []
    for rank, row in enumerate(top, 1):
        trial = everything[row["trial"]][1]
        comparable = row["value"] is not None and trial.share == best.share
        gap = row["value"] - best.metrics[study.metric.name] if comparable else None
        shown = _with_error(trial, study) if trial.complete else row["status"]
        values_of = [spelled(trial.params, name, study.cells) for name in parameters]
        budget = [trial.budget] if study.budget else []
        listed.append([rank, row["name"], shown, gap, *budget, *values_of])
    if listed:
        parts += [f"## Top {len(listed)}", table(header, listed, left=2)]
    return parts


def _with_error(trial: Trial, study: Study) -> str:
    value = number(trial.metrics[study.metric.name])
    error = trial.se.get(study.metric.name)
    return value if error is None else f"{value} ± {error:.2g}"


def _groups_table(rows: Sequence[Row], trials_of: TrialsOf, study: Study, parameter: str) -> str:
    """The groups; where there are budgets, those of each of them, the largest first."""
    best = max if study.metric.direction == "maximize" else min
    trials = _all(trials_of)
    table_rows = []
    for share in sorted({trial.share for trial in trials}, reverse=True):
        alike = {name: [trial for trial in listed if trial.share == share] for name, listed in trials_of.items()}
        own = [row for trial, row in zip(trials, rows, strict=True) if trial.share == share]
        budgets = {trial.budget for trial in _all(alike) if trial.rung}
        budget = [budgets.pop() if len(budgets) == 1 else None] if study.budget else []
        table_rows += [
            [
                *(group, *budget, len(values), mean(values), median(values), best(values)),
                deviation(values) if len(values) > 1 else None,
            ]
            for group, values in sorted(
                grouped(own, alike, study, parameter), key=lambda item: study.metric.sign * best(item[1])
            )
        ]
    return table([parameter, *_budget_header(study), "count", "mean", "median", "best", "sd"], table_rows)


def _cost(trials_of: TrialsOf, every: TrialsOf, study: Study, cpu_seconds: float | None) -> str:
    """The numbers of trials and what they took; `every` has them as often as they were in a round."""
    trials = each_once(trials_of)
    seconds = sum({(trial.trial, trial.budget): trial.seconds for trial in _all(every)}.values())
    spent = f"{_hours(seconds)} of run time"
    if cpu_seconds is not None:
        spent += f", {_hours(cpu_seconds)} of CPU time"
    total = sum(len(listed) for listed in trials_of.values())
    shared = f" ({total - len(trials)} shared between searches)" if total > len(trials) else ""
    most = "up to " if any(search.parts for search in study.searches.values()) else ""
    runs = f" of {most}{len(study.runs)} runs each" if len(study.runs) > 1 else ""
    known = ((origin, sum(trial.origin == origin for trial in trials.values())) for origin in (IMPORTED, TOLD))
    imported = "".join(f", {count} of them {origin}" for origin, count in known if count)
    return f"{len(trials)} trials{shared}{runs}{imported}, {spent}."


def _hours(seconds: float) -> str:
    return f"{seconds / 3600:.2f} hours" if seconds >= 3600 else f"{seconds:.1f} seconds"
