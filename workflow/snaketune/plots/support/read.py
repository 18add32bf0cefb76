"""Reads what the plots of a study, or of one of its searches, are made from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pandas as pd

from snaketune.config.study import Study
from snaketune.importance.tables import IMPORTANCES, INTERACTIONS
from snaketune.layout import Layout
from snaketune.plots.catalog import PLOTS
from snaketune.plots.intermediate import with_curves
from snaketune.plots.support.rungs import frame_of_rungs
from snaketune.plots.support.source import Source
from snaketune.results.explained import read_models
from snaketune.results.frames import frame_of_rows, history_frame, types_of
from snaketune.results.runs import RunResult
from snaketune.results.study import StudyResults, read_results
from snaketune.results.tables import header_of, trial_rows
from snaketune.samplers.explained import Explained

__all__ = ["read_source", "source_of"]


def read_source(layout: Layout, study: Study, search: str | None, plots: Iterable[str]) -> Source:
    """The tables for `plots` of a study, or of one of its searches."""
    searches = [search] if search else list(study.searches)
    models = read_models(layout, study, searches) if "models" in _needed(plots) else {}
    return source_of(read_results(layout, study, search), plots, layout.file("", search), models)


def source_of(results: StudyResults, plots: Iterable[str], folder: Path, models: Mapping[str, Explained]) -> Source:
    """The tables for `plots`: those of runs and of histories only where a plot needs them.

    The importances are read from `folder`; `models` are what those of the searches believe.
    """
    study = results.study
    trials = frame_of_rows(trial_rows(results.trials_of, study), header_of(study), types_of(study))
    wanted = _needed(plots)
    finished = chain.from_iterable(results.runs().values()) if "runs" in wanted else ()
    source = Source(
        study=study,
        searches=tuple(results.searches),
        trials=trials,
        runs=_frame_of_runs(finished, results),
        rungs=frame_of_rungs({name: found.rungs for name, found in results.searches.items()}, study),
        history=history_frame([]),
        importances=_table(folder / "importances.csv", IMPORTANCES),
        interactions=_table(folder / "interactions.csv", INTERACTIONS),
        models=models,
    )
    if "history" not in wanted:
        return source
    reported = [
        (trial, run, results.store.history(trial, run))
        for trial in with_curves(source)
        for run in results.furthest_runs[trial]
    ]
    return replace(source, history=history_frame(reported))


def _needed(plots: Iterable[str]) -> frozenset[str]:
    return frozenset[str]().union(*(PLOTS[name].needs for name in plots))


def _frame_of_runs(runs: Iterable[RunResult], results: StudyResults) -> pd.DataFrame:
    """A row per run, with what plots show of it: the parameters are those of its trial."""
    objective = results.study.metric.name
    rows = [
        (
            *(
                run.trial,
                str(run.run),
                run.run.replicate,
                run.run.budget,
                results.trained_itself.get((run.trial, run.run)),
            ),
            *(run.status, run.metrics.get(objective)),
            *(run.record.started, run.record.finished, run.record.host, " ".join(run.record.devices or ())),
        )
        for run in runs
    ]
    columns = (
        *("trial", "run", "replicate", "budget", "trained", "status", f"metric.{objective}"),
        *("started", "finished", "host", "devices"),
    )
    return pd.DataFrame(rows, columns=columns)


def _table(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    texts = [name for name in columns if name in ("parameter", "first", "second", "note")]
    numbers = {name: [""] for name in columns if name not in texts}
    return pd.read_csv(path, dtype=dict.fromkeys(texts, str), keep_default_na=False, na_values=numbers)
