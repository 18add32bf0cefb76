import numpy as np
import pytest
from snaketune.samplers.support.scalarise import augmented_chebyshev, random_weights


def test_a_dominated_row_is_never_best():
    values = np.array([[1.0, 5.0], [2.0, 4.0], [5.0, 1.0], [5.0, 5.0], [3.0, 4.5]])
    rng = np.random.default_rng(0)
    for _ in range(50):
        scores, _ = augmented_chebyshev(values, np.zeros((5, 2)), random_weights(2, rng))
        assert int(np.argmin(scores)) in (0, 1, 2)


def test_the_weights_choose_the_end_of_the_front():
    values = np.array([[0.0, 1.0], [0.4, 0.4], [1.0, 0.0]])
    best = [
        int(np.argmin(augmented_chebyshev(values, 0 * values, np.array(w))[0])) for w in ([0.95, 0.05], [0.05, 0.95])
    ]
    assert best == [0, 2]


def test_the_scale_of_an_objective_does_not_matter():
    values = np.random.default_rng(1).random((10, 2))
    weights = np.array([0.3, 0.7])
    plain, _ = augmented_chebyshev(values, 0 * values, weights)
    scaled, _ = augmented_chebyshev(values * [1000.0, 1e-6], 0 * values, weights)
    assert scaled == pytest.approx(plain, abs=1e-5)


def test_an_objective_that_does_not_vary_counts_for_nothing():
    values = np.column_stack([np.arange(5.0), np.full(5, 3.0)])
    scores, noise = augmented_chebyshev(values, np.full((5, 2), 0.1), np.array([0.5, 0.5]))
    assert (np.diff(scores) > 0).all()
    assert (noise > 0).all()


def test_weights_are_of_the_simplex():
    weights = random_weights(3, np.random.default_rng(0))
    assert weights.sum() == pytest.approx(1.0)
    assert (weights > 0).all()
