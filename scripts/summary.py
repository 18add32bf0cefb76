"""Writes the summary of the study, with the importances where they have been computed.

Usage: summary.py STUDY_JSON [IMPORTANCES_CSV]
"""

import sys
from pathlib import Path

from snaketune.config import load_study
from snaketune.entry import entry_point
from snaketune.layout import Layout
from snaketune.results.explained import read_models
from snaketune.results.study import read_results
from snaketune.results.writing import write_summary


@entry_point
def main(study_json: str, importances_csv: str | None = None) -> None:
    layout = Layout(Path(study_json).parent)
    study = load_study(layout.study)
    results = read_results(layout, study)
    models = read_models(layout, study, study.searches)
    write_summary(results, layout.root, Path(importances_csv) if importances_csv else None, models)


if __name__ == "__main__":
    main(*sys.argv[1:])
