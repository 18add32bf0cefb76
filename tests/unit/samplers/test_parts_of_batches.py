"""In which rounds a search comes whose trials do their runs in parts."""

from hypothesis import given, settings
from hypothesis import strategies as st
from snaketune.samplers.base import Part
from snaketune.samplers.in_parts import InParts
from snaketune.samplers.schedule import Batches

SCHEDULES = st.builds(
    lambda first, size, total, overlap, waits, ends: InParts(Batches(first, size, total, overlap, waits), ends),
    st.integers(1, 9),
    st.integers(1, 5),
    st.none() | st.integers(1, 30),
    st.integers(0, 4),
    st.booleans(),
    st.lists(st.integers(1, 9), min_size=2, max_size=5, unique=True).map(lambda ends: tuple(sorted(ends))),
)


def whole(size=2, total=4, overlap=0, ends=(1, 3), waits=True):
    return InParts(Batches(size, size, total, overlap, waits), ends)


def steps_of(schedule, most=40):
    steps = []
    while len(steps) < most and (step := schedule.step(len(steps))).size:
        steps.append(step)
    return steps


def test_a_batch_does_one_part_after_the_other_before_the_next_one():
    schedule = whole()
    assert [(s.start, s.size, s.part, [*s.needs], [*s.below]) for s in steps_of(schedule)] == [
        (0, 2, Part(0, 1, 3), [], []),
        (0, 2, Part(1, 3, 3), [0], [0]),
        (2, 2, Part(0, 1, 3), [0, 1], []),
        (2, 2, Part(1, 3, 3), [0, 1, 2], [2]),
    ]
    assert schedule.step(4).size == 0


def test_batches_that_overlap_are_as_far_from_each_other_as_can_be():
    steps = steps_of(whole(total=6, overlap=1, ends=(1, 2, 3, 4)))
    assert [(s.start // 2, s.part.start) for s in steps] == [
        (0, 0), (0, 1), (0, 2), (1, 0), (0, 3), (1, 1), (1, 2), (2, 0), (1, 3), (2, 1), (2, 2), (2, 3),
    ]  # fmt: skip
    assert [*steps[3].needs] == []
    assert [*steps[3].follows] == [0]
    assert [*steps[7].needs] == [0, 1, 2, 4]
    assert [*steps[7].follows] == [3]


@given(SCHEDULES)
@settings(deadline=None, max_examples=60)
def test_rounds_wait_for_earlier_ones_alone_and_each_trial_does_all_parts(schedule):
    steps = steps_of(schedule)
    done: dict[int, list[Part]] = {}
    for number, step in enumerate(steps):
        for earlier in (*step.needs, *step.follows, *step.turn, *step.below):
            assert 0 <= earlier < number
        assert not set(step.needs) & set(step.follows)
        done.setdefault(step.start, []).append(step.part)
        (before,) = [steps[k] for k in step.below] or [None]
        assert (before is None) == (step.part.start == 0)
        if before:
            assert (before.start, before.size, before.part.stop) == (step.start, step.size, step.part.start)
            assert set(step.below) <= set(step.needs)
        of_all = {k for k, other in enumerate(steps[:number]) if other.start != step.start} & {*step.needs}
        assert {steps[k].start for k in of_all} == {
            start
            for start, parts in done.items()
            if {*parts} <= {steps[k].part for k in of_all if steps[k].start == start}
        }, "it sees all that a batch has done, or nothing of it"
    if schedule.batches.total is not None and len(steps) < 40:
        assert sum(step.size for step in steps if not step.below) == schedule.batches.total
        assert all([part.stop for part in parts] == [*schedule.ends] for parts in done.values())
        sizes = [step.size for step in steps]
        assert [schedule.is_over(sizes[:i]) for i in range(1, len(sizes) + 1)] == [
            i == len(sizes) for i in range(1, len(sizes) + 1)
        ]


def test_it_is_over_when_the_last_trials_that_there_are_have_done_all():
    schedule = whole(total=None)
    assert not schedule.is_over([2, 2, 1])
    assert schedule.is_over([2, 2, 1, 0]), "those of the last, short batch were all given up"
    assert schedule.is_over([2, 1, 0]), "there are no more than two, and these have done all"
    overlapping = whole(total=None, overlap=1)  # 0: batch 0; 1, 2: batches 0 and 1; 3, 4: batches 1 and 2
    assert [s.start for s in steps_of(overlapping, 5)] == [0, 0, 2, 2, 4]
    assert not overlapping.is_over([1, 1][:1])
    assert overlapping.is_over([1, 1])
    assert not overlapping.is_over([2, 2, 1])
    assert overlapping.is_over([2, 2, 1, 1])
    assert overlapping.is_over([0])
