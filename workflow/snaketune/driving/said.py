"""What of a Snakemake's output is said to the user: our own lines as they come, its errors when it has failed."""

import re
from collections.abc import Iterable

__all__ = ["Said", "errors_in"]

OURS = "[snaketune] "
_LINES = 30
_STOPPED = re.compile(
    r": its (?:attempt|job \S+) .*; (?:it is \w+ again|that was the last)|^\[snaketune\] no result of "
)
# Where in our own Snakefiles an error came up, and what we have said in our own words, or say ourselves.
_NOTHING_NEW = re.compile(
    r'(?:\w+ in file ".*", line \d+:|  File ".*", line \d+, in \S+|\w+Error:)$|Complete log|Full Traceback'
    r"|Exiting because a job execution failed|At least one job did not complete successfully"
)
_NO_PLUGIN = re.compile(r"argument --executor/-e: invalid choice")
_HINT = "; plugins for clusters come with: pip install 'snaketune[hpc]'"
_USAGE = re.compile(r"\S+: error: (.*)")


class Said:
    """Sorts a Snakemake's output."""

    def __init__(self) -> None:
        self._others: list[str] = []

    def take(self, lines: Iterable[str], *, ending: bool) -> list[str]:
        """Takes further lines; gives those that are ours, when it is `ending` without those about stopped jobs."""
        ours: list[str] = []
        for line in lines:
            (ours if line.startswith(OURS) else self._others).append(line)
        return [line for line in ours if not (ending and _STOPPED.search(line))]

    @property
    def errors(self) -> list[str]:
        """What else it has said in the end."""
        return errors_in(self._others)


def errors_in(lines: Iterable[str]) -> list[str]:
    """The last lines of a Snakemake that has failed, without the places in our Snakefiles."""
    kept = [line for line in lines if line.strip() and not _NOTHING_NEW.match(line)]
    if usage := [found[1] for line in kept if (found := _USAGE.match(line))]:
        return [f"Snakemake: {why}{_HINT if _NO_PLUGIN.match(why) else ''}" for why in usage]
    return kept[-_LINES:]
