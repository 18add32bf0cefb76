"""Workers that help each other: unequal runs, kills of any of them, every run exactly once, markers in time."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import snaketune.runner.block as block_module
from snaketune.runner.portions import SUFFIX
from snaketune.runner.pulling import last_moment

START = str(Path(block_module.__file__).with_name("start.py"))
BLOCKS = Path("results/s/x/rounds/0/blocks")
PROGRAM = """\
echo "$SNAKETUNE_TRIAL $PPID" >> begun
read behaviour < "ways/$SNAKETUNE_TRIAL" || behaviour=0
case $behaviour in
    kill) exec 9>>killed; if [ ! -s killed ]; then echo yes >&9; kill -9 $PPID; fi;;
    fail) exit 3;;
    *) sleep "$behaviour";;
esac
echo "$SNAKETUNE_TRIAL $PPID" >> ended
"""


@pytest.fixture(autouse=True)
def study(tmp_path, monkeypatch):
    """A study whose program notes its starts and ends, and behaves as a file of its trial's says."""
    monkeypatch.chdir(tmp_path)
    Path("program.sh").write_text(PROGRAM)
    Path("ways").mkdir()
    Path("results/s").mkdir(parents=True)
    set_objective()
    return tmp_path


def set_objective(**more):
    objective = {"argv": ["bash", "program.sh"], "flags": False, "contract": "c1", "grace": 1, **more}
    Path("results/s/study.json").write_text(json.dumps({"objective": objective}))


def block(index, ways):
    """The runs of a block, whose programs behave in these ways."""
    for place, way in enumerate(ways):
        trial = f"t{index}x{place}"
        Path("ways", trial).write_text(f"{way}\n")
        folder = Path("results/s/trials", trial)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "params.json").write_text("{}")
    return [f"t{index}x{place}/r0" for place in range(len(ways))]


def start(index, runs, slots=1, pull="inf", blocks=2, attempt=1, **environment):
    command = [
        *(sys.executable, "-S", START, "block", "--study", "results/s/study.json", "--logs", "logs/s"),
        *("--marker", str(BLOCKS / f"{index}.done"), "--log", f"logs/s/x/{index}.log", "--at-once", str(slots)),
        *("--attempt", str(attempt), *(["--pull", pull, "--blocks", str(blocks)] if pull else []), "--", *runs),
    ]
    return subprocess.Popen(command, env={**os.environ, **environment}, start_new_session=True)


def noted(name):
    """The trials in a file of notes, each with the process that did it."""
    path = Path(name)
    return [tuple(line.split()) for line in path.read_text().splitlines()] if path.exists() else []


def doers(index):
    """The processes that did the runs of a block."""
    return {pid for trial, pid in noted("ended") if trial.startswith(f"t{index}x")}


def check_whole(blocks):
    """Every run has exactly one record or result, the markers are there, and nothing else is left."""
    lines = [json.loads(line) for path in Path("results/s/records").glob("*.jsonl") for line in path.open()]
    recorded = [f"{line['trial']}/{line['run']}" for line in lines]
    folders = [f"{path.parts[-3]}/r0" for path in Path("results/s/trials").glob("*/r0/result.json")]
    assert sorted(recorded + folders) == sorted(run for runs in blocks.values() for run in runs)
    for index, runs in blocks.items():
        assert json.loads((BLOCKS / f"{index}.done").read_text()) == {"contract": "c1", "runs": runs}
    left = sorted(path.name for path in BLOCKS.iterdir() if path.suffix != ".tmp")  # of one killed as it began
    assert left == sorted(f"{index}.done" for index in blocks)


def wait_for(condition):
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)


def start_both(blocks, slots=1):
    """The job of block 0, and when its first run has begun the job of block 1."""
    first = start(0, blocks[0], slots)
    wait_for(lambda: noted("begun"))
    return first, start(1, blocks[1], slots)


@pytest.mark.parametrize("slots", [1, 2])
def test_who_has_nothing_left_helps_the_others(slots):
    blocks = {0: block(0, [0.3] * 16), 1: block(1, [0.0] * 8)}
    assert [process.wait(60) for process in start_both(blocks, slots)] == [0, 0]
    check_whole(blocks)
    assert len(noted("begun")) == 24, "a run was begun twice"
    assert len(doers(0)) > slots
    assert doers(1) & doers(0)


def test_three_workers_and_very_unequal_runs():
    draw = random.Random(1)
    blocks = {index: block(index, [f"{draw.lognormvariate(-4, 1.5):.3f}" for _ in range(15)]) for index in range(3)}
    started = [start(index, runs) for index, runs in blocks.items()]
    assert [process.wait(60) for process in started] == [0, 0, 0]
    check_whole(blocks)
    assert len(noted("begun")) == 45


def test_no_help_where_none_is_wanted_or_jobs_differ():
    blocks = {0: block(0, [0.2] * 8), 1: block(1, [0.0] * 2), 2: block(2, [0.0] * 2), 3: block(3, [0.0] * 2)}
    blocks[4] = block(4, [0.0] * 2)
    started = [start(0, blocks[0])]
    wait_for(lambda: noted("begun"))
    started += [start(1, blocks[1], pull=None), start(2, blocks[2], attempt=2)]
    started += [start(3, blocks[3], pull="0"), start(4, blocks[4], blocks=7)]
    assert [process.wait(60) for process in started] == [0] * 5
    check_whole(blocks)
    assert len(doers(0)) == 1


