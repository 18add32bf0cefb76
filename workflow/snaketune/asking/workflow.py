"""Runs a study as a workflow from Python, as the command does: what it says is printed, its results come back."""

import os
import sys
from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from snaketune.asking.configuration import written
from snaketune.asking.study import Study
from snaketune.driving.child import Child
from snaketune.driving.drive import LOG
from snaketune.driving.said import OURS, Said
from snaketune.errors import StudyError
from snaketune.installed import snakefile
from snaketune.session.caller import Caller

if TYPE_CHECKING:
    from snaketune.loading import Results

__all__ = ["run"]

_PAUSE = 0.2  # seconds between two looks at what Snakemake says
# How our own words begin where the search itself has failed, and what follows them.
_STOPPED, _NO_TRIAL = OURS + "Stopped: ", OURS + "No trial of the study "
_LISTED = (f"{OURS}- ", f"{OURS}  - ")
_BEHIND = tuple(OURS + word for word in ("Incomplete: ", "All trials are done", "What there is so far"))


def run(
    config: "Study | str | Path | Mapping[str, Any]",
    cores: int | None = None,
    *,
    options: Sequence[str] = (),
    quiet: bool = False,
) -> "Results":
    """Runs a study (or its configuration, as a dictionary or a file) to its end; what `snaketune.load` gives of it.

    `cores` are by default all of this machine, `options` further words for Snakemake (as `["--profile", "slurm"]`).
    How far it is gets printed, unless it is to be `quiet`. An interrupt (Ctrl-C, a notebook's stop) ends it as it does
    on a terminal: what is done stays, and the next call goes on from there.

    Raises:
        StudyError: the configuration can't be used, or the workflow has failed; says why.
    """
    study = config if isinstance(config, Study) else Study(config)
    file = study.file or written(study.config, study.layout)
    file = file.relative_to(study.root) if file.is_relative_to(study.root) else file
    words = [sys.executable, "-m", "snakemake", "--snakefile", snakefile(), "--configfile", str(file)]
    words += ["--directory", str(study.root), "--cores", str(_all_cores() if cores is None else cores), *options]
    again = ["snaketune", "run", str(file)]
    said, ours = Said(), list[str]()
    with Child(words, study.layout.logs / LOG, Caller(again, follows=False).environment()) as child:
        status = None
        while status is None:
            status = child.status(_PAUSE)
            lines = said.take(child.lines(), ending=bool(child.signals))
            ours += lines
            for line in () if quiet else lines:
                print(line.removeprefix(OURS), flush=True)
    if child.signals:
        raise KeyboardInterrupt
    if status:
        raise StudyError(_reason(ours, said.errors) or f"Snakemake ended with exit status {status}")
    return study.results()


def _reason(ours: Sequence[str], errors: Sequence[str]) -> str:
    """Why a workflow has failed: in our words where the search itself has, else as the errors say."""
    for i, line in enumerate(ours):
        if line.startswith(_STOPPED):
            stopped = takewhile(lambda line: not line.startswith(_BEHIND), ours[i:])
            return "\n".join(each.removeprefix(OURS) for each in stopped)
        if line.startswith(_NO_TRIAL):
            listed = [each for each in ours[i:] if each.startswith((line, *_LISTED))]
            return "\n".join(each.removeprefix(OURS) for each in listed)
    return "\n".join(errors)


def _all_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
