"""`snaketune export`: takes the results of a study along into the forms that other tools open."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from snaketune.cli.console import notice
from snaketune.cli.studies import found, study_argument

__all__ = ["command"]


@click.group("export")
def command() -> None:
    """Take the results of a study along: running, killed or finished.

    Without --output they go below results/STUDY/exports/. An export that is there already is replaced as a whole where
    anything has changed.
    """


def _options(place: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Gives a command what all exports have: the study, one of its searches, the place (`place` says what it is)."""

    def decorated(decorating: Callable[..., Any]) -> Callable[..., Any]:
        output = click.option("--output", "-o", metavar="PLACE", help=f"Where to: {place}.")
        search = click.option("--search", metavar="SEARCH", help="The trials of one search alone.")
        return study_argument(output(search(decorating)))

    return decorated


@command.command("optuna")
@_options("a file")
@click.option(
    "--storage", type=click.Choice(["sqlite", "journal"]), default="sqlite", show_default=True,
    help="The kind of file, which Optuna opens by sqlite:///PLACE or as a JournalStorage.",
)  # fmt: skip
def _optuna(study: str | None, search: str | None, output: str | None, storage: str) -> None:
    """A study of Optuna, for its dashboard too."""
    _write("optuna", study, search, output, {"storage": storage})


@command.command("tensorboard")
@_options("a folder, for tensorboard --logdir")
def _tensorboard(study: str | None, search: str | None, output: str | None) -> None:
    """Runs of TensorBoard, with their curves."""
    _write("tensorboard", study, search, output, {})


@command.command("mlflow")
@_options("a folder, or the URI of a tracking server")
@click.option("--experiment", metavar="NAME", help="The experiment; called like the study by default.")
def _mlflow(study: str | None, search: str | None, output: str | None, experiment: str | None) -> None:
    """Runs of MLflow, those of a trial below it."""
    uri = {"uri": output} if output and ":" in output.partition("/")[0] else {}
    _write("mlflow", study, search, None if uri else output, {"experiment": experiment, **uri})


@command.command("parquet")
@_options("a folder")
def _parquet(study: str | None, search: str | None, output: str | None) -> None:
    """The tables of snaketune.load, a file each."""
    _write("parquet", study, search, output, {})


@command.command("json")
@_options("a file, or - for standard output")
def _json(study: str | None, search: str | None, output: str | None) -> None:
    """All trials with their runs as one document."""
    if output != "-":
        _write("json", study, search, output, {})
        return
    from snaketune.exporting.document import document_text
    from snaketune.exporting.reading import read_described

    click.echo(document_text(read_described(found(study), search)), nl=False)


def _write(form: str, study: str | None, search: str | None, output: str | None, options: dict[str, Any]) -> None:
    """Writes an export and says where it is."""
    from snaketune.config.exports import Export
    from snaketune.exporting.formats import check_libraries, export
    from snaketune.exporting.reading import read_described

    check_libraries(form)
    layout = found(study)
    described = read_described(layout, search)
    place = Path(output) if output else layout.exports(search) / Export(form, options).place
    written = export(form, described, place, options)
    for note in (described.results.incomplete, *written.notes):
        if note:
            notice(note)
    if not written.changed:
        notice("Nothing has changed since it was written")
    click.echo(written.place)
