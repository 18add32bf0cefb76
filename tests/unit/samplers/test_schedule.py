"""In which rounds searches come: whatever their sizes, none waits for a later one, nor for more than it has to."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from snaketune.samplers.base import Rung
from snaketune.samplers.brackets import Bracket, Budget, halving, hyperband, ladder
from snaketune.samplers.in_parts import InParts
from snaketune.samplers.rungs import asynchronous_batch_size, halving_schedule
from snaketune.samplers.schedule import Asynchronous, Batches, Rungs

OPTIONS = {"eta": 3, "sampler": "gp", "n_initial_points": 10}


def rungs(n, batch=1_000_000, overlap=0, learns=False, budgets=(1, 3, 9), eta=3):
    return Rungs((halving(budgets, n, eta),), batch, overlap, learns)


def paper(batch=1_000_000, overlap=0, learns=False):
    return Rungs(tuple(hyperband(ladder(Budget("epochs", 1, 81), 3), 3)), batch, overlap, learns)


def shape(schedule):
    """Bracket, rung and size of each round."""
    steps = [schedule.step(i) for i in range(schedule.count)]
    return [(step.rung.bracket, step.rung.rung, step.size) for step in steps]


SCHEDULES = st.one_of(
    st.builds(
        rungs, st.integers(1, 40), st.integers(1, 50), st.integers(0, 4), st.booleans(),
        st.sampled_from([(1, 3), (1, 2, 4, 8), (0.5, 1)]), st.sampled_from([2, 3, 2.5]),
    ),
    st.builds(paper, st.integers(1, 100), st.integers(0, 4), st.booleans()),
)  # fmt: skip


@given(SCHEDULES)
@settings(deadline=None)
def test_rounds_wait_for_earlier_ones_alone_and_their_trials_add_up(schedule):
    steps = [schedule.step(i) for i in range(schedule.count)]
    start = 0
    for number, step in enumerate(steps):
        for earlier in (*step.needs, *step.follows, *step.turn, *step.below):
            assert 0 <= earlier < number
        assert step.size >= 1
        assert not set(step.needs) & set(step.follows)
        if step.rung.rung:
            # It promotes from all of the rung below it in its bracket, and waits for nothing else.
            assert [*step.needs] == [*step.below]
            assert not step.follows
            same = [k for k, other in enumerate(steps) if other.rung.bracket == step.rung.bracket]
            assert [*step.below] == [k for k in same if steps[k].rung.rung == step.rung.rung - 1]
            assert step.size <= sum(steps[k].size for k in step.below)
            assert step.rung.from_budget == steps[step.below[0]].rung.budget
            continue
        assert not step.below
        assert step.rung.from_budget is None
        assert step.start == start
        start += step.size
    assert start == schedule.trials
    behind = schedule.step(schedule.count)
    assert behind.size == 0
    assert [schedule.is_over([1] * i) for i in range(1, schedule.count + 1)] == [
        i == schedule.count for i in range(1, schedule.count + 1)
    ]


@given(SCHEDULES.filter(lambda schedule: not schedule.made_from_results))
@settings(deadline=None)
def test_without_a_model_no_bracket_waits_for_another_one(schedule):
    steps = [schedule.step(i) for i in range(schedule.count)]
    for step in steps:
        assert {steps[k].rung.bracket for k in step.needs} <= {step.rung.bracket}
        assert bool(step.needs) == bool(step.rung.rung)


@given(SCHEDULES.filter(lambda schedule: schedule.made_from_results))
@settings(deadline=None)
def test_what_a_model_proposes_is_told_apart_from_all_that_was_proposed_before(schedule):
    """Or it would propose the same again."""
    steps = [schedule.step(i) for i in range(schedule.count)]
    for number, step in enumerate(steps):
        if not step.rung.rung:
            before = {k for k in range(number) if not steps[k].rung.rung}
            assert before <= {*step.needs, *step.follows}
            assert len(step.follows) <= schedule.overlap


def test_the_rounds_of_the_papers_brackets():
    """First all that can begin at once, then rung after rung of all brackets: one fills the other's pauses."""
    assert shape(paper()) == [
        (0, 0, 81), (1, 0, 27), (2, 0, 9), (3, 0, 6), (4, 0, 5),
        (0, 1, 27), (1, 1, 9), (2, 1, 3), (3, 1, 2),
        (0, 2, 9), (1, 2, 3), (2, 2, 1),
        (0, 3, 3), (1, 3, 1), (0, 4, 1),
    ]  # fmt: skip