def test_nobody_does_runs_of_a_job_that_is_dead():
    blocks = {0: block(0, [0.5] * 8), 1: block(1, [0.1] * 4)}
    owner = start(0, blocks[0])
    wait_for(lambda: noted("begun"))
    os.killpg(owner.pid, signal.SIGKILL)
    owner.wait()
    assert start(1, blocks[1]).wait(60) == 0
    assert len(noted("begun")) <= 2 + 4
    assert (BLOCKS / f"0{SUFFIX}").exists()
    assert start(0, blocks[0]).wait(60) == 0
    check_whole(blocks)


def test_the_owner_does_what_a_dead_helper_left():
    blocks = {0: block(0, [0.2] * 12), 1: block(1, [0.0] * 2)}
    owner, helper = start_both(blocks)
    wait_for(lambda: len(doers(0)) == 2)
    os.killpg(helper.pid, signal.SIGKILL)
    assert owner.wait(60) == 0
    assert helper.wait() == -signal.SIGKILL
    assert start(1, blocks[1]).wait(60) == 0
    check_whole(blocks)
    assert len(noted("begun")) <= 14 + 1


def test_a_helper_that_is_stopped_leaves_its_run_to_the_owner():
    blocks = {0: block(0, [0.4] * 8), 1: block(1, [0.0] * 2)}
    owner, helper = start_both(blocks)
    wait_for(lambda: len({pid for trial, pid in noted("begun") if trial.startswith("t0")}) == 2)
    helper.terminate()
    assert helper.wait(30) == 0, "its own runs are done"
    assert owner.wait(60) == 0
    check_whole(blocks)
    assert len(noted("begun")) <= 10 + 1


def test_a_run_that_kills_its_runner_is_lost_to_its_own_job_alone():
    blocks = {0: block(0, [0.3] * 7 + ["kill"]), 1: block(1, [0.0] * 2)}
    owner, helper = start_both(blocks)
    assert (owner.wait(60), helper.wait(60)) == (1, 0)
    assert not (BLOCKS / "0.done").exists()
    assert len(noted("begun")) == 10, "it was begun once more in the same attempt"
    assert start(0, blocks[0], attempt=2).wait(60) == 0
    check_whole(blocks)


def test_a_failed_run_with_attempts_left_is_its_own_jobs_affair():
    set_objective(retries=1)
    blocks = {0: block(0, [0.3] * 7 + ["fail"]), 1: block(1, [0.0] * 2)}
    owner, helper = start_both(blocks)
    assert (owner.wait(60), helper.wait(60)) == (1, 0)
    assert len(noted("begun")) == 10, "it was begun once more in the same attempt"
    assert start(0, blocks[0], attempt=2).wait(60) == 0
    check_whole(blocks)
    assert len(noted("begun")) == 11


def test_a_search_that_a_helper_sees_stopped_is_stopped():
    set_objective(on_failure="stop")
    blocks = {0: block(0, [0.3] * 11 + ["fail"]), 1: block(1, [0.3] * 2)}
    owner, helper = start_both(blocks)
    assert owner.wait(60) == 3
    assert helper.wait(60) == 0
    assert not (BLOCKS / "0.done").exists()
    assert len(noted("begun")) < 14


@pytest.mark.parametrize("seed", range(2))
def test_kills_at_any_moment_lose_nothing(seed):
    draw = random.Random(seed)
    blocks = {index: block(index, [f"{draw.lognormvariate(-3.5, 1):.3f}" for _ in range(12)]) for index in range(3)}
    running, kills = {}, 0
    until = time.monotonic() + 200
    while not all((BLOCKS / f"{index}.done").exists() and index not in running for index in blocks):
        assert time.monotonic() < until
        for index, runs in blocks.items():
            if index in running and running[index].poll() is not None:
                del running[index]
            if index not in running and not (BLOCKS / f"{index}.done").exists():
                running[index] = start(index, runs)
        time.sleep(draw.uniform(0.05, 0.4))
        if kills < 6 and running:
            kills += 1
            process = running[draw.choice(sorted(running))]
            kill = os.killpg if draw.random() < 0.5 else os.kill  # with its slots, or alone
            kill(process.pid, signal.SIGKILL)
    check_whole(blocks)
    again = len(noted("ended")) - 36
    assert again <= kills, "more was done again than kills can have cost"


def test_time_of_a_job(monkeypatch):
    for name in ("SLURM_JOB_ID", "SLURM_JOB_END_TIME"):
        monkeypatch.delenv(name, raising=False)
    now = time.monotonic()
    assert last_moment(float("inf")) == float("inf")
    assert now + 89 < last_moment(100) < now + 91
    monkeypatch.setenv("SLURM_JOB_ID", "1")
    assert last_moment(float("inf")) <= time.monotonic(), "nobody knows how long it may take"
    monkeypatch.setenv("SLURM_JOB_END_TIME", str(time.time() + 50))
    assert now + 44 < last_moment(100) < now + 46
