"""Writes the tables and texts of one search, or of the whole study.

Usage: tables.py STUDY_JSON [SEARCH]
"""

import sys
from itertools import chain
from pathlib import Path

from snaketune.config import load_study
from snaketune.entry import entry_point
from snaketune.files import write_text
from snaketune.layout import Layout
from snaketune.proposing.recommendation import recommended
from snaketune.results.best import best_yaml
from snaketune.results.runs import cpu_seconds
from snaketune.results.spreadsheet import spreadsheet_text
from snaketune.results.study import read_results
from snaketune.results.summary import front_rows, summary_md, top_rows
from snaketune.results.tables import RUN_HEADER, runs_table, trial_rows, write_table


@entry_point
def main(study_json: str, search: str | None = None) -> None:
    layout = Layout(Path(study_json).parent)
    study = load_study(layout.study)
    results = read_results(layout, study, search)
    trials_of, distinct = results.trials_of, list(results.distinct.values())
    rows = trial_rows(trials_of, study)
    write_table(layout.results(search), rows)
    recommendation = recommended(trials_of[search], study.searches[search], study) if search else None
    best = best_yaml(distinct, study, " and ".join(trials_of), recommendation)
    write_text(layout.file("best.yaml", search), best)
    write_table(layout.file("top.csv", search), top_rows(trials_of, study))
    if len(study.metrics) > 1:
        write_table(layout.file("pareto.csv", search), front_rows(trials_of, study))
    runs = list(chain.from_iterable(results.runs().values()))
    if search:
        summary = summary_md(trials_of, study, layout, results.endings, cpu_seconds=cpu_seconds(runs))
        write_text(layout.file("summary.md", search), summary)
    else:
        write_table(layout.file("runs.csv"), runs_table(runs, trials_of, study), RUN_HEADER)
        if study.spreadsheet:
            write_text(layout.file("spreadsheet.csv"), spreadsheet_text(rows))


if __name__ == "__main__":
    main(*sys.argv[1:])
