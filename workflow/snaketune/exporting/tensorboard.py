"""The study as runs of TensorBoard: a folder for each trial, with its hyperparameters and curves.

Whenever a folder's events change they become a file of another name, and the former one goes: TensorBoard reads the new
one, whatever it has open.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from snaketune.exporting import tensorboard_events as tb
from snaketune.exporting.described import RUNNING, Described, DescribedRun, DescribedTrial
from snaketune.exporting.document import digest_of, sound, trial_document
from snaketune.exporting.domains import domain_of
from snaketune.exporting.places import Written, put
from snaketune.files import replaced
from snaketune.results.by_name import file_names
from snaketune.runner.history import STEPS
from snaketune.runner.status import COMPLETE, PRUNED
from snaketune.values import is_number

__all__ = ["write"]

_NOTE = "exported.json"  # what each folder was made of, and the number of its file
_RESULT = "result/"  # what the tags of a trial's metrics begin with, which curves may be called too
_NOT_CURVES = (*STEPS, "time")
# The digest of a folder's content, and what makes its events.
_Folders = dict[str, tuple[str, Callable[[], Iterator[tb.Event]]]]
_STATUS = {COMPLETE: tb.SUCCESS, PRUNED: tb.SUCCESS, RUNNING: tb.RUNNING}


def write(found: Described, place: Path, options: Mapping[str, object]) -> Written:
    """Writes a folder for each trial into the folder `place`, and one for each run of trials with several.

    There are no options. Of what is in the folder, only what an earlier export has written is touched.
    """
    hparams = _hparams(found)
    wanted: _Folders = {}
    summary = tb.experiment(
        found.name, list(hparams.values()), {f"{_RESULT}{sound(name)}": sound(name) for name in _metrics(found)}
    )
    wanted["."] = digest_of(summary.SerializeToString().hex()), partial(iter, [tb.Event(summary, 0, _began(found))])
    by_id = {trial.trial: trial for trial in found.trials}
    for folder, name in file_names((trial.name, trial.trial) for trial in found.trials).items():
        trial = by_id[name]
        document = trial_document(trial, found)
        wanted[folder] = digest_of([document, sorted(hparams)]), partial(_of_trial, trial, hparams)
        for run, shown in zip(trial.runs, document["runs"], strict=True):
            if len(trial.runs) > 1 and run.history:
                wanted[f"{folder}/{run.run}"] = digest_of(shown), partial(_curves, run)
    return Written(str(place), _update(place, wanted))


def _update(place: Path, wanted: _Folders) -> bool:
    """Writes what is not there yet, removes what is no longer wanted; whether anything was to be done."""
    known = _noted(place)
    now: dict[str, list[Any]] = {}
    for folder, (digest, events) in wanted.items():
        before, number = known.get(folder, ("", -1))
        if before == digest and _file(place, folder, number).exists():
            now[folder] = [digest, number]
            continue
        path = _file(place, folder, number + 1)
        path.parent.mkdir(parents=True, exist_ok=True)
        with replaced(path) as temporary:
            tb.write_events(temporary, events())
        _file(place, folder, number).unlink(missing_ok=True)
        now[folder] = [digest, number + 1]
    for folder in sorted(known.keys() - now.keys(), reverse=True):
        _file(place, folder, known[folder][1]).unlink(missing_ok=True)
        if (place / folder).is_dir() and not any((place / folder).iterdir()):
            (place / folder).rmdir()
    return put(place / _NOTE, json.dumps(now, ensure_ascii=False, indent=0).encode())


def _file(place: Path, folder: str, number: int) -> Path:
    """A folder's events; numbers follow each other, so that the latest is the last by name too."""
    return place / folder / f"events.out.tfevents.{number + 1:010d}.snaketune"


def _noted(place: Path) -> dict[str, tuple[str, int]]:
    try:
        noted = json.loads((place / _NOTE).read_text(encoding="utf-8"))
        return {folder: (str(digest), int(number)) for folder, (digest, number) in noted.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _hparams(found: Described) -> dict[str, tb.HParam]:
    hparams = {}
    for name, kinds in found.parameters.items():
        values = [trial.params[name] for trial in found.trials if name in trial.params]
        hparams[name] = tb.hparam_of(name, domain_of(kinds, values), values)
    return hparams


def _metrics(found: Described) -> list[str]:
    """The objectives first, then all other metrics that are numbers."""
    names = dict.fromkeys(metric.name for metric in found.study.metrics)
    results = [trial.result for trial in found.trials if trial.result]
    names |= dict.fromkeys(sorted(n for result in results for n, value in result.metrics.items() if is_number(value)))
    return list(names)


def _of_trial(trial: DescribedTrial, hparams: Mapping[str, tb.HParam]) -> Iterator[tb.Event]:
    """The session of a trial, its metrics, and its curves if it has one run."""
    started, finished = _seconds(trial)
    given = {name: hparams[name].give(value) for name, value in trial.params.items() if name in hparams}
    status = _STATUS.get(trial.status, tb.FAILURE if trial.result else tb.UNKNOWN)
    begin, end = tb.session(given, group=trial.name, status=status, started=started, finished=finished)
    yield tb.Event(begin, 0, started)
    if len(trial.runs) == 1:
        yield from _curves(trial.runs[0])
    for name, value in trial.result.metrics.items() if trial.result else ():
        if is_number(value):
            yield tb.Event(tb.scalar(sound(f"{_RESULT}{name}"), float(value)), 0, finished)
    yield tb.Event(end, 0, finished)


def _curves(run: DescribedRun) -> Iterator[tb.Event]:
    """All numbers that a run has reported, by their step, else by their line."""
    started = _time(run.result.record.started) if run.result else 0.0
    seconds = run.result.record.seconds if run.result else 0.0
    for line, row in enumerate(run.history):
        step = next((row[name] for name in STEPS if is_number(row.get(name)) and math.isfinite(row[name])), line)
        told = row.get("time")
        time = float(told) if is_number(told) else started + seconds * (line + 1) / len(run.history)
        for name, value in row.items():
            if is_number(value) and name not in _NOT_CURVES:
                yield tb.Event(tb.scalar(sound(name), float(value)), int(step), time)


def _began(found: Described) -> float:
    return min((time for trial in found.trials if (time := _seconds(trial)[0])), default=0.0)


def _seconds(trial: DescribedTrial) -> tuple[float, float]:
    """When a trial began and ended; 0 where that is not known."""
    result = trial.result
    return (_time(result.started), _time(result.finished)) if result else (0.0, 0.0)


def _time(text: str) -> float:
    return datetime.fromisoformat(text).timestamp() if text else 0.0
