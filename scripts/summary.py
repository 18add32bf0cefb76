"""Writes the summary of the study, with the importances where they have been computed.

Usage: summary.py STUDY_JSON [IMPORTANCES_CSV]
"""

import sys
from itertools import chain
from pathlib import Path

from snaketune.config import load_study
from snaketune.entry import entry_point
from snaketune.files import csv_rows, write_text
from snaketune.layout import Layout
from snaketune.results.runs import cpu_seconds
from snaketune.results.study import read_results
from snaketune.results.summary import summary_md


@entry_point
def main(study_json: str, importances_csv: str | None = None) -> None:
    layout = Layout(Path(study_json).parent)
    study = load_study(layout.study)
    results = read_results(layout, study)
    text = summary_md(
        results.trials_of,
        study,
        layout,
        results.endings,
        cpu_seconds=cpu_seconds(chain.from_iterable(results.runs().values())),
        importances=csv_rows(Path(importances_csv)) if importances_csv else (),
    )
    write_text(layout.root / "summary.md", text)


if __name__ == "__main__":
    main(*sys.argv[1:])
