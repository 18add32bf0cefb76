"""Writes the tables and texts of a study, or of one of its searches, that are made of its results alone."""

from collections.abc import Mapping
from itertools import chain
from pathlib import Path

from snaketune.files import csv_rows, write_text
from snaketune.results.best import best_yaml
from snaketune.results.credibility import said_of_models
from snaketune.results.rungs import HEADER, rung_rows
from snaketune.results.runs import RunResult, cpu_seconds
from snaketune.results.study import StudyResults
from snaketune.results.summary import front_rows, summary_md, top_rows
from snaketune.results.tables import header_of, run_header, runs_table, write_table
from snaketune.results.trials import Trial
from snaketune.samplers.explained import Explained

__all__ = ["write_runs", "write_summary", "write_tables"]


def write_tables(results: StudyResults, folder: Path, recommendation: Trial | None = None) -> None:
    """Writes results.csv, top.csv, best.yaml and, of several objectives, pareto.csv; of searches in rungs, rungs.csv.

    `recommendation` is the trial that the model of a single search believes best.
    """
    trials_of, study = results.trials_of, results.study
    write_table(folder / "results.csv", results.rows, header_of(study))
    best = best_yaml(results.trials, study, " and ".join(trials_of), recommendation, incomplete=results.incomplete)
    write_text(folder / "best.yaml", best)
    write_table(folder / "top.csv", top_rows(results.rows, trials_of, study), header_of(study))
    if study.in_rungs:
        write_table(folder / "rungs.csv", rung_rows(results.searches, study), HEADER)
    if len(study.metrics) > 1:
        write_table(folder / "pareto.csv", front_rows(results.rows, trials_of, study), header_of(study))


def write_runs(results: StudyResults, folder: Path) -> None:
    """Writes runs.csv."""
    rows = runs_table(_runs(results), results.trials_of, results.study)
    write_table(folder / "runs.csv", rows, run_header(results.study))


def write_summary(
    results: StudyResults, folder: Path, importances: Path | None = None, models: Mapping[str, Explained] | None = None
) -> None:
    """Writes summary.md, with the rows of the table `importances` where they have been computed.

    `models` are what those of the searches believe, where they have one.
    """
    text = summary_md(
        results.trials_of,
        results.study,
        results.store.shown_logs,
        results.endings,
        cpu_seconds=_cpu_seconds(results),
        importances=csv_rows(importances) if importances else (),
        searches=results.searches,
        trained=results.trained,
        incomplete=results.incomplete,
        models=said_of_models(models or {}),
    )
    write_text(folder / "summary.md", text)


def _cpu_seconds(results: StudyResults) -> float:
    """The CPU time of all trials; from their runs, if there are tables from before these had it."""
    rungs = chain.from_iterable(found.rungs for found in results.searches.values())
    each = {(trial.trial, trial.budget): trial.cpu_seconds for trial in rungs}.values()
    known = [seconds for seconds in each if seconds is not None]
    return sum(known) if len(known) == len(each) else cpu_seconds(_runs(results))


def _runs(results: StudyResults) -> list[RunResult]:
    return list(chain.from_iterable(results.runs().values()))
