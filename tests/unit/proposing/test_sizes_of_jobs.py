"""How runs are packed into jobs, from how long they take."""

import pytest
from snaketune.proposing.packing import Places, next_waves
from snaketune.results.waves import Wave, blocks_of

TWO = Places(2, here=True)
CLUSTER = Places(100, here=False)


def of(runs: int, seconds: float | None, places: Places = TWO, *, start: int = 0, **options) -> Wave:
    """The only next wave of so many runs, none of which is done."""
    (wave,) = next_waves([False] * runs, start, options.pop("trials_per_job", "auto"), places, seconds, **options)
    return wave


def test_as_long_as_nothing_is_known_each_place_has_a_run():
    assert of(100, None) == Wave(0, 2, None)
    assert of(1, None) == Wave(0, 1, None)
    assert of(10_000, None, Places(64, here=True)).stop == 32
    assert of(10_000, None, CLUSTER).stop == 100


def test_long_runs_have_a_job_each_not_too_many_at_once():
    assert of(100, 5.0, start=2) == Wave(2, 100, None)
    assert of(1000, 5.0, start=2) == Wave(2, 252, None)
    assert of(9000, 60.0, Places(1000, here=False)) == Wave(0, 2000, None)


@pytest.mark.parametrize(("runs", "seconds", "places", "jobs"), [
    (7, 0.05, TWO, 1),  # not worth a second job
    (100, 0.05, TWO, 2),
    (9998, 0.001, TWO, 4),  # at most 4000 runs a job, and both places are busy to the end
    (1000, 1.0, TWO, 50),
    (100, 4.0, Places(8, here=True), 20),
    (1000, 1.0, CLUSTER, 100),
    (100_000, 1.0, CLUSTER, 250),
])  # fmt: skip
def test_short_runs_are_packed(runs, seconds, places, jobs):
    wave = of(runs, seconds, places)
    blocks = blocks_of([wave])
    assert len(blocks) == jobs
    if runs <= 10_000:
        assert (blocks[0][0], blocks[-1][1]) == (0, runs)
    assert max(stop - start for start, stop in blocks) <= 4000
    assert max(stop - start for start, stop in blocks) * seconds <= (20 if places.here else 300) + seconds
    assert len(blocks) <= places.most_jobs


def test_durations_that_are_known_roughly_are_good_for_a_few_seconds():
    assert of(10_000, 0.2, start=2, rough=True) == Wave(2, 22, 10)
    assert of(108, 0.05, start=2, rough=True) == Wave(2, 108, 53), "little work is done at once all the same"
    assert of(10_000, 0.05, start=2, rough=True) == Wave(2, 10_000, 2500), "most of that is the program's start"


def test_a_number_is_what_it_says():
    assert of(10, None, trials_per_job=3) == Wave(0, 10, 3)
    assert of(10, 0.001, trials_per_job=1) == Wave(0, 10, None)
    assert of(10_000, None, trials_per_job=1, start=250) == Wave(250, 500, None)
    assert of(10_000, None, trials_per_job=20) == Wave(0, 5000, 20)


def test_what_is_done_needs_no_job():
    done = [True] * 6 + [False, True, False, False]
    assert next_waves(done, 0, "auto", TWO, 0.01) == [Wave(0, 6, None), Wave(6, 10, 4)]
    assert next_waves(done, 0, "auto", TWO, None) == [Wave(0, 6, None), Wave(6, 9, None)]
    assert next_waves([True] * 9, 3, 4, TWO, None) == [Wave(3, 9, None)]
