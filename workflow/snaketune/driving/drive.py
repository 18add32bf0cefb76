"""Runs the Snakemake of a study to its end, and says how it goes."""

import os
import shlex
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from snaketune.config.study import Study
from snaketune.driving.child import Child
from snaketune.driving.said import OURS, Said
from snaketune.errors import StudyError
from snaketune.layout import Layout
from snaketune.session.caller import Caller
from snaketune.session.progress import Progress

if TYPE_CHECKING:
    from snaketune.driving.live import Screen

__all__ = ["LOG", "drive"]

LOG = "snakemake.log"  # in the study's folder of logs
_PAUSE = 0.2  # seconds between two looks at what Snakemake says
_LOOK = 1.0  # seconds between two looks at the study, which take at most
_SHARE = 20  # one part in so many of the time


def drive(command: Sequence[str], again: Sequence[str], study: Study, layout: Layout, *, plain: bool) -> int:
    """Runs `command`, a Snakemake; its exit status as ours: 0, 1 if it has failed, 2 if it does not know an option.

    After a signal it is 128 and that.

    `again` are the words that a user types to go on. What Snakemake says goes to a log, and how the study stands is
    shown; `plain`: all of it is printed as it comes.
    """
    log = None if plain else layout.logs / LOG
    live = not plain and sys.stderr.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown")
    said, begun = Said(), time.time()
    with Child(command, log, Caller(again, follows=live).environment()) as child:
        with _screen() if live else nullcontext() as screen:
            _follow(child, said, Progress(layout, study), screen)
        _print(said.take(child.lines(), ending=bool(child.signals)))
        status = child.status()
    if status == 0:
        return 0
    if child.signals:
        _print([f"{OURS}Interrupted; what is done stays. It goes on with: {shlex.join(again)}"])
        return 128 + child.signals[0]
    _print(said.errors)
    if log:
        _print([f"{OURS}Snakemake has failed; all that it has said: {_logs(log, begun)}"])
    return 2 if status == 2 else 1


def _follow(child: Child, said: Said, progress: Progress, screen: "Screen | None") -> None:
    """Says what there is to say until the child has ended."""
    say = screen.say if screen else lambda line: _print([line])
    next_look, told = time.monotonic() + _LOOK, False
    while child.status(_PAUSE) is None:
        if child.signals and not told:
            told = True
            say(f"{OURS}Ending: runs under way are stopped, tables of what there is are made (once more: kills all)")
        for line in said.take(child.lines(), ending=told):
            say(line)
        if screen and time.monotonic() >= next_look:
            begun = time.monotonic()
            with suppress(OSError, StudyError):  # files are being replaced; the next look sees them
                seen, failed = progress.look()
                screen.show(seen)
                for line in failed:
                    screen.say(OURS + line)
            next_look = begun + max(_LOOK, _SHARE * (time.monotonic() - begun))


def _screen() -> "Screen":
    from snaketune.driving.live import Screen

    return Screen()


def _logs(ours: Path, begun: float) -> str:
    """Where a Snakemake that was started at that time has said what."""
    logs = sorted(Path(".snakemake", "log").glob("*.snakemake.log"))
    return ", ".join(map(str, [ours, *(log for log in logs[-1:] if log.stat().st_mtime >= begun)]))


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line, file=sys.stderr, flush=True)
