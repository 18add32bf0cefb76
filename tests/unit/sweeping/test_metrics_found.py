"""The metric and its direction are found in a script's text, or asked for."""

import ast

import pytest
from snaketune.errors import StudyError
from snaketune.sweeping.directions import direction_of
from snaketune.sweeping.metrics import Goal, Metric, goal, metrics_in_text, metrics_of


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ('print(json.dumps({"loss": 1, "epoch": 3}))', [("loss", "json")]),
        ('json.dump(dict(acc=1), open("x", "w"))', [("acc", "json")]),
        ('r = {"a": {"loss": 1}}\nr["f1"] = 2\nprint(json.dumps(r))', [("a.loss", "json"), ("f1", "json")]),
        ('def run():\n    return {"rmse": 1}\nprint(json.dumps(run()))', [("rmse", "json")]),
        ("""print(f'{{"loss": {loss}}}')""", [("loss", "json")]),
        ("import snaketune\nsnaketune.report(step=1, val_loss=2)", [("val_loss", "history")]),
        ("from snaketune import report as r\nr(step=1, val_loss=2)", [("val_loss", "history")]),
        ('print(f"val_loss: {x:.3f} and acc={y}")', [("val_loss", "text"), ("acc", "text")]),
        ('click.echo(f"loss: {x}")', [("loss", "text")]),
        ('print("accuracy:", x)', [("accuracy", "text")]),
        ('print("time:", x)\nprint("loss:", "none")\nprint(1)', []),
        ('r = r\nprint(json.dumps(r))', []),
    ],
)  # fmt: skip
def test_metrics_of_a_script(script, found):
    assert metrics_of(ast.parse(script)) == [Metric(*it) for it in found]


def test_metrics_in_another_language():
    assert metrics_in_text(r'echo "{\"loss\": $x, \"name\": 1}"') == [Metric("loss", "json")]
    assert metrics_in_text('echo "loss: $x"; cat("acc:", x); printf "f1=%.3f"') == [
        Metric("loss", "text"), Metric("acc", "text"), Metric("f1", "text"),
    ]  # fmt: skip
    assert metrics_in_text("cat('{\"val_acc\": ', x, '}')") == [Metric("val_acc", "json")]


@pytest.mark.parametrize(
    ("name", "direction"),
    [
        ("loss", "minimize"), ("val_loss", "minimize"), ("RMSE", "minimize"), ("error_rate", "minimize"),
        ("val/accuracy", "maximize"), ("valAcc", "maximize"), ("macro avg.f1-score", "maximize"), ("r2", "maximize"),
        ("roc_auc", "maximize"), ("neg_mean_squared_error", "maximize"), ("negative_log_likelihood", "minimize"),
        ("cross_entropy", "minimize"), ("x", None), ("", None), ("lossless", None),
    ],
)  # fmt: skip
def test_directions_follow_from_names(name, direction):
    assert direction_of(name) == direction


def metrics(*names, way="json"):
    return [Metric(name, way) for name in names]


def test_the_only_metric_or_that_of_validation_is_taken():
    assert goal(metrics("loss"), "t.py") == Goal(
        "loss", "minimize", "the only metric found; less is better, by its name"
    )
    assert goal(metrics("train_loss", "val_loss"), "t.py").metric == "val_loss"
    assert goal(metrics("acc", "test_acc"), "t.py").metric == "acc"
    assert goal(metrics("n_params", "acc"), "t.py").metric == "acc"
    assert goal(metrics("loss", way="text"), "t.py").pattern
    assert goal([], "t.py", "mine", "maximize") == Goal("mine", "maximize", "")


@pytest.mark.parametrize(
    ("found", "asked", "message"),
    [
        ([], (), "t.py: no metric is found in its text: say which it is, --metric NAME"),
        (["loss", "acc"], (), "t.py gives several metrics: loss, acc. Say which to optimise: --metric loss"),
        (["speed"], (), "is less or more speed better? Say --minimize or --maximize"),
        (["loss"], ("thing",), "is less or more thing better?"),
    ],
)
def test_what_can_not_be_known_is_asked(found, asked, message):
    with pytest.raises(StudyError) as caught:
        goal(metrics(*found), "t.py", *asked)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
