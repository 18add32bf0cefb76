"""Functions as programs (call_function.py) and history.report."""

import inspect
import json
import math
import subprocess
import sys

import numpy as np
import pytest
import snaketune.reporting
from snaketune.reporting import report
from snaketune.runner.call_function import arguments, metrics_of

# Modules of the user that are called like some of the runner's.
TAKEN = ("runner", "files", "metrics", "command", "start")


def call(bench, source, params=None, name="train.py", **options):
    """Run the function `f` of a file of the project."""
    (bench.root / name).parent.mkdir(exist_ok=True, parents=True)
    (bench.root / name).write_text(source)
    return bench.run(None, params, function=f"{name}:f", metrics_wanted=["loss"], **options)


@pytest.mark.parametrize(
    ("source", "params", "loss"),
    [
        ("def f(lr): return lr * 2", {"lr": 0.5}, 1.0),
        ("def f(lr=3): return lr", {}, 3),
        ("def f(**all): return all['lr']", {"lr": 2}, 2),
        ("def f(optimizer): return {'loss': optimizer['lr'], 'acc': 1}", {"optimizer.lr": 4}, 4),
        ("def f(config): return config['opt']['lr'] + config['base']", {"opt.lr": 4}, 14),
        ("def f(config, n): return config['n'] * n", {"n": 4}, 16),
        ("def f(config): return config", {"config": 5}, 5),
        ("def f(seed, fold, lr): return lr if fold is None and seed > 9 else 0", {"lr": 7}, 7),
        ("def f(seed): return seed", {"seed": 7}, 7),
        ("def f(): print('{\"loss\": 8}')", {}, 8),
        ("class Scalar:\n item = lambda self: 0.5\ndef f(): return Scalar()", {}, 0.5),
        ("import helper\ndef f(): return helper.VALUE", {}, 6),
        *((f"import {name}\ndef f(): return {name}.MINE", {}, 9) for name in TAKEN),
    ],
)
def test_calls(bench, source, params, loss):
    (bench.root / "helper.py").write_text("VALUE = 6")
    for name in TAKEN:
        (bench.root / f"{name}.py").write_text("MINE = 9")
    result = call(bench, source, params, base_config={"base": 10})
    assert result["status"] == "complete", result
    assert result["metrics"]["loss"] == loss


@pytest.mark.parametrize(
    ("source", "status", "reason"),
    [
        ("def f(lr): pass", "failed", "TypeError: f() takes no parameter 'n' (it takes: lr)"),
        ("def f(n, lr): pass", "failed", "TypeError: f() needs 'lr', which the search space does not have"),
        ("def f(n): return 'x'", "failed", "TypeError: the function returned str: a number, a dict"),
        ("def f(n): return {'loss': object}", "failed", "TypeError: a metric is a type, not a number"),
        ("def g(n): pass", "failed", "has no function 'f'"),
        ("def f(n): return float('nan')", "invalid", "metric 'loss' is NaN"),
        ("def f(n): return None", "invalid", "metric 'loss' is missing"),
        ("def f(n): return 1 / 0", "failed", "exit code 1: ZeroDivisionError: division by zero"),
        ("def f(n): raise MemoryError", "oom", "MemoryError"),
    ],
)
def test_calls_that_fail(bench, source, status, reason):
    result = call(bench, source, {"n": 1})
    assert result["status"] == status
    assert reason in result["reason"]


def test_module_in_the_project_with_another_working_directory(bench):
    (bench.root / "pkg").mkdir()
    (bench.root / "pkg" / "__init__.py").touch()
    (bench.root / "pkg" / "mod.py").write_text("def f(x): return x")
    (bench.root / "data").mkdir()
    result = bench.run(None, {"x": 3}, function="pkg.mod:f", metrics_wanted=["loss"], workdir="data")
    assert (result["status"], result["metrics"]) == ("complete", {"loss": 3})
    assert call(bench, "def f(x): return x", {"x": 4}, name="src/t.py", workdir="data")["metrics"] == {"loss": 4}


def test_arguments_of_a_function_with_defaults():
    def function(a, *, b=2, seed):
        """A function."""

    takes = inspect.signature(function).parameters
    assert arguments(takes, {"a": 1}, {}, {"seed": 3, "fold": None}) == {"a": 1, "seed": 3}


@pytest.mark.parametrize(
    ("returned", "metrics"),
    [
        (None, None),
        (1, 1),
        (np.int64(3), 3),
        (np.float64(0.5), 0.5),
        (np.array(2.0), 2.0),
        ({"a": np.float32(0.5), "b": [np.int8(1)], "c": {"d": "x"}}, {"a": 0.5, "b": [1], "c": {"d": "x"}}),
        ({"a": np.arange(3)}, {"a": [0, 1, 2]}),
    ],
)
def test_metrics_of(returned, metrics):
    found = metrics_of(returned)
    assert found == metrics
    json.dumps(found)


def test_report(tmp_path, monkeypatch):
    file = tmp_path / "history.jsonl"
    monkeypatch.setenv("SNAKETUNE_HISTORY", str(file))
    report(step=0, loss=np.float32(0.5), ok=np.bool_(True), note="x", none=None)
    report(step=np.int64(1), loss=math.nan, low=-math.inf, high=np.float64("inf"), time=7)
    first, second = map(json.loads, file.read_text().splitlines())
    assert first.pop("time") > 1e9
    assert first == {"step": 0, "loss": 0.5, "ok": True, "note": "x", "none": None}
    assert second == {"step": 1, "loss": "NaN", "low": "-Infinity", "high": "Infinity", "time": 7}


@pytest.mark.parametrize("value", [[1], {}, np.arange(2), object()])
def test_report_refuses_what_is_no_scalar(tmp_path, monkeypatch, value):
    monkeypatch.setenv("SNAKETUNE_HISTORY", str(tmp_path / "history.jsonl"))
    with pytest.raises(TypeError, match=r"report\(loss=…\) takes a number"):
        report(loss=value)
    assert not list(tmp_path.iterdir())


def test_report_by_hand_does_nothing(tmp_path, monkeypatch):
    monkeypatch.delenv("SNAKETUNE_HISTORY", raising=False)
    monkeypatch.chdir(tmp_path)
    report(loss=1)
    assert not list(tmp_path.iterdir())


def test_processes_may_report_at_the_same_time(tmp_path):
    file = tmp_path / "history.jsonl"
    script = "import runpy, sys; report = runpy.run_path(sys.argv[1])['report']\n"
    script += "for i in range(300): report(i=i, x='y' * 500)"
    command = [sys.executable, "-c", script, snaketune.reporting.__file__]
    writers = [subprocess.Popen(command, env={"SNAKETUNE_HISTORY": str(file)}) for _ in range(2)]
    assert [writer.wait() for writer in writers] == [0, 0]
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert sorted(row["i"] for row in rows) == sorted([*range(300), *range(300)])
