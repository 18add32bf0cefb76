"""What is maximised for a proposal: its slopes are those of its values, whatever it is made of."""

from itertools import product

import numpy as np
import pytest
from sampler_cases import SPACES, complete, spread
from snaketune.samplers.base import Observation
from snaketune.samplers.support.acquisition import Acquisition
from snaketune.samplers.support.encoding import Encoding
from snaketune.samplers.support.fidelity import Ascent, Results
from snaketune.samplers.support.order import order
from snaketune.samplers.support.surrogate import Surrogate
from snaketune.space import space_from_config

NUMBER = {"type": "uniform", "low": 0.0, "high": 1.0}
MANY = space_from_config(
    {
        "lr": {"type": "loguniform", "low": 1e-4, "high": 1.0, "prior": {"at": 1e-2, "confidence": "medium"}},
        "noise": {"type": "normal", "mu": 0.0, "sigma": 1.0, "prior": {"at": 0.5, "sd": 0.5}},
        "x": NUMBER,
        "n": {"type": "int", "low": 1, "high": 9},
        "kind": ["a", "b", "c"],
        "batch": [16, 32, 64],
        "momentum": NUMBER | {"when": {"kind": "a"}},
        "rate": NUMBER | {"when": {"kind": "b"}, "prior": {"at": 0.3, "confidence": "high"}},
    },
    seed=0,
)
ENCODING = Encoding(MANY)


def value(params):
    return (params["x"] - 0.3) ** 2 + 0.1 * abs(params["noise"]) + (params["kind"] == "a") * params.get("momentum", 0.0)


def plain(n=24):
    return [complete(o.params, value(o.params)) for o in spread(MANY, n)]


def failing():
    return [Observation(o.params, "failed") if o.params["n"] > 7 else o for o in plain()]


def constrained(most=0.6):
    return [
        complete(o.params, value(o.params), violations=(o.params["x"] - most, 0.1 - o.params["lr"])) for o in plain()
    ]


def in_rungs():
    seen = [complete(o.params, value(o.params) + 1.0, budget=1 / 9) for o in plain()]
    seen += [complete(o.params, value(o.params) + 0.5, budget=1 / 3) for o in plain()[::2]]
    return seen + [complete(o.params, value(o.params), budget=1.0) for o in plain()[::4]]


HISTORIES = {
    "plain": plain(),
    "failing": failing(),
    "constrained": constrained(),
    "none feasible": constrained(-1.0),
    "in rungs": in_rungs(),
    "in rungs and failing": [*in_rungs(), *(o for o in failing() if o.status == "failed")],
}


def surrogate(history):
    history = sorted(history, key=order)
    results = Results.of(history)
    values, variances = results.values[:, 0], results.variances[:, 0]
    return Surrogate.of(ENCODING, history, results, values, variances, Ascent(1 / 9, 1 / 3))


SURROGATES = {name: surrogate(history) for name, history in HISTORIES.items()}


def points(n, seed=0):
    return ENCODING.realise(np.random.default_rng(seed).random((n, ENCODING.width)))


@pytest.mark.parametrize("kind", ["ei", "lcb", "pi"])
@pytest.mark.parametrize(("name", "running", "belief"), list(product(HISTORIES, [0, 3], [0.0, 2.0])))
def test_slopes_are_those_of_the_values(name, kind, running, belief):
    promise = SURROGATES[name].believing(points(running, 1)).promise(Acquisition(kind), belief)
    rows = points(40)
    scores, slopes = promise.sloped(rows)
    assert scores == pytest.approx(promise.scores(rows), rel=1e-9, abs=1e-9)
    for axis in range(ENCODING.width):
        free = np.flatnonzero(ENCODING.continuous[axis] & ~np.isnan(rows[:, axis]))
        step = np.zeros(ENCODING.width)
        step[axis] = 1e-5
        up, down = promise.scores(rows[free] + step), promise.scores(rows[free] - step)
        scale = 1e-6 * np.abs(scores[free]) + 1e-4
        assert (np.abs(slopes[free, axis] - (up - down) / 2e-5) <= scale + 1e-4 * np.abs(slopes[free, axis])).all()
        assert not np.delete(slopes[:, axis], free).any()


def test_each_part_is_there_to_be_checked():
    assert [name for name, found in SURROGATES.items() if found.success] == ["failing", "in rungs and failing"]
    assert len(SURROGATES["constrained"].constraints) == 2
    assert SURROGATES["none feasible"].incumbent is None
    assert len(SURROGATES["in rungs"].hurdles) == 2


def test_what_nothing_is_known_of_has_no_slope():
    encoding = Encoding(SPACES["plain"])
    rows = encoding.realise(np.random.default_rng(0).random((5, encoding.width)))
    assert not encoding.log_belief_slopes(rows).any()
