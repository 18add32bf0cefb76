"""What the commands that look at results have in common: trials by their names, tables, remarks."""

import contextlib
import io
import os
import shutil
import sys
from collections.abc import Sequence

import click

from snaketune.cli.console import notice
from snaketune.cli.studies import found
from snaketune.errors import StudyError
from snaketune.garbage import collect_seldom
from snaketune.looking.listing import Column, aligned, fitted
from snaketune.looking.naming import names_beginning, trial_named
from snaketune.looking.seen import Seen, look

__all__ = ["complete_trial", "print_lines", "print_table", "remark", "seen_study", "seen_trial"]


def seen_study(study: str | None) -> Seen:
    """The results of a study, by what `found` takes.

    Raises:
        StudyError: there is no such study.
    """
    collect_seldom()
    return look(found(study))


def seen_trial(word: str, study: str | None) -> tuple[Seen, str]:
    """The results of the study, and the id of the trial that a word means; the word may be STUDY/TRIAL.

    Raises:
        StudyError: there is no such study, or no such trial.
    """
    owner, slash, own = word.rpartition("/")
    if slash and study is None:
        with contextlib.suppress(StudyError):  # a name may have a slash too
            seen = seen_study(owner)
            return seen, trial_named(own, seen.results)
    seen = seen_study(study)
    return seen, trial_named(word, seen.results)


def complete_trial(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The words that name trials and begin so, for the shell, where nothing else may be said."""
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            return names_beginning(incomplete, seen_study(ctx.params.get("study")).results)
        except StudyError:
            return []


def remark(seen: Seen) -> None:
    """Says beside the results how much of the study there is, and what is damaged."""
    for text in seen.remarks:
        notice(text)


def print_lines(lines: Sequence[str]) -> None:
    """Prints lines as they are."""
    click.echo("\n".join(lines))


def print_table(columns: Sequence[Column]) -> None:
    """Prints a table, in a terminal as much of it as there is room for; elsewhere all of it."""
    if not sys.stdout.isatty():
        print_lines(aligned(columns))
        return
    kept, left_out = fitted(columns, shutil.get_terminal_size().columns)
    header, *rows = aligned(kept)
    click.echo(header if os.environ.get("NO_COLOR") else click.style(header, bold=True))
    if rows:
        print_lines(rows)
    if left_out:
        notice(f"There is no room for {', '.join(left_out)}: a wider terminal, a pipe and --json have all")
