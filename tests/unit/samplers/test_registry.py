"""The registry, the schema and the samplers say the same."""

import subprocess
import sys

import pytest
from snaketune.config.schema import load_schema
from snaketune.samplers.engines import ENGINES
from snaketune.samplers.registry import STRATEGIES, strategy_named
from snaketune.samplers.strategy import Strategy, called
from snaketune.samplers.testing import FINITE, SMALL, SPACES

SCHEMA = load_schema()["$defs"]


def test_the_schema_knows_the_strategies_and_engines_of_the_registry():
    assert set(SCHEMA["search"]["properties"]["strategy"]["enum"]) == set(STRATEGIES)
    assert set(SCHEMA["bayes"]["properties"]["engine"]["enum"]) == set(ENGINES)
    kinds = {kind for engine in ENGINES.values() for kind in engine.acquisitions}
    assert set(SCHEMA["acquisition"]["enum"]) == kinds
    assert {key for engine in ENGINES.values() for key in engine.options} <= set(SCHEMA["bayes"]["properties"])


@pytest.mark.parametrize("entry", [*STRATEGIES.values(), *ENGINES.values()], ids=[*STRATEGIES, *ENGINES])
def test_every_entry_names_a_function(entry):
    assert callable(called(entry.sampler))


def test_importing_the_registry_imports_nothing_heavy():
    script = "import sys, snaketune.samplers; print('numpy' in sys.modules, 'snaketune.samplers.gp' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


@pytest.mark.parametrize(
    ("strategy", "space", "n_trials", "options", "most", "planned"),
    [
        ("random", SMALL, 5, {}, 5, 5),
        ("random", SMALL, 50, {}, 12, 12),
        ("sobol", SPACES["line"], 50, {}, 50, 50),
        ("bayes", SPACES["line"], 50, {"points": [{"x": 0.0}]}, 50, 50),
        ("list", SPACES["line"], None, {"points": [{"x": 0.0}, {"x": 1.0}]}, 2, 2),
        ("grid", SMALL, None, {}, 12, 12),
        # The constraint leaves out some points, which only a walk through the grid tells.
        ("grid", FINITE["finite"], None, {}, 192, len(list(FINITE["finite"].grid()))),
    ],
)
def test_how_many_trials_are_planned(strategy, space, n_trials, options, most, planned):
    entry = strategy_named(strategy)
    assert entry.most(space, n_trials, options) == most
    assert entry.planned(space, n_trials, options) == planned


def test_a_strategy_without_n_trials_has_to_say_how_many_it_plans():
    with pytest.raises(ValueError, match="how many"):
        Strategy("somewhere:build").planned(SMALL, None, {})


def test_first_rounds():
    assert strategy_named("random").first_round(4, {}) == 4
    assert strategy_named("bayes").first_round(4, {"n_initial_points": 10, "points": []}) == 10
    assert strategy_named("bayes").first_round(4, {"n_initial_points": 1, "points": [{}, {}]}) == 2


@pytest.mark.parametrize(("startup", "initial", "size"), [(5, 10, 5), (20, 10, 10), (0, 10, 1), (8, 6, 6), (5, 15, 15)])
def test_a_sampler_that_says_how_many_it_draws_at_random_is_given_no_more(startup, initial, size):
    options = {"n_initial_points": initial, "points": [], "sampler": {"n_startup_trials": startup}}
    assert strategy_named("bayes").first_round(4, options) == size


def test_what_sets_strategies_apart():
    assert [name for name, entry in STRATEGIES.items() if entry.learns] == ["bayes", "halving", "hyperband", "asha"]
    assert [name for name, entry in STRATEGIES.items() if entry.schedule] == ["halving", "hyperband", "asha"]
    assert [name for name, entry in STRATEGIES.items() if entry.whole] == ["lhs"]
