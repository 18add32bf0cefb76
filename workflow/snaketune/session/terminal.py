"""What the terminal shows of what Snakemake says, all of which is in its log: errors, and what it was asked to show.

Snakemake's terminal is a handler of its logger. A filter of ours is added to it, unless an option asks for more or for
less, and a handler of ours behind it hears what has been said. Where Snakemake is built otherwise, nothing is hidden.
"""

import logging
import re
import sys
from collections.abc import Callable
from pathlib import Path

__all__ = ["Quiet", "on_nothing_to_do", "quieten"]

_LOGGER = "snakemake.logging"
# Options by which a user says how much there is to be seen: with one of them it is as Snakemake does it.
_OPTIONS = ("quiet", "verbose", "printshellcmds", "debug_dag", "dryrun", "show_failed_logs")
# Events about single jobs, and the tables before the first one.
_EVENTS = frozenset(
    {
        "workflow_started", "run_info", "resources_info", "job_info", "job_started", "job_finished", "group_info",
        "progress", "shellcmd",
    }
)  # fmt: skip
# Messages that have no event.
_CHATTER = re.compile(
    r"Select jobs to execute|Execute \d+ jobs|Building DAG|Updating checkpoint|DAG of jobs will be updated|Using shell"
    r"|Assuming unrestricted|Config file .* by additional config|Conda environments: ignored"
    r"|Singularity containers: ignored|Job rate limit|Shutting down, this might|Elapsed time"
    r"|Job \d+ has been submitted|Submitted job \d+|Waiting at most \d+ seconds for missing files"
)
# Errors that say nothing new: a run that has not begun because its search is stopped, of which the end says why; and
# that a run that was lost leaves no result.
_KNOWN = re.compile(
    r"RuleException:\s.*runner/start\.py.* returned non-zero exit status 3\.|Cannot restore \S+: no backup", re.DOTALL
)
_STOPPED, _STOPPED_BLOCK = "search stopped", "ended: exit code 3"  # what the logs of a run and of a block say then
_AGAIN = re.compile(r"Trying to restart job (\d+)")
_LOG = "Complete log"
_NOTHING = "Nothing to be done"
# Rules whose jobs are many, and whose errors are a line each.
_RUNS = ("trial", "block")
_MOST_LOST = 10
_TAIL = 2000  # bytes of a log whose last line says why


class Quiet(logging.Filter):
    """Lets errors through and keeps back what is said of each job; a lost run is a line, as `say` prints it.

    `looking`: of a target that speaks for itself nothing else is to be seen.
    """

    def __init__(self, say: Callable[[str], None], looking: bool):
        super().__init__()
        self._say = say
        self._hidden = re.compile(f"{_CHATTER.pattern}|{_LOG}") if looking else _CHATTER
        self._lost: dict[int, str] = {}
        self._count = 0

    def filter(self, record: logging.LogRecord) -> bool:
        event, message = _event(record), record.getMessage()
        if event == "job_error" and getattr(record, "rule_name", None) in _RUNS:
            self._tell(record)
            return False
        again = _AGAIN.match(message)
        if again and int(again[1]) in self._lost:
            if name := self._lost[int(again[1])]:
                self._limited(f"{name} is tried again")
            return False
        if _KNOWN.match(message):
            return False
        return record.levelno >= logging.WARNING or not (event in _EVENTS or self._hidden.match(message))

    def _tell(self, record: logging.LogRecord) -> None:
        outputs, logs = getattr(record, "output", ()), getattr(record, "log", ())
        name = _name(outputs[0]) if outputs else f"job {getattr(record, 'jobid', '')}"
        why = _last_line(Path(logs[0])) if logs else ""
        stopped = why.startswith(_STOPPED) or why.endswith(_STOPPED_BLOCK)
        self._lost[getattr(record, "jobid", -1)] = "" if stopped else name
        if stopped:
            return
        self._count += 1
        self._limited(f"{name} has ended without a result{f': {why}' if why else ''}; log: {', '.join(logs)}")
        if self._count == _MOST_LOST:
            self._say("further ones that end without a result are in Snakemake's log alone")

    def _limited(self, line: str) -> None:
        if self._count <= _MOST_LOST:
            self._say(line)


def quieten(settings: object, *, looking: bool) -> None:
    """Keeps Snakemake's words about single jobs off the terminal, unless its output `settings` say how much to show."""
    if settings is None or any(getattr(settings, option, None) for option in _OPTIONS):
        return
    for handler in logging.getLogger(_LOGGER).handlers:
        if isinstance(handler, logging.StreamHandler) and not isinstance(handler, logging.FileHandler):
            handler.addFilter(Quiet(_say, looking))


def on_nothing_to_do(act: Callable[[], None]) -> None:
    """Calls `act` when Snakemake has found that nothing is to be done; it calls no hooks then."""
    logging.getLogger(_LOGGER).addHandler(_Ear(act))


class _Ear(logging.Handler):
    def __init__(self, act: Callable[[], None]):
        super().__init__(logging.INFO)
        self._act = act

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage().startswith(_NOTHING):
            self._act()


def _say(line: str) -> None:
    print(f"[snaketune] {line}", file=sys.stderr, flush=True)


def _event(record: logging.LogRecord) -> str:
    return str(getattr(record, "event", "")).lower().rpartition(".")[2]


def _name(output: str) -> str:
    """<trial>/<run>, or a block by its search, round and number, from the path of the job's output."""
    parts = Path(output.split(" (")[0]).with_suffix("").parts
    if "blocks" in parts:
        *_, search, _, number, _, index = parts
        return f"block {index} of round {number} of {search}"
    return "/".join(parts[-3:-1])


def _last_line(log: Path) -> str:
    """What a log said last, without its time."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - _TAIL))
            lines = file.read().decode("utf-8", "replace").split("\n")
    except OSError:
        return ""
    last = next((line for line in reversed(lines) if line.strip()), "")
    return "".join(c if c.isprintable() else " " for c in re.sub(r"^\S+Z ", "", last))[:300]
