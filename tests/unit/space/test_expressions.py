"""Expressions over parameters: what they mean, and that nothing in them is ever run as code."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from snaketune.errors import StudyError
from snaketune.space.expressions import Expression, Missing

VALUES = {
    "x": 3,
    "y": 0.5,
    "s": "sgd",
    "on": True,
    "none": None,
    "layers": [64, 32],
    "a.b": 7,
    "a.b.c": 8,
    "max": 5,
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x + 1", 4), ("x - 1 * 2", 1), ("x / 2", 1.5), ("x // 2", 1), ("x % 2 == 1", True), ("x ** 2", 9),
         ("-x", -3),
        ("1 < x <= 3", True), ("1 < x < 3", False), ("x == 3 and y < 1", True), ("x == 4 or y > 1", False),
         ("not on", False),
        ("s == 'sgd'", True), ("s in ['adam', 'sgd']", True), ("s not in ('adam',)", True), ("x if on else y",
         3),
        ("on is True", True), ("none is None", True), ("none == null", True), ("on == true", True),
         ("false or x", 3),
        ("len(layers) == 2", True), ("sum(layers)", 96), ("64 in layers", True), ("a.b + a.b.c", 15),
         ("max(x, 10)", 10),
        ("max", 5), ("round(y, 0)", 0.0), ("log2(8)", 3.0), ("int(y)", 0), ("abs(-x)", 3), ("str(x) == '3'",
         True),
        ("  x  ", 3), ("1e-5 < y", True), ("x and y", 0.5), ("0 or 0.0", 0.0), ("'a' + s", "asgd"),
    ],
)  # fmt: skip
def test_meaning(text, value):
    found = Expression(text)(VALUES)
    assert found == value
    assert type(found) is type(value)


def test_names():
    assert Expression("a.b > x and max(y, 1) in [s, true, None]").names == {"a.b", "x", "y", "s"}


def test_what_is_missing():
    with pytest.raises(Missing, match="nothing"):
        Expression("x > nothing")(VALUES)
    assert Expression("x > 5 and nothing")(VALUES) is False


@pytest.mark.parametrize("text", ["1 / 0", "x / (x - 3)", "x < s", "s + 1", "len(x)", "sqrt(-1)", "exp(1e9)",
"s * 99", "layers * 9",
                                  "'%99999999d' % x", "9 ** 9 ** 9", "((10 ** 1000) ** 100) ** 100",
                                  "round(x, -99999999)",
                                  "2.0 ** 99999", "int('x')", "max()", "sum(s)", "x in x", "(-1) ** 0.5 > 0",
                                  "min(1, s)"])  # fmt: skip
def test_what_cannot_be_computed_is_said_at_once(text):
    begun = time.monotonic()
    with pytest.raises(StudyError, match="can't be computed for") as caught:
        Expression(text)(VALUES)
    assert isinstance(caught.value, ValueError)
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('touch pwned')", "open('pwned', 'w')", "eval('1')", "exec('1')",
        "().__class__", "(1).real",
        "x.__class__.__mro__()", "[c for c in (1,)]", "lambda: 1", "(y := 5)", "f'{x}'", "x[0]", "{**a}",
        "{1: 2}", "*x",
        "print(x)", "str.format('a')", "abs(x, key=1)", "getattr(x, 'y')", "b'1'", "1j", "...", "await x",
        "yield x", "x @ y",
        "x << 9", "~x", "", " ", "x +", "x = 1", "import os", "x; y", "x\ny", "a..b", "'a", "(" * 300,
        "not " * 200 + "x",
        "x" + " + x" * 900, "1" * 20_000, "x > 1\0", "\ud800",
    ],
)  # fmt: skip
def test_what_is_no_expression(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=r"."):
        Expression(text)
    assert list(tmp_path.iterdir()) == []


def test_expressions_of_the_same_text_are_equal():
    assert Expression("x > 1") == Expression("x > 1")
    assert Expression("x > 1") != Expression("x > 2")


@given(st.text(alphabet="xys013.+-*/%()[]<>=!'\" andornotif,", max_size=25))
def test_any_text_is_an_expression_or_is_not(text):
    try:
        expression = Expression(text)
    except ValueError:
        return
    assert all(name for name in expression.names)
    with contextlib.suppress(Missing, StudyError):
        expression(VALUES)
