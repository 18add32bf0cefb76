"""The command line of the runner.

Exit codes: 0 result.json is written (failed runs too: failure is data); 1 no result, worth another attempt (retries
left, or the result cannot be written); 2 wrong usage; 3 the search is stopped (`stopping`); 70 a bug of the runner;
128+n stopped by signal n (no result: being preempted is no fault of the parameters; but being stopped at the time
limit of a Slurm job that was its own is a timeout).
"""

from __future__ import annotations

import os
import signal
import sys

from snaketune.runner.asked import asked_of, found_of
from snaketune.runner.guardian import Memory
from snaketune.runner.perform import Performer
from snaketune.runner.pruner_file import pruner_beside
from snaketune.runner.run import Run
from snaketune.runner.study_file import StudyFile

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Sequence

    from snaketune.runner.proposed import Rung

__all__ = ["main"]

USAGE = """Run one run of one trial, and leave its result.json whatever the program does.

    python start.py run --study results/S/study.json --run results/S/trials/T/R --log logs/S/trials/T/R
                        [--table FILE] [--attempt N] [--devices N[,N …]] [--among ID[,ID …]]

--table: the trials.csv of its round, which tells of a run with a budget what it goes on from, and beside which its
pruner is, if there is one;
--devices: how many GPUs it asks for (0.5: half of one), in each attempt if they differ; --among: those of this machine,
or "none".
"""


def main(words: Sequence[str]) -> int:
    """Run with the command line's words; returns the exit code."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # until there is something to stop, just end
    options = dict(zip(words[::2], words[1::2]))  # noqa: B905  Python 3.8 has no `strict`
    needed = {"--study", "--run", "--log"}
    if len(words) % 2 or not needed <= set(options) <= needed | {"--table", "--attempt", "--devices", "--among"}:
        sys.stderr.write(USAGE)
        return 2
    attempt = int(options.get("--attempt", "1"))
    asked, found = asked_of(options.get("--devices"), attempt), found_of(options.get("--among"))

    def run() -> Run:
        study, folder, table = StudyFile(options["--study"]), options["--run"], options.get("--table")
        pruner, rung = pruner_beside(table), rung_of(folder, table)
        return Run(study, folder, options["--log"], attempt, asked, found, pruner=pruner, rung=rung)

    performer = Performer(Memory())
    try:
        return performer.outcome(run, options["--log"])
    finally:
        performer.end()


def rung_of(folder: str, table: str | None) -> Rung | None:
    """The rung of the run in a folder, as the table of its round has it; None where there is none."""
    trial, name = os.path.abspath(folder).split(os.sep)[-2:]
    if table is None or "b" not in name:
        return None
    from snaketune.runner.proposed import proposed_in  # most runs have no budget

    return proposed_in(table).rung(trial, name)
