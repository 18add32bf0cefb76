"""Runs a study as a workflow from Python, as the command does: what it says is printed, its results come back."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from snaketune.asking.configuration import written
from snaketune.asking.study import Study
from snaketune.errors import StudyError
from snaketune.installed import snakefile

if TYPE_CHECKING:
    from snaketune.loading import Results

__all__ = ["run"]

_OURS = "[snaketune] "
# What Snakemake says of each error, beside the message itself.
_FRAME = re.compile(
    r"\s*$|(Error in rule|RuleException|WorkflowError|CalledProcessError|Traceback)\b"
    r"|\s+(message|jobid|input|output|log|params|shell|conda-env|resources|threads|wildcards|reason|File) ?[:\"]"
    r"|\s+\(.*exited with non-zero|Shutting down|Exiting because|Complete log|Removing|Trying to restart"
    r"|At least one job|Not cleanup"
)
# How our own words begin where the search itself has failed, and what follows them.
_OUR_REASONS = ("Stopped: ", "No trial of the study")
_BEHIND = tuple(_OURS + word for word in ("Incomplete: ", "All trials are done", "What there is so far"))
_PATIENCE = 60  # seconds in which an interrupted workflow ends by itself


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
    words += ["--cores", str(_all_cores() if cores is None else cores), *options]
    # In a session of its own, so that an interrupt reaches it once, whether it comes from a terminal or a notebook.
    process = subprocess.Popen(
        words, cwd=study.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        stdin=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None, "it is a pipe"
    said: list[str] = []
    try:
        _listen(process.stdout, said, quiet=quiet)
        status = process.wait()
    except BaseException:
        _end(process, said, quiet=quiet)
        raise
    if status:
        raise StudyError(_reason(said) or f"Snakemake ended with exit status {status}; its log is in .snakemake/log/")
    return study.results()


def _listen(stream: IO[str], said: list[str], *, quiet: bool) -> None:
    """Takes in what the workflow says, and prints what is meant for the user."""
    for line in stream:
        said.append(line.rstrip("\n"))
        if line.startswith(_OURS) and not quiet:
            print(line.removeprefix(_OURS), end="", flush=True)


def _end(process: "subprocess.Popen[str]", said: list[str], *, quiet: bool) -> None:
    """Interrupts the workflow and waits until it has ended; a further interrupt ends it at once."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(_PATIENCE)
    except BaseException:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdout is not None:
        _listen(process.stdout, said, quiet=quiet)


def _reason(said: Sequence[str]) -> str:
    """Why a workflow has failed, of all that it has said: in our words, or Snakemake's without what frames them."""
    for mark in _OUR_REASONS:
        for i, line in enumerate(said):
            if line.startswith(_OURS + mark):
                more = takewhile(lambda line: not (_FRAME.match(line) or line.startswith(_BEHIND)), said[i + 1 :])
                return "\n".join(each.removeprefix(_OURS) for each in (line, *more))
    errors = [line for line in said if not (line.startswith(_OURS) or _FRAME.match(line))]
    return "\n".join(dict.fromkeys(line.strip() for line in errors))


def _all_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