def test_first_rungs_come_in_batches():
    assert shape(rungs(8, batch=3)) == [(0, 0, 3), (0, 0, 3), (0, 0, 2), (0, 1, 2), (0, 2, 1)]
    schedule = rungs(8, batch=3, learns=True, overlap=1)
    assert [schedule.step(i).start for i in range(3)] == [0, 3, 6]
    assert [[*schedule.step(i).needs] for i in range(5)] == [[], [], [0], [0, 1, 2], [3]]
    assert [[*schedule.step(i).follows] for i in range(5)] == [[], [0], [1], [], []]


@pytest.mark.parametrize(
    ("n", "iterations", "sizes"),
    [
        (27, 1, [(27, 9, 3)]),
        (27, 3, [(9, 3, 1)] * 3),
        (29, 3, [(10, 3, 1), (10, 3, 1), (9, 3, 1)]),
        (2, 3, [(1, 1, 1)] * 2),
    ],
)
def test_the_trials_of_halving_come_in_so_many_brackets(n, iterations, sizes):
    schedule = halving_schedule(Budget("epochs", 1, 9), n, 9, 0, OPTIONS | {"iterations": iterations})
    assert [bracket.sizes for bracket in schedule.brackets] == sizes
    assert schedule.trials == n


def test_trials_of_a_later_bracket_are_made_from_what_was_trained_in_full():
    schedule = halving_schedule(Budget("epochs", 1, 9), 18, 3, 0, OPTIONS | {"iterations": 2})
    last = max(
        k for k in range(schedule.count) if schedule.step(k).rung.bracket == 1 and not schedule.step(k).rung.rung
    )
    assert Rung(0, 2, 9, 3, 9) in [schedule.step(k).rung for k in schedule.step(last).needs]


def test_rounds_of_asha_are_smaller_where_a_model_waits_for_them():
    assert asynchronous_batch_size({"sampler": "gp"}) < asynchronous_batch_size({"sampler": "random"})


def test_a_model_sees_what_could_have_ended_before_and_brackets_still_overlap():
    """The rounds of a bracket's new trials go on while the rungs of the one before are trained."""
    schedule = Rungs(tuple(hyperband((1, 3, 9), 3)), batch=9, overlap=0, made_from_results=True)
    assert shape(schedule) == [(0, 0, 9), (0, 1, 3), (1, 0, 3), (0, 2, 1), (1, 1, 1), (2, 0, 3)]
    assert [*schedule.step(2).needs] == [0], "not the rung that is trained at the same time"
    assert [*schedule.step(5).needs] == [0, 1, 2]


def test_asynchronous_rounds_see_all_but_the_latest():
    schedule = Asynchronous(Bracket((1, 3, 9), (10, 3, 1)), batch=4, overlap=2)
    steps = [schedule.step(i) for i in range(5)]
    assert [[*step.needs] for step in steps] == [[], [], [], [0], [0, 1]]
    assert [[*step.follows] for step in steps] == [[], [0], [0, 1], [1, 2], [2, 3]]
    assert schedule.count is None
    assert schedule.trials == 10


