"""The command line: thin commands, each in a module of its own, which keep no state and ask the rest of the package."""

__all__ = ["main"]


def main() -> None:
    """Does what the words of the command line say, and ends the process with its exit status."""
    from snaketune.cli.group import group

    group.main(prog_name="snaketune")
