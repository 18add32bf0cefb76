"""Writes the page of a study's results, with what of logs and histories is shown in it."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path

from snaketune.errors import StudyError
from snaketune.files import csv_rows, write_text
from snaketune.page.annex import annex_payload
from snaketune.page.choice import chosen
from snaketune.page.curves import Curve, curve_from
from snaketune.page.data import page_payload, with_curves
from snaketune.page.promotions import promotions
from snaketune.page.provenance import provenance, versions
from snaketune.page.render import plotly_script, render
from snaketune.page.spending import spending
from snaketune.results.credibility import said_of_models
from snaketune.results.runs import RunResult
from snaketune.results.store import Store
from snaketune.results.study import StudyResults
from snaketune.results.trials import each_once
from snaketune.runner.run_id import RunId
from snaketune.runner.stopping import config_key_of
from snaketune.samplers.explained import Explained

__all__ = ["write_page"]

LOG_END = 20_000  # bytes of a log that its last lines are taken from


def write_page(
    results: StudyResults,
    output: Path,
    snakemake: Sequence[str],
    *,
    importances: Path | None = None,
    final: Path | None = None,
    models: Mapping[str, Explained] | None = None,
) -> None:
    """Writes the page; `snakemake` are the words of the command that goes on with the study.

    `importances` and `final` are the tables of importances and of the final training, where there are any; `models` are
    what those of the searches believe.

    Raises:
        StudyError: the plotting library is not installed.
    """
    try:
        plotly = plotly_script()
    except FileNotFoundError as error:
        raise StudyError(str(error)) from None
    study = results.study
    shown = chosen(results.trials_of, study)
    runs = results.runs(each_once(shown))
    tails = {(trial, run.run): _log_end(run, results.store) for trial, found in runs.items() for run in found}
    curves = _curves(results.store, {id: results.furthest_runs[id] for id in with_curves(shown, study)})
    told = (study, results.trials_of, results.endings, runs, curves, tails, snakemake)
    place = results.store.layout.root
    payload = page_payload(
        *told,
        config_key=config_key_of(str(place)),
        incomplete=results.incomplete,
        shown=shown,
        trained=results.trained,
        folder=place,
        models=said_of_models(models or {}),
    )
    listed = list(chain.from_iterable(runs.values()))
    rungs_of = {name: found.rungs for name, found in results.searches.items()}
    annex = annex_payload(
        listed,
        csv_rows(importances) if importances else None,
        csv_rows(final) if final else None,
        provenance(study, list(results.distinct.values()), snakemake, versions()),
        promotions(rungs_of, shown, study),
        spending(rungs_of, shown, study, results.trained_itself) if study.budget else None,
    )
    write_text(output, render(payload, plotly, annex))


def _log_end(run: RunResult, store: Store) -> Sequence[str]:
    """The end of what a run printed: its errors if it did not complete and printed any, else its output."""
    if run.record.stderr_tail:
        return run.record.stderr_tail
    return (store.printed(run.trial, run.run, "stdout", most=LOG_END) or b"").decode("utf-8", "replace").splitlines()


def _curves(store: Store, runs: Mapping[str, Iterable[RunId]]) -> dict[tuple[str, RunId], Curve]:
    """The learning curves by trial and run, where a run has any; `runs` are those of each trial."""
    curves = {}
    for trial, ids in runs.items():
        for run in ids:
            history = store.history(trial, run)  # not every program reports
            if curve := curve_from((history or b"").decode("utf-8", "replace")):
                curves[trial, run] = curve
    return curves
