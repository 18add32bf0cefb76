"""What is shown of a search while it runs."""

import fcntl

from snaketune.driving.live import best_so_far, counts
from snaketune.results.so_far import SoFar
from snaketune.session.glance import glance_at


def test_the_counts_and_the_best(made):
    study = made()
    seen = glance_at(SoFar(study.layout, study.study), 0.0)
    assert (counts(seen), best_so_far(seen)) == ("0 of 13 trials done", "no trial is done yet")
    first, second, third, *_ = study.propose("grid")
    study.run(first.trial, "r0", {"loss": 2.5})
    study.run(second.trial, "r0", {"status": "failed", "reason": "exit code 1"})
    folder = study.layout.run(third.trial, "r0")
    folder.mkdir(parents=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        seen = glance_at(SoFar(study.layout, study.study), 0.0)
    assert counts(seen) == "2 of 13 trials done, 1 running, 1 failed"
    assert best_so_far(seen).startswith(f"best loss 2.5 ({first.trial}): x = 1, o = a")
    study.finish(lambda params, run: {"loss": 1.0})
    seen = glance_at(SoFar(study.layout, study.study), 0.0)
    assert counts(seen) == "13 of 13 trials done, tables, plots and the page are made"
