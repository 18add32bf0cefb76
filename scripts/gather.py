"""Gathers the results of one round of a search into its results.csv.

Usage: gather.py STUDY_JSON SEARCH ROUND
"""

import sys
from pathlib import Path

from snaketune.config import load_study
from snaketune.entry import entry_point
from snaketune.layout import Layout
from snaketune.results.rounds import read_proposed, write_trials
from snaketune.results.runs import read_run
from snaketune.results.trials import trial_from


@entry_point
def main(study_json: str, search: str, number: str) -> None:
    layout = Layout(Path(study_json).parent)
    study = load_study(layout.study)
    runs_of_round = study.searches[search].round(int(number)).runs
    trials = []
    for proposed in read_proposed(layout.proposed(search, int(number))):
        runs = [read_run(layout, study, proposed.trial, run) for run in runs_of_round]
        trials.append(trial_from(proposed, runs, study, min_runs=study.min_runs))
    write_trials(layout.gathered(search, int(number)), trials)


if __name__ == "__main__":
    main(*sys.argv[1:])
