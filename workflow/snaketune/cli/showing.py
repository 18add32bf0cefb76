"""What the commands that look at results have in common: trials by their names, tables, remarks."""

import contextlib
import io
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from snaketune.cli.console import notice
from snaketune.cli.studies import found
from snaketune.errors import StudyError
from snaketune.garbage import collect_seldom
from snaketune.layout import Layout
from snaketune.looking.listing import Column, aligned, fitted
from snaketune.looking.naming import names_beginning, trial_named
from snaketune.looking.seen import Seen, look

__all__ = ["complete_trial", "print_lines", "print_table", "remark", "seen_study", "seen_trial", "seen_trials"]


def seen_study(study: str | None) -> Seen:
    """The results of a study, by what `found` takes.

    Raises:
        StudyError: there is no such study.
    """
    collect_seldom()
    return look(found(study))


def seen_trial(word: str, study: str | None) -> tuple[Seen, str]:
    """As `seen_trials`, of one trial."""
    (only,) = seen_trials([word], study)
    return only


def seen_trials(words: Sequence[str], study: str | None) -> list[tuple[Seen, str]]:
    """The results of the study, and the id of the trial, that each word means; words may be STUDY/TRIAL.

    Raises:
        StudyError: there is no such study, or no such trial.
    """
    read: dict[Path, Seen] = {}
    trials = []
    collect_seldom()
    for word in words:
        layout, own = _placed(word, study)
        if layout.root not in read:
            read[layout.root] = look(layout)
        trials.append((read[layout.root], trial_named(own, read[layout.root].results)))
    return trials


def _placed(word: str, study: str | None) -> tuple[Layout, str]:
    """The study that a word is about, and what names the trial in it."""
    owner, slash, own = word.rpartition("/")
    if slash and study is None:
        with contextlib.suppress(StudyError):  # a name may have a slash too
            return found(owner), own
    return found(study), word


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
