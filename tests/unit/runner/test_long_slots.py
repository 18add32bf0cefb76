"""What can go wrong only in a process that does many runs: what is left of one run, and kills at any moment."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from snaketune.files import csv_text
from snaketune.runner import block as block_module
from snaketune.runner.records import Records
from snaketune.runner.tree import children
from snaketune.values import text, trial_id

START = str(Path(block_module.__file__).with_name("start.py"))
PROGRAM = 'echo $SNAKETUNE_TRIAL >> starts; echo "{\\"loss\\": 1}"'


class Block:
    """A block of so many runs in the present folder."""

    def __init__(self, count: int, program: str = PROGRAM, **objective: object):
        self.study = Path("results/s").absolute()
        table = self.study / "x/rounds/0/trials.csv"
        table.parent.mkdir(parents=True)
        params = [{"x": number} for number in range(count)]
        self.trials = [trial_id(one) for one in params]
        rows = [[trial, text(one)] for trial, one in zip(self.trials, params, strict=True)]
        table.write_text(csv_text(["trial", "params"], rows))
        objective = {"contract": "c", "metrics_wanted": ["loss"], "grace": 0.2, "flags": False, **objective}
        objective["argv"] = ["sh", "-c", program]
        (self.study / "study.json").write_text(json.dumps({"objective": objective}))

    def start(self, slots: int = 1, *more: str) -> subprocess.Popen:
        command = [sys.executable, "-S", START, "block", "--study", "results/s/study.json", "--logs", "logs/s"]
        command += ["--marker", "results/s/x/rounds/0/blocks/0.done", "--log", "logs/s/x/0.log", "--attempt", "1"]
        command += ["--at-once", str(slots), *more, "--", *(f"{trial}/r0" for trial in self.trials)]
        return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)

    def end(self, *words: object) -> int:
        process = self.start(*words)
        self.err = process.communicate(timeout=60)[1]
        return process.returncode

    def recorded(self) -> list[str]:
        records = Records(str(self.study))
        assert not records.damaged
        return [trial for trial in self.trials if records.has(trial, "r0", "c")]

    def results(self) -> list[str]:
        return [path.parts[-3] for path in self.study.glob("trials/*/r0/result.json")]


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_killed_at_any_moment_no_run_is_lost_or_done_twice(tmp_path):
    block = Block(800)
    chance = random.Random(1)
    for _ in range(10):
        process = block.start(2)
        time.sleep(0.15 + chance.random() * 0.2)
        known = {*block.recorded(), *block.results()}
        begun = Path("starts").read_text().split() if Path("starts").exists() else []
        for pid in {*children(process.pid), process.pid}:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        process.communicate(timeout=20)
    assert block.end(2) == 0, block.err
    again = Path("starts").read_text().split()[len(begun) :]
    assert not known & {*again}, "a run was done twice"
    assert sorted(block.recorded() + block.results()) == sorted(block.trials), "each run has one result"
    assert not [trial for trial in block.recorded() if (block.study / "trials" / trial).exists()]
    lines = [line for file in (block.study / "records").glob("*.jsonl") for line in file.read_text().splitlines()]
    assert len(lines) - lines.count("") == len(block.recorded())


def test_nothing_is_left_of_a_run_in_its_process():
    watch = "ls /proc/$PPID/fd | wc -l >> fds; grep VmRSS /proc/$PPID/status | tr -dc '0-9\\n' >> rss; "
    watch += "cat /proc/$PPID/task/$PPID/children | wc -w >> children; (sleep 0 &) ; "
    block = Block(100, watch + PROGRAM)
    assert block.end() == 0, block.err
    assert len(block.recorded()) == 100
    fds, rss, running = ([*map(int, Path(name).read_text().split())] for name in ("fds", "rss", "children"))
    assert min(fds[-20:]) <= min(fds[5:25]) < 30
    assert rss[-1] - rss[20] < 1000, "kB"
    assert max(running) <= 3


def test_a_run_that_is_stopped_at_its_timeout_does_not_hide_that_the_job_is_stopped():
    """It has its result, and no further run is started."""
    stubborn = "trap 'touch asked' TERM; echo $SNAKETUNE_TRIAL >> starts; while :; do sleep 0.05; done"
    block = Block(3, stubborn, timeout=0.3, grace=2.5)
    process = block.start()
    while not Path("asked").exists():  # it has some time then to end
        time.sleep(0.02)
    process.terminate()
    assert process.wait(20) == 128 + signal.SIGTERM
    assert len(Path("starts").read_text().split()) == 1
    (result,) = block.study.glob("trials/*/r0/result.json")
    assert json.loads(result.read_text())["status"] == "timeout"


def test_devices_are_given_back_however_a_run_ends(monkeypatch, tmp_path):
    """Here its result can't be written."""
    monkeypatch.setenv("SNAKETUNE_DEVICES_DIR", str(tmp_path / "slots"))
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    block = Block(2, "rm -rf results/s/trials; touch results/s/trials; " + PROGRAM)
    assert block.end(1, "--devices", "1;1", "--among", "0") == 1
    assert len(Path("starts").read_text().split()) == 2, "the second one waits for what the first one has"
    assert block.err and all(line.startswith("snaketune: cannot write ") for line in block.err.splitlines()), block.err


@pytest.mark.parametrize(
    "leaves",
    [
        "rm $SNAKETUNE_DIR/.lock; touch $SNAKETUNE_DIR/.lock",
        "rm -f $SNAKETUNE_PARAMS; mkdir $SNAKETUNE_PARAMS",
        "rm -f $SNAKETUNE_PARAMS; ln -s /etc/hostname $SNAKETUNE_PARAMS",
        "rm $SNAKETUNE_DIR/.training.json; mkdir $SNAKETUNE_DIR/.training.json",
        "chmod 000 $SNAKETUNE_DIR",
        "mv $SNAKETUNE_DIR $SNAKETUNE_DIR.away",
        "cd ..; rm -rf results/s/trials/$SNAKETUNE_TRIAL",
    ],
)
def test_what_a_program_does_to_its_folder_is_its_own_affair(leaves):
    block = Block(3, f"{PROGRAM}; [ $(wc -l < starts) = 2 ] || exit 0; {leaves}")
    assert block.end() == 0, block.err
    assert Path("starts").read_text().split() == block.trials
    assert sorted({*block.recorded(), *block.results()}) == sorted(block.trials)
    assert {block.trials[0], block.trials[2]} <= {*block.recorded()}


def test_a_slot_is_guarded_again_when_its_guardian_was_killed():
    kill = "[ $(wc -l < starts) = 2 ] && for pid in $(cat /proc/$PPID/task/$PPID/children); do "
    kill += "[ $pid = $$ ] || kill -9 $pid; done; [ $(wc -l < starts) != 4 ] || { kill -9 $PPID; sleep 30; }"
    block = Block(5, PROGRAM + "; " + kill)
    assert block.end() == 1
    assert len(block.recorded()) == 4
    time.sleep(0.3)
    here = str(Path.cwd())
    left = [p for p in Path("/proc").glob("[0-9]*/cwd") if os.access(p, os.R_OK) and os.path.realpath(p) == here]
    assert [p.parent.name for p in left] == [str(os.getpid())], "the program of a killed slot was not ended"
