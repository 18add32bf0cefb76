"""Gathers the results of one round of a search into its results.csv.

Usage: gather.py STUDY_JSON SEARCH ROUND
"""

import sys
from pathlib import Path

from snaketune.config import load_study
from snaketune.entry import entry_point
from snaketune.layout import Layout
from snaketune.results.rounds import write_trials
from snaketune.results.study import gathered


@entry_point
def main(study_json: str, search: str, number: str) -> None:
    layout = Layout(Path(study_json).parent)
    trials = gathered(layout, load_study(layout.study), search, int(number))
    write_trials(layout.gathered(search, int(number)), trials)


if __name__ == "__main__":
    main(*sys.argv[1:])
