"""The time left, against histories of made-up searches whose end is known."""

import heapq
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from snaketune.session.forecast import Pace, Queue, Wave, concurrency, seconds_left

PAUSE, GAP = 5.0, 0.5


def history(rounds: list[int], places: int, overlap: int, seed: int) -> list[list[tuple[float, float]]]:
    """When each run of each round started and ended, with durations that differ by a factor of about four."""
    draw = random.Random(seed)
    free = [0.0] * places
    found: list[list[tuple[float, float]]] = []
    for number, size in enumerate(rounds):
        awaited = [end for runs in found[: max(0, number - overlap)] for _, end in runs]
        allowed = max(awaited) + PAUSE if awaited else 0.0
        runs = []
        for _ in range(size):
            start = max(heapq.heappop(free), allowed)
            end = start + 60 * draw.lognormvariate(0, 0.5)
            heapq.heappush(free, end + GAP)
            runs.append((start, end))
        found.append(runs)
    return found


def predicted(found: list[list[tuple[float, float]]], now: float, places: int, overlap: int) -> float:
    """The forecast of somebody who has seen the history up to `now`."""
    ended = [(start, end) for runs in found for start, end in runs if end <= now]
    waves = [
        wave(
            sum(start > now for start, _ in runs),
            tuple((now - start, 1.0) for start, end in runs if start <= now < end),
        )
        for runs in found
    ]
    pace = Pace(tuple(sorted(end - start for start, end in ended)), places, GAP, PAUSE)
    return seconds_left([in_turn(waves, overlap)], pace)


def wave(waiting: int, running: tuple[tuple[float, float], ...] = ()) -> Wave:
    """So many runs of work 1."""
    return Wave((1.0,) * waiting, running)


def in_turn(waves: Sequence[Wave], overlap: int = 0) -> Queue:
    """Rounds that wait for all before them but the `overlap` latest."""
    chained = [
        replace(wave, needs=(k - 1 - overlap,) if k > overlap else (), follows=(k - 1,) if k else ())
        for k, wave in enumerate(waves)
    ]
    return Queue(tuple(chained))


@pytest.mark.parametrize(
    ("rounds", "places", "overlap"),
    [
        ([10, *[4] * 20], 4, 0),  # a search that learns: a barrier behind each round
        ([10, *[4] * 20], 4, 1),
        ([200], 8, 0),
        ([50, 50, 50, 50], 16, 1),
        ([8, *[3] * 10], 8, 0),  # rounds that do not fill the machine
        ([20], 1, 0),
    ],
)
def test_the_time_left_is_about_right(rounds, places, overlap):
    """Over twenty histories there is no bias, at any time; a single one may have its longest run at its end."""
    for part in (0.3, 0.5, 0.8):
        said = true = 0.0
        for seed in range(20):
            found = history(rounds, places, overlap, seed)
            end = max(end for runs in found for _, end in runs)
            said += predicted(found, end * part, places, overlap)
            true += end * (1 - part)
        assert said == pytest.approx(true, rel=0.15)


def test_a_rate_would_not_do():
    """At the end of a search that learns the places are idle, which the number of runs by their rate leaves out."""
    pace = Pace((1.0,) * 9 + (11.0,), places=10)
    one_by_one = seconds_left([in_turn([wave(10)] * 10)], pace)
    assert one_by_one > 10 * 10 * 2.0 / 10  # runs × mean duration / places
    assert one_by_one == pytest.approx(10 * (1 + 10 * (1 - 0.9**10)), rel=0.15)
    assert seconds_left([Queue((wave(100),))], pace) < 40


def test_packed_runs_are_done_one_after_the_other_in_their_job():
    pace = Pace((2.0,), places=2, gap=1.0, block=5)
    assert seconds_left([Queue((wave(20),))], pace) == 2 * (5 * 2.0 + 1.0)
    at_once = Pace((2.0,), places=4, gap=1.0, block=6, at_once=2)
    assert seconds_left([Queue((wave(24),))], at_once) == 2 * (3 * 2.0 + 1.0)


def test_a_search_that_refines_another_one_begins_behind_it():
    pace = Pace((10.0,), places=4)
    coarse, fine = Queue((wave(4),)), Queue((wave(4),), after=frozenset({0}))
    assert seconds_left([coarse, fine], pace) == 20
    assert seconds_left([coarse, Queue((wave(4),))], Pace((10.0,), places=8)) == 10
    assert seconds_left([Queue((wave(0),)), Queue((Wave((), ((4.0, 1.0),)),))], pace) == pytest.approx(6, abs=1)
    assert seconds_left([Queue(())], pace) == 0


def test_what_runs_longer_than_all_others_goes_on_for_a_while():
    assert 0 < Pace((10.0, 20.0), places=1).rest(25.0, 1.0) < 20
    assert Pace((10.0, 20.0), places=1).rest(5.0, 1.0) == 10
    assert Pace((1.0, 2.0), places=1).rest(5.0, 10.0) == 10


def test_how_many_go_on_at_a_time():
    assert concurrency([(0, 2), (1, 3), (2, 4), (2.5, 2.6)]) == 3
    assert concurrency([(0, 1), (1, 2)]) == 1
    assert concurrency([]) == 0


def test_runs_of_more_work_take_longer():
    pace = Pace((2.0,), places=2, gap=1.0)
    assert seconds_left([Queue((Wave((1.0, 1.0, 27.0)),))], pace) == 2.0 + 1 + 54 + 1
    assert seconds_left([Queue((Wave((), ((10.0, 9.0),)),))], pace) == 8 + 1
    assert seconds_left([Queue((Wave((9.0, 1.0)),))], Pace((2.0,), places=1, block=2)) == 20


def test_brackets_do_not_wait_for_each_other():
    """A rung waits for the one below it alone: here the third round is done beside the first."""
    pace = Pace((1.0,), places=2)
    rungs = Queue((Wave((10.0,)), Wave((3.0,), needs=(0,)), Wave((9.0,)), Wave((4.0,), needs=(2,))))
    assert seconds_left([rungs], pace) == 13
    assert seconds_left([in_turn([replace(wave, needs=()) for wave in rungs.waves])], pace) == 26


def test_a_round_without_anything_left_takes_no_time():
    pace = Pace((1.0,), places=1, pause=5.0)
    assert seconds_left([in_turn([wave(1), wave(0), wave(0), wave(1)])], pace) == 1 + 5 + 1
    assert seconds_left([in_turn([wave(0)] * 5000)], pace) == 0
