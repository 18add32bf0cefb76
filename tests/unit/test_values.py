"""Values: their one text, their ids (which must never change between versions), and what is no value."""

import datetime
import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from snaketune.runner import command
from snaketune.runner.configuration import dump_yaml_safe_json
from snaketune.values import (
    alias_problem,
    canonical,
    counted,
    key,
    number_from_text,
    problem_with,
    problems_in,
    same,
    shortened,
    shortened_text,
    text,
    trial_id,
    yaml_number,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
VALUES = st.recursive(SCALARS, lambda v: st.lists(v, max_size=3) | st.dictionaries(TEXTS, v, max_size=3), max_leaves=5)


@pytest.mark.parametrize(
    ("params", "identity"),
    [
        ({}, "t44136fa355b3678a"),
        ({"lr": 0.1, "optimizer": "sgd"}, "t009e772528bbc1de"),
        ({"lr": 1e-05, "layers": [64, 32], "bias": True, "schedule": None}, "tb0f91c81bae6cd13"),
        ({"optimizer.lr": 1.0, "größe": "ü\n'\""}, "t7a4bf68201446ea9"),
    ],
)
def test_ids_never_change(params, identity):
    assert trial_id(params) == identity, "every finished trial of every user would be run again"


def test_ids_tell_types_apart():
    values = [1, 1.0, True, "1", "1.0", None, "null", [1], [[1]], {"a": 1}, 0, False, "", [], {}]
    assert len({trial_id({"x": value}) for value in values}) == len(values)


def test_ids_do_not_depend_on_order_nor_on_the_sign_of_zero():
    assert trial_id({"a": 1, "b": 2}) == trial_id({"b": 2, "a": 1})
    assert trial_id({"a": 0.0}) == trial_id({"a": -0.0})
    assert trial_id({"a": (1, 2)}) == trial_id({"a": [1, 2]})


@given(VALUES)
def test_the_canonical_text_reads_back_as_the_same_value(value):
    read = json.loads(canonical(value))
    assert key(read) == key(value)
    assert canonical(read) == canonical(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_digits_are_the_same_wherever_a_number_is_written(number):
    """params.json, the tables, the command line and YAML that the runner and best.yaml write."""
    number += 0.0  # -0.0 is 0.0 everywhere
    assert float(text(number)) == float(command.text(number)) == json.loads(canonical(number)) == number
    assert text(number) == command.text(number) == canonical(number)
    assert yaml.safe_load(dump_yaml_safe_json(number)) == number
    assert yaml.safe_load(yaml.safe_dump([number])) == [number]


@given(VALUES)
def test_every_value_is_kept_in_tables_and_configurations(value):
    assert problem_with(value) is None
    if not isinstance(value, str):
        assert key(json.loads(text(value))) == key(value)
    kept = json.loads(canonical(value))
    assert key(yaml.safe_load(dump_yaml_safe_json(kept))) == key(value)


def test_text():
    assert [text(v) for v in ("a b", 1, 1.0, 1e-5, True, None, [1, "ü"], {"a": 0.1})] == [
        "a b", "1", "1.0", "1e-05", "true", "null", '[1, "ü"]', '{"a": 0.1}',
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "number"),
    [("1e-5", 1e-5), ("1E5", 1e5), ("+2.5E3", 2.5e3), (".5e1", 5.0), ("-1.e2", -100.0), ("1.0e5", 1e5)],
)
def test_numbers_mean_numbers(written, number):
    assert isinstance(yaml.safe_load(written), str), "if YAML reads it, there is nothing to mend"
    assert yaml_number(written) == number
    assert type(yaml_number(written)) is float
    assert yaml_number({"a": [written]}) == {"a": [number]}


@pytest.mark.parametrize(
    "written", ["1e", "e5", "1e5x", " 1e5", "1e-5\n", "0x1e5", "1e٣", "16", "0.5", "", "nan", "inf"]
)
def test_what_only_looks_like_a_number_stays_text(written):
    assert yaml_number(written) is written


@pytest.mark.parametrize(
    ("word", "number"),
    [("16", 16), ("-3", -3), ("1e-5", 1e-5), ("1.", 1.0), (".5", 0.5), ("adam", None), ("٣", None), ("1_000",
     None),
     ("", None), ("nan", None), ("0x10", None), ("9" * 5000, float("inf"))],
)  # fmt: skip
def test_number_from_text(word, number):
    found = number_from_text(word)
    assert found == number
    assert type(found) is type(number)


def test_same():
    assert same(2, 2.0)
    assert same([1], [1])
    assert not same(1, True)
    assert not same(1, "1")
    assert not same(0, False)
    assert not same(None, False)


def test_shortened_has_ten_digits():
    assert shortened(0.1 + 0.2) == 0.3
    assert shortened(1 / 3) == 0.3333333333
    assert shortened(123456789012.0) == 123456789000.0


@pytest.mark.parametrize(
    ("value", "place", "why"),
    [
        (float("nan"), (), "nan is not a finite number"),
        ({"a": [1, float("-inf")]}, ("a", 1), "-inf is not a finite number"),
        (10**400, (), "this large"),
        pytest.param(16**5000, (), "this large", id="5000 digits"),
        ("a\0b", (), "NUL"),
        ("\ud800", (), "Unicode"),
        ({"a\0": 1}, (), "NUL"),
        ({1: 2}, (), "a key must be text; found 1"),
        ({True: 2}, (), "YAML reads on, off, yes and no"),
        (datetime.date(2020, 1, 1), (), "a date can't be written as JSON"),
        (b"a", (), "bytes"),
        ({1, 2}, (), "set"),
    ],
)
def test_what_is_no_value(value, place, why):
    found = list(problems_in(value))
    assert found[0][0] == place
    assert why in found[0][1]
    assert why in problem_with(value)


def test_a_value_that_holds_itself_is_refused():
    endless: list = []
    endless += [endless, endless]
    assert "nested deeper" in problem_with(endless)


def test_shown_values_are_short_and_on_one_line():
    assert shortened_text("ü\n") == '"ü\\n"'
    assert len(shortened_text("a" * 1000)) == 120
    assert shortened_text("\ud800") == '"\\ud800"'


LAUGHS = "a0: &a0 [1, 1, 1]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 3)}]\n" for i in range(1, 15))


@pytest.mark.parametrize(
    ("text", "there", "meant"),
    [
        ("1", 1, 1),
        ("[]", 1, 1),
        ("{a: [1, 2], b: {c: 3}}", 6, 6),
        ("[&a [1, 2], *a, *a]", 4, 10),
        (LAUGHS, 19, 32285032),
    ],
)
def test_values_are_counted_with_their_aliases(text, there, meant):
    assert counted(yaml.safe_load(text)) == (there, meant)


def test_what_aliases_make_too_large():
    assert "more than 1,000,000 values" in alias_problem(yaml.safe_load(LAUGHS))
    assert "part of itself" in alias_problem(yaml.safe_load("a: &a [1, {b: *a}]"))
    assert alias_problem(yaml.safe_load("[&a [1, 2], *a, *a]")) is None
    assert alias_problem(list(range(1_000_001))) is None
