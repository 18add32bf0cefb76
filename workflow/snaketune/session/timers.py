"""Snakemake looks a second after each job whether more may be started, and waits for all these looks in the end."""

import threading

__all__ = ["drop_timers"]


def drop_timers() -> None:
    """Has nobody wait for timers any more, when there is nothing left to be started."""
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.cancel()
