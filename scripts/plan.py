"""Says what a study would run, and writes each search's plan.csv; nothing is trained.

Usage: plan.py STUDY_JSON [here|cluster [RESOURCE=VALUE]...]

`here`: trials would run on this machine, of which the plan then says more. The resources are those that Snakemake gives
each job; `_cores` are its threads.
"""

import sys
from pathlib import Path

from snaketune.config import load_study
from snaketune.entry import entry_point
from snaketune.layout import Layout
from snaketune.proposing.plan import plan_of, plan_text, write_plan
from snaketune.resources import gpus_here, read_given
from snaketune.results.store import Store


@entry_point
def main(study_json: str, place: str = "", *resources: str) -> None:
    layout = Layout(Path(study_json).parent)
    study = load_study(layout.study)
    store = Store(layout, study.run_spec.contract)
    plans = [plan_of(study, search, store) for search in study.searches.values()]
    for plan in plans:
        write_plan(plan, layout)
    gpus = gpus_here(study.resources, study.run_spec) if place == "here" else None
    print(plan_text(plans, study, store, read_given(resources, cluster=place == "cluster"), gpus))


if __name__ == "__main__":
    main(*sys.argv[1:])
