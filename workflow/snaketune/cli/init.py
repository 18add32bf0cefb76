"""`snaketune init`: proposes a study for a script or a configuration with default values."""

from pathlib import Path
from typing import Any

import click

from snaketune.cli.behind import Behind, asked_from, line_of, search_options
from snaketune.cli.console import notice

__all__ = ["command"]

_MORE = ("-o", "--output", "--force", "--subcommand", "--from-help", "--command")


@click.command("init", cls=Behind, more=_MORE)
@click.option(
    "--output", "-o", metavar="STUDY.yaml", help="The file to write; by default NAME.yaml, by the script's name."
)
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
@click.option("--subcommand", metavar="NAME", help="Which of the script's sub-commands is searched.")
@click.option("--from-help", is_flag=True, help="Read the options from what the program prints for --help (runs that).")
@click.option(
    "--command",
    "started",
    metavar="COMMAND",
    help='How a configuration is used: "python train.py --config {config}", "python train.py {overrides}".',
)
@search_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    output: str | None,
    force: bool,
    subcommand: str | None,
    from_help: bool,
    started: str | None,
    **options: Any,
) -> None:
    """Propose a study for a script, from the options that it takes.

    \b
      snaketune init train.py
      snaketune init train.py data.csv --epochs 5 -o mine.yaml
      snaketune init config.yaml --command "python train.py --config {config}"

    The script is not run: options of argparse, click, typer, fire, absl and data classes are read from its text, with
    types, defaults and choices; or, with --from-help, from what a program of any language prints for --help. What is
    given behind the script is taken as it is: constants, and ranges in quotes such as --lr "loguniform(1e-5, 1e-1)".
    What is written is a proposal, with a comment on each line: look at its ranges before you run it.
    """
    from snaketune.errors import StudyError
    from snaketune.sweeping.from_config import proposed_from_config
    from snaketune.sweeping.program import is_configuration
    from snaketune.sweeping.proposed import proposed
    from snaketune.sweeping.written import put_new

    target, line = line_of(ctx)
    asked, root = asked_from(options), Path()
    if line.snakemake:
        raise click.UsageError("Nothing stands behind -- here; what is for the script stands behind a lone ':'.", ctx)
    if is_configuration(target):
        if line.words or line.as_they_are:
            raise StudyError(f"{target}: write the arguments into --command")
        draft = proposed_from_config(Path(target), started, asked, root, output)
    elif started:
        raise StudyError(f"--command is for a configuration in YAML or JSON; {target} is none")
    else:
        words = [subcommand, *line.words] if subcommand else line.words
        draft = proposed(target, line._replace(words=words), asked, root, file=output, from_help=from_help)
    path = Path(output or f"{draft.study}.yaml")
    put_new(draft, path, force=force)
    click.echo(str(path))
    found = "1 parameter" if len(draft.space) == 1 else f"{len(draft.space)} parameters"
    notice(f"{found}, {draft.objective['direction']} {draft.objective['metric']}: look at the ranges, they are guesses")
    notice(f"Next: snaketune plan {path}, then snaketune run {path}")
