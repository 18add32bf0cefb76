"""Reads what the plots of a study, or of one of its searches, are made from."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from snaketune.config.study import Study
from snaketune.importance.tables import IMPORTANCES, INTERACTIONS
from snaketune.layout import Layout
from snaketune.loading import history_frame, typed_frame
from snaketune.plots.catalog import PLOTS
from snaketune.plots.intermediate import MOST_CURVES
from snaketune.plots.support.source import Source, floats
from snaketune.plots.support.values import thinned
from snaketune.results.runs import read_run
from snaketune.results.tables import runs_table

__all__ = ["read_source"]

_RUN_COLUMNS = ("trial", "run", "replicate", "fold", "status", "seconds", "started", "finished", "host")


def read_source(layout: Layout, study: Study, search: str | None, plots: Iterable[str]) -> Source:
    """The tables for `plots`: those of runs and of histories only where a plot needs them."""
    folder = layout.root / (search or "")
    trials = typed_frame(folder / "results.csv", study.config)
    distinct = trials.drop_duplicates("trial")
    ids = distinct["trial"].to_list()
    wanted = frozenset[str]().union(*(PLOTS[name].needs for name in plots))
    pairs = [(trial, run) for trial in ids for run in study.runs] if "runs" in wanted else []
    runs = runs_table([read_run(layout, study, *pair) for pair in pairs], study)
    reported = []
    if "history" in wanted:
        places = thinned(floats(distinct["value"]), study.metric, MOST_CURVES)
        reported = [(ids[place], run) for place in places for run in study.runs]
    return Source(
        study=study,
        searches=(search,) if search else tuple(study.searches),
        trials=trials,
        runs=pd.DataFrame(runs, columns=None if runs else list(_RUN_COLUMNS)),
        history=history_frame(layout.root, reported),
        importances=_table(folder / "importances.csv", IMPORTANCES),
        interactions=_table(folder / "interactions.csv", INTERACTIONS),
    )


def _table(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    texts = [name for name in columns if name in ("parameter", "first", "second", "note")]
    numbers = {name: [""] for name in columns if name not in texts}
    return pd.read_csv(path, dtype=dict.fromkeys(texts, str), keep_default_na=False, na_values=numbers)
