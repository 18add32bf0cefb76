"""Several runs in one job: which are done, what a lost one costs, signals, markers."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import snaketune.runner.block as block_module
from snaketune.files import csv_text
from snaketune.layout import Layout
from snaketune.results.store import Store
from snaketune.runner.block import share_of_job
from snaketune.runner.devices import Devices
from snaketune.runner.records import Records
from snaketune.session.markers import drop_stale_markers
from snaketune.values import text, trial_id

RUNS = [f"t{i}/r0" for i in range(4)]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A study of four trials whose program notes its starts and behaves as a file called `mode` says."""
    monkeypatch.chdir(tmp_path)
    program = (
        "import os, sys, time, signal, pathlib\n"
        "trial = os.environ['SNAKETUNE_TRIAL']\n"
        "with open('starts', 'a') as log: log.write(trial[-1] + ' ' + os.environ.get('OMP_NUM_THREADS', '') + '\\n')\n"
        "mode = pathlib.Path('mode').read_text()\n"
        "if mode == 'kill1' and trial.endswith('1'): os.kill(int(os.environ['RUNNER']), signal.SIGKILL)\n"
        "if mode == 'slow': time.sleep(30)\n"
        "if mode == 'both' and trial[-1] in '01':\n"
        "    pathlib.Path('slots', os.environ['RUNNER']).touch()\n"
        "    time.sleep(30)\n"
        "print('{\"loss\": 1}')\n"
    )
    Path("train.py").write_text(program)
    objective = {
        "argv": ["bash", "-c", f"RUNNER=$PPID exec {sys.executable} train.py"],
        "flags": False, "metrics_wanted": ["loss"], "contract": "c1", "grace": 1,
    }  # fmt: skip
    study = tmp_path / "results" / "s" / "study.json"
    study.parent.mkdir(parents=True)
    study.write_text(json.dumps({"objective": objective}))
    for run in RUNS:
        trial = study.parent / "trials" / run.split("/")[0]
        trial.mkdir(parents=True)
        (trial / "params.json").write_text("{}")
    Path("mode").write_text("")
    return tmp_path


def start(runs=RUNS, at_once=1):
    command = [
        *(sys.executable, "-S", START, "block", "--study", "results/s/study.json", "--logs", "logs/s"),
        *("--marker", "results/s/x/rounds/0/blocks/0.done", "--log", "logs/s/x/0.log", "--at-once", str(at_once)),
        *("--attempt", "1", "--", *runs),
    ]
    return subprocess.Popen(command, env={**os.environ, "OMP_NUM_THREADS": "8"}, stderr=subprocess.PIPE, text=True)


START = str(Path(block_module.__file__).with_name("start.py"))


def done():
    """Which of the runs are recorded."""
    records = Records("results/s")
    return [records.has(*run.split("/"), "c1") for run in RUNS]


# A worker with two slots that are killed in their runs; what it knows when it has waited for one, and for both.
LOST_AT_ONCE = """\
import os, signal, sys, time
from pathlib import Path
from snaketune.runner.block import Worker
from snaketune.runner.job import Job
from snaketune.runner.proposed import Proposed
from snaketune.runner.study_file import StudyFile

study, runs = StudyFile("results/s/study.json"), dict.fromkeys(sys.argv[1:])
worker = Worker(Job(study, "logs/s", "logs/s/x/0.log", 2, 1, runs, Proposed({}, {}), None), "x.portions", None)
for _ in range(2):
    worker.start()
while len(slots := os.listdir("slots")) < 2:
    time.sleep(0.05)
for slot in slots:
    os.kill(int(slot), signal.SIGKILL)
for slot in slots:
    while Path("/proc", slot, "stat").read_text().rpartition(") ")[2][0] != "Z":
        time.sleep(0.01)
worker.stopped_by = signal.SIGTERM  # no further one begins
for _ in range(2):
    worker.wait()
    print(worker.portions.codes, worker.portions.free)
"""


def starts():
    return [line.split() for line in Path("starts").read_text().splitlines()]


MARKER = Path("results/s/x/rounds/0/blocks/0.done")


def test_runs_each_once_and_leaves_a_marker(folder):
    assert start().wait(60) == 0
    assert [trial for trial, _ in starts()] == ["0", "1", "2", "3"]
    assert json.loads(MARKER.read_text()) == {"contract": "c1", "runs": RUNS}
    MARKER.unlink()
    assert start().wait(60) == 0
    assert len(starts()) == 4, "a finished run was done again"
    assert MARKER.exists()


