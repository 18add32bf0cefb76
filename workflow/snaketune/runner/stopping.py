"""Whether a search goes on: it ends early by `on_failure: stop`, by `max_failures`, or because it is hopeless.

A search is hopeless if its first runs, as many as its session has patience for, have all ended without success and for
the same reason, and no other run of the study has done better: a mistyped metric or a wrong import fails every trial.
Only results of the present contract count, judged by the present metrics, and only failures under the present setting
(what else of the configuration may have been mended), so that the same command goes on once the mistake is mended.

All of this is read from files, by each run before it starts:

    failures.jsonl   a line for each run that ended without success; and {"success": …} for one that shows that there
                     is hope, noted when it had to be looked for: the path of its result, or <trial>/<run> of a record
    session.json     patience (how many runs), setting and contract, as the workflow that was begun last has them
"""

from __future__ import annotations

import contextlib
import os
import re

from snaketune.runner import states, status
from snaketune.runner.command import text
from snaketune.runner.files import Refused, append_line, read_bytes, read_lines
from snaketune.runner.judged import judged
from snaketune.runner.left import left_by
from snaketune.runner.records import Records, search
from snaketune.runner.seal import unsealed

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from snaketune.runner.spec import RunSpec

__all__ = [
    "LEAST_PATIENCE",
    "SESSION",
    "Hopeless",
    "Patience",
    "config_key_of",
    "failing",
    "hopeless",
    "note_failure",
    "same_reason",
]

SESSION = "session.json"
LEAST_PATIENCE = 3  # runs; as many as there are cores, if those are more
_JOURNAL = "failures.jsonl"
# What differs between runs that fail for the same reason: paths, ids, numbers.
_DIFFERING = r"[~\w.-]*(/[^\s/:,;'\"()\[\]]+)+/?|\bt?[0-9a-f]{8,}\b|\b0x[0-9a-fA-F]+\b|[-+]?\d[\d.]*([eE][-+]?\d+)?"
_COMPARED = 200  # characters of a reason: the rest may be cut


class Hopeless(Refused):
    """The search is hopeless; the session says so in the end, once for all runs that are refused."""


class Patience:
    """Says whether the search in the folder `study` goes on, to a process that does many of its runs.

    What has failed is read once, as long as that is no reason to stop.
    """

    def __init__(self, study: str, spec: RunSpec):
        self._study, self._spec = study, spec
        self._limit = 1 if spec.on_failure == "stop" else spec.max_failures
        self._seen: tuple[int, int] | None = None  # the journal's time and size when it was read last
        self._journal: dict[str, object] = {}
        self._failed: dict[str, dict[str, Any]] = {}

    def refuse_if_stopped(self, result: str) -> None:
        """Raises Refused if the search has ended; `result` is the asking run's own, if any yet."""
        limit = self._limit
        if limit is not None and self._count(result) >= max(1, limit):
            self._failed.clear()
            failed = list(failing(self._study, self._spec, but=result))
            if len(failed) >= max(1, limit):
                why = "on_failure: stop" if self._spec.on_failure == "stop" else f"max_failures: {limit}"
                runs = f"{len(failed)} run{'s' * (len(failed) > 1)} failed"
                last = os.path.relpath(failed[-1]["path"])
                raise Refused(3, f"search stopped: {runs} ({why}); the last is {last}")
        alike = hopeless(self._study, self._spec, but=result)
        if alike:
            raise Hopeless(3, f"search stopped: all {len(alike)} runs so far ended alike: {alike[-1]['reason']}")

    def _count(self, but: str) -> int:
        """How many runs have failed, as far as that has been read; a failure is noted before its result is there."""
        try:
            found = os.stat(os.path.join(self._study, _JOURNAL))
        except OSError:
            return 0
        if self._seen != (found.st_mtime_ns, found.st_size):
            self._seen = found.st_mtime_ns, found.st_size
            self._journal = _noted(self._study)
        for path in self._journal.keys() - self._failed.keys():
            record = _judged_record(path, self._spec)
            if record and record["status"] not in status.FINISHED_WELL:
                self._failed[path] = record
        return len(self._failed.keys() - {but})


def note_failure(study: str, trial: str, run: str, folder: str) -> None:
    """Adds a run that ended without success to the journal of the folder `study`."""
    line = {"trial": trial, "run": run, "path": os.path.relpath(folder, study)}
    setting = session_of(study).get("setting")
    with contextlib.suppress(OSError):
        append_line(os.path.join(study, _JOURNAL), {**line, "setting": setting} if setting else line)


def failing(study: str, spec: RunSpec, *, but: str | None = None) -> Iterator[dict[str, Any]]:
    """The runs that have ended without success, in their order, as their records with their `path` and `setting`.

    Their status and reason are as judged by the metrics of `spec`; results of another contract are none.
    """
    settings = _noted(study)
    settings.pop(str(but), None)
    for path, setting in settings.items():
        record = _judged_record(path, spec)
        if record and record["status"] not in status.FINISHED_WELL:
            yield {**record, "path": path, "setting": setting}


