"""Files of a study that are no longer what was written are set aside, so that they are made again."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from snaketune.results.records import read_record
from snaketune.results.rounds import read_proposed, read_round, read_trials
from snaketune.results.store import Store
from snaketune.results.trials import Proposed
from snaketune.runner import states
from snaketune.runner.pruner_file import NAME as PRUNER
from snaketune.runner.seal import digest_of, is_sealed, unsealed
from snaketune.runner.status import STATUSES
from snaketune.session.damaged_lines import damaged_record_files, set_aside_lines
from snaketune.sums import DamagedFile, check_sum, sums_in
from snaketune.values import trial_id

__all__ = ["SUFFIX", "damaged_files", "set_aside_damaged"]

SUFFIX = ".damaged"


def set_aside_damaged(store: Store) -> list[str]:
    """Renames every damaged file of a study; says of each what it was, why, and what it is called now.

    A result gets a name of its own (`states`), with its history; any other file is called NAME.damaged. The whole lines
    of a record file are kept.
    """
    said = []
    for damaged in damaged_files(store):
        path = damaged.path
        if path.name in (states.RESULT, states.ADOPT):
            aside = Path(states.set_aside_damaged(path.parent, path.name))
        elif path.parent == store.layout.records:
            said.append(set_aside_lines(damaged))
            continue
        else:
            aside = path.with_name(path.name + SUFFIX)
            path.replace(aside)
        said.append(f"{path} is damaged ({damaged.why}): set aside as {aside.name}, and made again")
    return said


def damaged_files(store: Store) -> Iterator[DamagedFile]:
    """The damaged files of a study, in an order that is always the same."""
    layout = store.layout
    yield from damaged_record_files(store)
    trials = layout.root / "trials"
    for folder, folders, names in os.walk(layout.root):
        folders.sort()
        if Path(folder) == layout.root and trials.name in folders:
            folders.remove(trials.name)
        yield from _in_folder(Path(folder), sorted(names))
    for trial in _folders(trials):
        params = f"{trials}/{trial}/params.json"
        if not _whole_params(params, trial):
            yield from _problems(_check_params, Path(params))
        for run in _folders(trials / trial):
            for name in (states.RESULT, states.ADOPT):
                result = f"{trials}/{trial}/{run}/{name}"
                if os.path.lexists(result) and not _whole_result(result, trial, run):
                    yield from _problems(_check_result, Path(result))


def _in_folder(folder: Path, names: list[str]) -> Iterator[DamagedFile]:
    """The damaged ones among our tables, texts and pictures in a folder."""
    sums = sums_in(folder)

    def check(path: Path) -> None:
        for other in ("round.json", PRUNER) if path.name == "trials.csv" else ():
            if other in sums and not (folder / other).exists():
                # Snakemake asks for the first output of a checkpoint alone.
                raise DamagedFile(path, f"the {other} that belongs to it is missing")
        if path.name in sums:
            check_sum(path, path.read_bytes(), sums)
        elif check_form := _FORMS.get(path.name if path.suffix != ".done" else path.suffix):
            check_form(path)
        elif path.stat().st_size == 0 and path.suffix in _NEVER_EMPTY:
            raise DamagedFile(path, "it is empty")

    for name in names:
        if not name.startswith(".") and not name.endswith(SUFFIX):
            yield from _problems(check, folder / name)


def _problems(check: Callable[[Path], None], path: Path) -> Iterator[DamagedFile]:
    """What `check` finds, nothing where there is no such file."""
    try:
        check(path)
    except DamagedFile as damaged:
        yield damaged
    except FileNotFoundError:
        return


# Of thousands of trials nearly all are whole, which these two tell at once; the checks behind them say what is wrong.


def _whole_params(path: str, trial: str) -> bool:
    with suppress(OSError), open(path, "rb") as file:  # noqa: PTH123
        return digest_of(file.read().rstrip(b"\n")).startswith(trial[1:])
    return False


def _whole_result(path: str, trial: str, run: str) -> bool:
    with suppress(OSError), open(path, "rb") as file:  # noqa: PTH123
        content = file.read()
        named = f'"trial": "{trial}",\n "run": "{run}",'.encode() in content[:200]
        return named and is_sealed(content) and not _touched_since(path)
    return False


def _touched_since(result: str) -> bool:
    """Whether a run's history is newer than its result: nobody has changed one that is older."""
    try:
        return os.stat(_history(result)).st_mtime_ns > os.stat(result).st_mtime_ns  # noqa: PTH116
    except FileNotFoundError:  # cleaned away
        return False


def _history(result: str) -> str:
    return os.path.join(os.path.dirname(result), "history.jsonl")  # noqa: PTH118, PTH120


def _check_params(path: Path) -> None:
    try:
        params = json.loads(path.read_bytes())
        whole = trial_id(params) == path.parent.name
    except (ValueError, TypeError, RecursionError):
        whole = False
    except IsADirectoryError:
        raise DamagedFile(path, "it is a folder") from None
    if not whole:
        raise DamagedFile(path, "it does not hold the parameters that the trial is named after")


def _check_result(path: Path) -> None:
    """Raises DamagedFile if a result, or the history that it was read from, is not what was written."""
    record = read_record(path)
    place = path.parts[-3:-1]
    if (record.trial, str(record.run)) != place:
        raise DamagedFile(path, f"it is the result of {record.trial}/{record.run}")
    told = unsealed(path.read_bytes()).get("history")
    if told and _touched_since(str(path)) and told["sha256"] != digest_of(Path(_history(str(path))).read_bytes()):
        raise DamagedFile(path, "its history.jsonl is not what it was when the run ended")


def _check_proposed(path: Path) -> None:
    _check_ids(path, read_proposed(path))


def _check_ids(path: Path, rows: Iterable[Proposed]) -> None:
    for row in rows:
        if trial_id(row.params) != row.trial:
            raise DamagedFile(path, f"the parameters of {row.trial} are others")


def _check_marker(path: Path) -> None:
    try:
        done = json.loads(path.read_bytes())
        whole = isinstance(done["contract"], str) and all(run.count("/") == 1 for run in done["runs"])
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        whole = False
    if not whole:
        raise DamagedFile(path, "it does not say which runs are done")


def _check_round(path: Path) -> None:
    """Raises DamagedFile if a round's results are not; tables of that name elsewhere have no form that is always so."""
    if path.parent.parent.name == "rounds":
        trials = read_trials(path)
        _check_ids(path, trials)
        if unknown := {trial.status for trial in trials} - {*STATUSES}:
            raise DamagedFile(path, f"{', '.join(sorted(unknown))} is no status")
    elif path.stat().st_size == 0:
        raise DamagedFile(path, "it is empty")


# How files are checked that were written before there were sums of them, or by the runner.
_FORMS: dict[str, Callable[[Path], object]] = {
    "trials.csv": _check_proposed,
    "results.csv": _check_round,
    "round.json": read_round,
    ".done": _check_marker,
}
_NEVER_EMPTY = frozenset({".csv", ".html", ".json", ".md", ".pdf", ".png", ".svg", ".yaml"})


def _folders(path: Path) -> list[str]:
    try:
        with os.scandir(path) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir())
    except FileNotFoundError:
        return []
