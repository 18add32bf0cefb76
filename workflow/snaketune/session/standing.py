"""How a study stands, in words: in one line, in full for whoever asks, and in the end."""

import time
from collections import Counter
from collections.abc import Sequence

from snaketune.command import to_go_on, to_look
from snaketune.config.study import Study
from snaketune.layout import Layout
from snaketune.results.budgets import with_budget
from snaketune.results.markdown import number, one_line
from snaketune.results.ranking import ranked
from snaketune.results.so_far import SoFar
from snaketune.results.study import StudyResults
from snaketune.results.summary import failures, failures_title
from snaketune.results.tables import labels_of
from snaketune.results.trials import Trial
from snaketune.session.again import again
from snaketune.session.glance import glance_at
from snaketune.session.idle import waiting_text
from snaketune.session.outlook import duration
from snaketune.session.running import Running
from snaketune.values import text

__all__ = ["end_text", "headline", "status_text"]

_BEST = 5
_RUNNING = 10
_REASONS = 5
_WIDTH = 200  # characters of a trial's parameters


def headline(results: StudyResults) -> str:
    """One line: trials done, failed, the best so far and which search has found it."""
    study = results.study
    parts = [f"{study.name}: {results.said} done", *_furthest(results)]
    counts = Counter(trial.status for trial in results.distinct.values() if not trial.complete)
    parts += [f"{count} {status}" for status, count in sorted(counts.items())]
    best = ranked(results.trials, study)[:1]
    if best:
        where = results.first_search(best[0].trial)
        metric = study.metric.name
        budget = with_budget(best[0], study.budget)
        parts.append(f"best {one_line(metric)} {number(best[0].metrics[metric])}{budget} ({best[0].trial} in {where})")
    return ", ".join(parts)


def _furthest(results: StudyResults) -> list[str]:
    """How far trials go by now, where there is one search, with one bracket."""
    budget, schedules = results.study.budget, [search.schedule for search in results.study.searches.values()]
    if budget is None or [len(schedule.brackets) for schedule in schedules] != [1] or not results.incomplete:
        return []
    (found,) = results.searches.values()
    most = max((row.budget for row in found.proposed if row.budget is not None), default=None)
    return [] if most is None else [f"up to {one_line(budget.text(most, budget.max))}"]


def status_text(layout: Layout, study: Study, owner: str) -> str:
    """Several lines: how far the study is, its best trials, what is running since when, what failed most and why.

    `owner` describes the workflow that is at work on it, "" if there is none.
    """
    so_far = SoFar(layout, study)
    now = time.time()
    seen = glance_at(so_far, now)
    results, running = seen.results, seen.running
    lines = [", ".join(filter(None, (headline(results), seen.left if owner else None)))]
    best = ranked(results.trials, study)[:_BEST]
    if best:
        lines.append("Best:")
        lines += [f"  {i}. {_shown(trial, results)}" for i, trial in enumerate(best, 1)]
    lines += _running(running, results, now)
    if results.incomplete and not owner:
        lines.append(f"No workflow is at work on it; it goes on with: {to_go_on(again(layout))}")
    lines += _ended_early(results)
    lines += _failed(results)
    if so_far.damaged:
        first, *others = so_far.damaged.values()
        lines.append(f"{first}{f' (and {len(others)} more)' if others else ''}")
    lines += _where(results)
    if results.incomplete and results.trials:
        lines.append(f"Tables, plots and the page of what there is: {to_look(again(layout), 'peek')}")
    return _printed(lines)


def end_text(results: StudyResults, said: str, since: float) -> str:
    """Several lines: how the study stands, its best trial, what failed, what waiting cost, where the tables are.

    `said` is the line of progress that was printed last, which is not repeated; `since` is when the workflow began, in
    seconds since the epoch.
    """
    line = headline(results)
    lines = [] if line == said else [line]
    best = ranked(results.trials, results.study)[:1]
    lines += [f"Best: {_params(trial)}" for trial in best]
    lines += _ended_early(results)
    lines += _failed(results)
    if waiting := waiting_text(results, since):
        lines.append(waiting)
    return _printed([*lines, *_where(results)])


def _shown(trial: Trial, results: StudyResults) -> str:
    study = results.study
    search = results.first_search(trial.trial)
    named = next(each for each in results.trials_of[search] if each.trial == trial.trial)
    name = one_line(labels_of(named, search, study)[0])
    budget = with_budget(trial, study.budget)
    return f"{number(trial.metrics[study.metric.name])}{budget}  {name} ({trial.trial}): {_params(trial)}"


def _params(trial: Trial) -> str:
    shown = ", ".join(f"{name} = {one_line(text(value))}" for name, value in trial.params.items())
    return shown if len(shown) <= _WIDTH else shown[: _WIDTH - 1] + "…"


def _running(running: Sequence[Running], results: StudyResults, now: float) -> list[str]:
    if not running:
        return []
    lines = [f"Running ({len(running)}):"]
    for each in running[:_RUNNING]:
        clock = time.strftime("%H:%M:%S", time.localtime(each.since))
        attempt = f", attempt {each.attempt}" if each.attempt > 1 else ""
        host = f", on {each.host}" if each.host else ""
        lines.append(f"  {each.name} since {clock} ({duration(max(0.0, now - each.since))}){attempt}{host}")
    return lines + ([f"  and {len(running) - _RUNNING} more"] if len(running) > _RUNNING else [])


def _ended_early(results: StudyResults) -> list[str]:
    return [f"{search} ended early: {one_line(reason)}" for search, reason in results.endings.items() if reason]


def _failed(results: StudyResults) -> list[str]:
    failed = failures(results.trials_of, results.store.shown_logs, most=_REASONS)
    return [f"{failures_title(results.trials_of)}:", *failed.splitlines()] if failed else []


def _where(results: StudyResults) -> list[str]:
    """Where the tables are of a study that is all there."""
    root = results.layout.root
    if (root / "summary.md").exists() and not results.incomplete:
        return [f"Tables and plots: {root}/ (start with {root}/summary.md or, in a browser, {root}/report.html)"]
    return []


def _printed(lines: Sequence[str]) -> str:
    return "\n".join(f"[snaketune] {line}" for line in lines)
