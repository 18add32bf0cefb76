"""The study's last word: fails, with the reasons, if not one of its trials is complete.

Usage: check.py STUDY_JSON OUTPUT
"""

import sys
from pathlib import Path

from snaketune.config import load_study
from snaketune.entry import entry_point
from snaketune.errors import StudyError
from snaketune.layout import Layout
from snaketune.results.outcome import write_outcome
from snaketune.results.study import read_results
from snaketune.results.summary import failures


@entry_point
def main(study_json: str, output: str) -> None:
    layout = Layout(Path(study_json).parent)
    study = load_study(layout.study)
    results = read_results(layout, study)
    if not any(trial.complete for trial in results.trials):
        raise StudyError(
            f"No trial of the study {study.name} is complete; the tables are in {layout.root}/.\n"
            f"{failures(results.trials_of, results.store.shown_logs)}"
        )
    write_outcome(Path(output), results)


if __name__ == "__main__":
    main(*sys.argv[1:])
