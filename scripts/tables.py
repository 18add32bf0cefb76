"""Writes the tables and texts of one search, or of the whole study.

Usage: tables.py STUDY_JSON [SEARCH]
"""

import sys
from pathlib import Path

from snaketune.config import load_study
from snaketune.entry import entry_point
from snaketune.files import write_text
from snaketune.layout import Layout
from snaketune.proposing.recommendation import recommended
from snaketune.results.best import best_yaml
from snaketune.results.rounds import read_search
from snaketune.results.runs import cpu_seconds, read_run
from snaketune.results.summary import front_rows, summary_md, top_rows
from snaketune.results.tables import runs_table, trial_rows, write_table


@entry_point
def main(study_json: str, search: str | None = None) -> None:
    layout = Layout(Path(study_json).parent)
    study = load_study(layout.study)
    names = [search] if search else list(study.searches)
    read = {name: read_search(layout, study.searches[name]) for name in names}
    trials_of = {name: found.trials for name, found in read.items()}
    endings = {name: found.ending for name, found in read.items()}
    folder = layout.root / (search or "")
    write_table(folder / "results.csv", trial_rows(trials_of, study))
    distinct = {trial.trial: trial for listed in trials_of.values() for trial in listed}
    recommendation = recommended(trials_of[search], study.searches[search], study) if search else None
    write_text(folder / "best.yaml", best_yaml(list(distinct.values()), study, " and ".join(names), recommendation))
    write_table(folder / "top.csv", top_rows(trials_of, study))
    if len(study.metrics) > 1:
        write_table(folder / "pareto.csv", front_rows(trials_of, study))
    runs = [read_run(layout, study, trial, run) for trial in distinct for run in study.runs]
    if search:
        used = cpu_seconds(runs)
        write_text(folder / "summary.md", summary_md(trials_of, study, layout, endings, cpu_seconds=used))
    else:
        write_table(folder / "runs.csv", runs_table(runs, study))


if __name__ == "__main__":
    main(*sys.argv[1:])
