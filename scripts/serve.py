"""Serves stages, so that each of them starts in milliseconds, until its standard input ends.

Usage: serve.py GROUPS

GROUPS is a JSON list of pairs: an address, and the modules and scripts that are imported there.
"""

import json
import sys
from pathlib import Path

from snaketune.serving.server import serve


def main(groups: str) -> None:
    serve(Path(__file__).parent, json.loads(groups), sys.stdin.fileno())


if __name__ == "__main__":
    main(*sys.argv[1:])
