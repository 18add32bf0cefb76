"""Runs a study from the command line, from the plan to what to type next."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from snaketune.cli.console import notice
from snaketune.cli.engine import SnakemakeOptions, all_cores, snakemake_words
from snaketune.cli.started import Started, started
from snaketune.command import command_with, lasting
from snaketune.errors import StudyError
from snaketune.layout import Layout
from snaketune.runner.stopping import config_key_of
from snaketune.session.again import at_work
from snaketune.sums import DamagedFile

__all__ = ["do_again", "refuse_if_at_work", "run_study"]


def refuse_if_at_work(layout: Layout) -> None:
    """Raises StudyError if a workflow is at work in the folder of the study."""
    if owner := at_work(layout):
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
    if not given.speak:
        refuse_if_at_work(layout)
        try:
            click.echo(planned(study, layout, cluster=given.cluster))
        except DamagedFile as damaged:  # which the start makes again
            notice(f"There is no plan yet: {damaged}")
    words = snakemake_words(configuration, cores, [*options, *_shown(verbose)])
    again = _typed(configuration, cores, options)
    status = drive(words, again, study, layout, plain=verbose or given.speak)
    if status == 0 and not given.speak:
        notice("Next: snaketune open (the page), snaketune top (the best trials), snaketune show best")
    return status


def do_again(layout: Layout, setting: str, *, cores: int | None, verbose: bool) -> int:
    """Goes on with a study as it was started, with one more `name=value` of its configuration; the exit status.

    Raises:
        StudyError: how it was started is not known; nothing of its configuration can be given on a command line;
            another workflow is at work here.
    """
    from snaketune.config import load_study
    from snaketune.driving.configured import configured
    from snaketune.driving.drive import drive

    refuse_if_at_work(layout)
    before = started(layout)
    if (key := config_key_of(str(layout.root))) is None:
        raise StudyError(
            f"The study {layout.root.name} is a part of a workflow that has no key for its configuration, below which "
            "--config could say what to do again: give the module `config: config[…]`"
        )
    now = Started(command_with(before.words, setting, below=key))
    cores = cores or before.cores
    if now.by_us:
        configuration = now.words[2]
        study, _ = configured(Path(configuration), now.options.configuration, cluster=now.options.cluster)
        words = snakemake_words(configuration, cores, [*now.options, *_shown(verbose)])
    else:
        study = load_study(layout.study)
        if cores is None and not now.options.say_how_many:
            cores = all_cores()
        places = ["--cores", str(cores)] if cores else []
        words = [sys.executable, "-m", "snakemake", *places, *now.words[3:], *_shown(verbose)]
    return drive(words, before.words, study, layout, plain=verbose)


def _typed(configuration: str, cores: int | None, options: Sequence[str]) -> list[str]:
    """The command that goes on with a study."""
    words = ["snaketune", "run", configuration, *(["--cores", str(cores)] if cores else [])]
    return lasting([*words, *(["--", *options] if options else [])])


def _shown(verbose: bool) -> list[str]:
    return ["--printshellcmds"] if verbose else []
