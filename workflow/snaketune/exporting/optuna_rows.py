"""Trials of Optuna as rows of its database, all at once.

Its own function adds one after the other, with queries for each of a trial's attributes: half a minute for a thousand
trials. The tables are those that the installed Optuna has made, and what it reads back from them is compared; if the
tables are others than those known here, or something else comes back, its own function does it.
"""

import json
import math
from collections.abc import Sequence
from typing import Any

__all__ = ["add_rows"]

_READ_BACK = (
    "state", "values", "params", "distributions", "user_attrs", "system_attrs", "datetime_start", "datetime_complete",
)  # fmt: skip


def add_rows(storage: Any, study: Any, trials: Sequence[Any]) -> None:
    """Adds trials to a study without any, the only one of a storage that is a database."""
    import sqlalchemy
    from optuna import load_study
    from optuna.storages import RDBStorage

    rows = _rows(storage.get_study_id_from_name(study.study_name), trials)
    tables = sqlalchemy.MetaData()
    try:
        tables.reflect(storage.engine, only=list(rows))
        with storage.engine.begin() as connection:
            for name, listed in rows.items():
                if listed:
                    connection.execute(tables.tables[name].insert(), listed)
        reader = RDBStorage(str(storage.engine.url))
        there = load_study(study_name=study.study_name, storage=reader).get_trials(deepcopy=False)
        reader.remove_session()
        reader.engine.dispose()
        if [*map(_seen, there)] == [*map(_seen, trials)]:
            return
    except (sqlalchemy.exc.SQLAlchemyError, LookupError):
        pass
    with storage.engine.begin() as connection:
        for name in reversed(rows):
            if name in tables.tables:
                connection.execute(tables.tables[name].delete())
    study.add_trials(trials)


def _seen(trial: Any) -> list[Any]:
    """What of a trial has to come back; of intermediate values the texts, as NaN is no equal of itself."""
    intermediate = {step: str(value) for step, value in trial.intermediate_values.items()}
    return [intermediate, *(getattr(trial, name) for name in _READ_BACK)]


def _rows(study: int, trials: Sequence[Any]) -> dict[str, list[dict[str, Any]]]:
    """The rows by table."""
    from optuna.distributions import distribution_to_json

    values, params, intermediate = list[dict[str, Any]](), list[dict[str, Any]](), list[dict[str, Any]]()
    attributes: dict[str, list[dict[str, Any]]] = {"user": [], "system": []}
    rows, spelled = [], dict[int, str]()
    for number, trial in enumerate(trials):
        own = {"trial_id": number + 1}
        rows.append(
            own
            | {"number": number, "study_id": study, "state": trial.state.name}
            | {"datetime_start": trial.datetime_start, "datetime_complete": trial.datetime_complete}
        )
        values += [own | {"objective": i} | _number(value, "value") for i, value in enumerate(trial.values or ())]
        for name, value in trial.params.items():
            kind = trial.distributions[name]
            if id(kind) not in spelled:
                spelled[id(kind)] = distribution_to_json(kind)
            native = {"param_value": kind.to_internal_repr(value), "distribution_json": spelled[id(kind)]}
            params.append(own | {"param_name": name} | native)
        for owner, given in (("user", trial.user_attrs), ("system", trial.system_attrs)):
            attributes[owner] += [own | {"key": key, "value_json": json.dumps(value)} for key, value in given.items()]
        intermediate += [
            own | {"step": step} | _number(value, "intermediate_value")
            for step, value in trial.intermediate_values.items()
        ]
    return {
        "trials": rows,
        "trial_values": values,
        "trial_params": params,
        "trial_user_attributes": attributes["user"],
        "trial_system_attributes": attributes["system"],
        "trial_intermediate_values": intermediate,
    }


def _number(value: float, name: str) -> dict[str, Any]:
    """A number as the database has it: one that is not finite is a word."""
    if math.isfinite(value):
        return {name: value, f"{name}_type": "FINITE"}
    return {name: None, f"{name}_type": "NAN" if value != value else "INF_POS" if value > 0 else "INF_NEG"}
