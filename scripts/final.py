"""Compares the trials of the final training and names the winner.

Usage: final.py STUDY_JSON
"""

import sys
from pathlib import Path

from snaketune.config import load_study
from snaketune.entry import entry_point
from snaketune.files import write_text
from snaketune.layout import Layout
from snaketune.results.best import best_yaml
from snaketune.results.final import compared, final_md, final_rows
from snaketune.results.rounds import read_proposed
from snaketune.results.runs import read_run
from snaketune.results.store import Store
from snaketune.results.study import read_results
from snaketune.results.tables import write_table
from snaketune.results.trials import trial_from


@entry_point
def main(study_json: str) -> None:
    layout = Layout(Path(study_json).parent)
    study = load_study(layout.study)
    store = Store(layout, study.run_spec.contract)
    trained = []
    for proposed in read_proposed(layout.finalists):
        runs = [read_run(store, study, proposed.trial, run) for run in study.final.runs]
        trained.append(trial_from(proposed, runs, study, min_runs=len(runs)))
    found = compared(read_results(layout, study).trials_of, trained, study)
    folder = layout.finalists.parent
    write_table(folder / "results.csv", final_rows(found, study), ("rank", "trial", "status"))
    write_text(folder / "best.yaml", best_yaml(trained, study, "final training"))
    write_text(folder / "summary.md", final_md(found, study))


if __name__ == "__main__":
    main(*sys.argv[1:])
