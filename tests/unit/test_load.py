"""`snaketune.load`: a study's tables as typed data frames."""

import json
import math
import subprocess
import sys

import pandas as pd
import pytest
import snaketune
from made_up import MadeUp
from snaketune.config import read_study, save_study
from snaketune.errors import StudyError
from snaketune.results.frames import history_frame
from snaketune.results.tables import run_header, runs_table, trial_rows, write_table
from snaketune.values import key

CONFIG = {
    "study": "s",
    "objective": {"command": "true", "metric": "loss"},
    "space": {
        "layers": {"type": "int", "low": 1, "high": 6, "when": {"kind": "deep"}},
        "lr": {"type": "loguniform", "low": 1e-4, "high": 1},
        "kind": ["deep", "wide"],
        "bias": [True, False],
        "size": [16, 32],
        "mixed": [1, "two"],
        "seconds": {"type": "int", "low": 1, "high": 9},
    },
    "search": {"strategy": "random", "n_trials": 2},
}
TRIALS = """\
trial,number,search,status,value,value_sd,loss,metric.runs,runs,layers,lr,kind,bias,size,mixed,param.seconds,seconds,\
started,reason,converged,steps,word
t1,0,random,complete,0.5,,0.5,7,1,3,0.01,deep,true,16,1,4,2.5,2030-01-01T00:00:00.000Z,,true,100,x
t2,1,random,failed,,,,,0,,1,wide,false,32,two,5,1,2030-01-01T00:00:03.000Z,"exit, 1",,,
"""
RUNS = """\
trial,run,replicate,fold,seed,status,loss,seconds,started,finished,host,exit_code,reason
t1,r0,0,,123,complete,0.5,2.5,2030-01-01T00:00:00.000Z,2030-01-01T00:00:02.500Z,here,0,
t2,r0,0,,124,failed,NaN,1,2030-01-01T00:00:03.000Z,2030-01-01T00:00:04.000Z,here,1,exit
"""


@pytest.fixture
def folder(tmp_path):
    save_study(read_study(CONFIG, tmp_path), tmp_path / "study.json")
    (tmp_path / "results.csv").write_text(TRIALS)
    (tmp_path / "runs.csv").write_text(RUNS)
    reports = tmp_path / "trials" / "t1" / "r0" / "history.jsonl"
    reports.parent.mkdir(parents=True)
    reports.write_text('{"step": 1, "loss": 2}\n{"step": 2, "loss": "NaN", "note": "x"}\n{"step": 3, "lo')
    return tmp_path


def test_names_and_configuration(folder):
    results = snaketune.load(folder)
    assert results.name == "s"
    assert results.study["space"]["kind"] == ["deep", "wide"]


@pytest.mark.parametrize(
    ("column", "dtype"),
    [
        ("trial", "string"),
        ("number", "Int64"),
        ("value", "Float64"),
        ("value_sd", "Float64"),
        ("loss", "Float64"),
        ("layers", "Int64"),
        ("lr", "Float64"),
        ("kind", "string"),
        ("bias", "boolean"),
        ("size", "Int64"),
        ("mixed", "object"),
        ("param.seconds", "Int64"),
        ("seconds", "Float64"),
        ("metric.runs", "Int64"),
        ("started", "datetime64[us, UTC]"),
        ("reason", "string"),
        ("converged", "boolean"),
        ("steps", "Int64"),
        ("word", "string"),
    ],
)
def test_types_of_columns(folder, column, dtype):
    assert str(snaketune.load(folder).trials[column].dtype) == dtype


def test_an_integer_column_with_empty_cells_stays_integer(folder):
    layers = snaketune.load(folder).trials["layers"]
    assert layers[0] == 3
    assert layers[1] is pd.NA


def test_values_survive(folder):
    results = snaketune.load(str(folder))
    first, second = (row for _, row in results.trials.iterrows())
    assert (first["lr"], first["bias"], first["kind"], first["mixed"]) == (0.01, True, "deep", 1)
    assert (second["lr"], second["bias"], second["reason"]) == (1.0, False, "exit, 1")
    assert second["value"] is pd.NA
    assert list(results.runs["seed"]) == [123, 124]


