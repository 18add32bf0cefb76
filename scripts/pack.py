"""Says how the next runs of a round are packed into jobs, when it is known how long they take: a waves/<n>.json.

Usage: pack.py STUDY_JSON SEARCH ROUND WAVE
"""

import sys
from pathlib import Path

from snaketune.config import load_study
from snaketune.entry import entry_point
from snaketune.layout import Layout
from snaketune.session.packing import pack


@entry_point
def main(study_json: str, search: str, number: str, index: str) -> None:
    layout = Layout(Path(study_json).parent)
    said = pack(load_study(layout.study), layout, search, int(number), int(index))
    if said:
        print(f"[snaketune] {said}", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
