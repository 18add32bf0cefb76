import pytest
from snaketune.samplers.dominance import bounding_box, hypervolumes


def within_their_box(points):
    return hypervolumes(points, bounding_box(points))


def test_a_given_box():
    assert hypervolumes([(1, 1)], ((0, 0), (4, 4))) == [9 / 16]


def test_two_objectives():
    # The box is [0, 4] x [0, 4]; (1, 2) dominates 3 x 2 of its 16, (0, 4) and (4, 0) dominate nothing of it.
    found = within_their_box([(0, 4), (4, 0), None, (1, 2), (2, 3), (2, 1)])
    assert found == pytest.approx([0, 0, 0, 6 / 16, 6 / 16, 8 / 16])


def test_three_objectives_by_inclusion_and_exclusion():
    points = [(0, 2, 2), (2, 0, 2), (2, 2, 0), (1, 1, 1), (0, 1, 1.5)]
    # In the box [0, 2]^3: (1, 1, 1) dominates 1, (0, 1, 1.5) dominates 2 * 1 * 0.5 = 1, of which 0.5 is shared.
    assert within_their_box(points)[-1] == pytest.approx(1.5 / 8)


def test_nothing_and_constant_objectives():
    assert within_their_box([None, None]) == [0.0, 0.0]
    assert within_their_box([(1.0, 5.0), (1.0, 3.0)])[-1] == 1.0
