"""`snaketune import`: results that other tools have kept, for a study to start from or to have among its own."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from snaketune.cli.console import json_option, notice, print_json

if TYPE_CHECKING:
    from snaketune.importing.source import Source

__all__ = ["command"]


@click.group("import")
def command() -> None:
    """Take over results of Optuna, W&B, MLflow or any table.

    They become a CSV file, which a study uses as `imported` results (with --count as trials of its searches), or as the
    `warm_start` of a search. The lines for that are printed, and added to the study with --into.
    """


def _mapping(_: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    pairs = [word.partition("=") for word in given]
    for name, equals, column in pairs:
        if not (name and equals and column):
            raise click.BadParameter(f"is to be NAME=COLUMN, our name and theirs; found {name + equals + column}")
    return {name: column for name, _, column in pairs}


def _options(decorated: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command what all imports have."""
    options = [
        click.option("--into", metavar="STUDY.yaml", type=click.Path(), help="The study; the lines are added to it."),
        click.option("--for", "for_", metavar="STUDY.yaml", type=click.Path(), help="The study; it stays as it is."),
        click.option("--map", "columns", metavar="NAME=COLUMN", multiple=True, callback=_mapping,
                     help="The column of a parameter, a metric or the status that has another name there."),
        click.option("--count", is_flag=True, help="They count as trials of the study's searches (n_trials)."),
        click.option("--warm-start", metavar="SEARCH", help="Only that search starts from them."),
        click.option("--negate", is_flag=True, help="The values of objectives are turned round."),
        click.option("--output", "-o", metavar="FILE.csv", type=click.Path(), help="The file that is written."),
    ]  # fmt: skip
    for option in reversed(options):
        decorated = option(decorated)
    return json_option(decorated)


@command.command("optuna")
@click.argument("storage")
@click.option("--name", metavar="STUDY", help="Which study of Optuna, where there are several.")
@_options
def _optuna(storage: str, name: str | None, **given: Any) -> None:
    """Trials of an Optuna study: sqlite:///old.db, another URL, or a journal file."""
    from snaketune.importing.optuna import optuna_study

    _import(optuna_study(storage, name), name or Path(storage.rpartition("///")[2]).stem, **given)


@command.command("wandb")
@click.argument("file", type=click.Path())
@_options
def _wandb(file: str, **given: Any) -> None:
    """Runs of W&B: the CSV export of its page, or a data frame of its API."""
    from snaketune.importing.exports import wandb_export

    _import_file(wandb_export, file, **given)


@command.command("mlflow")
@click.argument("file", type=click.Path())
@_options
def _mlflow(file: str, **given: Any) -> None:
    """Runs of MLflow: what `mlflow experiments csv`, search_runs or its page give."""
    from snaketune.importing.exports import mlflow_export

    _import_file(mlflow_export, file, **given)


@command.command("table")
@click.argument("file", type=click.Path())
@_options
def _table(file: str, **given: Any) -> None:
    """A CSV table from wherever it comes, a row per trial."""
    from snaketune.importing.exports import table_export

    _import_file(table_export, file, **given)


def _import_file(read: "Callable[..., Source]", file: str, *, columns: Mapping[str, str], **given: Any) -> None:
    ours = {name: column for name, column in columns.items() if name != "status"}
    _import(read(Path(file), columns.get("status")), Path(file).stem, columns=ours, **given)


def _import(
    source: "Source",
    name: str,
    *,
    into: str | None,
    for_: str | None,
    columns: Mapping[str, str],
    count: bool,
    warm_start: str | None,
    negate: bool,
    output: str | None,
    as_json: bool,
) -> None:
    from snaketune.driving.configured import raw_configuration
    from snaketune.importing.into import Use, added, check_use, lines_of
    from snaketune.importing.taken import taken
    from snaketune.importing.written import written

    if into and for_:
        raise click.UsageError("--into adds to a study, --for only reads it; give one of the two")
    if count and warm_start:
        raise click.UsageError("--count is about results that are imported; a warm start never counts")
    study = into or for_
    config = raw_configuration(Path(study)) if study else None
    found = taken(source, columns, config, factor=-1.0 if negate else 1.0)
    target = Path(output or f"{name}-imported.csv").as_posix()
    use = Use(target, search=warm_start, count=count)
    if study and config is not None and warm_start:
        check_use(Use(study, search=warm_start), config)  # before the table is written, any file will do
    file = written(Path(target), found)
    new = added(Path(into), use) if into else None
    if as_json:
        print_json({
            "file": file.as_posix(), "taken": found.count, "of": found.total, "statuses": found.statuses,
            "left_out": found.left_out, "ignored": found.ignored, "use": {use.key: [use.entry]}, "added": new,
        })  # fmt: skip
        return
    statuses = ", ".join(f"{n} {status}" for status, n in sorted(found.statuses.items()))
    notice(f"{file}: {found.count} of {found.total} trials of {source.name} ({statuses})")
    for why, n in sorted(found.left_out.items(), key=lambda item: -item[1])[:10]:
        notice(f"left out, {n}: {why}")
    if found.ignored:
        notice(f"not taken: {', '.join(found.ignored[:20])}")
    if config is None and source.nameless:
        notice(f"its metric is called {' and '.join(source.objectives)} here: --map NAME=… gives it the study's name")
    if new is None:
        notice("The lines of a study that use it:")
        click.echo(lines_of(use, config), nl=False)
    else:
        notice(f"{into} uses it now" if new else f"{into} uses it already")
