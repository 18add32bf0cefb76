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
        ({"type": "threshold", "lower": 1, "over": "runs"}, "not one of the known words"),
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


@pytest.mark.parametrize(
    ("given", "objective", "words"),
    [
        ({"type": "median"}, {}, "pruner.over: is folds, of which a trial has one: set objective.folds to 2 at least"),
        (
            {"type": "median", "over": "replicates"},
            {"folds": 5},
            "pruner.over: is replicates, of which a trial has one: set objective.replicates",
        ),
        (
            {"type": "median", "n_warmup_steps": 5},
            {"folds": 5},
            "pruner.n_warmup_steps: must be from 1 to 4: a trial is looked at before the last of its 5 folds; found 5",
        ),
        ({"type": "median", "n_warmup_steps": 0}, {"folds": 5}, "must be from 1 to 4"),
        ({"type": "wilcoxon", "n_startup_steps": 5}, {"folds": 5}, "pruner.n_startup_steps: must be from 1 to 4"),
        (
            {"type": "wilcoxon"},
            {"folds": 4},
            "pruner.p_threshold: is never reached: 3 runs, all of which are worse, have a probability of 0.125",
        ),
        ({"type": "patient", "patience": 1}, {"folds": 5}, "pruner.over: does not go with type: patient"),
        (
            {"type": "median", "patience": 1},
            {"folds": 5},
            "does not go with type: median with over: folds, which takes",
        ),
        ({"type": "median", "signal": "SIGINT"}, {"folds": 5}, "it is for over: steps"),
        ({"type": "wilcoxon", "n_warmup_steps": 1}, {"folds": 5}, "it goes with median and percentile and threshold"),
        ({"type": "threshold"}, {"folds": 5}, "needs 'lower' or 'upper'"),
    ],
)
def test_misuse_between_folds_is_found_before_any_job(root, given, objective, words):
    sections = {f"objective__{key}": value for key, value in objective.items()}
    with pytest.raises(ConfigError) as error:
        study_of(root, pruner={"over": "folds", **given}, **sections)
    assert words in str(error.value)


def test_folds_can_not_be_pruned_in_a_search_with_a_budget(root):
    for search in ({"strategy": "halving", "n_trials": 9}, {"strategy": "random", "n_trials": 9}):
        with pytest.raises(ConfigError, match="can't be pruned in a search with a budget"):
            study_of(
                root, search=..., searches={"s": search}, budget={"min": 1, "max": 9}, objective__folds=5,
                objective__command="python train.py {args} {budget}", pruner={"type": "median", "over": "folds"},
            )  # fmt: skip


def test_the_parts_in_which_trials_do_their_runs(root):
    def parts(pruner, **objective):
        sections = {f"objective__{key}": value for key, value in objective.items()}
        (search,) = study_of(root, pruner=pruner, **sections).searches.values()
        return search.parts and search.parts.ends

    assert parts({"type": "median", "over": "folds"}, folds=3) == (1, 2, 3)
    assert parts({"type": "median", "over": "folds", "n_warmup_steps": 2, "interval_steps": 3}, folds=9) == (2, 5, 8, 9)
    assert parts({"type": "threshold", "over": "replicates", "upper": 1}, replicates=2, folds=9) == (1, 2)
    # Four pairs at least, of which two replicates have four in two folds.
    assert parts({"type": "wilcoxon", "over": "folds"}, folds=6) == (4, 5, 6)
    assert parts({"type": "wilcoxon", "over": "folds"}, folds=6, replicates=2) == (2, 3, 4, 5, 6)
    assert parts({"type": "median", "over": "steps"}, folds=9) is None


def test_over_steps_is_what_a_pruner_without_it_is(root):
    def fingerprint(pruner):
        (search,) = study_of(root, pruner=pruner, objective__folds=5).searches.values()
        return search.fingerprint

    assert fingerprint("median") == fingerprint({"type": "median", "over": "steps"})
    assert fingerprint("median") != fingerprint({"type": "median", "over": "folds"})
