"""Prints how far a study is, whether it is running, was killed or has ended.

Usage: status.py STUDY_JSON [OWNER]

OWNER describes the workflow that is at work on the study, if there is one.
"""

import sys
from pathlib import Path

from snaketune.config import load_study
from snaketune.entry import entry_point
from snaketune.errors import StudyError
from snaketune.layout import Layout
from snaketune.session.standing import status_text


@entry_point
def main(study_json: str, owner: str = "") -> None:
    layout = Layout(Path(study_json).parent)
    if not layout.study.exists():
        raise StudyError(f"{layout.root} has no results yet; start the study with: snakemake --cores all")
    print(status_text(layout, load_study(layout.study), owner))


if __name__ == "__main__":
    main(*sys.argv[1:])
