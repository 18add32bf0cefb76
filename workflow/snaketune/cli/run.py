"""`snaketune run`: of a study in a configuration file, or of a script with ranges for its options."""

from typing import Any

import click

from snaketune.cli.behind import with_values
from snaketune.cli.running import run_study
from snaketune.cli.sweep import sweep
from snaketune.errors import StudyError
from snaketune.sweeping.divided import divided
from snaketune.sweeping.program import is_configuration

__all__ = ["command"]


@click.command("run")
@click.argument("configuration", metavar="STUDY.yaml")
@click.option("--cores", "-c", type=click.IntRange(min=1), help="How many cores to use; by default all there are.")
@click.option("--verbose", is_flag=True, help="Show what Snakemake says, in place of the state of the search.")
@click.argument("options", nargs=-1, metavar="[-- SNAKEMAKE OPTIONS]", type=click.UNPROCESSED)
@click.pass_context
def study(ctx: click.Context, configuration: str, cores: int | None, verbose: bool, options: tuple[str, ...]) -> None:
    """Run the study of a configuration file, or go on with it: whatever is missing, and nothing else.

    What stands behind -- is for Snakemake: -- --profile slurm, -- --config n_trials=50, -- --dry-run.
    """
    ctx.exit(run_study(configuration, cores=cores, verbose=verbose, options=options))


class Run(click.Command):
    """Becomes one of two commands by what it is to run."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        first = _first(args)
        if first is None or not is_configuration(first):
            return sweep.make_context(info_name, args, parent, **extra)
        try:
            return study.make_context(info_name, args, parent, **extra)
        except click.NoSuchOption as error:
            hint = f"options for Snakemake stand behind --: snaketune run {first} -- {error.option_name} …"
            if error.option_name in with_values(sweep.params):
                hint = (
                    f"it is for scripts: write it into {first}, or give a key of it behind --: -- --config n_trials=50"
                )
            raise click.UsageError(f"{error.format_message().rstrip('.')}; {hint}", error.ctx) from None


def _first(args: list[str]) -> str | None:
    """What is to be run."""
    try:
        return divided(args, with_values([*study.params, *sweep.params]), ()).target
    except StudyError:
        return None


# Its options and its help are those of a sweep, which are more.
command = Run("run", params=sweep.params, help=sweep.help)
