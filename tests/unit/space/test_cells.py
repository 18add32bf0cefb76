"""Cells of tables: whatever a parameter's values are, each has a cell of its own that reads back as the same value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from snaketune.space import Categorical, Float
from snaketune.space.cells import Cells
from snaketune.space.scales import ABSENT
from snaketune.values import key, problem_with, text

SPELLED = ["", "true", "null", "1", "1.0", "1e5", "None", '"', '"a"', '"\\"a\\""', "[1]", "[", "{}", " ", "\r\n", "NaN"]
TEXTS = st.one_of(st.sampled_from(SPELLED), st.text()).filter(lambda value: problem_with(value) is None)
LEAVES = st.one_of(
    TEXTS, st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.sampled_from([0, 1, 0.0, 1.0]),
    st.floats(allow_nan=False, allow_infinity=False),
)  # fmt: skip
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=5)


@given(st.lists(VALUES, min_size=1, unique_by=key), st.booleans())
def test_each_value_has_a_cell_of_its_own_that_reads_back(values, ranged):
    cells = Cells(tuple(values), ranged)
    written = [cells.cell(value) for value in values]
    assert len(set(written)) == len(values)
    assert "" not in written
    assert [key(cells.value(cell)) for cell in written] == list(map(key, values))
    parameter = Categorical(tuple(values))
    own = Cells.of([parameter])
    assert [key(parameter.from_cell(own.cell(value))) for value in values] == list(map(key, values))


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
def test_numbers_of_a_range_are_told_from_texts_that_spell_them(number):
    cells = Cells.of([Float(0, 1), Categorical((text(number), "auto"))])
    assert [cells.value(cells.cell(value)) for value in (number, text(number), "auto")] == [
        number,
        text(number),
        "auto",
    ]


def test_ordinary_values_are_written_as_they_are():
    assert [Cells(("1", "2")).cell(value) for value in ("1", "2")] == ["1", "2"]
    assert [Cells((1, 2.5, True, None, [1, "a"])).cell(v) for v in (1, 2.5, None)] == ["1", "2.5", "null"]
    mixed = Cells(("true", True, "a", ""))
    assert [mixed.cell(value) for value in ("true", True, "a", "", ABSENT)] == ['"true"', "true", "a", '""', ""]
    assert mixed.value("") is ABSENT


@pytest.mark.parametrize(("cell", "value"), [("adam", "adam"), ("1e-3", 0.001), ('"1"', "1"), ("[1, 2]", [1, 2])])
def test_cells_of_other_tables_are_read_too(cell, value):
    assert Categorical(("sgd",)).from_cell(cell) == value
