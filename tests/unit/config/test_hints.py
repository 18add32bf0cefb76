"""Where something else is asked for, the message says what there is instead, in words that the schema accepts."""

import pytest
import yaml
from good_configs import study_of
from snaketune.config import hints, schema
from snaketune.errors import ConfigError


@pytest.mark.parametrize("text", sorted(set(hints._STRATEGIES.values()) - {hints._RUNGS}))
def test_what_there_is_instead_is_there(root, text):
    form = text.split(" (")[0]
    search = {"n_trials": 3, "points": [{"x": 1}]} | yaml.safe_load(f"{{{form}}}")
    search = {key: value for key, value in search.items() if key in schema.keys_of_strategy(search["strategy"])}
    try:
        study_of(root, search=search)
    except ConfigError as error:
        assert "not one of" not in str(error)
        assert "unknown" not in str(error)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"search__strategy": "tpe"}, "engine: optuna, sampler: {type: TPESampler}. Allowed: asha, bayes"),
        ({"search__strategy": "Hyper-band"}, "Instead there is: strategy: halving, hyperband or asha, with budget:"),
        ({"search__pruning": "median"}, "unknown key 'pruning'. Instead there is: pruner: {type: median}"),
        ({"search__max_t": 27}, "unknown key 'max_t'. Instead there is: budget, with its min and max"),
        ({"parameters": {}}, "Instead there is: space."),
    ],
)
def test_the_message(root, changes, words):
    with pytest.raises(ConfigError) as error:
        study_of(root, **changes)
    assert words in str(error.value)
