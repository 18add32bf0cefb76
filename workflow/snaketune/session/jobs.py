"""What becomes of the jobs of runs that leave no result, a line each: taken from Snakemake's log as it is written."""

import contextlib
import logging
import re
import shutil
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from snaketune.results.store import Store
from snaketune.session.verdicts import Refusal, ending, is_stopped, refusal, without_result
from snaketune.session.waiting import Queue

__all__ = ["ENDED", "RULES", "JobWatch"]

ENDED = "snaketune-ended"  # in .snakemake/: lines "job state" in which status scripts note how failed jobs ended
RULES = ("trial", "block")
# What Snakemake and its plugin for Slurm say beside the report of an error, to which our line adds all that is known.
_ECHO = re.compile(r"Trying to restart job |Exception in run_job for rule (\w+):")
# What the plugins say when the scheduler has taken a job: Snakemake's number of it and the scheduler's, in any order.
_TAKEN = re.compile(r"(?:Submitted job|Job) (\d+) (?:with external jobid '|has been submitted with SLURM jobid )(\d+)")
# How Snakemake says that a job has left no output, as far as it can see.
_MISSING = re.compile(r"MissingOutputException in rule (\w+)\b.*?\bJob (\d+) ", re.DOTALL)
_MOST, _WITHIN = 10, 60  # lines in so many seconds
_LISTED = 5