@pytest.mark.parametrize(
    ("overlap", "sizes", "over"),
    [
        (0, [4, 0], True),
        (0, [4, 1], False),
        (1, [0], False),
        (1, [4, 0], False),  # the last one did not see the first one's results
        (1, [4, 0, 0], True),
        (1, [4, 0, 1, 0], False),
        (2, [4, 0, 0], False),
        (2, [4, 0, 0, 0], True),
    ],
)
def test_an_asynchronous_search_ends_when_all_results_were_seen_to_no_effect(overlap, sizes, over):
    assert Asynchronous(Bracket((1, 3), (10, 3)), batch=4, overlap=overlap).is_over(sizes) is over


@given(st.integers(1, 20), st.integers(1, 20), st.integers(0, 60), st.integers(0, 3), st.booleans())
def test_batches_add_up(first, size, total, overlap, learns):
    schedule = Batches(first, size, total, overlap, learns)
    sizes, number = [], 0
    while step := schedule.step(number):
        if not step.size:
            break
        assert step.start == sum(sizes)
        assert all(k < number for k in (*step.needs, *step.follows, *step.turn))
        sizes.append(step.size)
        number += 1
    assert sum(sizes) == total
    assert [schedule.is_over(sizes[: i + 1]) for i in range(len(sizes))] == [
        i + 1 == len(sizes) for i in range(len(sizes))
    ]


@given(
    st.integers(0, 5), st.integers(1, 8), st.integers(1, 30) | st.none(), st.integers(0, 2), st.booleans(),
    st.dictionaries(st.integers(1, 9), st.integers(1, 4)), st.sampled_from([(), (1,), (1, 3)]),
)  # fmt: skip
def test_batches_with_known_results_add_up(counted, size, total, overlap, learns, later, ends):
    """Whatever is known, and for whichever round: all of it is there once, and the other trials are as many as fit."""
    known = {number: tuple(f"{number}.{i}" for i in range(count)) for number, count in later.items()}
    first = tuple(f"0.{i}" for i in range(counted))
    limit = None if total is None else max(total, counted)
    plain = Batches(counted + size, size, limit, overlap, learns)
    schedule = plain.beginning_with(first, known)
    found, end, number = [], 0, 0
    while (step := schedule.step(number)).size and number < 60:
        assert (step.start, step.known_before) == (end, len(found))
        assert len(step.known) <= step.size <= len(step.known) + size
        found += step.known
        end += step.size
        assert schedule.is_over([schedule.step(k).size for k in range(number + 1)]) is not bool(
            schedule.step(number + 1).size
        )
        number += 1
    assert found == [*first, *(trial for number in sorted(known) for trial in known[number])]
    assert total is None or end == schedule.all >= limit
    if not known:
        assert [schedule.step(k).size for k in range(9)] == [plain.step(k).size for k in range(9)]
    if ends and total is not None:  # the same in parts
        in_parts = InParts(schedule, ends)
        steps = [in_parts.step(k) for k in range(number * len(ends))]
        assert all(step.size for step in steps)
        assert not in_parts.step(number * len(ends)).size
        assert [trial for step in steps if not step.below for trial in step.known] == found


@given(st.integers(1, 8), st.integers(1, 30), st.dictionaries(st.integers(1, 5), st.integers(1, 4)), st.integers(1, 3))
def test_what_is_known_later_changes_no_earlier_round(size, total, later, more):
    """So what was proposed stays as it is."""
    plain = Batches(size, size, total, 1, True)
    known = {number: tuple(f"{number}.{i}" for i in range(count)) for number, count in later.items()}
    before = plain.beginning_with((), known)
    rounds = 0
    while before.step(rounds).size:
        rounds += 1
    after = plain.beginning_with((), {**known, rounds: (*known.get(rounds, ()), *map(str, range(more)))})
    assert [after.step(k) for k in range(rounds - 1)] == [before.step(k) for k in range(rounds - 1)]
    last, was = after.step(rounds - 1), before.step(rounds - 1)
    assert last == was or (len(was.known) == was.size and last.size == was.size + more)  # it is behind all others
