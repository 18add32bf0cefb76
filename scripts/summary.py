"""Writes the summary of the study, with the importances where they have been computed.

Usage: summary.py STUDY_JSON [IMPORTANCES_CSV]
"""

import sys
from pathlib import Path

from snaketune.config import load_study
from snaketune.entry import entry_point
from snaketune.files import csv_rows, write_text
from snaketune.layout import Layout
from snaketune.results.rounds import read_search
from snaketune.results.runs import cpu_seconds, read_run
from snaketune.results.summary import summary_md


@entry_point
def main(study_json: str, importances_csv: str | None = None) -> None:
    layout = Layout(Path(study_json).parent)
    study = load_study(layout.study)
    read = {name: read_search(layout, search) for name, search in study.searches.items()}
    trials_of = {name: found.trials for name, found in read.items()}
    distinct = {trial.trial for listed in trials_of.values() for trial in listed}
    used = cpu_seconds(read_run(layout, study, trial, run) for trial in distinct for run in study.runs)
    text = summary_md(
        trials_of,
        study,
        layout,
        {name: found.ending for name, found in read.items()},
        cpu_seconds=used,
        importances=csv_rows(Path(importances_csv)) if importances_csv else (),
    )
    write_text(layout.root / "summary.md", text)


if __name__ == "__main__":
    main(*sys.argv[1:])
