"""A command is added from outside with its module and a line of the table."""

import sys

from copies import Copy

PACKAGE = "workflow/snaketune"
COMMAND = '''"""`snaketune count`: how many trials a study has."""

import click

from snaketune.cli.studies import found, study_argument

__all__ = ["command"]


@click.command("count")
@study_argument
def command(study: str | None) -> None:
    """How many trials have been proposed."""
    click.echo(sum(1 for _ in found(study).trials.glob("t*")))
'''


def test_a_command_takes_two_files(tmp_path):
    copy = Copy.new(tmp_path / "project")
    copy.add(f"{PACKAGE}/cli/count.py", COMMAND)
    group = f"{PACKAGE}/cli/group.py"
    copy.edit(group, "COMMANDS = {\n", 'COMMANDS = {\n    "count": Listed("snaketune.cli.count", "Count.", "Look"),\n')
    assert copy.touched == {f"{PACKAGE}/cli/count.py", group}
    study = copy.root / "results" / "mine"
    (study / "trials" / "t0123456789abcdef").mkdir(parents=True)
    (study / "study.json").touch()
    assert "count" in copy.run(sys.executable, "-m", "snaketune", "--help")
    assert copy.run(sys.executable, "-m", "snaketune", "count", "mine") == "1\n"
