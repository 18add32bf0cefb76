"""Searches for garbage are seldom in processes that make very many objects."""

import gc
import subprocess
import sys

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


def test_the_end_does_not_wait_for_a_search():
    words = (
        "import gc\nfrom snaketune.garbage import collect_seldom\ncollect_seldom()\n"
        "class Told:\n    def __del__(self): print('found')\n"
        "gone = Told(); gone.itself = gone; del gone; gc.collect()\n"
        "last = Told(); last.itself = last\n"
    )
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout == "found\n"
