"""`snaketune status`: how far a study is, whether it is running, was killed or has ended."""

import click

from snaketune.cli.studies import found, study_argument

__all__ = ["command"]


@click.command("status")
@study_argument
def command(study: str | None) -> None:
    """How far a study is, its best trials, what is running since when, what failed most and why."""
    from snaketune.proposing.told import load_told_by_now
    from snaketune.session.lock import owner_of
    from snaketune.session.standing import status_text

    layout = found(study)
    click.echo(status_text(layout, load_told_by_now(layout), owner_of(layout.lock) or ""))
