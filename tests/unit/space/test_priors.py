"""What a user believes of a parameter: how it is written, and the density that follows."""

import json
import math

import numpy as np
import pytest
from snaketune.errors import ConfigError
from snaketune.space import space_from_config
from snaketune.space.forms import parameter_from
from snaketune.space.shrink import shrunk

FLOAT = {"type": "uniform", "low": 0, "high": 10}
LOG = {"type": "loguniform", "low": "1e-5", "high": 1e-1}
INT = {"type": "int", "low": 1, "high": 8}
LOG_INT = {"type": "int", "low": 8, "high": 512, "log": True}
STEPS = {"type": "uniform", "low": 0, "high": 1, "step": 0.25}
NORMAL = {"type": "normal", "mu": 1, "sigma": 2}
LOG_NORMAL = {"type": "lognormal", "mu": 1, "sigma": 2}
NAMES = {"choices": ["a", "b", "c"]}
NUMBERS = {"choices": [64, 16, 32, 128]}
GOOD = [
    FLOAT | {"prior": {"at": 3}},
    FLOAT | {"prior": {"at": 0, "confidence": "high"}},
    LOG | {"prior": {"at": "1e-3", "sd": 0.5}},
    INT | {"prior": {"at": 8, "confidence": "low"}},
    LOG_INT | {"prior": {"at": 64}},
    STEPS | {"prior": {"at": 0.75}},
    NORMAL | {"prior": {"at": 0.0, "sd": 0.5}},
    LOG_NORMAL | {"prior": {"at": 3.0}},
    NAMES | {"prior": {"at": "b"}},
    NAMES | {"prior": {"weights": [1, 0, 2.5]}},
    NUMBERS | {"prior": {"at": 32, "confidence": "low"}},
]


def read(form):
    return parameter_from(form, name="x", seed=0)


@pytest.mark.parametrize("form", GOOD)
def test_a_belief_is_a_density_around_its_centre(form):
    belief = read(form).belief
    u = (np.arange(20_000) + 0.5) / 20_000
    density = np.exp(belief.log_density(u))
    assert density.mean() == pytest.approx(1.0, abs=0.01)
    assert density.min() > 0.09  # nothing is ruled out
    assert density[int(belief.centre * 19_999)] >= 0.99 * density.max() or form["type"].endswith("normal")
    # The quantiles are those of the density.
    for share in (0.01, 0.25, 0.5, 0.9):
        assert density[u < belief.quantile(share)].sum() / 20_000 == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize("form", GOOD)
def test_the_centre_is_the_value_that_was_named(form):
    parameter = read(form)
    value = parameter.from_unit(parameter.belief.centre)
    assert value == pytest.approx(float(form["prior"]["at"])) if "type" in form else True
    if "choices" in form:
        assert value == form["prior"].get("at", "c")


@pytest.mark.parametrize("form", GOOD)
def test_a_belief_can_be_written_back(form):
    parameter = read(form)
    assert read(json.loads(json.dumps(parameter.to_config()))) == parameter
    assert parameter != read({key: part for key, part in form.items() if key != "prior"})


def test_how_sure_is_said_in_the_own_scale_of_the_parameter():
    decades = read(LOG | {"prior": {"at": "1e-3", "sd": 1}}).belief
    below, above = (decades.log_density(np.array([read(LOG).to_unit(10**e)]))[0] for e in (-4, -2))
    assert below == pytest.approx(above)
    assert math.exp(decades.log_density(np.array([0.5]))[0]) > 1 / 0.75 * math.exp(below)
    words = [read(FLOAT | {"prior": {"at": 5, "confidence": word}}).belief.sd for word in ("low", "medium", "high")]
    assert words == sorted(words, reverse=True)
    assert read(FLOAT | {"prior": {"at": 5}}).belief.sd == words[1]


def test_choices_that_are_numbers_are_believed_with_their_neighbours():
    parameter = read(NUMBERS | {"prior": {"at": 32, "confidence": "low"}})
    weights = dict(zip(NUMBERS["choices"], parameter.weights, strict=True))
    assert weights[32] > weights[16] == weights[64] > weights[128]


def test_a_shrunk_space_keeps_what_is_left_of_a_belief():
    space = space_from_config({"x": FLOAT | {"prior": {"at": 9}}, "k": NAMES | {"prior": {"at": "b"}}}, seed=0)
    left = shrunk(space, [{"x": 1.0, "k": "b"}, {"x": 2.0, "k": "a"}], 0.1).parameters
    assert left["x"].belief.centre == 1.0
    assert left["k"].weights == (1.0, 10.0)
    assert shrunk(space, [{"x": 1.0, "k": "c"}], 0.1).parameters["k"].belief.weights == (1.0,)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (FLOAT | {"prior": {"at": 11}}, "at must be a value of the parameter; found 11"),
        (FLOAT | {"prior": {"at": "x"}}, 'at must be a number; found "x"'),
        (FLOAT | {"prior": {"at": 1, "sd": 0}}, "sd must be above 0; found 0"),
        (FLOAT | {"prior": {"at": 1, "sd": 1, "confidence": "low"}}, "either 'confidence' or 'sd'"),
        (INT | {"prior": {"at": 1.5}}, "at must be a value of the parameter; found 1.5"),
        (LOG_NORMAL | {"prior": {"at": -1}}, "at must be a value of the parameter; found -1"),
        (NAMES | {"prior": {"at": "d"}}, 'at must be one of the choices; found "d"'),
        (NAMES | {"prior": {"weights": [1, 2]}}, "a weight for each of the 3 choices; found 2"),
        (NAMES | {"prior": {"weights": [0, 0, 0]}}, "one of them above 0"),
        (NAMES | {"prior": {"weights": [1, -1, 0]}}, "0 or more"),
        (NAMES | {"prior": {"weights": [1, 1, 1], "at": "a"}}, "give either"),
        (NAMES | {"prior": {"confidence": "low"}}, "give either"),
    ],
)
def test_what_is_wrong_with_a_belief_is_said(form, words):
    with pytest.raises(ConfigError) as caught:
        read(form)
    assert words in str(caught.value)


def test_paired_parameters_have_no_beliefs_of_their_own():
    with pytest.raises(ConfigError, match="'k' has"):
        space_from_config({"k": NAMES | {"prior": {"at": "b"}}, "n": [1, 2, 3]}, seed=0, pairs=[["k", "n"]])
