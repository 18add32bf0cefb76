"""Chooses the trials that are trained again in the end.

Usage: finalists.py STUDY_JSON
"""

import sys
from pathlib import Path

from snaketune.config import load_study
from snaketune.entry import entry_point
from snaketune.layout import Layout, write_params
from snaketune.results.final import finalists, proposals_of
from snaketune.results.rounds import write_proposed
from snaketune.results.study import read_results
from snaketune.values import trial_id


@entry_point
def main(study_json: str) -> None:
    layout = Layout(Path(study_json).parent)
    study = load_study(layout.study)
    proposals = proposals_of(finalists(read_results(layout, study).trials, study), study)
    for proposal in proposals:
        write_params(layout, trial_id(proposal.params), proposal.params)
    write_proposed(layout.finalists, proposals, start=0, number=0)


if __name__ == "__main__":
    main(*sys.argv[1:])
