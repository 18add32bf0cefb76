import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sampler_cases import SPACES
from snaketune.samplers.support.encoding import Encoding
from snaketune.space import space_from_config


@pytest.mark.parametrize("name", SPACES)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_points_and_parameter_sets_stand_for_each_other(name, seed):
    encoding = Encoding(SPACES[name])
    points = encoding.realise(np.random.default_rng(seed).random((4, encoding.width)))
    sets = [encoding.params(point) for point in points]
    assert all(SPACES[name].why_outside(params) is None for params in sets)
    again = encoding.points(sets)
    assert again == pytest.approx(points, abs=2e-6, nan_ok=True)
    assert [encoding.params(point) for point in again] == sets


def test_columns_of_numbers_and_choices():
    space = space_from_config(
        {
            "lr": {"type": "loguniform", "low": 1e-4, "high": 1.0},
            "batch": [64, 16, 32],
            "kind": ["a", "b", "c"],
            "one": ["only"],
        },
        seed=0,
    )
    encoding = Encoding(space)
    sets = [{"lr": 1e-2, "batch": 16, "kind": k, "one": "only"} for k in "abc"]
    columns = encoding.features(encoding.points(sets))
    assert encoding.groups.tolist() == [0, 1, 2, 2, 2]
    assert columns[0, :2] == pytest.approx([0.5, 1 / 6])  # 16 is the first of 3 by size
    assert np.linalg.norm(columns[0] - columns[1]) == pytest.approx(1.0)


def test_whole_numbers_are_constant_over_their_cells():
    encoding = Encoding(space_from_config({"n": {"type": "int", "low": 1, "high": 4}}, seed=0))
    snapped = encoding.snap(np.linspace(0, 1, 41)[:, None])
    assert len(np.unique(snapped)) == 4
    assert [encoding.params(row)["n"] for row in np.unique(snapped, axis=0)] == [1, 2, 3, 4]


def test_inactive_parameters_are_apart_from_any_value_and_alike():
    encoding = Encoding(SPACES["conditional"])
    sets = [
        {"optimizer": "adam", "layers": 1},
        {"optimizer": "sgd", "layers": 1, "momentum": 0.495},
        {"optimizer": "adam", "layers": 1},
    ]
    columns = encoding.features(encoding.points(sets))
    momentum = columns[:, encoding.groups == 1]
    assert (columns[0] == columns[2]).all()
    assert np.linalg.norm(momentum[0] - momentum[1]) == pytest.approx(0.5)


def test_tails_of_a_normal_parameter_are_finite():
    encoding = Encoding(space_from_config({"x": {"type": "normal", "mu": 0.0, "sigma": 1.0}}, seed=0))
    ends = [encoding.params(np.array([u]))["x"] for u in (0.0, 1.0)]
    assert ends == pytest.approx([-3.719, 3.719], abs=1e-3)
