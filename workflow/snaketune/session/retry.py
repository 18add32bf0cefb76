"""Trying failed runs again: their results are set aside, so that they count as not yet run."""

from snaketune.config.study import Study
from snaketune.layout import Layout
from snaketune.results.runs import read_run
from snaketune.runner import states
from snaketune.runner.status import FAILURES

__all__ = ["GROUPS", "set_aside"]

GROUPS = {"all-failed": FAILURES}


def set_aside(layout: Layout, study: Study, status: str) -> int:
    """Renames the result of each run with `status` (or of the group of that name) to result.N.json; says how many."""
    wanted = GROUPS.get(status, (status,))
    known = {str(run): run for run in study.runs}
    count = 0
    for path in sorted(layout.root.glob("trials/*/*/result.json")):
        trial, name = path.parts[-3:-1]
        run = known.get(name)
        if run is not None and read_run(layout, study, trial, run).status in wanted:
            states.set_aside(path.parent)
            count += 1
    return count
