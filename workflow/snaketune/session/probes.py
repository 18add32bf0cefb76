"""How long runs take, told from the first ones while they are under way: nobody waits for the slowest of them."""

import time
from collections.abc import Sequence
from statistics import fmean

from snaketune.proposing.durations import mean_seconds
from snaketune.proposing.packing import LONG, Places
from snaketune.results.store import Store
from snaketune.runner.run_id import RunId
from snaketune.session.running import under_way

__all__ = ["seconds_of_probes"]

_PATIENCE = 600.0  # seconds for which runs may wait in a cluster's queue without one that begins or ends
_SHORTEST, _LONGEST = 0.05, 2.0  # seconds between two looks

Run = tuple[str, RunId]


def seconds_of_probes(store: Store, contract: str | None, probes: Sequence[Run], places: Places) -> float | None:
    """How many seconds a run takes: known when all probes have ended, or one of them is seen to take long.

    None if none of them has begun or ended for a long time.
    """
    pause, waiting = _SHORTEST, time.monotonic()
    left, busy = list(probes), 0
    while True:
        left_now = [run for run in left if not store.done(*run)]
        running = under_way(store.layout, left_now)
        elapsed = [time.time() - each.since for each in running]
        if not left_now or max(elapsed, default=0.0) > LONG:
            break
        if len(left_now) != len(left) or len(running) != busy:
            waiting, pause = time.monotonic(), _SHORTEST
        left, busy = left_now, len(running)
        if not running and time.monotonic() - waiting > (LONG if places.here else _PATIENCE):
            break
        time.sleep(pause)
        pause = min(_LONGEST, pause * 1.2)
    ended = mean_seconds(store, contract, [run for run in probes if run not in left_now])
    so_far = [seconds for seconds in elapsed if seconds > LONG]
    known = [*([ended] * (len(probes) - len(left_now)) if ended is not None else []), *so_far]
    return fmean(known) if known else None
