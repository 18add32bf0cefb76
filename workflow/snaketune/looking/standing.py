"""How a study stands, as a document whose keys stay."""

import time
from collections import Counter
from typing import Any

from snaketune.config.study import Study
from snaketune.layout import Layout
from snaketune.results.ranking import ranked
from snaketune.results.so_far import SoFar
from snaketune.session.again import again
from snaketune.session.glance import glance_at

__all__ = ["document_of_status"]


def document_of_status(layout: Layout, study: Study, owner: str | None) -> dict[str, Any]:
    """What `status` says; `owner` describes the workflow that is at work on it, None if there is none."""
    so_far = SoFar(layout, study)
    seen = glance_at(so_far, time.time())
    results = seen.results
    best = next(iter(ranked(results.trials, study)), None)
    return {
        "study": study.name,
        "at_work": owner,
        "complete": results.incomplete is None,
        "trials": {"done": len(results.trials), "total": results.total},
        "statuses": Counter(trial.status for trial in results.distinct.values()),
        "searches": {
            name: {
                "done": len(found.trials),
                "total": max(len(found.trials), results.expected.get(name, 0)),
                "ended_early": found.ending,
            }
            for name, found in results.searches.items()
        },
        "running": [
            {"trial": each.trial, "run": str(each.run), "since": each.since, "attempt": each.attempt, "host": each.host}
            for each in seen.running
        ],
        "left": seen.left if owner else None,
        "best": None
        if best is None
        else {"trial": best.trial, "budget": best.budget, "params": best.params, "metrics": best.metrics},
        "damaged": [str(damaged.path) for damaged in so_far.damaged.values()],
        "goes_on_with": again(layout),
    }
