"""Metrics: where they come from, how they are taken from the history, which are refused."""

import json
import math
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from snaketune.runner.metrics import check, extract_metrics, take
from snaketune.runner.spec import RunSpec
from snaketune.runner.verdict import ended_well


def metrics_of(metrics=None, stdout="", history=None, **options):
    return extract_metrics(metrics, stdout, history, **options).metrics


@pytest.mark.parametrize(
    ("stdout", "expected"),
    [
        ('{"a": 1}', {"a": 1}),
        ('{"a": 1}\nnoise\n  {"a": 2}  \nDone.\n', {"a": 2}),
        ('x\n{\n "a": 1,\n "b": {\n  "c": [\n   {"d": 1}\n  ]}\n}\n', {"a": 1}),
        ('{"a": 1}\nset {b}\n', {"a": 1}),
        ('{"a": 1}\n{"a": 2, \n', {"a": 1}),
        ("[1, 2]\n3\nnull", {}),
        ('loss {"a": 1}', {}),
        ("", {}),
        ('{"a": NaN, "b": -Infinity, "c": 1e999}', {"a": "NaN", "b": "-Infinity", "c": "Infinity"}),
        ('{"a": {"b": {"c": true}}, "s": "x", "n": null}', {"a.b.c": True, "s": "x", "n": None}),
        ("{" * 100_000, {}),
        ('{"a":' * 100_000 + "}", {}),
    ],
)
def test_last_json_object_of_the_output(stdout, expected):
    assert metrics_of(stdout=stdout) == expected


def test_order_of_the_sources():
    patterns = {"loss": r"loss: (\S+)"}
    history = b'{"loss": 4, "time": 9}\n{"acc": 5}\n'
    assert metrics_of(b'{"loss": 1}', '{"loss": 2}', history, patterns=patterns) == {"loss": 1}
    assert metrics_of(None, 'loss: 3\n{"x": 2}', history, patterns=patterns) == {"loss": 3.0, "x": 2}
    assert metrics_of(None, "loss: 3\nloss: 3.5 now", history, patterns=patterns) == {"loss": 3.5}
    assert metrics_of(None, "nothing", history, patterns=patterns) == {"loss": 4, "acc": 5}
    assert metrics_of(b"{}", '{"loss": 2}', history) == {}


@pytest.mark.parametrize("content", [b'{"loss": 0.1, "acc', b"", b"\xff\xfe\xfa", b"[1]", b"3", b'"x"'])
def test_a_broken_metrics_file_is_no_reason_to_look_elsewhere(content):
    found = extract_metrics(content, '{"loss": 2}', b'{"loss": 3}')
    assert found.metrics == {}
    assert "metrics.json is not" in found.problem


def test_lists_are_left_out_with_a_note():
    found = extract_metrics(b'{"a": [1], "b": 2}', "", None)
    assert found.metrics == {"b": 2}
    assert found.notes == ["metric 'a' is a list and was left out"]


BIG = "9" * 5000
DIGITS = "metric 'loss' is an integer that is too large for a number and counts as infinite"


