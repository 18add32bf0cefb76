"""Writes the study's one page.

Usage: page.py STUDY_JSON OUTPUT [WORD OF THE SNAKEMAKE COMMAND]...
"""

import sys
from pathlib import Path

from snaketune.config import load_study
from snaketune.entry import entry_point
from snaketune.errors import StudyError
from snaketune.files import write_text
from snaketune.layout import Layout
from snaketune.page import page_payload, plotly_script, render
from snaketune.page.curves import curve_from
from snaketune.page.data import with_curves
from snaketune.results.rounds import read_search
from snaketune.results.runs import Run, read_run

LOG_END = 20_000  # bytes of a log that its last lines are taken from


@entry_point
def main(study_json: str, output: str, *snakemake: str) -> None:
    layout = Layout(Path(study_json).parent)
    study = load_study(layout.study)
    try:
        plotly = plotly_script()
    except FileNotFoundError as error:
        raise StudyError(str(error)) from None
    read = {name: read_search(layout, search) for name, search in study.searches.items()}
    trials_of = {name: found.trials for name, found in read.items()}
    endings = {name: found.ending for name, found in read.items()}
    distinct = dict.fromkeys(trial.trial for listed in trials_of.values() for trial in listed)
    runs = {trial: [read_run(layout, study, trial, run) for run in study.runs] for trial in distinct}
    tails = {(trial, run.run): log_end(run) for trial, found in runs.items() for run in found}
    curves = read_curves(layout, with_curves(trials_of, study), study.runs)
    payload = page_payload(study, trials_of, endings, runs, curves, tails, snakemake)
    write_text(Path(output), render(payload, plotly))


def log_end(run: Run) -> list[str]:
    """The end of what a run printed: its errors if it did not complete and printed any, else its output."""
    errors = run.record.get("stderr_tail")
    if errors:
        return errors
    try:
        with (Path(run.record["log"]) / "stdout.log").open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - LOG_END))
            return file.read().decode("utf-8", "replace").splitlines()
    except FileNotFoundError:  # logs may be cleaned away while results are kept
        return []


def read_curves(layout: Layout, trials: list[str], runs: tuple[str, ...]) -> dict:
    """The learning curves by trial and run, where a run has any."""
    curves = {}
    for trial in trials:
        for run in runs:
            path = layout.run(trial, run) / "history.jsonl"
            curve = curve_from(path.read_text("utf-8", "replace")) if path.exists() else None
            if curve:
                curves[trial, run] = curve
    return curves


if __name__ == "__main__":
    main(*sys.argv[1:])
