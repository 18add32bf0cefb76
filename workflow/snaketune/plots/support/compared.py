"""What plots of several studies are made from: the tables of all of them, under the names of the joined study."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from snaketune.config.study import Study
from snaketune.importance.tables import IMPORTANCES, INTERACTIONS
from snaketune.plots.support.rungs import RUNGS, frame_of_rungs
from snaketune.plots.support.source import Source
from snaketune.results.comparison import full_budgets
from snaketune.results.frames import history_frame, read_frame, types_of
from snaketune.results.tables import BEFORE, BEHIND

__all__ = ["compared_source"]

_TRIAL_COLUMNS = (*BEFORE, *BEHIND)
_RUN_COLUMNS = ("trial", "run", "replicate", "status")


def compared_source(studies: Mapping[str, Study], joined: Study, results: Path) -> Source:
    """The tables of several studies as those of one.

    The trials and runs of all studies in the folder `results`; parameters, of which each study has its own, are
    left out.
    """
    tables = {"results.csv": _TRIAL_COLUMNS, "runs.csv": _RUN_COLUMNS}
    trials, runs = (
        pd.concat(
            [_part(results / owner / name, study, columns) for owner, study in studies.items()], ignore_index=True
        )
        for name, columns in tables.items()
    )
    full = full_budgets(studies)
    return Source(
        study=joined,
        searches=tuple(joined.searches),
        trials=trials,
        runs=runs,
        rungs=pd.concat(
            [_rungs(results / owner / "results.csv", study, full[owner]) for owner, study in studies.items()]
        ),
        history=history_frame([]),
        importances=pd.DataFrame(columns=IMPORTANCES),
        interactions=pd.DataFrame(columns=INTERACTIONS),
    )


def _rungs(path: Path, study: Study, full: float | None) -> pd.DataFrame:
    """How far the trials of one study were trained, where it has budgets: as shares of `full`, no more is told."""
    if full is None:
        return frame_of_rungs({}, study)
    table = read_frame(path, types_of(study)).dropna(subset="budget")
    names = {name: study.name + "/" + table[name].astype(object) for name in ("trial", "search")}
    told = {"budget": table["budget"].astype(float), "share": table["budget"].astype(float) / full}
    return pd.DataFrame(names | told).reindex(columns=RUNGS)


def _part(path: Path, study: Study, columns: tuple[str, ...]) -> pd.DataFrame:
    """One study's table: some fixed columns, and each metric that judges a trial as metric.NAME."""
    table = read_frame(path, types_of(study))
    part = table[list(columns)].copy()
    part["trial"] = study.name + "/" + part["trial"]
    if "search" in columns:
        part["search"] = study.name + "/" + part["search"]
    for metric in [metric.name for metric in study.metrics] + [limit.metric for limit in study.outcome_constraints]:
        column = next((name for name in (f"metric.{metric}", metric) if name in table.columns), None)
        # As long as no trial is complete, only the objectives have columns.
        part[f"metric.{metric}"] = table[column] if column else pd.Series(pd.NA, index=table.index, dtype="Float64")
    return part
