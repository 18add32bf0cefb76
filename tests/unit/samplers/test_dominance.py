import time

import numpy as np
import pytest
from snaketune.samplers.dominance import bounding_box, contribution, hypervolumes
from snaketune.samplers.promotion import Contender, best


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


def estimated(points, box):
    """The share of points drawn evenly from the box that a point dominates."""
    low, high = map(np.array, box)
    drawn = low + (high - low) * np.random.default_rng(0).random((20_000, len(low)))
    return np.mean([(np.array(points) <= one).all(axis=1).any() for one in drawn])


@pytest.mark.parametrize("objectives", [3, 4, 5, 6])
def test_several_objectives_as_by_drawing(objectives):
    points = [tuple(point) for point in np.random.default_rng(objectives).random((30, objectives))]
    box = ((0.0,) * objectives, (1.0,) * objectives)
    assert hypervolumes(points, box)[-1] == pytest.approx(estimated(points, box), abs=0.012)


@pytest.mark.parametrize("objectives", [3, 4, 5])
def test_the_order_of_points_makes_no_difference(objectives):
    rng = np.random.default_rng(objectives)
    points = [tuple(point) for point in rng.integers(0, 4, (25, objectives)).astype(float)]
    box = bounding_box(points)
    whole = hypervolumes(points, box)[-1]
    for _ in range(3):
        again = [points[i] for i in rng.permutation(len(points))]
        assert hypervolumes(again, box)[-1] == pytest.approx(whole)
    for i, point in enumerate(points):
        others = [*points[:i], *points[i + 1 :]]
        assert contribution(point, others, box) == pytest.approx(whole - hypervolumes(others, box)[-1], abs=1e-12)


def test_many_points_in_many_objectives_take_seconds():
    """120 that none beats, of which the best third is chosen: by slices in five dimensions it took minutes."""
    points = np.abs(np.random.default_rng(0).normal(size=(120, 5)))
    front = [tuple(point) for point in points / np.linalg.norm(points, axis=1, keepdims=True)]
    begun = time.process_time()
    assert len(best([Contender(i, point) for i, point in enumerate(front)], 40)) == 40
    assert hypervolumes(front, bounding_box(front))[-1] > 0.3
    assert time.process_time() - begun < 20
