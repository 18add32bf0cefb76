"""What a round's pruner.json says: of the runs of earlier rounds, in one order, whatever their budgets."""

import json
import math

import pytest
from snaketune.config.pruner import pruner_from
from snaketune.config.study import Metric
from snaketune.proposing.thresholds import Earlier, rule_for
from snaketune.runner.pruning import cut_of
from snaketune.runner.run_id import RunId

LOSS, ACCURACY = Metric("loss", "minimize"), Metric("accuracy", "maximize")


def earlier(trial: str, *values: float, run: str = "r0", result: float | None = None) -> Earlier:
    """A run that has reported these values of one objective, from step 1 on."""
    return Earlier(trial, RunId.parse(run), result, {step: (value,) for step, value in enumerate(values, 1)})


def rule(given, runs, metrics=(LOSS,)):
    pruner = pruner_from(given)
    assert pruner is not None
    return rule_for(pruner, metrics, runs)


def test_each_step_has_the_percentile_of_those_that_came_so_far():
    runs = [earlier("a", 1.0, 2.0), earlier("b", 3.0), earlier("c", 2.0, 4.0)]
    assert rule("median", runs)["groups"] == {"": {"trials": 3, "steps": [[1, 3, 2.0], [2, 2, 3.0]]}}


def test_more_is_better_where_that_is_so():
    runs = [earlier(name, value) for name, value in zip("abcde", (1.0, 2.0, 3.0, 4.0, 5.0), strict=True)]
    kept = {"type": "percentile", "percentile": 25}
    assert rule(kept, runs)["groups"][""]["steps"] == [[1, 5, 2.0]]
    assert rule(kept, runs, [ACCURACY])["groups"][""]["steps"] == [[1, 5, 4.0]]


def test_replicates_count_together_and_folds_apart():
    runs = [earlier("a", 1.0, run="r0f0"), earlier("a", 3.0, run="r1f0"), earlier("a", 9.0, run="r0f1")]
    assert rule("median", runs)["groups"] == {
        "0": {"trials": 1, "steps": [[1, 1, 2.0]]},
        "1": {"trials": 1, "steps": [[1, 1, 9.0]]},
    }


def test_several_objectives_have_the_values_of_each_run():
    runs = [Earlier("a", RunId(0), None, {1: (1.0, 2.0)}), Earlier("b", RunId(0), None, {1: (math.nan, 2.0)})]
    assert rule("median", runs, [LOSS, ACCURACY])["groups"] == {"": {"trials": 2, "steps": [[1, 2, [[1.0, 2.0]]]]}}


def test_wilcoxon_has_the_values_of_the_best_complete_run():
    runs = [earlier("a", 0.0, result=0.5), earlier("b", 1.0, 2.0, result=0.2), earlier("c", -9.0)]
    assert rule("wilcoxon", runs)["groups"] == {
        "": {"trials": 2, "best": "b/r0", "steps": [[1, 1.0], [2, 2.0]]},
    }
    assert rule("wilcoxon", runs, [ACCURACY])["groups"][""]["best"] == "a/r0"
    assert rule("wilcoxon", runs[2:])["groups"] == {}


@pytest.mark.parametrize("given", [{"type": "threshold", "upper": 1}, {"type": "patient", "patience": 2}])
def test_what_compares_with_nobody_has_no_groups(given):
    assert "groups" not in rule(given, [earlier("a", 1.0)])


def test_the_runner_makes_of_it_what_it_says():
    said = json.loads(json.dumps(rule({"type": "median", "n_startup_trials": 2, "n_warmup_steps": 1}, [
        earlier("a", 1.0, 0.5), earlier("b", 2.0, 1.0),
    ])))  # fmt: skip
    history = b'{"step": 1, "loss": 1.4}\n{"step": 2, "loss": 0.9}\n'
    assert cut_of(said, None, history).step == 2
    assert cut_of({**said, "n_startup_trials": 3}, None, history) is None