@dataclass
class JobWatch(logging.Filter):
    """A filter of Snakemake's log that says what became of jobs of runs, and marks what need not be said twice.

    A job has so many `attempts`. `runs_of_block` gives the runs of a block by search, round and index; `give_up` sees
    to it that Snakemake does not try the job of that number again; `rules` are the names of the rules of such jobs.
    """

    store: Store
    state: Path
    attempts: int
    runs_of_block: Callable[[str, int, int], Sequence[str]]
    give_up: Callable[[int], None]
    rules: Sequence[str] = RULES
    _cluster: bool = False
    _over: threading.Event = field(default_factory=threading.Event)
    _outputs: dict[int, str] = field(default_factory=dict)  # by Snakemake's number of the job
    _numbers: dict[str, int] = field(default_factory=dict)  # by the scheduler's number: Snakemake's
    _hopeless: dict[str, str] = field(default_factory=dict)  # by the scheduler's number: why the job can never start
    _failed: Counter[str] = field(default_factory=Counter)  # by output
    _refused: dict[str, list[str]] = field(default_factory=dict)  # by reason: what the jobs were to do
    _lost: dict[str, list[str]] = field(default_factory=dict)  # by the last attempt's end, likewise
    _said: list[float] = field(default_factory=list)  # when the latest lines were

    def begin(self, logger: logging.Logger, *, cluster: bool) -> None:
        """Begins to listen, and on a cluster with Slurm to look at the queue."""
        self._cluster = cluster
        (self.state / ENDED).unlink(missing_ok=True)
        if cluster and shutil.which("squeue"):
            queue = Queue(self.state.resolve().parent, self._hopeless.__setitem__, self._put_back)
            threading.Thread(target=queue.follow, args=(self._over,), daemon=True).start()
        logger.addFilter(self)

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true; a record whose content our lines have gets the attribute `told`."""
        event = getattr(getattr(record, "event", None), "value", None)
        # Where another version of Snakemake says things in another way, its own words stand.
        with contextlib.suppress(LookupError, TypeError, ValueError, OSError):
            if event is None:
                echo = _ECHO.match(str(record.msg))
                record.told = echo is not None and (echo[1] is None or echo[1] in self.rules)
                if taken := _TAKEN.match(str(record.msg)):
                    self._numbers[taken[2]] = int(taken[1])
            elif event == "error":
                missing = _MISSING.match(str(record.msg))
                if missing and missing[1] in self.rules:
                    how = "ended, but no result has appeared in the time of latency-wait"
                    self._tell(self._outputs[int(missing[2])], "its job", how)
                    record.told = True
            elif getattr(record, "rule_name", None) in self.rules:
                if event == "job_info":
                    self._outputs[vars(record)["jobid"]] = _output(vars(record))
                elif event == "job_error":
                    self._error(vars(record))
                    record.told = True
        return True

    def end(self) -> list[str]:
        """Ends, with the lines that stand last: what was refused, and what was lost in every attempt."""
        self._over.set()
        lines = []
        for reason, refused in self._refused.items():
            count = f"{len(refused)} jobs were" if len(refused) > 1 else "1 job was"
            lines.append(f"{count} refused by the scheduler, and not submitted again: {reason}")
            lines.append(
                f"  {_listed(refused)}: mend objective.resources or objective.threads (or default-resources in the "
                "profile); the same command goes on with what is missing"
            )
        for how, lost in self._lost.items():
            lines.append(f"no result of {_listed(lost)}: the last of {self.attempts} attempts {how}")
        return lines

    def _error(self, event: Mapping[str, Any]) -> None:
        output, message, number = _output(event), str(event["rule_msg"] or ""), event["aux"].get("external_jobid")
        refused = self._refusal(number, message)
        if refused and refused.permanent:
            self.give_up(event["jobid"])
            subjects = self._refused.setdefault(refused.reason, [])
            subjects.append(self._subject(Path(output)))
            if len(subjects) == 1:
                self._say(f"{subjects[0]}: its job is refused, and not submitted again: {refused.reason}")
        elif refused:
            self._tell(output, "its job", f"could not be submitted ({refused.reason})")
        elif number and (how := ending(message) or ending(self._noted(str(number)))):
            self._tell(output, f"its job {number}", how)
        elif is_stopped(event["log"]):
            self.give_up(event["jobid"])  # without a word: the session says why, once
        else:
            self._tell(output, f"its job {number}" if number else "its attempt", without_result(event["log"]))

    def _tell(self, output: str, what: str, how: str) -> None:
        """Says how an attempt ended that left no result, and whether there is another."""
        subject = self._subject(Path(output))
        self._failed[output] += 1
        begun = self._failed[output] + 1
        if begun <= self.attempts:
            verb = "submitted" if self._cluster else "started"
            self._say(f"{subject}: {what} {how}; it is {verb} again ({begun} of {self.attempts})")
        else:
            self._lost.setdefault(how, []).append(subject)
            self._say(f"{subject}: {what} {how}; that was the last of {self.attempts} attempts")

    def _refusal(self, number: str | None, message: str) -> Refusal | None:
        """Why the job was not taken, None if it was; `message` is empty where there is no scheduler."""
        if number in self._hopeless:
            return Refusal(self._hopeless[number], permanent=True)
        return refusal(message) if message and not number else None

    def _noted(self, number: str) -> str:
        """What the profile's status script has noted of a job, "" if nothing."""
        try:
            lines = (self.state / ENDED).read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return ""
        return next((line.partition(" ")[2] for line in reversed(lines) if line.split(" ", 1)[0] == number), "")

    def _put_back(self, number: str) -> None:
        """Says that the scheduler itself does a job again."""
        output = self._outputs.get(self._numbers.get(number, -1))
        if output:
            why = "preempted, its node lost, or requeued by hand"
            self._say(f"{self._subject(Path(output))}: its job {number} is in the queue again ({why}); it starts anew")

    def _subject(self, output: Path) -> str:
        """What the job was to do: a run, or a block of runs."""
        if output.name == "result.json":
            return "/".join(output.parts[-3:-1])
        search, _, number, _ = output.parts[-5:-1]
        runs = self.runs_of_block(search, int(number), int(output.stem))
        self.store.refresh()
        done = sum(self.store.done(*run.split("/")) for run in runs)
        return f"block {output.stem} of round {number} of {search} ({done} of its {len(runs)} runs done)"

    def _say(self, line: str) -> None:
        """A line on the terminal; of very many in a short time the first ones, all are in Snakemake's log."""
        now = time.monotonic()
        self._said = [*(then for then in self._said if now - then < _WITHIN), now]
        if len(self._said) <= _MOST:
            print(f"[snaketune] {line}", file=sys.stderr, flush=True)
        elif len(self._said) == _MOST + 1:
            print("[snaketune] further ones are in Snakemake's log alone", file=sys.stderr, flush=True)


def _output(event: Mapping[str, Any]) -> str:
    """The path of a job's output, to which Snakemake appends flags such as (update)."""
    return str(event["output"][0]).partition(" (")[0]


def _listed(subjects: Sequence[str]) -> str:
    more = f" and {len(subjects) - _LISTED} more" if len(subjects) > _LISTED else ""
    return ", ".join(subjects[:_LISTED]) + more
