"""Budgets and brackets: those of the paper, and whatever ends and factors a user may give."""

import math
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from snaketune.runner.run_id import RunId
from snaketune.samplers.brackets import Bracket, Budget, as_written, halving, hyperband, ladder


def test_the_brackets_of_hyperband_are_those_of_the_paper():
    """Table 1 of arXiv 1603.06560: R = 81, eta = 3; n_i and r_i of each bracket, s = 4 to 0."""
    assert hyperband(ladder(Budget("epochs", 1, 81), 3), 3) == [
        Bracket((1, 3, 9, 27, 81), (81, 27, 9, 3, 1)),
        Bracket((3, 9, 27, 81), (27, 9, 3, 1)),
        Bracket((9, 27, 81), (9, 3, 1)),
        Bracket((27, 81), (6, 2)),
        Bracket((81,), (5,)),
    ]


def test_what_halving_saves():
    """From 81 trials to one: 297 epochs where trials go on, 405 where they begin anew, 6561 in full."""
    bracket = halving(ladder(Budget("epochs", 1, 81), 3), 81, 3)
    assert bracket == Bracket((1, 3, 9, 27, 81), (81, 27, 9, 3, 1))
    rungs = list(zip(bracket.sizes, bracket.budgets, (0, *bracket.budgets), strict=False))
    assert sum(size * (budget - below) for size, budget, below in rungs) == 297
    assert sum(size * budget for size, budget, _ in rungs) == 405
    assert bracket.sizes[0] * bracket.budgets[-1] == 6561


@pytest.mark.parametrize(
    ("least", "most", "eta", "budgets"),
    [
        (1, 27, 3, (1, 3, 9, 27)),
        (1, 100, 3, (1, 3, 9, 27, 100)),  # a last step of 3.7
        (1, 47, 3, (1, 3, 9, 27, 47)),
        (1, 46, 3, (1, 3, 9, 46)),  # less than the square root of 3 times 27: too little to be worth a rung
        (2, 9, 2, (2, 4, 9)),
        (1, 2, 3, (1, 2)),
        (26, 27, 3, (26, 27)),
        (1, 5, 1.5, (1, 2, 3, 5)),  # whole, each once
        (1, 1000, 10, (1, 10, 100, 1000)),
        (1, 3, 100, (1, 3)),
        (0.1, 1, 3, (0.1, 0.3, 1)),
        (0.125, 1, 2, (0.125, 0.25, 0.5, 1)),
        (0.5, 4, 2, (0.5, 1, 2, 4)),
        (1 / 27, 1, 3, (0.037037, 0.111111, 0.333333, 1)),
        (1e-6, 1e-5, 3, (1e-6, 3e-6, 1e-5)),
    ],
)
def test_ladders(least, most, eta, budgets):
    found = ladder(Budget("", least, most), eta)
    assert found == budgets
    assert [type(budget) for budget in found] == [int if budget == int(budget) else float for budget in budgets]


@given(
    st.integers(1, 10**6) | st.floats(1e-6, 1e6),
    st.floats(1.0001, 1e6),
    st.floats(1.05, 100) | st.integers(2, 10),
    st.booleans(),
)
def test_any_ladder_ascends_from_one_end_to_the_other(least, times, eta, whole):
    most = least * times
    if whole:
        least, most = math.ceil(least), math.ceil(most) + 1
    least, most = as_written(least), as_written(most)
    assume(least < most)
    budgets = ladder(Budget("", least, most), eta)
    assert (budgets[0], budgets[-1]) == (least, most)
    assert all(low < high for low, high in pairwise(budgets))
    assert len(budgets) >= 2 or not whole
    assert all(isinstance(budget, int) for budget in budgets) or not whole
    # Each has a run of its own, by whose id it is known again.
    ids = [str(RunId(0, budget=budget)) for budget in budgets]
    assert [RunId.parse(name).budget for name in ids] == list(budgets)


@given(st.integers(1, 100), st.integers(2, 1000), st.floats(1.2, 10) | st.integers(2, 10))
def test_a_larger_budget_adds_rungs_and_keeps_the_lower_ones(least, times, eta):
    """So that all runs but those of the largest budgets are good for a longer search too."""
    short = ladder(Budget("", least, least * times), eta)
    long = ladder(Budget("", least, math.ceil(least * times * eta)), eta)
    assert long[: len(short) - 1] == short[:-1]


@given(st.integers(1, 500), st.integers(1, 8), st.floats(1.1, 10) | st.integers(2, 10))
def test_each_rung_of_halving_keeps_its_share_and_at_least_one(n, rungs, eta):
    bracket = halving(tuple(range(1, rungs + 1)), n, eta)
    assert bracket.sizes[0] == n
    assert all(above >= below >= 1 for above, below in pairwise(bracket.sizes))
    assert all(size == max(1, math.floor(n / eta**i + 1e-6)) for i, size in enumerate(bracket.sizes))


@given(st.integers(1, 7), st.floats(1.5, 5) | st.integers(2, 5))
def test_each_bracket_of_hyperband_begins_a_rung_higher_and_ends_in_full(rungs, eta):
    budgets = tuple(range(1, rungs + 1))
    brackets = hyperband(budgets, eta)
    assert [bracket.budgets for bracket in brackets] == [budgets[i:] for i in range(rungs)]
    assert brackets[-1].sizes == (rungs,)
    assert all(bracket.sizes[-1] >= 1 for bracket in brackets)
