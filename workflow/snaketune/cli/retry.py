"""`snaketune retry`: runs that have failed, once more."""

import click

from snaketune.cli.showing import complete_trial
from snaketune.cli.studies import found, study_option
from snaketune.errors import StudyError

__all__ = ["command"]

_ALL = ("all-failed",)


@click.command("retry", epilog="For example: snaketune retry; snaketune retry timeout oom; snaketune retry grid-3")
@click.argument("what", nargs=-1, metavar="[STATUS|TRIAL]...", shell_complete=complete_trial)
@study_option
@click.option("--cores", "-c", type=click.IntRange(min=1), help="How many cores to use, if not as before.")
@click.option("--verbose", is_flag=True, help="Show what Snakemake says, in place of the state of the search.")
@click.pass_context
def command(ctx: click.Context, what: tuple[str, ...], study: str | None, cores: int | None, verbose: bool) -> None:
    """Try runs again: all that have failed, or those with a STATUS (failed, timeout, oom, invalid, pruned), or a TRIAL.

    The study goes on as it was started. What was set aside stays beside the new results.
    """
    from snaketune.cli.running import do_again
    from snaketune.config.retry import STATUSES
    from snaketune.looking.naming import trial_named
    from snaketune.looking.seen import look

    layout = found(study)
    named = [word for word in what if word not in STATUSES]
    results = look(layout).results if named else None
    try:
        words = [word if word in STATUSES or results is None else trial_named(word, results) for word in what or _ALL]
    except StudyError as error:
        raise StudyError(f"{error}. Statuses are {', '.join(sorted(STATUSES))}") from None
    ctx.exit(do_again(layout, f"retry={','.join(words)}", cores=cores, verbose=verbose))
