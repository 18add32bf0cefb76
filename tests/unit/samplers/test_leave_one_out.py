"""The closed form against a model that is made anew without each observation."""

import numpy as np
import pytest
from snaketune.samplers.support.gaussian_process import GaussianProcess
from snaketune.samplers.support.hyperparameters import Hyperparameters
from snaketune.samplers.support.leave_one_out import leave_one_out

RNG = np.random.default_rng(8)
COLUMNS = RNG.random((17, 3))
GROUPS = np.array([0, 1, 1])
TARGETS = np.cos(4 * COLUMNS[:, 0]) + COLUMNS[:, 2]


@pytest.mark.parametrize("noise", [1e-7, 0.01, 0.5])
@pytest.mark.parametrize("known", [np.zeros(17), np.linspace(0, 0.3, 17)], ids=["alike", "each with its own noise"])
def test_it_is_what_a_process_without_the_observation_says(noise, known):
    parameters = Hyperparameters(np.array([0.3, 0.9]), 1.4, noise, 0.6)
    mean, sd = GaussianProcess.condition(COLUMNS, GROUPS, TARGETS, parameters, known).left_out()
    for i in range(len(TARGETS)):
        rest = np.arange(len(TARGETS)) != i
        without = GaussianProcess.condition(COLUMNS[rest], GROUPS, TARGETS[rest], parameters, known[rest])
        (expected,), (spread,) = without.predict(COLUMNS[[i]])
        assert mean[i] == pytest.approx(expected, abs=1e-5)
        assert sd[i] ** 2 == pytest.approx(spread**2 + noise + known[i], rel=1e-4)


def test_a_single_observation_has_the_prior_for_a_prediction():
    mean, sd = leave_one_out(np.array([[1 / 1.5]]), np.array([3.0]))
    assert (mean[0], sd[0]) == pytest.approx((0.0, 1.5))