@pytest.mark.parametrize(
    ("metrics", "expected", "notes"),
    [
        ({"a.b": 1, "a": {"b": 2}}, {"a.b": 2},
         ["metric 'a.b' is given twice, with different values; the last one holds"]),
        ({"a.b": 2, "a": {"b": 2}}, {"a.b": 2}, []),
        ({"t": "x" * 500 + "y" * 10**6 + "z" * 500},
         {"t": "x" * 500 + "[1,000,000 characters left out here]" + "z" * 500},
         ["metric 't' is a text of more than 1,000 characters and was cut"]),
        ({"t": "x" * 1000, "n" * 200: 1}, {"t": "x" * 1000, "n" * 200: 1}, []),
        ({f"l{i}": [] for i in range(5)}, {}, ["5 metrics are lists and were left out: 'l0', 'l1', 'l2', …"]),
        ({"n" * 201: 1}, {}, ["metric '" + "n" * 30 + "[141 characters left out here]" + "n" * 30
                              + "' has a name of more than 200 characters and was left out"]),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_as_it_is_has_a_note(metrics, expected, notes):
    found = extract_metrics(json.dumps(metrics).encode(), "", None)
    assert (found.metrics, found.notes, found.doubts) == (expected, notes, [])


def test_the_number_of_metrics_is_bounded_but_not_for_those_that_are_wanted():
    found = extract_metrics(json.dumps({f"m{i}": i for i in range(20_000)}).encode(), "", None, wanted=["m19999"])
    assert found.metrics == {f"m{i}": i for i in [*range(1000), 19_999]}
    assert found.notes == ["18,999 metrics were left out: there are more than 1,000: 'm1000', 'm1001', 'm1002', …"]
    taken = extract_metrics(b"{}", "", b'{"loss": 3}\n', takes={"loss": "last"}, wanted=["loss"])
    assert (taken.metrics, taken.found) == ({"loss": 3}, {})


def test_a_bare_number_has_the_name_of_the_metric():
    found = extract_metrics(b"0.5", "", None, wanted=["loss", "size"])
    assert (found.metrics, found.found) == ({"loss": 0.5}, 0.5)
    assert metrics_of(b"NaN", wanted=["loss"]) == {"loss": "NaN"}
    assert "not a JSON object but true" in extract_metrics(b"true", "", None, wanted=["loss"]).problem


@pytest.mark.parametrize(
    ("stdout", "left_out", "reason"),
    [
        ("nothing", 98_000_000, "metric 'loss' is missing (the program gave no metrics); 98,000,000 bytes of what it "
         "printed were left out (output_limit)"),
        ("{'loss': 1}\nDone", 0, "metric 'loss' is missing (the program gave no metrics); the last line that begins "
         "with { is no JSON object: Expecting property name enclosed in double quotes: line 1 column 2 (char 1) in "
         "\"{'loss': 1}\""),
        (f'{{"loss": {BIG}}}', 0, f"metric 'loss' is Infinity; {DIGITS}"),
        (f'{{"loss": -{BIG}}}', 0, f"metric 'loss' is -Infinity; {DIGITS}"),
        ('{"loss": [1]}', 0, "metric 'loss' is missing (the program gave no metrics); metric 'loss' is a list and was "
         "left out"),
        ('{"loss": NaN, "l": [1]}', 7, "metric 'loss' is NaN"),
        (f'{{"loss": 1, "n": {BIG}}}\n{{oh', 7, None),
    ],
)  # fmt: skip
def test_the_reason_says_where_a_metric_may_have_gone(stdout, left_out, reason):
    found = extract_metrics(None, stdout, None, wanted=["loss"], left_out=left_out)
    assert ended_well(found, RunSpec(metrics_wanted=["loss"])) == ("invalid" if reason else "complete", reason)


def test_history_with_broken_lines():
    history = b'{"l": 1}\n{"l": \n\n7\n{"l": 3}\n{"l": 0.00'
    found = extract_metrics(None, "", history, takes={"l": "mean_last_2"})
    assert found.metrics == {"l": 2.0}
    assert found.notes == ["history.jsonl: 2 broken lines were ignored"]


def test_a_metric_over_the_history_is_not_taken_from_elsewhere():
    found = extract_metrics(b'{"l": 1, "x": 2}', "", None, takes={"l": "last"})
    assert found.metrics == {"x": 2}
    assert found.notes == ["history.jsonl has no values of 'l'"]


@pytest.mark.parametrize(
    ("how", "values", "expected"),
    [
        ("best:minimize", [3, 1, 2], 1),
        ("best:maximize", [3, 1, 2], 3),
        ("best:minimize", [3, math.nan, "-Infinity", 2], 2),
        ("first", [3, 1], 3),
        ("last", [3, None, 1, "text", True], 1),
        ("mean_last_2", [9, 1, 2], 1.5),
        ("mean_last_5", [1, 2], 1.5),
        ("median_last_3", [9, 5, 1, 2], 2),
        ("median_last_2", [1, 2], 1.5),
        ("last", [], None),
        ("best:minimize", ["x"], None),
    ],
)
def test_take(how, values, expected):
    assert take(values, how) == expected


@pytest.mark.parametrize("how", ["best:minimize", "best:maximize", "last", "mean_last_2", "median_last_2"])
def test_nan_is_not_hidden(how):
    assert math.isnan(take([math.nan, "NaN"], how))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.integers(1, 9))
def test_taken_values_lie_within_the_range(values, k):
    for how in ("best:minimize", "best:maximize", "first", "last", f"mean_last_{k}", f"median_last_{k}"):
        assert min(values) - 1e-6 <= take(values, how) <= max(values) + 1e-6


@pytest.mark.parametrize("how", ["best", "mean_last_0", "mean", ""])
def test_unknown_way_to_take(how):
    with pytest.raises(ValueError, match="unknown way"):
        take([1], how)


@pytest.mark.parametrize(
    ("metrics", "problem"),
    [
        ({"a": 1}, None),
        ({"a": -0.5, "b": "x"}, None),
        ({"b": 1, "c": 2}, "metric 'a' is missing (there are: b, c)"),
        ({}, "metric 'a' is missing (the program gave no metrics)"),
        ({"a": "abc"}, "metric 'a' is not a number: 'abc'"),
        ({"a": "0.5"}, "metric 'a' is not a number: '0.5'"),
        ({"a": True}, "metric 'a' is not a number: True"),
        ({"a": None}, "metric 'a' is not a number: null"),
        ({"a": "NaN"}, "metric 'a' is NaN"),
        ({"a": math.nan}, "metric 'a' is NaN"),
        ({"a": "-Infinity"}, "metric 'a' is -Infinity"),
        ({"a": 10**400}, "metric 'a' is Infinity"),
    ],
)
def test_check(metrics, problem):
    assert check(metrics, ["a"]) == problem


def test_check_names_every_problem():
    assert check({"b": "NaN"}, ["a", "b"]) == "metric 'a' is missing (there are: b); metric 'b' is NaN"


@given(
    st.dictionaries(
        st.text(max_size=200), st.floats() | st.integers() | st.text() | st.booleans() | st.none(), max_size=5
    )
)
def test_metrics_are_always_strict_json(metrics):
    found = metrics_of(json.dumps(metrics).encode())
    json.dumps(found, allow_nan=False)
    finite = {k: v for k, v in metrics.items() if isinstance(v, float) and math.isfinite(v)}
    assert {k: found[k] for k in finite if k != "snaketune_status"} == finite


@pytest.mark.parametrize(
    ("script", "status", "reason"),
    [
        ("print('{\"loss\": NaN}')", "invalid", "metric 'loss' is NaN"),
        ("print('{\"loss\": Infinity}')", "invalid", "metric 'loss' is Infinity"),
        ('print(\'{"loss": "abc"}\')', "invalid", "metric 'loss' is not a number: 'abc'"),
        ("print('{\"acc\": 1}')", "invalid", "metric 'loss' is missing (there are: acc)"),
        ("pass", "invalid", "metric 'loss' is missing (the program gave no metrics)"),
        (
            "import os; open(os.environ['SNAKETUNE_METRICS'], 'w').write('{\"loss\": 0.')",
            "invalid",
            "not valid JSON",
        ),
        ('print(\'{"loss": 1, "snaketune_status": "pruned"}\')', "pruned", "the program stopped early"),
        ("print('{\"loss\": 1}')", "complete", None),
    ],
)
def test_status_of_a_program_that_exits_with_0(bench, script, status, reason):
    result = bench.python(script, metrics_wanted=["loss"])
    assert result["status"] == status
    assert result["reason"] == reason or reason in result["reason"]
    assert (result["exit_code"], result["signal"]) == (0, None)
    assert "snaketune_status" not in result["metrics"]


@pytest.mark.alone("it has files of its own")
def test_metrics_of_an_earlier_attempt_are_not_taken_for_this_one(bench):
    write = "cd $SNAKETUNE_DIR; echo '{\"loss\": 1}' > metrics.json; cp metrics.json history.jsonl; touch ckpt"
    assert bench.run(["sh", "-c", write], metrics_wanted=["loss"])["status"] == "complete"
    assert bench.run(["true"], metrics_wanted=["loss"])["status"] == "invalid"
    kept = bench.folder / "attempts" / "1"
    assert sorted(file.name for file in kept.iterdir()) == ["history.jsonl", "metrics.json", "result.json"]
    assert (bench.folder / "ckpt").exists()


def test_history_through_a_run(bench):
    script = """
from snaketune.reporting import report
for step in range(4):
    report(step=step, loss=[3.0, 1.0, float("nan"), 2.0][step])
"""
    path = str(next(p for p in sys.path if p.endswith("workflow")))
    result = bench.python(script, env={"PYTHONPATH": path}, takes={"loss": "best:minimize"}, metrics_wanted=["loss"])
    assert (result["status"], result["metrics"]["loss"], result["metrics"]["step"]) == ("complete", 1.0, 3)
