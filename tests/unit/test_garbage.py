"""Searches for garbage are seldom in processes that make very many objects."""

import gc

from snaketune.garbage import collect_seldom


def test_what_stays_is_not_looked_through_again_and_again():
    before = gc.get_threshold()
    try:
        collect_seldom()
        assert gc.get_freeze_count() > 1000, "what has been imported"
        done = gc.get_stats()[0]["collections"]
        kept = [{} for _ in range(100_000)]
        assert gc.get_stats()[0]["collections"] - done <= 1
        assert len(kept) == 100_000
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