def test_parameter_values_of_another_type_than_the_space_says(folder):
    # A list search may have 2.5 layers.
    (folder / "results.csv").write_text("trial,layers,bias\nt1,2.5,maybe\nt2,3,true\n")
    frame = snaketune.load(folder).trials
    assert list(frame["layers"]) == [2.5, 3.0]
    assert list(frame["bias"]) == ["maybe", True]


def test_history_leaves_out_a_line_that_was_cut(folder):
    history = snaketune.load(folder).history
    assert list(history.columns) == ["trial", "run", "line", "step", "loss", "note"]
    assert list(history["step"]) == [1, 2]
    assert history["loss"][0] == 2
    assert pd.isna(history["loss"][1])
    assert {name: str(kind) for name, kind in history.dtypes.items()} == {
        "trial": "string",
        "run": "string",
        "line": "Int64",
        "step": "Int64",
        "loss": "Float64",
        "note": "string",
    }


def test_history_of_no_run(tmp_path):
    assert list(history_frame([]).columns) == ["trial", "run", "line"]


def test_infinite_metrics(folder):
    (folder / "runs.csv").write_text(RUNS.replace("NaN", "-Infinity"))
    assert snaketune.load(folder).runs["loss"][1] == -math.inf


def test_tables_without_rows(folder):
    for name, header in (("results.csv", TRIALS), ("runs.csv", RUNS)):
        (folder / name).write_text(header.splitlines()[0] + "\n")
    results = snaketune.load(folder)
    assert len(results.trials) == len(results.runs) == 0
    assert str(results.trials["layers"].dtype) == "Int64"


@pytest.mark.parametrize(
    ("missing", "message"), [("study.json", "holds no study.json"), ("runs.csv", "no runs.csv yet")]
)
def test_what_is_missing_is_named(folder, missing, message):
    (folder / missing).unlink()
    with pytest.raises(StudyError, match=message):
        snaketune.load(folder)


def test_importing_the_package_imports_nothing_heavy():
    code = "import sys, snaketune; snaketune.report(loss=1); print([m for m in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"pandas", "numpy", "yaml", "snaketune.loading"} & set(json.loads(loaded.replace("'", '"')))


def test_load_stays_a_function_whatever_is_imported():
    code = "import snaketune, snaketune.loading; print(callable(snaketune.load), snaketune.load.__name__)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.split() == ["True", "load"]


def test_there_is_nothing_else():
    with pytest.raises(AttributeError, match="no attribute 'lod'"):
        snaketune.lod  # noqa: B018


VALUES = {
    "mixed": ["true", True, "1", 1, 1.0, "null", None, "", '"1"', [1, "a"], {"b": None}],
    "numbers": [None, 1, 2.5],
    "texts": ["", "a", "NA", "nan", "1"],
    "whole": [1, 2],
    "lists": [[], [1.0], [1]],
    "lines": ["\r", "\n", "\r\n", " a "],
    "some": [1, 2],
}


def test_what_went_in_comes_out(tmp_path):
    space = {name: {"choices": values} for name, values in VALUES.items()}
    space["some"]["when"] = {"texts": ["a", "NA"]}
    points = [{name: values[i % len(values)] for name, values in VALUES.items()} for i in range(11)]
    points = [{k: v for k, v in p.items() if k != "some" or p["texts"] in ("a", "NA")} for p in points]
    made = MadeUp(tmp_path, space=space, searches={"list": {"strategy": "list", "points": points}})
    save_study(made.study, made.layout.study)
    trials = made.finish(lambda params, run: {"loss": 1})
    write_table(made.layout.results(), trial_rows(trials, made.study))
    write_table(made.layout.file("runs.csv"), runs_table([], trials, made.study), run_header(made.study))
    found = snaketune.load(made.layout.root).trials
    for trial, (_, row) in zip(trials["list"], found.iterrows(), strict=True):
        for name in space:
            if name in trial.params:
                assert key(row[name]) == key(trial.params[name]), name
            else:
                assert row[name] is pd.NA
    kinds = {name: str(found[name].dtype) for name in ("some", "texts", "numbers", "lists")}
    assert kinds == {"some": "Int64", "texts": "string", "numbers": "object", "lists": "object"}
