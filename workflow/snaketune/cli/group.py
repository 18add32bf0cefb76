"""The group of all commands; a command's module is imported when it is called or completed, not to be listed."""

import errno
import importlib
from collections.abc import Sequence
from typing import IO, Any, NamedTuple

import click

from snaketune.errors import StudyError, did_you_mean

__all__ = ["COMMANDS", "Commands", "Listed", "group"]

_NOTHING_WRITTEN = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)
_INTERRUPTED = 130
_WIDTH = 120  # columns of help at most


class Listed(NamedTuple):
    """A command as it is listed; its module has a click command of the name `command`."""

    module: str
    help: str
    section: str


# In the order in which they are shown.
COMMANDS = {
    "init": Listed("snaketune.cli.init", "Propose a study for a script, from the options that it takes.", "Begin"),
    "new": Listed("snaketune.cli.new", "Make a project with a study and a script to begin with.", "Begin"),
    "plan": Listed("snaketune.cli.plan", "Say what a study would run.", "Run"),
    "run": Listed("snaketune.cli.run", "Run a study or sweep a script, or go on with it.", "Run"),
    "retry": Listed("snaketune.cli.retry", "Try failed runs again.", "Run"),
    "rerun": Listed("snaketune.cli.rerun", "Train trials again, whatever became of them.", "Run"),
    "status": Listed("snaketune.cli.status", "How far a study is, what runs, what failed and why.", "Look"),
    "peek": Listed("snaketune.cli.peek", "Make tables, plots and the page of what there is so far.", "Look"),
    "open": Listed("snaketune.cli.open", "Open the page in a browser.", "Look"),
    "top": Listed("snaketune.cli.top", "The best trials as a table.", "Look"),
    "best": Listed(
        "snaketune.cli.best", "The configuration of the best trial, also as arguments of a program.", "Look"
    ),
    "show": Listed(
        "snaketune.cli.show", "A trial: parameters, value, rank, runs, files, how to run it by hand.", "Look"
    ),
    "diff": Listed("snaketune.cli.diff", "The parameters and metrics in which two trials differ.", "Look"),
    "logs": Listed("snaketune.cli.logs", "What a trial's program has printed, or prints now.", "Look"),
    "compare": Listed("snaketune.cli.compare", "Finished studies side by side.", "Look"),
    "import": Listed(
        "snaketune.cli.import_command", "Take results over: of Optuna, W&B, MLflow, or any table.", "Take on"
    ),
    "export": Listed(
        "snaketune.cli.export_command", "Take results along: to Optuna, TensorBoard, MLflow, …", "Take on"
    ),
    "clean": Listed("snaketune.cli.clean", "Remove logs and files that nothing needs, or a whole study.", "Keep"),
    "completion": Listed("snaketune.cli.completion", "Print what a shell needs to complete commands.", "Keep"),
}


class Refused(click.ClickException):
    """The study says no: one message, without the words of how a command is used."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"snaketune: {self.message}", file=file, err=file is None)


class Commands(click.Group):
    """Commands by the table of those there are."""

    def __init__(self, table: dict[str, Listed], **options: Any):
        super().__init__(**options)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.table:
            return None
        found: click.Command = importlib.import_module(self.table[cmd_name].module).command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.table and not args[0].startswith("-"):
            ctx.fail(f"There is no command '{args[0]}'.{did_you_mean(args[0], self.table)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for section in dict.fromkeys(listed.section for listed in self.table.values()):
            with formatter.section(section):
                formatter.write_dl([(name, it.help) for name, it in self.table.items() if it.section == section])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except StudyError as error:
            raise Refused(str(error)) from error
        except KeyboardInterrupt:
            raise click.exceptions.Exit(_INTERRUPTED) from None
        except OSError as error:
            if error.errno not in _NOTHING_WRITTEN:
                raise
            raise Refused(f"{error.filename or 'a file'} can't be written: {error.strerror}") from error

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        names = [CompletionItem(name, help=it.help) for name, it in self.table.items() if name.startswith(incomplete)]
        return names or click.Command.shell_complete(self, ctx, incomplete)


def _print_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"snaketune {version('snaketune')}")
        ctx.exit()


def made(table: dict[str, Listed], *, words: Sequence[str] = ("-h", "--help")) -> Commands:
    """The group of the commands of a table."""
    return Commands(
        table,
        name="snaketune",
        help="Hyperparameter search as a Snakemake workflow: of a script, or of a study in a YAML file.",
        epilog="How a command is used: snaketune COMMAND --help. Without a name, a command means the study of this "
        "folder that was used last.",
        context_settings={"help_option_names": list(words), "max_content_width": _WIDTH},
        params=[
            click.Option(
                ["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_print_version,
                help="Print the version.",
            )
        ],
    )  # fmt: skip


group = made(COMMANDS)
