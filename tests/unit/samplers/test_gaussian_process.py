from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy.optimize import check_grad
from scipy.special import logit
from snaketune.samplers.support.gaussian_process import GaussianProcess
from snaketune.samplers.support.hyperparameters import Hyperparameters, fit, grouped_distances, negative_log_posterior

RNG = np.random.default_rng(3)
COLUMNS = RNG.random((14, 4))
GROUPS = np.array([0, 1, 2, 2])
TARGETS = np.sin(5 * COLUMNS[:, 0]) + COLUMNS[:, 1] ** 2 + 0.3 * COLUMNS[:, 2]
PARAMETERS = Hyperparameters(np.array([0.4, 0.8, 1.5]), 1.3, 0.02, 0.7)


def matern(scaled):
    """Rasmussen and Williams eq. 4.17 for one pair of rows, a difference in length scales apart."""
    r = np.sqrt(5 * (scaled * scaled).sum())
    return (1 + r + r**2 / 3) * np.exp(-r)


def covariance_of(a, b, parameters):
    """The kernel of two rows, written out: all groups together, and each by itself."""
    scaled = (a - b) / parameters.lengths[GROUPS]
    single = np.mean([matern(scaled[group == GROUPS]) for group in range(3)])
    return parameters.signal * (parameters.joint * matern(scaled) + (1 - parameters.joint) * single)


def test_the_gradient_is_that_of_finite_differences():
    distances = grouped_distances(COLUMNS, GROUPS)
    known = RNG.random(14) * 0.1
    for theta in ([-1.0, 0.2, 0.5, 0.3, -4.0, 0.4], [0.5, -0.5, -2.0, -1.0, -1.0, -2.0]):

        def value(t):
            return negative_log_posterior(t, distances, TARGETS, known)[0]

        def slope(t):
            return negative_log_posterior(t, distances, TARGETS, known)[1]

        assert check_grad(value, slope, np.array(theta)) < 1e-4 * np.linalg.norm(slope(np.array(theta)))


def test_the_value_is_the_marginal_likelihood_up_to_the_priors():
    """Differences between targets must be those of the multivariate normal density."""
    distances = grouped_distances(COLUMNS, GROUPS)
    theta = np.array([*np.log([*PARAMETERS.lengths, PARAMETERS.signal, PARAMETERS.noise]), logit(PARAMETERS.joint)])
    covariance = np.array([[covariance_of(a, b, PARAMETERS) for a in COLUMNS] for b in COLUMNS]) + 0.02 * np.eye(14)
    ours = [negative_log_posterior(theta, distances, y, np.zeros(14))[0] for y in (TARGETS, TARGETS**2)]
    theirs = [0.5 * y @ np.linalg.inv(covariance) @ y for y in (TARGETS, TARGETS**2)]
    assert ours[1] - ours[0] == pytest.approx(theirs[1] - theirs[0], rel=1e-5)


def test_the_posterior_is_the_textbook_formula():
    known = np.linspace(0.0, 0.2, 14)
    process = GaussianProcess.condition(COLUMNS, GROUPS, TARGETS, PARAMETERS, known)
    new = RNG.random((5, 4))
    covariance = np.array([[covariance_of(a, b, PARAMETERS) for a in COLUMNS] for b in COLUMNS])
    inverse = np.linalg.inv(covariance + np.diag(PARAMETERS.noise + known))
    cross = np.array([[covariance_of(a, b, PARAMETERS) for a in COLUMNS] for b in new])

    mean, sd = process.predict(new)

    assert mean == pytest.approx(cross @ inverse @ TARGETS, rel=1e-5)
    assert sd**2 == pytest.approx(PARAMETERS.signal - np.diag(cross @ inverse @ cross.T), rel=1e-4)
    assert process.mean(new) == pytest.approx(mean)


def test_believing_keeps_the_mean_and_lowers_the_uncertainty():
    process = GaussianProcess.condition(COLUMNS, GROUPS, TARGETS, PARAMETERS)
    new, elsewhere = RNG.random((3, 4)), RNG.random((6, 4))
    believing = process.believing(new)
    assert believing.mean(elsewhere) == pytest.approx(process.mean(elsewhere), abs=1e-6)
    assert (believing.predict(new)[1] < 0.5 * process.predict(new)[1]).all()
    assert process.believing(np.empty((0, 4))) is process


@pytest.mark.parametrize("known", [0.0, np.linspace(0.0, 0.2, 14)], ids=["alike", "each with its own noise"])
def test_believing_is_to_be_conditioned_on_what_is_believed(known):
    process = GaussianProcess.condition(COLUMNS, GROUPS, TARGETS, PARAMETERS, known)
    new, elsewhere = RNG.random((3, 4)), RNG.random((6, 4))
    both, targets = np.vstack([COLUMNS, new]), np.concatenate([TARGETS, process.mean(new)])
    variances = np.concatenate([np.broadcast_to(known, 14), np.zeros(3)])
    anew = GaussianProcess.condition(both, GROUPS, targets, PARAMETERS, variances)
    believing = process.believing(new[:1]).believing(new[1:])
    for ours, theirs in zip(believing.predict(elsewhere), anew.predict(elsewhere), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-7)
    assert believing.variances == pytest.approx(anew.variances)
    for ours, theirs in zip(believing.left_out(), anew.left_out(), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-6)


