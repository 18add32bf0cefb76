"""`snaketune new`: a project with a study and a script to begin with."""

import shlex
from pathlib import Path

import click

__all__ = ["command"]


@click.command("new", epilog="For example: snaketune new mine")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Make a project in the folder DIR: a study with comments, an example of a training script, what git is to ignore.

    Nothing that is there is overwritten.
    """
    from snaketune.project import make_project

    for path in make_project(folder):
        click.echo(path)
    there = "" if folder.resolve() == Path.cwd() else f"cd {shlex.quote(str(folder))} && "
    click.echo(f"Next: {there}snaketune run study.yaml")
