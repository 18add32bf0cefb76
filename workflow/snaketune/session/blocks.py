"""Runs that are packed into blocks, several to a job, and the markers that tell which blocks are done.

A round's runs are cut into blocks by their place in the round, whatever is done already, so that the blocks stay the
same while the study grows. A marker lists the runs of its block and the contract of their results, which are where
they always are.
"""

import json
from collections.abc import Sequence

from snaketune.layout import Layout
from snaketune.runner import states

__all__ = ["block", "block_count", "drop_stale_markers"]


def block_count(runs: int, size: int) -> int:
    """How many blocks of `size` that many runs make; the last may be smaller."""
    return -(-runs // size)


def block(runs: Sequence[str], index: int, size: int) -> list[str]:
    """The runs of one block."""
    return list(runs[index * size : (index + 1) * size])


def drop_stale_markers(layout: Layout, contract: str) -> int:
    """Removes the markers of blocks that lack a result, deleted or set aside to be tried again; says how many.

    Results of another contract are set aside first. Snakemake does not do that: it knows of a result what it was made
    from only if the result was a job of its own.
    """
    count = 0
    for marker in layout.root.glob("*/rounds/*/blocks/*.done"):
        done = json.loads(marker.read_text(encoding="utf-8"))
        results = [layout.result(*run.split("/")) for run in done["runs"]]
        if done["contract"] != contract:
            for result in results:
                if result.exists() and not states.is_of(result, contract):
                    states.outdate(result.parent)
        if not all(result.exists() for result in results):
            marker.unlink()
            count += 1
    return count
