"""Studies in documents: whole ones, and parts that are merged into the study of `project/`."""

from contextlib import chdir
from pathlib import Path
from typing import Any

import yaml
from snaketune.config import read_study
from snaketune.config.preflight import preflight
from snaketune.config.schema import load_schema
from snaketune.config.study import Study
from snaketune.layout import Layout
from snaketune.proposing.plan import plan_of, plan_text
from snaketune.resources import Given
from snaketune.results.store import Store

# Of these one stands in place of the other.
_INSTEAD = ({"search", "searches"}, {"constraint", "outcome_constraints"})
_PROGRAMS = {"command", "function"}


def is_study(content: Any) -> bool:
    """Whether these are keys of a study, some or all."""
    return isinstance(content, dict) and bool(content) and set(content) <= set(load_schema()["properties"])


def read(content: dict[str, Any], folder: Path) -> Study:
    """The study that keys describe, in the folder with its files.

    Raises:
        ConfigError: what is wrong.
    """
    whole = content if {"study", "objective", "space"} <= set(content) else _with_base(content, folder)
    return read_study(whole, folder)


def check(study: Study, folder: Path) -> None:
    """Checks all that is known of a study before a job runs.

    Raises:
        StudyError: what is wrong.
    """
    preflight(study, folder, remote=False)
    store = Store(Layout(folder / "results" / study.name), study.run_spec.contract)
    with chdir(folder):
        plans = [plan_of(study, search, store) for search in study.searches.values()]
    plan_text(plans, study, store, Given())


def _with_base(part: dict[str, Any], folder: Path) -> dict[str, Any]:
    base = yaml.safe_load((folder / "config/config.yaml").read_text())
    for names in _INSTEAD:
        if names & set(part):
            base = {key: value for key, value in base.items() if key not in names}
    objective = part.get("objective", {})
    old = {key: value for key, value in base["objective"].items() if not (_PROGRAMS & set(objective) & _PROGRAMS)}
    if "objectives" in part:
        old = {key: value for key, value in old.items() if key not in ("metric", "direction")}
    elif _PROGRAMS & set(objective):
        old = {"metric": base["objective"]["metric"]}
    return {**base, **part, "objective": {**old, **objective}}
