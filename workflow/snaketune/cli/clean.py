"""`snaketune clean`: removes what nothing reads any more, or a whole study."""

from pathlib import Path

import click

from snaketune.cli.studies import RESULTS, found, study_argument
from snaketune.errors import StudyError
from snaketune.layout import Layout

__all__ = ["command"]


@click.command("clean", epilog="For example: snaketune clean mine; snaketune clean mine --yes")
@study_argument
@click.option("--all", "everything", is_flag=True, help="Remove the whole study: its results and its logs.")
@click.option("--yes", is_flag=True, help="Remove it; without this, it is only said what would go.")
def command(study: str | None, everything: bool, yes: bool) -> None:
    """Say what of a study can go, and how much it takes: logs of good runs, earlier results, and what peek has made.

    Nothing of it is needed by tables, and nothing is computed again. It is removed with --yes.
    """
    from snaketune.cli.running import refuse_if_at_work
    from snaketune.config import load_study
    from snaketune.results.store import Store
    from snaketune.runner.sizes import in_decimal
    from snaketune.session.cleaning import all_of, litter_of, remove, runs_under_way

    layout = found(study)
    _refuse_elsewhere(layout)
    refuse_if_at_work(layout)
    if running := runs_under_way(layout):
        raise StudyError(f"{running[0]} is still running ({len(running)} in all); wait for the end of what runs")
    known = None if everything else load_study(layout.study)
    store = Store(layout, known.run_spec.contract if known else None)
    kinds = litter_of(known, store) if known else all_of(layout)
    for kind in kinds:
        place = (
            kind.paths[0] if len(kind.paths) == 1 else f"{len(kind.paths)} files and folders, such as {kind.paths[0]}"
        )
        click.echo(f"{in_decimal(kind.size):>10}  {kind.what}: {place}")
    if not kinds:
        click.echo(f"There is nothing of {layout.root.name} that could go")
    elif not yes:
        again = f"snaketune clean {layout.root.name}{' --all' if everything else ''} --yes"
        click.echo(f"Nothing has been removed; to do so: {again}")
    else:
        remove(kinds, known, store)
        click.echo("Removed")


def _refuse_elsewhere(layout: Layout) -> None:
    """Raises StudyError if the study is not a folder of results/ here."""
    if layout.root.is_symlink() or layout.logs.is_symlink() or layout.root.resolve().parent != RESULTS.resolve():
        raise StudyError(f"{layout.root} is no folder in {Path.cwd() / RESULTS}; go where the study was started")
