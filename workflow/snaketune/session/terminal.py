"""What the terminal shows of what Snakemake says, all of which is in its log: errors, and what it was asked to show.

Snakemake's terminal is a handler of its logger. A filter of ours is added to it, unless an option asks for more or for
less, and a handler of ours behind it hears what has been said. Where Snakemake is built otherwise, nothing is hidden.
"""

import logging
import re
from collections.abc import Callable

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
    r"|SLURM run ID|Cleaning up SLURM log files"
    r"|Job \d+ has been submitted|Submitted job \d+|Waiting at most \d+ seconds for missing files"
)
# Errors that say nothing new, as our own lines say what became of a run that leaves no result; and that the plugin for
# Slurm looks for an account where none is given, of which Slurm has its say if it needs one. Exports are written behind
# rounds, too, before the rule that makes them in the end.
_KNOWN = re.compile(
    r"RuleException:\s.*runner/start\.py.* (?:returned non-zero exit status|died with)|Cannot restore \S+: no backup"
    r"|(?:Warning: )?the following output files of rule \w*export were not present"
    r"|No SLURM account given|No account was given, not able to get|Unable to guess SLURM account",
    re.DOTALL,
)
_LOG = "Complete log"
_NOTHING = "Nothing to be done"


class Quiet(logging.Filter):
    """Lets errors through and keeps back what is said of each job, and what others have `told`.

    `looking`: of a target that speaks for itself nothing else is to be seen.
    """

    def __init__(self, looking: bool):
        super().__init__()
        self._hidden = re.compile(f"{_CHATTER.pattern}|{_LOG}") if looking else _CHATTER

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "told", False):
            return False
        message = record.getMessage()
        if _KNOWN.match(message):
            return False
        return record.levelno >= logging.WARNING or not (_event(record) in _EVENTS or self._hidden.match(message))


def quieten(settings: object, *, looking: bool) -> None:
    """Keeps Snakemake's words about single jobs off the terminal, unless its output `settings` say how much to show."""
    if settings is None or any(getattr(settings, option, None) for option in _OPTIONS):
        return
    for handler in logging.getLogger(_LOGGER).handlers:
        if isinstance(handler, logging.StreamHandler) and not isinstance(handler, logging.FileHandler):
            handler.addFilter(Quiet(looking))


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


def _event(record: logging.LogRecord) -> str:
    return str(getattr(record, "event", "")).lower().rpartition(".")[2]
