"""Writes the tables and texts of one search, or of the whole study.

Usage: tables.py STUDY_JSON [SEARCH]
"""

import sys
from pathlib import Path

from snaketune.config import load_study
from snaketune.entry import entry_point
from snaketune.files import write_text
from snaketune.layout import Layout
from snaketune.proposing.explained import NO_MODEL, explained_of
from snaketune.proposing.recommendation import recommended
from snaketune.results.by_name import link_by_name
from snaketune.results.explained import NAME as MODEL
from snaketune.results.explained import read_models, write_explained
from snaketune.results.spreadsheet import spreadsheet_text
from snaketune.results.study import read_results
from snaketune.results.tables import header_of
from snaketune.results.writing import write_runs, write_summary, write_tables


@entry_point
def main(study_json: str, search: str | None = None) -> None:
    layout = Layout(Path(study_json).parent)
    study = load_study(layout.study)
    results = read_results(layout, study, search)
    if search:
        recommendation = recommended(results.trials_of[search], study.searches[search], study)
        write_tables(results, layout.root / search, recommendation)
        if study.explaining:
            write_explained(layout.file(MODEL, search), explained_of(results).get(search, NO_MODEL))
        write_summary(results, layout.root / search, models=read_models(layout, study, [search]))
    else:
        write_tables(results, layout.root)
        write_runs(results, layout.root)
        link_by_name(results, layout.by_name)
        if study.spreadsheet:
            write_text(layout.file("spreadsheet.csv"), spreadsheet_text(results.rows, header_of(study)))


if __name__ == "__main__":
    main(*sys.argv[1:])
