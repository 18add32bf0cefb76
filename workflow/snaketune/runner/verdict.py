"""What became of a program: its status and the reason, from how it ended and what it left."""

from __future__ import annotations

import os
import re
import signal

from snaketune.runner import status
from snaketune.runner.cluster import oom_kills
from snaketune.runner.metrics import check, extract_metrics
from snaketune.runner.sizes import in_unit, unit_of

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from typing import Any

    from snaketune.runner.metrics import Extracted
    from snaketune.runner.pruning import Cut
    from snaketune.runner.spec import RunSpec
    from snaketune.runner.watch import Watch

__all__ = ["Outcome", "Verdict", "cut_short", "ended_well", "exit_of", "judge"]

# Strings, since to compile them takes time and they are seldom needed.
ERROR_LINE = r"[\s|+]*([\w.]+(Error|Exception|Interrupt)\b|Error\b)"
OUT_OF_MEMORY = r"\b_?\w*(MemoryError|OutOfMemoryError)\b|CUDA out of memory|std::bad_alloc|cannot allocate vector"


class Verdict:
    """Why a program was stopped, where it did not end by itself."""

    TIMEOUT = "timeout"
    JOB_TIMEOUT = "job timeout"  # of the cluster's job, whose time was all this run's
    OOM = "oom"
    STOPPED = "stopped"
    PRUNED = "pruned"


class Outcome:
    """A run's status, the reason in one line (None: complete), and what was extracted of its metrics.

    `pruned_at` is the step behind which it was cut, if it was.
    """

    def __init__(
        self, status: str, reason: str | None, extracted: Extracted | None = None, pruned_at: float | None = None
    ):
        self.status, self.reason, self.pruned_at = status, reason, pruned_at
        self.metrics: dict[str, Any] = extracted.metrics if extracted else {}
        self.found: Any = extracted.found if extracted else {}
        self.notes: list[str] = extracted.notes if extracted else []


def judge(
    verdict: str | None, watch: Watch, spec: RunSpec, extracted: Extracted, printed: tuple[str, str], oom_before: int
) -> Outcome:
    """What became of a program that was watched.

    `printed` is its output on both streams; `oom_before` is how many processes the kernel had killed for want of
    memory when it was started.
    """
    if verdict or watch.status:
        outcome = _failure(verdict, watch, spec, printed, oom_before)
    else:
        outcome = ended_well(extracted, spec)
    return Outcome(*outcome, extracted)


def cut_short(cut: Cut, history: bytes, spec: RunSpec) -> Outcome:
    """What became of a run that is cut, by its history as far as it counts: what else its program left is by chance."""
    extracted = extract_metrics(None, "", history, None, spec.takes, spec.metrics_wanted)
    return Outcome(status.PRUNED, cut.reason, extracted, cut.step)


def ended_well(extracted: Extracted, spec: RunSpec) -> tuple[str, str | None]:
    """The status and the reason of a program that ended well, by the metrics that it has given."""
    if extracted.pruned:
        return status.PRUNED, "the program stopped early"
    problem = extracted.problem or check(extracted.metrics, spec.metrics_wanted)
    if not problem:
        return status.COMPLETE, None
    return status.INVALID, "; ".join([problem, *extracted.doubts])


def _failure(
    verdict: str | None, watch: Watch, spec: RunSpec, printed: tuple[str, str], oom_before: int
) -> tuple[str, str | None]:
    if verdict == Verdict.TIMEOUT:
        return status.TIMEOUT, f"stopped after {spec.timeout:g} s (timeout)"
    if verdict == Verdict.JOB_TIMEOUT:
        return status.TIMEOUT, f"stopped after {watch.seconds:.0f} s, at the time limit of the cluster's job (runtime)"
    if verdict == Verdict.OOM:
        limit = spec.memory or 0
        unit = unit_of(limit)
        return status.OOM, f"used {in_unit(watch.peak, unit)} of memory (limit {in_unit(limit, unit)})"
    code, name = exit_of(watch.status)
    reason = f"killed by {name}" if name else f"exit code {code}"
    if (name == "SIGKILL" or code == 128 + signal.SIGKILL) and oom_kills() > oom_before:
        return status.OOM, f"{reason}: the machine or the job had no memory left"
    stdout, stderr = printed
    said = _last_words(stderr) or _last_words(stdout[-10000:])
    kind = status.OOM if re.search(OUT_OF_MEMORY, said) else status.FAILED
    return kind, f"{reason}: {said}" if said else reason


def exit_of(status: int | None) -> tuple[int | None, str | None]:
    """(exit code or None, name of the signal or None) from a wait status."""
    if status is None:
        return None, None
    if not os.WIFSIGNALED(status):
        return os.WEXITSTATUS(status), None
    try:
        return None, signal.Signals(os.WTERMSIG(status)).name
    except ValueError:
        return None, f"signal {os.WTERMSIG(status)}"


def _last_words(output: str) -> str:
    """The line that says why a program failed: the last traceback's exception, an error, or the last."""
    before, mark, after = output.rpartition("Traceback (most recent call last):\n")
    lines = [line.rstrip() for line in (after if mark else output).split("\n")]
    if mark:
        prefix = before.rpartition("\n")[2]  # such as "[rank0]: "
        for line in lines:
            line = line[len(prefix) :] if line.startswith(prefix) else line
            if line.strip() and not line[0].isspace():
                return line
    lines = [line for line in lines if line.strip()][-20:]
    for number in reversed(range(len(lines))):
        if re.match(ERROR_LINE, lines[number]):
            more = lines[number + 1 :][:1] if lines[number].endswith(":") else []  # R breaks the line there
            return " ".join([lines[number].strip(), *map(str.strip, more)])
    return lines[-1].strip() if lines else ""
