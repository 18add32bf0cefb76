"""The study as runs of MLflow: one for each trial, and below it one for each of its runs if there are several.

In a folder, a database is made beside the one that is there and takes its place; into a tracking server, or any other
store of MLflow by its URI, runs are written as they are. What an earlier export has written is known by its tags: it is
brought up to date as far as MLflow lets values change, else deleted and written anew.
"""

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from snaketune.exporting.described import Described
from snaketune.exporting.document import digest_of, document_text
from snaketune.exporting.mlflow_runs import runs_of
from snaketune.exporting.mlflow_store import Store, complaining
from snaketune.exporting.places import Written, put

__all__ = ["write"]

_DATABASE, _ARTIFACTS, _NOTE, _MAKING = "mlflow.db", "artifacts", "exported.json", ".making-"


def write(found: Described, place: Path, options: Mapping[str, object]) -> Written:
    """Writes the runs into the folder `place`, or into the store of the option `uri`.

    The option `experiment` names the experiment, which is called like the study by default.

    Raises:
        StudyError: MLflow refuses something.
    """
    experiment = str(options.get("experiment") or found.name)
    if uri := options.get("uri"):
        with complaining(str(uri)):
            store = Store.opened(str(uri), found.name, experiment, None)
            return Written(str(uri), store.bring(runs_of(found)))
    database = place / _DATABASE
    digest = digest_of([experiment, document_text(found)])
    if database.exists() and _noted(place) == digest:
        return Written(str(place), False)
    place.mkdir(parents=True, exist_ok=True)
    for left in place.glob(f"{_MAKING}*"):  # by an export that was killed
        shutil.rmtree(left, ignore_errors=True)
    # A folder of its own each time: within a process MLflow keeps the databases open that it has had.
    with tempfile.TemporaryDirectory(prefix=_MAKING, dir=place) as folder, complaining(str(database)):
        made = Path(folder, _DATABASE)
        if database.exists():
            _copy(database, made)
        artifacts = (place / _ARTIFACTS).absolute().as_uri()
        Store.opened(f"sqlite:///{made}", found.name, experiment, artifacts).bring(runs_of(found))
        made.replace(database)
    put(place / _NOTE, json.dumps({"digest": digest}).encode())
    return Written(str(place), True)


def _copy(database: Path, to: Path) -> None:
    """Copies a database as it is, whoever has it open."""
    with closing(sqlite3.connect(database)) as here, closing(sqlite3.connect(to)) as there:
        here.backup(there)


def _noted(place: Path) -> str | None:
    try:
        return str(json.loads((place / _NOTE).read_text(encoding="utf-8"))["digest"])
    except (OSError, ValueError, LookupError, TypeError):
        return None
