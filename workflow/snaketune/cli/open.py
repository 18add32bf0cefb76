"""`snaketune open`: the page of a study in a browser."""

import os
import sys
import webbrowser
from pathlib import Path

import click

from snaketune.cli.studies import found, study_argument
from snaketune.layout import Layout

__all__ = ["command"]


@click.command("open")
@study_argument
@click.option("--print", "only_print", is_flag=True, help="Only print where the page is.")
@click.pass_context
def command(ctx: click.Context, study: str | None, only_print: bool) -> None:
    """Open the page of a study in a browser, and print where it is: of what there is so far, if it has not ended."""
    layout = found(study)
    page = _page(layout)
    if page is None:
        from snaketune.cli.peeking import peek

        if status := peek(layout):
            ctx.exit(status)
        page = layout.peek / "report.html"
    click.echo(page)
    if not only_print and _has_display():
        webbrowser.open(page.resolve().as_uri())


def _page(layout: Layout) -> Path | None:
    """The page of a study that has ended; None if there is none, or more has come since."""
    from snaketune.proposing.told import load_told_by_now
    from snaketune.results.so_far import SoFar

    page = layout.file("report.html")
    if not page.is_file() or SoFar(layout, load_told_by_now(layout)).results().incomplete:
        return None
    return page


def _has_display() -> bool:
    """Whether there is a screen that a browser could be on."""
    shown = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    return sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in shown)
