"""`snaketune peek`: tables, pictures and the page of what there is of a study so far."""

import click

from snaketune.cli.studies import found, study_argument

__all__ = ["command"]


@click.command("peek")
@study_argument
@click.pass_context
def command(ctx: click.Context, study: str | None) -> None:
    """Make tables, plots and the page of what there is so far, also while the study runs: results/STUDY/peek/."""
    from snaketune.cli.peeking import peek

    ctx.exit(peek(found(study)))
