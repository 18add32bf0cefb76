"""`snaketune rerun`: trials once more, whatever became of them."""

import click

from snaketune.cli.showing import complete_trial
from snaketune.cli.studies import found, study_option

__all__ = ["command"]


@click.command("rerun", epilog="For example: snaketune rerun best; snaketune rerun t5041 grid-3")
@click.argument("trials", nargs=-1, required=True, metavar="TRIAL...", shell_complete=complete_trial)
@study_option
@click.option("--cores", "-c", type=click.IntRange(min=1), help="How many cores to use, if not as before.")
@click.option("--verbose", is_flag=True, help="Show what Snakemake says, in place of the state of the search.")
@click.pass_context
def command(ctx: click.Context, trials: tuple[str, ...], study: str | None, cores: int | None, verbose: bool) -> None:
    """Train trials again, also those that went well: all of their runs.

    TRIAL is its id, the beginning of that (t and three digits at least), its name, its number, or best. What was there
    is set aside beside the new results, and the study goes on as it was started.
    """
    from snaketune.cli.running import do_again
    from snaketune.looking.naming import trial_named
    from snaketune.looking.seen import look

    layout = found(study)
    results = look(layout).results
    ids = dict.fromkeys(trial_named(word, results) for word in trials)
    ctx.exit(do_again(layout, f"retry={','.join(ids)}", cores=cores, verbose=verbose))
