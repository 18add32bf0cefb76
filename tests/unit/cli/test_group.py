import errno
import importlib
import sys

import click
import pytest
from click.testing import CliRunner
from snaketune.cli.group import COMMANDS, Listed, made
from snaketune.errors import StudyError


@pytest.fixture
def group_of(monkeypatch):
    """A group with one command, `act`, that does what it is given."""

    def make(act):
        module = type(sys)("made_up_command")
        module.command = click.Command("act", callback=act)
        monkeypatch.setitem(sys.modules, "made_up_command", module)
        return made({"act": Listed("made_up_command", "Acts.", "Do")})

    return make


def raising(error):
    def act():
        raise error

    return act


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_there_and_says_how_it_is_used(name):
    command = importlib.import_module(COMMANDS[name].module).command
    assert command.name == name
    done = CliRunner().invoke(command, ["--help"])
    assert done.exit_code == 0
    assert command.get_short_help_str(), "its docstring is what --help shows"


def test_the_commands_are_listed_with_what_they_are_for(snaketune):
    done = snaketune("--help")
    assert done.exit_code == 0
    assert all(f"  {name} " in done.stdout and it.help in done.stdout for name, it in COMMANDS.items())


def test_a_mistyped_command_is_wrong_usage_and_has_the_nearest_one(snaketune):
    done = snaketune("statsu")
    assert done.exit_code == 2
    assert "There is no command 'statsu'. Did you mean 'status'?" in done.stderr


def test_the_version(snaketune):
    assert snaketune("--version").stdout.startswith("snaketune ")


@pytest.mark.parametrize(("error", "status", "said"), [
    (StudyError("no"), 1, "snaketune: no\n"),
    (OSError(errno.ENOSPC, "No space left on device", "a.csv"), 1,
     "snaketune: a.csv can't be written: No space left on device\n"),
    (KeyboardInterrupt(), 130, ""),
    (BrokenPipeError(errno.EPIPE, "Broken pipe"), 1, ""),
])  # fmt: skip
def test_what_a_user_can_mend_is_one_line(group_of, error, status, said):
    done = CliRunner().invoke(group_of(raising(error)), ["act"])
    assert (done.exit_code, done.stderr.lstrip("\n")) == (status, said)


def test_a_bug_is_a_traceback(group_of):
    assert isinstance(CliRunner().invoke(group_of(raising(KeyError("x"))), ["act"]).exception, KeyError)