def test_short_runs_that_go_well_leave_a_record_each_and_no_folder(folder):
    Path("train.py").write_text(Path("train.py").read_text() + "print('to err', file=sys.stderr)\n")
    assert start().wait(60) == 0
    assert done() == [True] * 4
    assert [path.name for path in Path("results/s/trials").glob("*/*")] == ["params.json"] * 4
    assert not list(Path("logs/s/trials").glob("*"))
    record = Records("results/s").find("t2", "r0")
    assert (record["status"], record["metrics"], record["trial"]) == ("complete", {"loss": 1}, "t2")
    assert record["printed"] == {"stdout": '{"loss": 1}\n', "stderr": "to err\n"}


@pytest.mark.parametrize(
    "more",
    [
        "print('x' * 5000)",
        "open(os.environ['SNAKETUNE_DIR'] + '/model.bin', 'w').write('weights')",
        "open(os.environ['SNAKETUNE_HISTORY'], 'w').write('{\"step\": 1}\\n' * 2000)",
        "sys.exit(3)",
    ],
)
def test_what_does_not_fit_into_a_record_has_a_folder(folder, more):
    Path("train.py").write_text(Path("train.py").read_text() + f"if trial == 't1': {more}\n")
    assert start().wait(60) == 0
    assert done() == [True, False, True, True]
    result = json.loads(Path("results/s/trials/t1/r0/result.json").read_text())
    assert result["status"] == ("failed" if "exit" in more else "complete")
    assert '{"loss": 1}' in Path("logs/s/trials/t1/r0/stdout.log").read_text()
    assert "attempt 1" in Path("logs/s/trials/t1/r0/runner.log").read_text()
    MARKER.unlink()
    assert start().wait(60) == 0
    assert len(starts()) == 4, "a finished run was done again"


def test_a_longer_run_is_written_down_while_it_goes_on(folder):
    Path("train.py").write_text(
        "import os, time\nprint('begun', flush=True)\nwhile not os.path.exists('go'): time.sleep(0.05)\n"
        + Path("train.py").read_text()
    )
    process, log = start(RUNS[:1]), Path("logs/s/trials/t0/r0")
    until = time.monotonic() + 30
    while not (log / "stdout.log").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert (log / "stdout.log").read_text() == "begun\n"
    assert "started" in (log / "starts.jsonl").read_text()
    assert process.poll() is None
    Path("go").touch()
    assert process.wait(60) == 0
    assert done() == [True, False, False, False]
    assert not log.parent.exists(), "what is in the record is there twice"


def test_what_a_function_returns_is_a_file_where_there_is_a_folder(folder):
    Path("train.py").write_text(
        "import os\ndef f():\n    open(os.environ['SNAKETUNE_DIR'] + '/own', 'w')\n    return 1"
    )
    study = Path("results/s/study.json")
    objective = json.loads(study.read_text())["objective"]
    del objective["argv"]
    study.write_text(json.dumps({"objective": {**objective, "function": "train.py:f"}}))
    assert start(RUNS[:2]).wait(60) == 0
    for run in RUNS[:2]:
        place = Path("results/s/trials", run)
        assert json.loads((place / "metrics.json").read_text()) == 1
        assert json.loads((place / "result.json").read_text())["metrics"] == {"loss": 1}


def test_parameters_come_from_the_table_of_the_round(folder):
    shutil.rmtree("results/s/trials")
    params = {"y": [1.5, None], "x": 'a,"b"'}
    trial = trial_id(params)
    table = MARKER.parent.parent / "trials.csv"
    table.parent.mkdir(parents=True)
    table.write_text(csv_text(["trial", "params"], [[trial, text(params)]]))
    show = "import os; print(open(os.environ['SNAKETUNE_PARAMS']).read(), '{\"loss\": 1}')"
    Path("train.py").write_text(show)
    assert start([f"{trial}/r0"]).wait(60) == 0
    record = Records("results/s").find(trial, "r0")
    assert record["params"] == params
    assert list(record["params"]) == ["x", "y"], "in the order in which a program is given them"
    assert json.loads(record["printed"]["stdout"].splitlines()[0]) == params
    assert not list(Path("results/s/trials").iterdir())


def test_runs_of_another_contract_are_done_again(folder):
    assert start().wait(60) == 0
    study = Path("results/s/study.json")
    study.write_text(study.read_text().replace('"c1"', '"c0"'))
    assert start(RUNS[2:3]).wait(60) == 0
    study.write_text(study.read_text().replace('"c0"', '"c2"'))
    assert start().wait(60) == 0
    assert [trial for trial, _ in starts()] == ["0", "1", "2", "3", "2", "0", "1", "2", "3"]


