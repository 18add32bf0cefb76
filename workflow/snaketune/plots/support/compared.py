"""What plots of several studies are made from: the tables of all of them, under the names of the joined study."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from snaketune.config.study import Study
from snaketune.importance.tables import IMPORTANCES, INTERACTIONS
from snaketune.plots.support.rungs import frame_of_rungs
from snaketune.plots.support.source import Source
from snaketune.results.frames import history_frame, read_frame, types_of
from snaketune.results.searched import SearchResults
from snaketune.results.tables import BEFORE, BEHIND

__all__ = ["compared_source"]

_TRIAL_COLUMNS = (*BEFORE, *BEHIND)
_RUN_COLUMNS = ("trial", "run", "replicate", "status")


def compared_source(
    studies: Mapping[str, Study], joined: Study, read: Mapping[str, SearchResults], results: Path
) -> Source:
    """The tables of several studies as those of one.

    The trials and runs of all studies in the folder `results`, and the rungs of all searches, which are `read` by their
    names in the joined study; parameters, of which each study has its own, are left out.
    """
    tables = {"results.csv": _TRIAL_COLUMNS, "runs.csv": _RUN_COLUMNS}
    trials, runs = (
        pd.concat(
            [_part(results / owner / name, study, columns) for owner, study in studies.items()], ignore_index=True
        )
        for name, columns in tables.items()
    )
    return Source(
        study=joined,
        searches=tuple(joined.searches),
        trials=trials,
        runs=runs,
        rungs=frame_of_rungs({name: found.rungs for name, found in read.items()}, joined),
        history=history_frame([]),
        importances=pd.DataFrame(columns=IMPORTANCES),
        interactions=pd.DataFrame(columns=INTERACTIONS),
    )


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
