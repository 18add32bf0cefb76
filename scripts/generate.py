"""Proposes one round of a search: its trials.csv, its round.json and the parameters of each trial.

Usage: generate.py STUDY_JSON SEARCH ROUND
"""

import sys
from pathlib import Path

from snaketune.config import load_study
from snaketune.entry import entry_point
from snaketune.layout import Layout, write_params
from snaketune.proposing.propose import propose
from snaketune.results.rounds import RoundNote, forget_later_rounds, write_proposed, write_round
from snaketune.values import trial_id


@entry_point
def main(study_json: str, search: str, number: str) -> None:
    layout = Layout(Path(study_json).parent)
    study = load_study(layout.study)
    chosen = propose(study, search, int(number), layout)
    for note in chosen.notes:
        print(f"[snaketune] {search}: {note}", file=sys.stderr)
    for proposal in chosen.proposals:
        write_params(layout, trial_id(proposal.params), proposal.params)
    this = study.searches[search].round(int(number))
    if len(chosen.proposals) < this.size:
        forget_later_rounds(layout, search, this.number)
    write_round(layout.ending(search, this.number), RoundNote(chosen.ending, study.searches[search].fingerprint))
    write_proposed(layout.proposed(search, this.number), chosen.proposals, start=this.start, number=this.number)


if __name__ == "__main__":
    main(*sys.argv[1:])
