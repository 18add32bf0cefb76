"""What a configuration says of runs that are stopped early."""

import pytest
from good_configs import study_of
from snaketune.config.pruner import pruner_from
from snaketune.errors import ConfigError


def test_a_type_has_all_its_options():
    assert pruner_from("median").rule == {
        "type": "median", "percentile": 50.0, "n_startup_trials": 5, "n_min_trials": 1, "n_warmup_steps": 5,
        "interval_steps": 1, "signal": "SIGTERM",
    }  # fmt: skip
    assert pruner_from({"type": "threshold", "upper": "1e-3"}).rule["upper"] == 0.001
    assert pruner_from({"type": "median", "patience": 2}).rule["min_delta"] == 0.0
    assert pruner_from({"type": "patient", "patience": 2}).compares is False
    assert pruner_from("none") is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"type": "median", "lower": 1}, "pruner.lower: does not go with type: median"),
        ({"type": "wilcoxon", "n_warmup_steps": 1}, "it goes with median and percentile and threshold"),
        ({"type": "patient"}, "needs 'patience'"),
        ({"type": "median", "min_delta": 0.1}, "give both, or neither"),
        ({"type": "threshold"}, "needs 'lower' or 'upper'"),
        ({"type": "threshold", "lower": 2, "upper": 1}, "must be at most upper, 1; found 2"),
    ],
)
def test_options_that_do_not_go_together(given, words):
    with pytest.raises(ConfigError) as error:
        pruner_from(given)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("medain", "Allowed: median"),
        ({"type": "percentile", "percentile": 101}, "must be 100 or less"),
        ({"type": "median", "signal": "SIGSTOP"}, "not one of the known words"),
        ({"type": "threshold", "lower": 1, "over": "folds"}, "unknown key 'over'"),
    ],
)
def test_words_that_are_none(root, given, words):
    with pytest.raises(ConfigError) as error:
        study_of(root, pruner=given)
    assert words in str(error.value)


def test_searches_have_the_study_s_pruner_unless_they_say_otherwise(root):
    searches = {
        "one": {"strategy": "random", "n_trials": 30},
        "two": {"strategy": "random", "n_trials": 30, "pruner": "none"},
        "three": {"strategy": "random", "n_trials": 30, "pruner": "wilcoxon", "batch_size": 3},
    }
    study = study_of(root, search=..., searches=searches, pruner="median")
    types = {name: search.pruner and search.pruner.type for name, search in study.searches.items()}
    assert types == {"one": "median", "two": None, "three": "wilcoxon"}
    assert {name: search.round(0).size for name, search in study.searches.items()} == {"one": 8, "two": 30, "three": 3}


def test_what_a_pruner_compares_is_a_reason_to_propose_anew(root):
    def fingerprint(**changes):
        search = {"strategy": "random", "n_trials": 9, **changes.pop("search", {})}
        return study_of(root, search=search, **changes).searches["random"].fingerprint

    first = fingerprint(pruner="median")
    assert first == fingerprint(search={"pruner": {"type": "median"}}), "whose it is makes no difference"
    assert first != fingerprint()
    assert first != fingerprint(pruner="median", objective__direction="maximize")
    assert first != fingerprint(pruner="median", search={"overlap": 0})
