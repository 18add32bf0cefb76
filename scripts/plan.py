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
from snaketune.proposing.plan import written_plan
from snaketune.resources import read_given


@entry_point
def main(study_json: str, place: str = "", *resources: str) -> None:
    layout = Layout(Path(study_json).parent)
    given = read_given(resources, cluster=place == "cluster")
    print(written_plan(load_study(layout.study), layout, given, here=place == "here"))


if __name__ == "__main__":
    main(*sys.argv[1:])
