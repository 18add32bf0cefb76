"""The trainings among the problems: tables are whole, surrogates as near to them as is said."""

import csv
import math

import numpy as np
import pytest
from collection.spaces import draw, is_active
from collection.training_spaces import GRIDS, SAMPLED
from collection.trainings import FOLDER, HELD_OUT, TRAININGS, table, training

MOST_OF_ONE, MOST_OF_ALL = 100_000, 400_000  # bytes


@pytest.mark.parametrize("name", GRIDS)
def test_every_point_of_a_space_of_listed_values_is_in_its_table(name):
    target, rng = training(name), np.random.default_rng(0)
    points = [params for params, _ in table(name)]
    assert 1_500 <= len(points) <= 4_000
    assert len(points) == size(GRIDS[name], 0, {})
    for params in (draw(GRIDS[name], rng) for _ in range(200)):
        as_numpy = {key: value if isinstance(value, str) else np.float64(value) for key, value in params.items()}
        assert target.true_value(params) == target.true_value(as_numpy)


def size(space, place, chosen):
    if place == len(space):
        return 1
    parameter = space[place]
    if not is_active(parameter, chosen):
        return size(space, place + 1, chosen)
    values = parameter.get("choices") or range(parameter["low"], parameter["high"] + 1)
    return sum(size(space, place + 1, chosen | {parameter["name"]: value}) for value in values)


@pytest.mark.parametrize("name", GRIDS)
def test_a_table_is_the_problem(name):
    target, rows = training(name), list(table(name))
    for params, value in rows[::37]:
        assert target.evaluate(params, seed=0).value == (value if math.isfinite(value) else None)
    assert target.best == min(value for _, value in rows)


@pytest.mark.parametrize("name", SAMPLED)
def test_a_surrogate_is_as_near_to_rows_it_was_not_fitted_to_as_is_said(name):
    with (FOLDER / "surrogates.csv").open(newline="") as file:
        said = {row["training"]: row for row in csv.DictReader(file)}[name]
    target = training(name)
    rows = list(table(name))[::HELD_OUT]
    errors = [abs(target.true_value(params) - value) / value for params, value in rows]
    assert len(rows) == int(said["held_out"])
    assert math.isclose(100 * np.median(errors), float(said["error_percent"]), abs_tol=0.1)
    assert np.median(errors) < 0.06
    assert float(said["r2"]) > 0.85
    assert float(said["spearman"]) > 0.9


@pytest.mark.parametrize("name", SAMPLED)
def test_the_best_of_a_surrogate_is_not_far_from_what_has_been_trained(name):
    least = min(value for _, value in table(name))
    assert 0.8 * least < training(name).best < 1.2 * least


def test_what_is_kept_of_trainings_is_small():
    sizes = [path.stat().st_size for path in FOLDER.iterdir()]
    kept = {name: sum(path.stat().st_size for path in FOLDER.glob(f"{name}.*")) for name in TRAININGS}
    assert max(kept.values()) < MOST_OF_ONE
    assert sum(sizes) < MOST_OF_ALL
