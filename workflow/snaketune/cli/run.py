"""`snaketune run`: of a study in a configuration file, or of a program with parameters behind its name."""

from collections.abc import Sequence
from typing import Any

import click

from snaketune.cli.running import run_study

__all__ = ["command"]

_CONFIGURATIONS = (".yaml", ".yml", ".json")
_WITH_VALUE = ("--cores", "-c")


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
        if first is None:
            return super().make_context(info_name, args, parent, **extra)
        if first.endswith(_CONFIGURATIONS):
            try:
                return study.make_context(info_name, args, parent, **extra)
            except click.NoSuchOption as error:
                hint = f"options for Snakemake stand behind --: snaketune run {first} -- {error.option_name} …"
                raise click.UsageError(f"{error.format_message().rstrip('.')}; {hint}", error.ctx) from None
        raise click.UsageError(f"{first} is no configuration of a study (STUDY.yaml)", parent)


def _first(args: Sequence[str]) -> str | None:
    """What is to be run: the first word that is neither an option nor its value."""
    for before, word in zip(["", *args], args, strict=False):
        if word == "--":
            return None
        if not word.startswith("-") and before not in _WITH_VALUE:
            return word
    return None


command = Run(
    "run",
    params=study.params,
    help="Run the study of a configuration file, or go on with it: whatever is missing, and nothing else.\n\n"
    "What stands behind -- is for Snakemake: -- --profile slurm, -- --config n_trials=50, -- --dry-run.",
)
