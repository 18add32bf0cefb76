"""`snaketune status`: how far a study is, whether it is running, was killed or has ended."""

import click

from snaketune.cli.console import json_option, print_json
from snaketune.cli.studies import found, study_argument

__all__ = ["command"]


@click.command("status")
@study_argument
@json_option
def command(study: str | None, as_json: bool) -> None:
    """How far a study is, its best trials, what is running since when, what failed most and why."""
    from snaketune.proposing.told import load_told_by_now
    from snaketune.session.again import at_work
    from snaketune.session.standing import status_text

    layout = found(study)
    told, owner = load_told_by_now(layout), at_work(layout)
    if as_json:
        from snaketune.looking.standing import document_of_status

        print_json(document_of_status(layout, told, owner))
    else:
        click.echo(status_text(layout, told, owner or ""))
