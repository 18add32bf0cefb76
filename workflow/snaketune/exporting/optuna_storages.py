"""The storages of Optuna that an export can be: a file each, made as a whole and known by the digest in it."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from snaketune.errors import StudyError
from snaketune.exporting.optuna_rows import add_rows

__all__ = ["DIGEST", "STORAGES", "Journal", "Sqlite", "earlier"]

DIGEST = "snaketune:digest"  # the study's attribute that tells one export from another
_FIRST_LINES = 20  # of a journal, among which the attribute is
_KEY = "SELECT value_json FROM study_user_attributes WHERE key = ?"


class Sqlite:
    """A database, which Optuna opens by `sqlite:///PATH`."""

    name = "optuna.db"

    @contextmanager
    def made(self, path: Path) -> Iterator[Any]:
        """For a `with` statement: an empty storage in a file that nobody else sees yet."""
        from optuna.storages import RDBStorage
        from sqlalchemy import event

        storage = RDBStorage(f"sqlite:///{path}")
        event.listen(storage.engine, "connect", _quickly)
        storage.engine.dispose()
        try:
            yield storage
        finally:
            storage.remove_session()
            storage.engine.dispose()

    def add(self, storage: Any, study: Any, trials: Sequence[Any]) -> None:
        """Adds trials to the study, the only one and empty."""
        add_rows(storage, study, trials)

    def digest(self, path: Path) -> str | None:
        """The digest in an earlier export, None if there is none in the file."""
        try:
            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
                row = connection.execute(_KEY, (DIGEST,)).fetchone()
        except sqlite3.Error:
            return None
        return None if row is None else str(json.loads(row[0]))


def _quickly(connection: Any, _: object) -> None:
    """Has a database not wait for the disk: a crash leaves nothing but a temporary file."""
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA journal_mode = MEMORY")


class Journal:
    """A file of lines that are only ever added, Optuna's own for several machines on one file system."""

    name = "optuna.journal"

    @contextmanager
    def made(self, path: Path) -> Iterator[Any]:
        """For a `with` statement: an empty storage in a file that nobody else sees yet."""
        from optuna.storages import JournalStorage
        from optuna.storages.journal import JournalFileBackend

        yield JournalStorage(JournalFileBackend(str(path)))

    def add(self, storage: Any, study: Any, trials: Sequence[Any]) -> None:
        """Adds trials to the study, the only one and empty."""
        study.add_trials(trials)

    def digest(self, path: Path) -> str | None:
        """The digest in an earlier export, None if there is none in the file."""
        try:
            with path.open(encoding="utf-8", errors="replace") as lines:
                found = [json.loads(line) for line in islice(lines, _FIRST_LINES)]
            return next((line["user_attr"][DIGEST] for line in found if DIGEST in line.get("user_attr", ())), None)
        except (ValueError, AttributeError, TypeError):
            return None


STORAGES: dict[str, Sqlite | Journal] = {"sqlite": Sqlite(), "journal": Journal()}


def earlier(storage: Sqlite | Journal, path: Path) -> str | None:
    """The digest of the export that a file holds, None where there is no file.

    Raises:
        StudyError: it holds something else, which may be studies of Optuna's own.
    """
    if not path.exists():
        return None
    found = storage.digest(path)
    if found is None:
        raise StudyError(f"{path} is there already and is no export of a study; name another place with -o")
    return found