def hopeless(
    study: str, spec: RunSpec, *, but: str | None = None, patience: int | None = None
) -> list[dict[str, Any]] | None:
    """The records of the runs that show that a search is hopeless, None if it is not, or is to go on all the same.

    By default `patience` is the session's; `but` is a result that does not count.
    """
    if spec.on_failure is not None or not os.path.exists(os.path.join(study, _JOURNAL)):
        return None
    session = session_of(study)
    patience = patience or session.get("patience", LEAST_PATIENCE)
    if any(_succeeded(study, str(known), spec) for known in _known_successes(study)):
        return None
    alike: list[dict[str, Any]] = []
    for record in failing(study, spec, but=but):
        if record["setting"] == session.get("setting"):
            alike.append(record)
            if same_reason(record) != same_reason(alike[0]):
                return None
    if len(alike) < patience:
        return None
    for name in _results(study, spec.contract):
        if os.path.join(study, name) != but and _succeeded(study, name, spec):
            with contextlib.suppress(OSError):
                append_line(os.path.join(study, _JOURNAL), {"success": name})
            return None
    return alike


def same_reason(record: Mapping[str, Any]) -> tuple[object, ...]:
    """What is equal for runs that ended for the same reason: numbers, paths, ids and parameters' values don't count."""
    reason = str(record.get("reason") or "")
    leaves = list(_leaves(record.get("params")))
    for value in sorted({*map(text, leaves), *map(str, leaves)} - {""}, key=len, reverse=True):
        reason = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", "…", reason)
    reason = re.sub(r"…([\s,]+…)+", "…", re.sub(_DIFFERING, "…", reason))
    # Conditional parameters are among the arguments of some trials only.
    reason = re.sub(r"(unrecognized arguments:).*", r"\1", reason)
    return record["status"], record.get("exit_code"), record.get("signal"), reason[:_COMPARED]


def session_of(study: str) -> dict[str, Any]:
    """What the workflow that was begun last says of itself; nothing if that can't be read."""
    with contextlib.suppress(OSError, ValueError), open(os.path.join(study, SESSION), "rb") as file:
        found = unsealed(file.read())
        if isinstance(found.get("patience"), int):
            return found
    return {}


def config_key_of(study: str) -> str | None:
    """The key below which Snakemake's --config has settings of the study: "" if below none, None if nowhere."""
    key = session_of(study).get("config_key", "")
    return None if key is None else str(key)


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    else:
        yield value


def _noted(study: str) -> dict[str, object]:
    """The settings under which runs failed, by the paths of their results, in the order in which they last did."""
    settings: dict[str, object] = {}
    for line in read_lines(os.path.join(study, _JOURNAL)):
        if "path" in line:
            path = os.path.join(study, str(line["path"]), states.RESULT)
            settings.pop(path, None)
            settings[path] = line.get("setting")
    return settings


def _known_successes(study: str) -> list[object]:
    return [line["success"] for line in read_lines(os.path.join(study, _JOURNAL)) if "success" in line]


def _succeeded(study: str, name: str, spec: RunSpec) -> bool:
    """Whether a run went well: by the path of its result in the study's folder, or as <trial>/<run> of a record.

    Only what is of the present contract counts.
    """
    if os.path.basename(name) == states.RESULT:
        record = _judged_record(os.path.join(study, name), spec)
    else:
        trial, _, run = name.partition("/")
        line = search(study, trial, run, spec.contract)
        record = _as_of_now(line, lambda: left_by(line).reported, spec) if line else None
    return record is not None and record["status"] in status.FINISHED_WELL


def _judged_record(path: str, spec: RunSpec) -> dict[str, Any] | None:
    """The record in a result of the present contract, None if there is none; with status and reason as of now."""
    history = os.path.join(os.path.dirname(path), states.HISTORY)
    with contextlib.suppress(OSError, ValueError), open(path, "rb") as file:
        return _as_of_now(unsealed(file.read()), lambda: read_bytes(history), spec)
    return None


def _as_of_now(record: dict[str, Any], history: Callable[[], bytes | None], spec: RunSpec) -> dict[str, Any] | None:
    """A record with status and reason by what the study wants now; None if it is of another contract."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        if record.get("contract") == spec.contract:
            said, metrics = record["status"], record.get("metrics", {})
            said, reason, _ = judged(said, record.get("reason"), metrics, record.get("found"), history, spec)
            return {**record, "status": said, "reason": reason}
    return None


def _results(study: str, contract: str | None) -> Iterator[str]:
    """What `_succeeded` takes for all runs of which there may be a result of a contract: records first."""
    records = Records(study)
    yield from (f"{trial}/{run}" for trial, run in records.runs() if records.has(trial, run, contract))
    with contextlib.suppress(OSError):
        for trial in os.scandir(os.path.join(study, "trials")):
            for run in os.scandir(trial.path) if trial.is_dir() else ():
                if os.path.exists(os.path.join(run.path, states.RESULT)):
                    yield os.path.join("trials", trial.name, run.name, states.RESULT)
