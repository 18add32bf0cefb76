"""A trial in words, for the terminal."""

import shlex
from collections.abc import Iterator, Sequence

from snaketune.config.study import Study
from snaketune.looking.listing import Column, aligned
from snaketune.looking.shown import ShownRun, ShownTrial
from snaketune.results.markdown import number, one_line
from snaketune.results.spelling import cell_of, spelled
from snaketune.runner.status import COMPLETE

__all__ = ["text_of"]

_TAIL = 5  # lines of what a run that failed has printed last


def text_of(shown: ShownTrial, study: Study, *, bars: bool) -> list[str]:
    """The lines; with `bars` curves are drawn in characters that not every terminal can show."""
    parts = [
        list(_head(shown, study)),
        ["Parameters:", *_pairs((name, cell_of(spelled(shown.params, name, study.cells))) for name in shown.params)],
        list(_metrics(shown, study)),
        list(_rungs(shown, study)),
        list(_runs(shown.runs, study)),
        list(_curves(shown, bars=bars)),
        list(_where(shown, study)),
    ]
    return [line for part in parts if part for line in ("", *part)][1:]


def _head(shown: ShownTrial, study: Study) -> Iterator[str]:
    names = ", ".join(dict.fromkeys(one_line(origin.name) for origin in shown.origins))
    yield f"{shown.study}/{shown.trial}  {names}"
    reason = f": {one_line(shown.reason)}" if shown.reason else ""
    yield f"{shown.status}{reason}"
    if shown.rank is not None:
        front = ", in the Pareto set" if shown.in_front else ""
        broken = ", does not keep all outcome constraints" if shown.feasible is False else ""
        yield f"rank {shown.rank} of {shown.ranked} complete trials{front}{broken}"
    if study.budget and shown.budget is not None:
        yield f"trained with {one_line(study.budget.text(shown.budget))} of {number(study.budget.max)}"
    for origin in shown.origins:
        tags = f"; tags: {one_line(', '.join(origin.tags))}" if origin.tags else ""
        said = f"; {one_line(origin.description)}" if origin.description else ""
        place = f"number {origin.number} of the search {origin.search}"
        yield f"{place} (round {origin.round}, {origin.origin}){tags}{said}"
    if shown.started:
        yield f"from {shown.started} to {shown.finished} on {shown.host}, {number(shown.seconds)} s of run time"


def _metrics(shown: ShownTrial, study: Study) -> Iterator[str]:
    if shown.metrics:
        yield "Metrics:" if shown.status == COMPLETE else "Metrics (of the runs that there are):"
        objectives = {metric.name: metric.direction for metric in study.metrics}
        yield from _pairs(
            (
                name,
                number(shown.metrics[name])
                + (f" ± {number(shown.se[name], 3)} (standard error)" if name in shown.se else "")
                + (f"  ({objectives[name]})" if name in objectives else ""),
            )
            for name in sorted(shown.metrics, key=lambda name: (name not in objectives, name))
        )


def _rungs(shown: ShownTrial, study: Study) -> Iterator[str]:
    if shown.rungs:
        named = {"budget": study.budget.name if study.budget else "budget"}
        names = ["search", "bracket", "rung", "budget", "from_budget", "status", "value", "rank", "promoted"]
        yield "Rungs:"
        yield from _table([Column(named.get(n, n), [row[n] for row in shown.rungs], n == "search") for n in names])


def _runs(runs: Sequence[ShownRun], study: Study) -> Iterator[str]:
    if not runs:
        return
    columns = [
        Column("run", [run.run for run in runs], left=True),
        Column("status", [run.status for run in runs], left=True),
        *(Column(m.name, [(run.metrics or {}).get(m.name) for run in runs]) for m in study.metrics),
        Column("seconds", [run.seconds for run in runs]),
        Column("started", [run.started for run in runs], left=True),
        Column("host", [run.host for run in runs], left=True),
        Column("attempt", [run.attempt for run in runs]),
        Column("exit", [run.signal or run.exit_code for run in runs]),
    ]
    if any(run.devices for run in runs):
        columns.append(Column("devices", [" ".join(run.devices or ()) for run in runs], left=True))
    yield "Runs:"
    yield from _table(columns)
    for run in runs:
        if run.reason:
            yield f"  {run.run}: {one_line(run.reason)}"
            yield from (f"    {one_line(line)}" for line in [line for line in run.stderr_tail if line.strip()][-_TAIL:])


def _curves(shown: ShownTrial, *, bars: bool) -> Iterator[str]:
    if shown.curves:
        yield "Reported:"
    for run, curves in shown.curves.items():
        yield from (
            f"  {line}"
            for line in aligned(
                [
                    Column(run, [curve.metric for curve in curves], left=True),
                    *([Column("", [curve.line for curve in curves], left=True)] if bars else []),
                    Column("", [curve.figures for curve in curves], left=True),
                ]
            )
        )


def _where(shown: ShownTrial, study: Study) -> Iterator[str]:
    which = f"{shown.trial} --study {shlex.quote(shown.study)}"
    if shown.folder:
        yield f"Files: {shown.folder}/"
    if shown.runs:
        yield f"What it printed: snaketune logs {which}"
        yield f"Logs: {shown.logs}"
    if study.run_spec.function:
        yield f"Function: {study.run_spec.function}"
    elif shown.command:
        yield f"Command: {shlex.join(shown.command)}"
    if shown.by_hand:
        yield f"The same training by hand, in a folder of its own: {shlex.join(shown.by_hand)}"
    if shown.runs:
        yield f"To have the study run it again: snaketune rerun {which}"


def _pairs(pairs: Iterator[tuple[str, str]]) -> list[str]:
    listed = list(pairs)
    columns = [Column("", [name for name, _ in listed], left=True), Column("", [cell for _, cell in listed], left=True)]
    return [f"  {line}" for line in aligned(columns)[1:]]


def _table(columns: Sequence[Column]) -> list[str]:
    return [f"  {line}" for line in aligned(columns)]
