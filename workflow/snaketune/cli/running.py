"""Runs a study from the command line, from the plan to what to type next."""

from collections.abc import Sequence
from pathlib import Path

import click

from snaketune.cli.console import notice
from snaketune.cli.engine import SnakemakeOptions, snakemake_words
from snaketune.command import lasting
from snaketune.errors import StudyError
from snaketune.layout import Layout
from snaketune.session.lock import owner_of

__all__ = ["refuse_if_at_work", "run_study"]


def refuse_if_at_work(layout: Layout) -> None:
    """Raises StudyError if a workflow is at work in the folder of the study."""
    if owner := owner_of(layout.lock):
        raise StudyError(
            f"A workflow is at work in this folder ({owner}). Wait for it, or see how far it is with: snaketune status"
        )


def run_study(configuration: str, *, cores: int | None, verbose: bool, options: Sequence[str]) -> int:
    """Shows the plan of the study of a configuration file and runs it; the exit status.

    `options` are for Snakemake, which decides how many cores there are where `cores` and they say nothing.

    Raises:
        StudyError: what is wrong with the configuration; another workflow is at work here.
        click.UsageError: an option for Snakemake is one that only we can give.
    """
    from snaketune.driving.configured import configured
    from snaketune.driving.drive import drive
    from snaketune.driving.plan import planned

    given = SnakemakeOptions(options)
    if given.are_ours:
        raise click.UsageError(
            f"{given.are_ours[0]} can't be given behind --; go to the folder, name the file in front"
        )
    study, layout = configured(Path(configuration), given.configuration, cluster=given.cluster)
    plain = verbose or given.speak
    if not given.speak:
        refuse_if_at_work(layout)
        click.echo(planned(study, layout, cluster=given.cluster))
    typed = ["snaketune", "run", configuration, *(["--cores", str(cores)] if cores else [])]
    again = lasting([*typed, *(["--", *options] if options else [])])
    words = snakemake_words(configuration, cores, [*options, *(["--printshellcmds"] if verbose else [])])
    status = drive(words, again, study, layout, plain=plain)
    if status == 0 and not given.speak:
        notice("Next: snaketune open (the page), snaketune top (the best trials), snaketune show best")
    return status
