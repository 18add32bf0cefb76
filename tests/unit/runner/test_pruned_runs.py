"""Real programs whose round has a pruner: stopped, or cut, at the same step whatever they do."""

import json
import signal
import sys
import time
from pathlib import Path

import pytest
import snaketune
from snaketune.runner.records import Records

SOURCE = str(Path(snaketune.__file__).parents[1])
# A run is good enough to go on as long as its loss is not above 0.5 from step 2 on.
RULE = {
    "type": "median", "percentile": 50.0, "n_startup_trials": 1, "n_warmup_steps": 2, "interval_steps": 1,
    "n_min_trials": 1, "signal": "SIGTERM", "objectives": [["loss", "minimize"]],
    "groups": {"": {"trials": 4, "steps": [[step, 4, 0.5] for step in range(50)]}},
}  # fmt: skip
WRITES = "import json, os, time\nhistory = open(os.environ['SNAKETUNE_HISTORY'], 'a')\n"
WRITES += "def write(**row): history.write(json.dumps(row) + '\\n'); history.flush()\n"
REPORTS = "import sys\nsys.path.insert(0, {path!r})\nimport snaketune\n"


@pytest.fixture
def pruned(bench):
    """Runs a Python script as the program of a run that is judged by a rule; returns the result and its rows."""

    def run(script, rule=RULE, **options):
        folder = bench.study / "x" / "rounds" / "0"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "pruner.json").write_text(json.dumps(rule))
        more = () if bench.packed else ("--table", "results/s/x/rounds/0/trials.csv")
        options = {"metrics_wanted": ["loss"], "more": more, **options}
        if "function" in options:
            (bench.root / "train.py").write_text(REPORTS.format(path=SOURCE) + script)
            result = bench.run(None, {}, **options)
        else:
            result = bench.python(REPORTS.format(path=SOURCE) + script, **options)
        return result, rows_of(bench)

    return run


def rows_of(bench):
    file = bench.folder / "history.jsonl"
    said = file.read_text() if file.exists() else Records(str(bench.study)).find("t0", "r0")["reported"]
    return [json.loads(line) for line in said.splitlines()]


def test_a_script_that_reports_is_told_at_the_very_step(bench, pruned):
    result, rows = pruned("for step in range(50): snaketune.report(step=step, loss=0.9 - step / 100); print(step)")
    assert (result["status"], result["pruned_at"]) == ("pruned", 2)
    assert result["reason"] == "pruned at step 2: 0.88 is worse than the median 0.5 of 4 earlier trials"
    assert [row["step"] for row in rows] == [0, 1, 2]
    assert result["metrics"]["loss"] == 0.88
    assert result["metrics"]["step"] == 2
    assert len(result["pruner"]) == 64
    assert bench.printed("stdout") == b"0\n1\n"
    assert bench.printed("stderr") == b"", "there is no traceback"


def test_a_run_that_is_good_enough_is_not(pruned):
    result, rows = pruned("for step in range(9): snaketune.report(step=step, loss=0.4)\nprint('{\"loss\": 0.3}')")
    assert (result["status"], result["pruned_at"], len(rows)) == ("complete", None, 9)
    assert result["metrics"]["loss"] == 0.3


def test_a_script_that_catches_it_and_goes_on_is_cut_there_at_its_end(pruned):
    script = """
caught = 0
for step in range(6):
    try:
        snaketune.report(step=step, loss=0.9)
    except snaketune.Pruned as why:
        assert "step 2" in str(why) and why.code == 0
        caught += 1
assert caught == 4
print('{"loss": 0.1, "other": 1}')
"""
    result, rows = pruned(script)
    assert (result["status"], result["pruned_at"], [row["step"] for row in rows]) == ("pruned", 2, [0, 1, 2])
    assert result["metrics"]["loss"] == 0.9
    assert "other" not in result["metrics"]


def test_one_that_only_writes_lines_is_stopped_by_the_signal_of_the_user_s_choice(bench, pruned):
    script = (
        WRITES
        + """
import signal, sys
signal.signal(signal.SIGUSR1, lambda *_: (print("tidy", flush=True), sys.exit(3)))
for step in range(50):
    write(step=step, loss=0.9)
    time.sleep(0.02)
time.sleep(60)
"""
    )
    begun = time.monotonic()
    result, rows = pruned(script, {**RULE, "signal": "SIGUSR1"})
    assert time.monotonic() - begun < 50
    assert (result["status"], result["pruned_at"], [row["step"] for row in rows]) == ("pruned", 2, [0, 1, 2])
    assert (result["exit_code"], result["signal"]) == (None, None)
    assert bench.printed("stdout") == b"tidy\n"


