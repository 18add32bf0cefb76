"""Whether a model is to be believed, and what is kept of it."""

import json

import pytest
from snaketune.results.credibility import Credibility, credibility_of, said_of_models
from snaketune.results.explained import read_explained, write_explained
from snaketune.samplers.explained import Belief, Explained, LeftOut, Slice
from snaketune.sums import DamagedFile


def left_out(observed, predicted, below=0.5):
    return LeftOut({"x": observed}, observed, Belief(predicted, predicted - 1, predicted + 1), below)


EXPLAINED = Explained(
    share=0.5,
    known=7,
    slices=(
        Slice(("a", "b"), ((1, "u"), (2, None)), (Belief(1.5, 1.0, 2.0), None), {"a": 1, "b": "u", "c": [1]}, True),
        Slice(("x",), ((0.0,), (0.1,)), (Belief(1.0, 0.5, 1.5), Belief(1.0, 0.5, 1.5)), {"x": 0.05}, False),
    ),
    left_out=(left_out(1.0, 1.25), left_out(0.1, -2.0, 0.999)),
)


@pytest.mark.parametrize("explained", [EXPLAINED, Explained("all are the same")])
def test_it_is_read_as_it_was_written(tmp_path, explained):
    write_explained(tmp_path / "model.json", explained)
    assert read_explained(tmp_path / "model.json") == explained


def test_numbers_have_no_last_bits_of_a_library(tmp_path):
    write_explained(tmp_path / "model.json", Explained(left_out=(left_out(0.1, 1 / 3),)))
    found = json.loads((tmp_path / "model.json").read_text())["left_out"]
    assert (found["mean"], found["observed"]) == ([0.333333], [0.1])


@pytest.mark.parametrize("offset", [0.0, 5.0, -1e9])
def test_results_that_lie_close_together_are_still_told_apart(tmp_path, offset):
    values = [offset + i * 1e-6 / 3 for i in range(1, 9)]
    explained = Explained(left_out=tuple(left_out(value, value) for value in values))
    write_explained(tmp_path / "model.json", explained)
    read = read_explained(tmp_path / "model.json")
    assert credibility_of(read).correlation == pytest.approx(1)
    assert [each.belief.mean for each in read.left_out] == pytest.approx(values, abs=1e-10)


@pytest.mark.parametrize("value", [0.0, 1.7976931348623157e308, 5e-324])
def test_any_number_can_be_written(tmp_path, value):
    explained = Explained(left_out=(left_out(max(value, 1.0), value), left_out(-value, -value)))
    write_explained(tmp_path / "model.json", explained)
    means = [each.belief.mean for each in read_explained(tmp_path / "model.json").left_out]
    assert means == pytest.approx([value, -value], rel=1e-5)


@pytest.mark.parametrize("text", ["{}", "[1]", '{"share": 1, "known": 1, "slices": [{}], "left_out": {}}', "{"])
def test_what_is_no_model_is_damaged(tmp_path, text):
    (tmp_path / "model.json").write_text(text)
    with pytest.raises(DamagedFile):
        read_explained(tmp_path / "model.json")


def test_the_correlation_is_that_of_ranks():
    values = [1.0, 2.0, 3.0, 40.0, 500.0]
    same = [left_out(value, value**3) for value in values]
    turned = [left_out(value, -value) for value in values]
    assert credibility_of(Explained(left_out=tuple(same))).correlation == pytest.approx(1)
    assert credibility_of(Explained(left_out=tuple(turned))).correlation == pytest.approx(-1)
    alike = [left_out(value, 7.0) for value in values]
    assert credibility_of(Explained(left_out=tuple(alike))).correlation == 0
    assert credibility_of(Explained()).count == 0


@pytest.mark.parametrize(
    ("count", "correlation", "inside", "said"),
    [
        (50, 0.93, 47, "correlation of 0.93, and its 95 % intervals hold 94 % of 50: it can be believed"),
        (50, 0.93, 30, "it can be believed in what is better, but its intervals are too narrow"),
        (50, 0.5, 50, "roughly: where good trials are, not which of them is the best"),
        (50, 0.5, 20, "the best, and its intervals are too narrow"),
        (50, 0.2, 50, "it can't be believed"),
        (12, 0.5, 12, "it can't be believed"),  # chance gives as much
        (10, 0.95, 9, "it can be believed"),
        (9, 0.95, 9, "has too few results (9) to say whether it can be believed"),
    ],
)
def test_the_verdict(count, correlation, inside, said):
    assert said in Credibility(count, correlation, inside).said


def test_each_search_has_a_sentence():
    many = Explained(left_out=tuple(left_out(i, i) for i in range(20)))
    assert said_of_models({"a": many, "b": Explained("all are the same")}) == [
        "The model of a predicts left-out trials with a rank correlation of 1.00,"
        " and its 95 % intervals hold 100 % of 20: it can be believed.",
        "There is no model of b: all are the same.",
    ]
