"""`snaketune run SCRIPT`: writes the study that the words behind a script mean, and runs it."""

import shlex
from pathlib import Path
from typing import Any

import click

from snaketune.cli.behind import Behind, asked_from, line_of, search_options
from snaketune.cli.console import notice
from snaketune.cli.running import run_study

__all__ = ["sweep"]

_MORE = ("--cores", "--only-write", "--overwrite")
_LEFT_OUT = ("--only-write", "--overwrite")  # of the command that stands in the file
_EXAMPLES = """\b
  snaketune run study.yaml
  snaketune run train.py --lr "loguniform(1e-5, 1e-1)" --layers "[32, 64, 128]" --epochs 5
  snaketune run train.py --strategy random --trials 20 --alpha "uniform(0, 1)" --metric val_loss --minimize
  snaketune run "python -m pkg.train" --x="int(1, 9)" data.csv     (also run.sh, torchrun train.py, key="[1, 2]")"""


@click.command("run", cls=Behind, target="STUDY.yaml or SCRIPT", more=_MORE)
@search_options
@click.option("--cores", "-c", type=click.IntRange(min=1), help="How many cores to use; by default all there are.")
@click.option("--verbose", is_flag=True, help="Show what Snakemake says. (Before the script.)")
@click.option("--only-write", is_flag=True, help="Write the study and run nothing.")
@click.option("--overwrite", is_flag=True, help="Write the study anew where a file says something else.")
@click.pass_context
def sweep(
    ctx: click.Context, /, cores: int | None, verbose: bool, only_write: bool, overwrite: bool, **options: Any
) -> None:
    """Sweeps a script (the text of --help is below)."""
    from snaketune.sweeping.sweep import swept
    from snaketune.sweeping.written import put

    target, line = line_of(ctx)
    draft = swept(target, line, asked_from(options), Path(), _typed(ctx))
    path = Path(f"{draft.study}.yaml")
    written = put(draft, path, overwrite=overwrite)
    goal = f"{draft.objective['direction']} {draft.objective['metric']}"
    if only_write:
        click.echo(str(path))
        notice(f"{goal}. Next: snaketune plan {path}, then snaketune run {path}")
        return
    if written:
        notice(f"Written: {path} ({goal}). It is what this command means; edit it and go on with: snaketune run {path}")
    else:
        notice(f"{path} says the same: the search goes on")
    ctx.exit(run_study(str(path), cores=cores, verbose=verbose, options=line.snakemake))


sweep.help = f"""Run a study, or sweep a script; typed again it goes on: whatever is missing, and nothing else.

{_EXAMPLES}

Of a script, what is searched stands behind its options, in quotes: uniform(0, 1), loguniform(1e-5, 1e-1), int(1, 9),
logint(1, 1000), normal(0, 1), a list [a, b, c]. With one number more a few values are drawn: uniform(0, 1, 3). All else
is passed on as it is. The study that this means is written to NAME.yaml, to be edited; then it is run.

Whose is which option? Before the script all are SnakeTune's. Behind it {", ".join(sweep.behind[:6])}, --cores,
--only-write and --overwrite are; every other one is the script's. What stands behind a lone : at the end is the
script's, whatever it looks like; what stands behind -- is for Snakemake, such as -- --profile slurm."""


def _typed(ctx: click.Context) -> str:
    """The command as it could be typed again, for the head of the file."""
    _, line = line_of(ctx)
    words = [word for word in [*line.own, line.target or "", *line.words] if word not in _LEFT_OUT]
    words += [":", *line.as_they_are] if line.as_they_are else []
    return f"snaketune run {' '.join(map(_quoted, words))}"


def _quoted(word: str) -> str:
    """A word as people quote it."""
    plain = shlex.quote(word)
    return plain if plain == word or any(mark in word for mark in '"$`\\!') else f'"{word}"'
