"""Proposes one round of a search: its trials.csv, its round.json and the parameters of trials that need them.

With a pruner of runs also its pruner.json, by which the round's runs are judged while they train.

Usage: generate.py STUDY_JSON SEARCH ROUND
"""

import sys
from pathlib import Path

from snaketune.config import load_study
from snaketune.entry import entry_point
from snaketune.files import write_text
from snaketune.layout import Layout
from snaketune.proposing.propose import first_number, propose
from snaketune.proposing.thresholds import pruner_text
from snaketune.results.rounds import (
    RoundNote,
    forget_later_rounds,
    proposed_ids,
    rounds_there,
    write_proposed,
    write_round,
)
from snaketune.results.store import Store
from snaketune.session.deletion import delete_unneeded
from snaketune.session.once import not_said_yet
from snaketune.session.packing import drop_other_blocks, pack_proposed
from snaketune.session.params_files import write_params_of_round
from snaketune.values import trial_id


@entry_point
def main(study_json: str, search: str, number: str) -> None:
    layout = Layout(Path(study_json).parent)
    study = load_study(layout.study)
    chosen = propose(study, search, int(number), layout)
    for note in chosen.notes:
        print(f"[snaketune] {search}: {note}", file=sys.stderr)
    by = study.searches[search]
    this = by.round(int(number))
    if len(chosen.proposals) < this.size or by.parts:
        earlier = [each.number for each in rounds_there(layout, by) if each.number < this.number]
        sizes = [len(proposed_ids(layout.proposed(search, each))) for each in earlier]
        if by.schedule.is_over([*sizes, len(chosen.proposals)]):
            forget_later_rounds(layout, search, this.number)
    trials = [(trial_id(each.params), each.budget, each.part) for each in chosen.proposals]
    jobs = pack_proposed(study, layout, search, this.number, trials)
    if by.prunes_runs or layout.pruner(search, this.number).exists():
        write_text(layout.pruner(search, this.number), pruner_text(study, by, this, layout))
    # Snakemake takes a table that is there for good as long as the waves of its round are not planned, and what is made
    # from it would come before it.
    layout.gathered(search, this.number).unlink(missing_ok=True)
    write_round(layout.ending(search, this.number), RoundNote(chosen.ending, by.fingerprint, by.batch_size, jobs))
    start = first_number(by, this, layout)
    write_proposed(layout.proposed(search, this.number), chosen.proposals, start=start, number=this.number)
    write_params_of_round(study, layout, search, this.number)
    drop_other_blocks(study, layout, search, this.number)
    for line in not_said_yet(layout, delete_unneeded(study, Store(layout, study.run_spec.contract))):
        print(f"[snaketune] {line}", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
