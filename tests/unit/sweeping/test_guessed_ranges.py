"""Guesses of what to search: by name, type, default, choices and bounds."""

import pytest
from snaketune.space import space_from_config
from snaketune.sweeping.option import UNKNOWN, Option
from snaketune.sweeping.ranges import guessed


@pytest.mark.parametrize(
    ("option", "form"),
    [
        (Option(("--lr",), "float", 1e-3), "loguniform(1e-5, 0.1)"),
        (Option(("--learning-rate",), "float"), "loguniform(1e-5, 0.1)"),
        (Option(("--alpha",), "float", 3e-4, help="The learning rate."), "loguniform(1e-5, 0.01)"),
        (Option(("--lr",), "float", 0.1), "loguniform(0.001, 1)"),
        (Option(("--lr-decay",), "float", 0.9), "uniform(0, 1)"),
        (Option(("--weight-decay",), "float", 0.0), "loguniform(1e-6, 0.01)"),
        (Option(("--weight-decay",), "float", 1e-4), "loguniform(1e-5, 0.001)"),
        (Option(("--dropout",), "float", 0.1), "uniform(0, 0.5)"),
        (Option(("--momentum",), "float", 0.9), "uniform(0.5, 0.99)"),
        (Option(("--temperature",), "float", 1.0), "loguniform(0.1, 10)"),
        (Option(("--shift",), "float", -2.0), "uniform(-4, 0)"),
        (Option(("--x",), "float", 0.5, low=0.2, high=0.8), "uniform(0.2, 0.8)"),
        (Option(("--x",), "float", 0.5, low=0.2), "uniform(0.2, 1)"),
        (Option(("--c",), "float", 1.0, low=1e-3, high=1e3), "loguniform(0.001, 1000)"),
        (Option(("--batch-size",), "int", 32), [8, 16, 32, 64, 128]),
        (Option(("--batch-size",), "int", 32, high=64), [8, 16, 32, 64]),
        (Option(("--batch-size",), "int"), [16, 32, 64, 128]),
        (Option(("--hidden",), "int", 100), "logint(25, 400)"),
        (Option(("--depth",), "int", 3), "int(1, 6)"),
        (Option(("--depth",), "int", 3, low=2, high=4), "int(2, 4)"),
        (Option(("--opt",), "str", "a", choices=("a", "b")), ["a", "b"]),
        (Option(("--fast",), "bool", False, flag=True), [True, False]),
        (Option(("--fast",), "", True), ["true", "false"]),
    ],
)
def test_what_is_searched(option, form):
    assert guessed(option).form == form
    assert space_from_config({option.name: form}, seed=0).parameters, "the space can be read"


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        (Option(("--seed",), "int", 1), "seed"),
        (Option(("--epochs",), "int", 10), "how long"),
        (Option(("--device",), "str", "cpu", choices=("cpu", "cuda")), "runs on"),
        (Option(("--num-workers",), "int", 4), "how it runs"),
        (Option(("--verbose",), "bool", False, flag=True), "shown"),
        (Option(("--data-dir",), "str", "x"), "files"),
        (Option(("--out",), "path"), "files"),
        (Option(("--act",), "str", "relu"), "a text"),
        (Option(("--layers",), "int", [64], many=True), "several values"),
        (Option(("--x",), "float"), "without a default"),
        (Option(("--x",), "int", UNKNOWN), "without a default"),
        (Option(("--x",), "float", 0.0), "its scale"),
        (Option(("--bn",), "bool", True), "type=bool"),
        (Option(("-v",), "int", 0, flag=True), "how often"),
        (Option(("--opt",), "str", choices=("a",)), "one choice"),
    ],
)
def test_what_is_left_alone_and_why(option, reason):
    guess = guessed(option)
    assert guess.form is None
    assert reason in guess.reason
