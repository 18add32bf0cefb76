"""The markers that tell which blocks of packed runs are done.

A marker lists the runs of its block and the contract of their results, which are where they always are.
"""

import json

from snaketune.layout import Layout
from snaketune.results.store import Store
from snaketune.runner import states
from snaketune.runner.portions import SUFFIX, owner_lives

__all__ = ["drop_dead_portions", "drop_stale_markers"]


def drop_stale_markers(store: Store, contract: str | None) -> int:
    """Removes the markers of blocks that lack a result, deleted or set aside to be tried again; says how many.

    Results of another contract are set aside first. Snakemake does not do that: it knows of a result what it was made
    from only if the result was a job of its own. Records of another contract count for nothing by themselves.
    """
    count, layout = 0, store.layout
    for marker in layout.root.glob("*/rounds/*/blocks/*.done"):
        done = json.loads(marker.read_text(encoding="utf-8"))
        runs = [run.split("/") for run in done["runs"]]
        if done["contract"] != contract:
            for result in (layout.result(*run) for run in runs):
                if result.exists() and not states.is_of(result, contract):
                    states.outdate(result.parent)
        if not all(store.done(*run) for run in runs):
            marker.unlink()
            count += 1
    return count


def drop_dead_portions(layout: Layout) -> None:
    """Removes what jobs that were killed have left beside their markers: the next ones begin anew."""
    for path in layout.root.glob(f"*/rounds/*/blocks/*{SUFFIX}*"):
        if not owner_lives(str(path)):
            path.unlink(missing_ok=True)
