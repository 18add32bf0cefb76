"""How a search is while it runs, on a terminal: two lines that are drawn again in their place."""

import sys
from collections import Counter
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from snaketune.results.budgets import with_budget
from snaketune.results.markdown import number, one_line
from snaketune.results.ranking import ranked
from snaketune.session.glance import Glance
from snaketune.values import text

__all__ = ["Screen", "best_so_far", "counts"]

_BAR = 24  # columns


class Screen:
    """Shows a study's state on standard error from entering to leaving `with`; lines that are said stand above it."""

    def __init__(self) -> None:
        self._console = Console(file=sys.stderr, highlight=False)
        self._live = Live(console=self._console, auto_refresh=False, transient=True)

    def __enter__(self) -> "Screen":
        self._live.__enter__()
        self._draw(Text("Snakemake begins …", style="dim"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._live.__exit__(kind, error, traceback)

    def say(self, line: str) -> None:
        """Prints a line above what is shown."""
        self._console.print(Text(line), soft_wrap=True)

    def show(self, seen: Glance) -> None:
        """Shows how the study is."""
        results = seen.results
        bar = ProgressBar(total=max(1, results.total), completed=len(results.trials), width=_BAR)
        first = Table.grid(padding=(0, 1))
        first.add_row(Text(results.study.name, style="bold"), bar, Text(counts(seen)))
        best = Text(best_so_far(seen), style="dim", no_wrap=True, overflow="ellipsis")
        self._draw(Group(first, best))

    def _draw(self, shown: Text | Group) -> None:
        self._live.update(shown, refresh=True)


def counts(seen: Glance) -> str:
    """How many trials are done, under way and failed, and how long it still takes."""
    results = seen.results
    others = Counter(trial.status for trial in results.distinct.values() if not trial.complete)
    running = f"{len(seen.running)} running" if seen.running else None
    ended = (f"{count} {status}" for status, count in sorted(others.items()))
    left = seen.left if results.incomplete else "tables, plots and the page are made"
    return ", ".join(filter(None, (f"{results.said} done", running, *ended, left)))


def best_so_far(seen: Glance) -> str:
    """The best trial: its value and its parameters."""
    study = seen.results.study
    for best in ranked(seen.results.trials, study)[:1]:
        metric = study.metric.name
        params = ", ".join(f"{name} = {one_line(text(value))}" for name, value in best.params.items())
        value = f"{number(best.metrics[metric])}{with_budget(best, study.budget)}"
        return f"best {one_line(metric)} {value} ({best.trial}): {params}"
    return "no trial is done yet"
