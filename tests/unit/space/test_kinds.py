"""Kinds of parameter: where they are declared, and that nobody else knows them."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_spaces import PARAMETERS
from snaketune.config.schema import load_schema
from snaketune.space import Categorical, Constant, Float, Integer, Normal
from snaketune.space.cells import Cells
from snaketune.space.columns import column_type, common_type
from snaketune.space.kinds import CALLS, TYPES, _joined
from snaketune.values import key

PACKAGE = Path(__file__).parents[3] / "workflow" / "snaketune"
UNITS = st.floats(0, 1, exclude_max=True)
KINDS = "(Categorical|Constant|Float|Integer|Normal)"
ASKED = re.compile(rf"isinstance\(.*\b{KINDS}\b|case .*\b{KINDS}\(")


def test_the_schema_names_all_types_and_no_other():
    kinds = load_schema()["$defs"]["parameter"]["then"]["properties"]["type"]["enum"]
    assert sorted(kinds) == sorted(TYPES)


def test_nobody_asks_of_which_kind_a_parameter_is():
    """A kind that a module outside `space/parameters/` has to know can't be added without changing that module."""
    files = [*PACKAGE.rglob("*.py"), *(PACKAGE.parents[1] / "scripts").rglob("*.py")]
    outside = [file for file in files if PACKAGE / "space" / "parameters" not in file.parents]
    assert len(outside) > 50
    places = [
        f"{file.name}:{number}: {line.strip()}"
        for file in outside
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if ASKED.search(line) and "ast." not in line
    ]
    assert places == []


def test_two_kinds_of_one_name_are_noticed():
    with pytest.raises(ValueError, match="two kinds of parameter are written as int"):
        _joined([TYPES, {"int": TYPES["float"]}])


def test_calls_of_other_tools_are_known():
    assert {"Real", "Integer", "Categorical", "randint", "quniform", "choice", "loguniform"} <= CALLS.keys()


@given(PARAMETERS, UNITS)
def test_a_model_and_the_libraries_give_back_the_value_they_were_told(parameter, u):
    value = parameter.from_unit(u)
    assert key(parameter.from_cell(Cells.of([parameter]).cell(value))) == key(value)
    place = parameter.to_place(value)
    assert 0 <= place <= 1
    places = parameter.places()
    if places is not None:
        assert place in places
        assert list(places) == sorted(places)
        assert key(parameter.from_unit(parameter.place_to_unit(place))) == key(value)
    assert parameter.from_skopt(parameter.to_skopt(place)) == pytest.approx(place)
    told = parameter.from_optuna(parameter.to_optuna(value))
    if parameter.finite:
        assert key(told) == key(value)
    else:
        assert parameter.to_unit(told) == pytest.approx(parameter.to_unit(value), abs=2e-4)


@given(PARAMETERS, UNITS, st.floats(0, 0.5))
def test_what_is_left_around_a_value_holds_it(parameter, u, margin):
    value = parameter.from_unit(u)
    assert parameter.around([value], margin).contains(value)


@pytest.mark.parametrize(
    ("parameter", "kind"),
    [
        (Float(0, 1), "Float64"),
        (Float(0, 4, step=2), "Float64"),
        (Integer(0, 3), "Int64"),
        (Normal(0, 1), "Float64"),
        (Categorical((1, 2)), "Int64"),
        (Categorical((1, 2.5)), "object"),
        (Categorical((True, False)), "boolean"),
        (Categorical((True, 1)), "object"),
        (Constant("a"), "string"),
        (Constant(None), "object"),
        (Constant(7), "Int64"),
    ],
)
def test_a_kind_says_of_which_type_its_column_is(parameter, kind):
    assert parameter.column_type == kind


def test_a_column_of_several_types_is_of_the_one_that_holds_them():
    assert common_type(["Int64", "Int64"]) == "Int64"
    assert common_type(["Int64", "Float64"]) == "object"
    assert common_type(["boolean", "Int64"]) == "object"
    assert column_type([]) == "boolean"


def test_a_constant_is_listed_but_no_choice():
    assert (Constant(None).levels, Constant(None).listed, Constant(None).fixed) == ((), (None,), True)
    assert (Categorical((1, "a")).levels, Categorical((1,)).fixed) == ((1, "a"), False)
    assert (Float(0, 1).levels, Float(0, 1).listed) == ((), ())
