"""Says what a study would run, and writes each search's plan.csv; nothing is trained.

Usage: plan.py STUDY_JSON here|cluster [RESOURCE=VALUE]...

`here`: trials would run on this machine, of which the plan then says more. The resources are those that Snakemake gives
each job; `_cores` are its threads.
"""

import sys
from pathlib import Path

from snaketune.config import load_study
from snaketune.driving.plan import planned
from snaketune.entry import entry_point
from snaketune.layout import Layout


@entry_point
def main(study_json: str, place: str, *resources: str) -> None:
    layout = Layout(Path(study_json).parent)
    print(planned(load_study(layout.study), layout, cluster=place == "cluster", resources=resources))


if __name__ == "__main__":
    main(*sys.argv[1:])
