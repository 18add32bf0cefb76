"""Writes importances.csv and interactions.csv of one search, or of the whole study.

Usage: importance.py STUDY_JSON [SEARCH]
"""

import sys
from pathlib import Path

from snaketune.config import load_study
from snaketune.entry import entry_point
from snaketune.importance.study import importances_of
from snaketune.importance.tables import IMPORTANCES, INTERACTIONS, importance_rows, interaction_rows
from snaketune.layout import Layout
from snaketune.results.level import with_one_budget
from snaketune.results.study import read_results
from snaketune.results.tables import write_table


@entry_point
def main(study_json: str, search: str | None = None) -> None:
    layout = Layout(Path(study_json).parent)
    study = load_study(layout.study)
    searches = [study.searches[search]] if search else list(study.searches.values())
    found = importances_of(with_one_budget(read_results(layout, study, search).rungs), searches, study.metric.name)
    folder = layout.root / (search or "")
    write_table(folder / "importances.csv", importance_rows(found), IMPORTANCES)
    write_table(folder / "interactions.csv", interaction_rows(found), INTERACTIONS)


if __name__ == "__main__":
    main(*sys.argv[1:])
