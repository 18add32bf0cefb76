"""Starts one of the runner's programs as start.py does, but trials called `other…` have a program of their own.

    python -S after_another.py START.PY block …

Theirs gives all metrics that are wanted, in every way, and leaves nothing: so that what is tested is not the first run
that its process does.
"""

import json
import runpy
import sys
from pathlib import Path

START = sys.argv.pop(1)
PROGRAM = 'echo "$0" > $SNAKETUNE_HISTORY; echo "$0" > $SNAKETUNE_METRICS; echo "$0"; echo an error >&2'


def main() -> None:
    sys.path.insert(0, str(Path(START).resolve().parents[2]))
    from snaketune.runner.run import Run

    command = Run.command

    def command_of(run: Run) -> list[str]:
        if run.trial.startswith("other") and not run.spec.function:
            return ["sh", "-c", PROGRAM, json.dumps(dict.fromkeys(run.spec.metrics_wanted, 1) or {"other": 1})]
        return command(run)

    Run.command = command_of
    del sys.path[0]
    sys.argv[0] = START
    runpy.run_path(START, run_name="__main__")


main()
