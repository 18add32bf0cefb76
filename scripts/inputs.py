"""Notes what the files hold that the trials depend on and that other rules make.

Usage: inputs.py NOTE FILE...
"""

import sys
from pathlib import Path

from snaketune.config.inputs import note_inputs
from snaketune.config.objective import DIGEST_CACHE
from snaketune.entry import entry_point


@entry_point
def main(note: str, *files: str) -> None:
    note_inputs(files, Path(note), DIGEST_CACHE)


if __name__ == "__main__":
    main(*sys.argv[1:])
