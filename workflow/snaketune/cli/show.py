"""`snaketune show`: all that is known of a trial."""

import sys

import click

from snaketune.cli.console import json_option, print_json
from snaketune.cli.showing import complete_trial, print_lines, remark, seen_trial
from snaketune.cli.studies import study_option

__all__ = ["command"]


@click.command("show", epilog="For example: snaketune show best; snaketune show t5041; snaketune show grid-3")
@click.argument("trial", shell_complete=complete_trial)
@study_option
@json_option
def command(trial: str, study: str | None, as_json: bool) -> None:
    """A trial: parameters, value, rank, its runs and what became of them, where its files are, how to run it by hand.

    TRIAL is its id, the beginning of that (t and three digits at least), its name, its number, or best; also of another
    study, as STUDY/TRIAL.
    """
    from snaketune.looking.documents import document_of_trial
    from snaketune.looking.shown import shown
    from snaketune.looking.shown_text import text_of

    seen, found = seen_trial(trial, study)
    told = shown(seen.results, found)
    remark(seen)
    if as_json:
        print_json(document_of_trial(told))
    else:
        print_lines(text_of(told, seen.study, bars=(sys.stdout.encoding or "").lower().startswith("utf")))
