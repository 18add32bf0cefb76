"""Writes the study's one page.

Usage: page.py STUDY_JSON OUTPUT [WORD OF THE SNAKEMAKE COMMAND]...
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from snaketune.config import load_study
from snaketune.entry import entry_point
from snaketune.errors import StudyError
from snaketune.files import write_text
from snaketune.layout import Layout
from snaketune.page import page_payload, plotly_script, render
from snaketune.page.curves import Curve, curve_from
from snaketune.page.data import with_curves
from snaketune.results.runs import RunResult
from snaketune.results.study import read_results
from snaketune.runner.run_id import RunId

LOG_END = 20_000  # bytes of a log that its last lines are taken from


@entry_point
def main(study_json: str, output: str, *snakemake: str) -> None:
    layout = Layout(Path(study_json).parent)
    study = load_study(layout.study)
    try:
        plotly = plotly_script()
    except FileNotFoundError as error:
        raise StudyError(str(error)) from None
    results = read_results(layout, study)
    runs = results.runs()
    tails = {(trial, run.run): log_end(run) for trial, found in runs.items() for run in found}
    with_curve = {trial: results.run_ids[trial] for trial in with_curves(results.trials_of, study)}
    curves = read_curves(layout, with_curve)
    payload = page_payload(study, results.trials_of, results.endings, runs, curves, tails, snakemake)
    write_text(Path(output), render(payload, plotly))


def log_end(run: RunResult) -> Sequence[str]:
    """The end of what a run printed: its errors if it did not complete and printed any, else its output."""
    if run.record.stderr_tail:
        return run.record.stderr_tail
    try:
        with (Path(run.record.log) / "stdout.log").open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - LOG_END))
            return file.read().decode("utf-8", "replace").splitlines()
    except FileNotFoundError:  # logs may be cleaned away while results are kept
        return []


def read_curves(layout: Layout, runs: Mapping[str, Iterable[RunId]]) -> dict[tuple[str, RunId], Curve]:
    """The learning curves by trial and run, where a run has any; `runs` are those of each trial."""
    curves = {}
    for trial, ids in runs.items():
        for run in ids:
            path = layout.history(trial, run)
            curve = curve_from(path.read_text("utf-8", "replace")) if path.exists() else None
            if curve:
                curves[trial, run] = curve
    return curves


if __name__ == "__main__":
    main(*sys.argv[1:])