def test_metrics_are_read_again_from_records(folder):
    """As records where that goes well; else as results in folders, with what was printed."""
    study = Path("results/s/study.json")
    objective = json.loads(study.read_text())["objective"]
    for contract, options, folders in (
        ("c1", {"metrics_wanted": ["loss"]}, 0),
        ("c2", {"metrics_wanted": ["acc"], "patterns": {"acc": r'"loss": (\d)'}}, 0),
        ("c3", {"metrics_wanted": ["none"], "patterns": {"none": "none: (.*)"}, "on_failure": "continue"}, 4),
    ):
        study.write_text(json.dumps({"objective": {**objective, "training": "t", "contract": contract, **options}}))
        assert start().wait(60) == 0
        assert len(starts()) == 4, "it was trained again"
        assert len(list(Path("results/s/trials").glob("*/r0"))) == folders
    found = Records("results/s").find("t1", "r0", "c2")
    assert (found["metrics"], found["printed"]["stdout"]) == ({"loss": 1, "acc": 1.0}, '{"loss": 1}\n')
    result = json.loads(Path("results/s/trials/t1/r0/result.json").read_text())
    assert (result["status"], result["contract"]) == ("invalid", "c3")
    assert Path("logs/s/trials/t1/r0/stdout.log").read_text() == '{"loss": 1}\n'


def test_a_lost_run_costs_that_run_alone(folder):
    Path("mode").write_text("kill1")
    assert start().wait(60) == 1
    assert not MARKER.exists()
    assert done() == [True, False, True, True]
    Path("mode").write_text("")
    assert start().wait(60) == 0
    assert [trial for trial, _ in starts()] == ["0", "1", "2", "3", "1"]


def test_two_that_are_lost_at_once_are_each_started_once(folder):
    """Who has waited for the one must not take the other's run for one that nobody has begun."""
    Path("mode").write_text("both")
    Path("slots").mkdir()
    Path("logs/s/x").mkdir(parents=True)
    told = subprocess.run([sys.executable, "-c", LOST_AT_ONCE, *RUNS], capture_output=True, text=True, timeout=60)
    assert told.stdout.splitlines() == ["[1] 2", "[1, 1] 2"], told.stderr


def test_several_at_a_time_with_a_core_each(folder):
    """Each of the four runs waits for the others to begin, and says so if they do not."""
    Path("train.py").write_text(
        "import glob, os, time\nopen(f'here{os.getpid()}', 'w').close()\nuntil = time.time() + 40\n"
        "while len(glob.glob('here*')) < 4:\n"
        "    if time.time() > until: open('alone', 'w').close(); break\n"
        "    time.sleep(0.05)\n" + Path("train.py").read_text()
    )
    assert start(at_once=4).wait(200) == 0
    assert not Path("alone").exists(), "the runs were done one after the other"
    assert {threads for _, threads in starts()} == {"1"}


def test_a_signal_stops_the_runs_and_leaves_no_marker(folder):
    Path("mode").write_text("slow")
    process = start(at_once=2)
    while not Path("starts").exists() or len(starts()) < 2:
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 128 + signal.SIGTERM
    assert not MARKER.exists()
    assert len(starts()) == 2, "another run was started after the signal"
    assert not any(done())


def test_a_stopped_search_starts_no_more_runs(folder):
    study = Path("results/s/study.json")
    objective = json.loads(study.read_text())["objective"]
    study.write_text(json.dumps({"objective": {**objective, "argv": ["false"], "on_failure": "stop"}}))
    assert start().wait(60) == 3
    assert not MARKER.exists()


def test_wrong_usage():
    done = subprocess.run([sys.executable, START, "block"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--marker" in done.stderr


def test_devices_are_shared_out():
    assert share_of_job(Devices("0123", ""), 2) == "2"
    assert share_of_job(Devices("0", ""), 2) is None
    assert share_of_job(Devices("01", ""), 1) is None
    assert share_of_job(None, 2) is None


def results(layout, contracts):
    for trial, contract in contracts.items():
        layout.run(trial, "r0").mkdir(parents=True, exist_ok=True)
        layout.result(trial, "r0").write_text(json.dumps({"contract": contract}))


def test_stale_markers(tmp_path):
    layout = Layout(tmp_path / "results" / "s")
    results(layout, {"t1": "new", "t2": "new", "t3": "old", "t4": "new"})
    for index, (contract, runs) in enumerate(
        [("new", ["t1/r0"]), ("new", ["t2/r0", "t9/r0"]), ("old", ["t3/r0", "t4/r0"])]
    ):
        marker = layout.block("grid", 0, index)
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.write_text(json.dumps({"contract": contract, "runs": runs}))
    assert drop_stale_markers(Store(layout, "new"), "new") == 2
    assert [layout.block("grid", 0, index).exists() for index in range(3)] == [True, False, False]
    assert not layout.result("t3", "r0").exists(), "a result of another contract would count"
    assert layout.result("t4", "r0").exists()