def test_many_rows_are_predicted_like_each():
    process = GaussianProcess.condition(COLUMNS, GROUPS, TARGETS, PARAMETERS)
    rows = RNG.random((700, 4))
    mean, sd = process.predict(rows)
    each = [process.predict(row[None]) for row in rows[::9]]
    assert mean[::9] == pytest.approx([float(mean[0]) for mean, _ in each])
    assert sd[::9] == pytest.approx([float(sd[0]) for _, sd in each])
    assert process.mean(rows) == pytest.approx(mean)


@pytest.mark.parametrize("noise", [1e-7, 0.02, 0.5])
@pytest.mark.parametrize("running", [0, 3])
def test_slopes_are_those_of_finite_differences(noise, running):
    parameters = replace(PARAMETERS, noise=noise)
    process = GaussianProcess.condition(COLUMNS, GROUPS, TARGETS, parameters).believing(RNG.random((running, 4)))
    rows = RNG.random((6, 4))
    found = process.sloped(rows)
    assert found[:2] == tuple(map(pytest.approx, process.predict(rows)))
    for column, step in enumerate(1e-5 * np.eye(4)):
        up, down = process.predict(rows + step), process.predict(rows - step)
        for of, slopes in enumerate(found[2:]):
            assert slopes[:, column] == pytest.approx((up[of] - down[of]) / 2e-5, rel=1e-4, abs=1e-5)


def test_at_an_observed_row_slopes_are_finite():
    process = GaussianProcess.condition(COLUMNS, GROUPS, TARGETS, replace(PARAMETERS, noise=1e-7))
    assert np.isfinite(np.concatenate([part.ravel() for part in process.sloped(COLUMNS)])).all()


def test_uncertainty_beside_observations_keeps_its_digits():
    """Against elimination, row by row, in numbers of more digits."""
    columns = np.vstack([COLUMNS, COLUMNS + 1e-3])
    parameters = replace(PARAMETERS, noise=1e-7)
    process = GaussianProcess.condition(columns[:24], GROUPS, np.zeros(24), parameters).believing(columns[24:])
    rows = columns[:4] + 1e-4
    every = np.vstack([columns, rows]).astype(np.longdouble)
    joint = np.array([[covariance_of(a, b, parameters) for a in every] for b in every])
    joint[np.diag_indices(28)] += 1e-7 + 1e-8 * parameters.signal
    for i in range(28):
        joint[i + 1 :] -= np.outer(joint[i + 1 :, i] / joint[i, i], joint[i])
    assert process.predict(rows)[1] ** 2 == pytest.approx(np.diag(joint)[28:].astype(float), rel=1e-4)


def test_the_fit_finds_what_matters_and_the_noise():
    rng = np.random.default_rng(0)
    columns = rng.random((80, 3))
    clean = np.sin(7 * columns[:, 0])
    quiet = fit(columns, np.arange(3), (clean - clean.mean()) / clean.std())
    assert quiet.lengths[0] < 0.5 * min(quiet.lengths[1:])
    assert quiet.noise < 1e-3
    noisy = clean + rng.normal(0, 0.5, 80)
    loud = fit(columns, np.arange(3), (noisy - noisy.mean()) / noisy.std())
    assert 0.1 < loud.noise < 0.7


def test_noise_known_beforehand_is_not_estimated_again():
    rng = np.random.default_rng(0)
    columns = rng.random((80, 1))
    noisy = np.sin(7 * columns[:, 0]) + rng.normal(0, 0.5, 80)
    groups = np.zeros(1, int)
    assert fit(columns, groups, noisy, 0.25).noise < 0.3 * fit(columns, groups, noisy).noise


def test_repeated_rows_are_no_obstacle():
    columns = np.repeat(COLUMNS[:2], 10, axis=0)
    targets = np.arange(20.0) / 10 - 1
    process = GaussianProcess.condition(columns, GROUPS, targets, fit(columns, GROUPS, targets))
    assert np.isfinite(process.predict(COLUMNS)).all()
    assert process.mean(COLUMNS[:1]) == pytest.approx(targets[:10].mean(), abs=0.2)


def test_what_parameters_do_each_by_themselves_is_told_from_what_they_do_together():
    rng = np.random.default_rng(1)
    columns = rng.random((60, 6))
    apart = np.sin(4 * columns).sum(axis=1)
    together = np.cos(6 * np.prod(columns[:, :3] + 0.5, axis=1))

    def fitted(values):
        return fit(columns, np.arange(6), (values - values.mean()) / values.std())

    assert fitted(apart).joint < 0.3 < 0.7 < fitted(together).joint


def test_what_each_parameter_does_by_itself_is_expected_where_they_never_met():
    """From a cross through the middle, of 17 rows, to the corners of four dimensions."""
    grid = np.array([0.0, 0.25, 0.75, 1.0])
    columns = np.full((17, 4), 0.5)
    for axis in range(4):
        columns[1 + 4 * axis : 5 + 4 * axis, axis] = grid
    corners = np.array(list(product([0.0, 1.0], repeat=4)))

    def truth(rows):
        return (rows**2) @ np.array([1.0, -1.0, 2.0, -2.0])

    targets = truth(columns)

    def error(joint):
        parameters = Hyperparameters(np.full(4, 0.5), 1.0, 1e-6, joint)
        process = GaussianProcess.condition(columns, np.arange(4), targets, parameters)
        return np.abs(process.mean(corners) - truth(corners)).max()

    assert error(0.05) < 0.5 < 0.3 * error(1.0)
