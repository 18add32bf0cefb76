"""Says what a study would run, and writes each search's plan.csv; nothing is trained.

Usage: plan.py STUDY_JSON [here]

`here`: trials would run on this machine, of which the plan then says more.
"""

import sys
from pathlib import Path

from snaketune.config import load_study
from snaketune.entry import entry_point
from snaketune.layout import Layout
from snaketune.proposing.plan import plan_of, plan_text, write_plan
from snaketune.resources import gpus_here


@entry_point
def main(study_json: str, here: str = "") -> None:
    layout = Layout(Path(study_json).parent)
    study = load_study(layout.study)
    plans = [plan_of(study, search, layout) for search in study.searches.values()]
    for plan in plans:
        write_plan(plan, layout)
    print(plan_text(plans, study, layout, gpus_here(study.resources, study.run_spec) if here else None))


if __name__ == "__main__":
    main(*sys.argv[1:])