def test_one_that_ignores_the_signal_is_killed(pruned):
    script = WRITES + "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    result, rows = pruned(script + "for step in range(4): write(step=step, loss=0.9)\ntime.sleep(60)")
    assert (result["status"], result["pruned_at"], len(rows)) == ("pruned", 2, 3)
    assert result["seconds"] < 50


def test_one_that_was_quicker_than_whoever_looks_is_cut_all_the_same(pruned):
    script = WRITES + "for step in range(50): write(step=step, loss=0.9)\nprint('{\"loss\": 0.1}')"
    result, rows = pruned(script)
    assert (result["status"], result["pruned_at"], len(rows)) == ("pruned", 2, 3)


@pytest.mark.parametrize(("last", "status"), [(1, "failed"), (2, "pruned")])
def test_an_error_before_that_step_is_a_failure(pruned, last, status):
    script = WRITES + f"for step in range({last + 1}): write(step=step, loss=0.9)\nraise ValueError('no')"
    result, _ = pruned(script)
    assert result["status"] == status
    assert result["pruned_at"] == (2 if status == "pruned" else None)


def test_metrics_are_taken_from_the_history_as_far_as_it_counts(pruned):
    script = WRITES + "for step in range(9): write(step=step, loss=0.9 - step / 10)"
    result, _ = pruned(script, takes={"loss": "best:minimize"})
    assert (result["status"], result["metrics"]["loss"]) == ("pruned", pytest.approx(0.7))


def test_a_function_is_told_too(bench, pruned):
    script = "def f():\n for step in range(50): snaketune.report(step=step, loss=0.9)\n return 0.1"
    result, rows = pruned(script, function="train.py:f")
    assert (result["status"], result["pruned_at"], [row["step"] for row in rows]) == ("pruned", 2, [0, 1, 2])
    assert "Traceback" not in bench.read_log("stderr")


@pytest.mark.alone("its program waits to be killed")
def test_a_run_that_goes_on_after_a_kill_is_pruned_at_the_same_step(bench, pruned):
    script = """
import os, time
again = os.path.exists("again")
for step in (range(1, 9) if again else range(2)):
    snaketune.report(step=step, loss=0.9)
open("again", "w").close()
open("pid", "w").write(str(os.getpid()))
time.sleep(0 if again else 30)
"""
    folder = bench.study / "x" / "rounds" / "0"
    folder.mkdir(parents=True)
    (folder / "pruner.json").write_text(json.dumps(RULE))
    (bench.root / "program.py").write_text(REPORTS.format(path=SOURCE) + script)
    more = () if bench.packed else ("--table", "results/s/x/rounds/0/trials.csv")
    process = bench.start([sys.executable, str(bench.root / "program.py")], metrics_wanted=["loss"], more=more)
    bench.pid_from("pid")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert bench.result() is None
    result, rows = pruned(script)
    assert (result["status"], result["pruned_at"], [row["step"] for row in rows]) == ("pruned", 2, [0, 1, 2])


def test_a_rule_that_has_nothing_to_say_about_what_is_reported(pruned):
    result, _ = pruned(WRITES + "write(step=9, other=0.9)\nprint('{\"loss\": 0.1}')")
    assert result["status"] == "complete"
    assert any("reported no values of 'loss'" in note for note in result["notes"])


def test_a_pruner_that_cannot_be_read_is_no_reason_to_train_without(bench):
    folder = bench.study / "x" / "rounds" / "0"
    folder.mkdir(parents=True)
    (folder / "pruner.json").write_text("{")
    more = () if bench.packed else ("--table", "results/s/x/rounds/0/trials.csv")
    assert bench.run(["true"], code=1, more=more) is None
    assert "pruner.json can't be read" in bench.err


@pytest.mark.alone("of the records of both contracts a bench of several shows the first")
def test_a_pruned_run_stays_so_when_metrics_are_read_again(pruned):
    script = WRITES + "for step in range(9): write(step=step, loss=0.9 - step / 10)\nprint('{\"loss\": 0.1}')"
    first, _ = pruned(script, training="t")
    again, _ = pruned(script, training="t", contract="d", takes={"loss": "best:minimize"})
    assert first["metrics"]["loss"] == again["metrics"]["loss"] == pytest.approx(0.7)
    assert (again["status"], again["reason"], again["pruned_at"]) == ("pruned", first["reason"], 2)
    assert any("read again" in note for note in again["notes"])
