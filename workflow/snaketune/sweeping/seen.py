"""What is known of a program from its text: its options and metrics."""

from pathlib import Path

from snaketune.errors import StudyError
from snaketune.sweeping.interface import interface_of, tree_of
from snaketune.sweeping.metrics import Metric, metrics_in_text, metrics_of
from snaketune.sweeping.option import Interface
from snaketune.sweeping.program import Program

__all__ = ["Seen"]

_LARGEST = 1_000_000  # bytes of a script in another language that are looked through


class Seen:
    """What the text of a program's script says: `tree` if it is Python, `metrics`, and `interface` if it has one.

    `command` chooses a sub-command, by itself the first of the words typed that is one.

    Raises:
        StudyError: the script can't be read.
    """

    def __init__(self, program: Program, command: str | None = None):
        self.program = program
        self.metrics: list[Metric] = []
        self.interface: Interface | None = None
        self.tree = tree_of(program.root / program.script) if program.script and program.is_python else None
        if self.tree is not None:
            self.metrics = metrics_of(self.tree)
            self.interface = interface_of(self.tree, command)
            commands = self.interface.commands if self.interface else ()
            if command is None and (named := next((word for word in program.arguments if word in commands), None)):
                self.interface = interface_of(self.tree, named)
        elif program.script:
            self.metrics = metrics_in_text(_text(program.root / program.script))


def _text(script: Path) -> str:
    try:
        with script.open("rb") as file:
            return file.read(_LARGEST).decode(errors="replace")
    except OSError as error:
        raise StudyError(f"{script} can't be read: {error.strerror}") from None
