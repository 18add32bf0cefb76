"""Writes what a study's configuration wants for other tools.

Usage: export.py STUDY_JSON [MARKER]

Behind a round a marker says that it is done; then what goes wrong is said and left at that.
"""

import sys
from pathlib import Path

from snaketune.entry import entry_point
from snaketune.errors import StudyError
from snaketune.exporting.reading import read_described
from snaketune.exporting.wanted import write_wanted
from snaketune.layout import Layout


@entry_point
def main(study_json: str, marker: str | None = None) -> None:
    found = read_described(Layout(Path(study_json).parent))
    notes, failed = write_wanted(found)
    for line in (*notes, *failed):
        print(f"[snaketune] {line}", file=sys.stderr)
    if marker:
        Path(marker).touch()
    elif failed:
        raise StudyError("Not all exports could be written")


if __name__ == "__main__":
    main(*sys.argv[1:])
