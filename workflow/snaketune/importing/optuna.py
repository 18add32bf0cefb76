"""Reads a study of Optuna from the storage that it is in."""

from pathlib import Path
from typing import Any

from snaketune.errors import StudyError, did_you_mean
from snaketune.importing.source import Source, SourceRow, status_in
from snaketune.values import is_number

__all__ = ["optuna_study"]


def optuna_study(storage: str, name: str | None = None) -> Source:
    """The trials of a study in a storage: a URL such as sqlite:///old.db, an SQLite or a journal file.

    Raises:
        StudyError: Optuna is not installed; there is no such storage or study; or several, of which none is named.
    """
    try:
        import optuna
    except ImportError:
        raise StudyError("Optuna is needed to read its studies: pip install 'snaketune[optuna]'") from None
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    opened = _opened(storage)
    try:
        names = optuna.get_all_study_names(opened)
    except Exception as error:  # SQLAlchemy's and Optuna's own: it is a file of another kind
        raise StudyError(f"{storage} holds no studies of Optuna: {str(error).splitlines()[0]}") from None
    if name is None and len(names) != 1:
        there = f"has {len(names)} studies ({', '.join(names[:10])}); say which: --name" if names else "has no study"
        raise StudyError(f"{storage} {there}")
    if name is not None and name not in names:
        raise StudyError(f"{storage} has no study '{name}'.{did_you_mean(name, names)}")
    study = optuna.load_study(study_name=name or names[0], storage=opened)
    directions = [direction.name.lower() for direction in study.directions]
    nameless = not study.metric_names
    several = len(directions) > 1
    objectives = study.metric_names or ([f"value_{i}" for i in range(len(directions))] if several else ["value"])
    rows = [_row(trial, objectives) for trial in study.get_trials(deepcopy=False)]
    return Source(
        f"the study {study.study_name} of Optuna", rows, ("params.{}",), ("values.{}", "attrs.{}"), True,
        objectives, directions, nameless,
    )  # fmt: skip


def _row(trial: Any, objectives: list[str]) -> SourceRow:
    status, useless = status_in(trial.state.name)
    columns = {f"params.{name}": value for name, value in trial.params.items()}
    columns |= {f"values.{name}": value for name, value in zip(objectives, trial.values or (), strict=False)}
    columns |= {f"attrs.{name}": value for name, value in trial.user_attrs.items() if is_number(value)}
    return SourceRow(f"trial {trial.number}", status, useless, columns)


def _opened(storage: str) -> Any:
    """The storage; nothing is made where there is none."""
    import optuna

    if "://" in storage and not storage.startswith("sqlite:///"):
        return _by_url(storage)
    path = Path(storage.removeprefix("sqlite:///"))
    if not path.is_file():
        raise StudyError(f"There is no file {path}")
    with path.open("rb") as file:
        if file.read(16).startswith(b"SQLite format 3"):
            return _by_url(f"sqlite:///{path}")
    try:
        from optuna.storages import JournalStorage
        from optuna.storages.journal import JournalFileBackend

        return JournalStorage(JournalFileBackend(str(path)))
    except (ValueError, KeyError, TypeError, optuna.exceptions.OptunaError):
        raise StudyError(f"{path} is neither an SQLite file nor a journal of Optuna") from None


def _by_url(url: str) -> Any:
    import optuna

    try:
        return optuna.storages.RDBStorage(url, skip_compatibility_check=False, skip_table_creation=True)
    except Exception as error:  # SQLAlchemy's, its drivers' and Optuna's own
        raise StudyError(f"{url} can't be opened by Optuna: {error}") from None
