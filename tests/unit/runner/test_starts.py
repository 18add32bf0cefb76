"""Programs that take their runner's life, its folder or its result: a row in the end, not one attempt after another."""

import json
import subprocess

import pytest
from snaketune.runner.starts import Starts, is_last

KILL = ["sh", "-c", "echo start >> starts; echo was here >&2; sleep 0.3; kill -9 $PPID; sleep 5"]


def attempts(bench, program, codes, **options) -> subprocess.Popen:
    """Make attempts 1, 2, … within one workflow."""
    process = bench.start(program, **options)
    _, bench.err = process.communicate(timeout=60)
    assert process.returncode == bench.code(codes[0]), bench.err
    for number, code in enumerate(codes[1:], 2):
        command = bench.command(attempt=number)
        done = subprocess.run(command, cwd=bench.root, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == bench.code(code), done.stderr
        bench.err = done.stderr
    return process


def open_starts(folder, number) -> Starts:
    """The starts in a workflow, at attempt `number`, as they are written down at once."""
    starts = Starts(str(folder), 5, number, 0)
    starts.open()
    return starts


def starts(bench) -> int:
    return len((bench.root / "starts").read_text().splitlines())


@pytest.mark.parametrize("in_a_job", [False, True])
@pytest.mark.parametrize("before", ["", "rm -rf $SNAKETUNE_DIR; ", "mkdir -p $SNAKETUNE_DIR/result.json; "])
def test_a_program_that_kills_its_runner(bench, monkeypatch, in_a_job, before):
    if in_a_job:
        monkeypatch.setenv("PBS_JOBID", "7")
    attempts(bench, [*KILL[:2], before + KILL[2]], [-9, -9, 0])
    result = bench.result()
    assert (result["status"], result["stderr_tail"], starts(bench)) == ("failed", ["was here"], 2)
    assert result["reason"] == "its runner was killed in attempts 1 and 2: by the program, or for want of memory"
    assert json.loads((bench.study / "failures.jsonl").read_text())["run"] == "r0"
    assert not (bench.log / "starts.jsonl").exists()


def test_retries_come_first(bench):
    attempts(bench, KILL, [-9, -9, -9, 0], retries=1)
    assert (bench.result()["status"], starts(bench)) == ("failed", 3)


def test_what_another_workflow_saw_does_not_count(bench):
    attempts(bench, KILL, [-9, -9])
    attempts(bench, KILL, [-9])
    assert starts(bench) == 3


def test_being_stopped_is_the_clusters_doing_in_a_job_and_the_programs_elsewhere(bench, monkeypatch):
    stop = ["sh", "-c", "echo start >> starts; kill -TERM $PPID; sleep 5"]
    monkeypatch.setenv("PBS_JOBID", "7")
    attempts(bench, stop, [143, 143, 143])
    assert bench.result() is None
    monkeypatch.delenv("PBS_JOBID")
    attempts(bench, stop, [143, 143, 0])
    assert bench.result()["status"] == "failed"


def test_a_lost_node_does_not_count(tmp_path, monkeypatch):
    """The guardian is lost with it; the same attempt, queued again, is one."""
    for number in (1, 1, 2):
        open_starts(tmp_path, number).note("started")
    third = Starts(str(tmp_path), 5, 3, 0)
    assert third.lost() == [1, 2]
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    assert (third.lost(), third.hopeless()) == ([], None)
    open_starts(tmp_path, 2).note("killed")
    assert (third.lost(), third.hopeless()) == ([2], None)


def test_the_last_attempt():
    assert [is_last(attempt, 0) for attempt in (1, 2, 3)] == [False, False, True]
    assert [is_last(attempt, 2) for attempt in (4, 5)] == [False, True]


def test_a_program_that_deletes_what_its_attempts_are_counted_by(bench):
    program = ["sh", "-c", "echo start >> starts; rm -rf $SNAKETUNE_DIR; exit 3"]
    attempts(bench, program, [1, 1, 1, 0], retries=1)
    assert (bench.result()["status"], bench.result()["reason"]) == ("failed", "exit code 3")


def test_a_folder_in_the_place_of_the_result(bench):
    program = ["sh", "-c", "mkdir $SNAKETUNE_DIR/result.json; touch $SNAKETUNE_DIR/result.json/x; echo '{\"loss\": 1}'"]
    result = bench.run(program, metrics_wanted=["loss"])
    assert (result["status"], result["notes"]) == ("complete", ["result.json was no file; it is result.1.json now"])
    assert (bench.folder / "result.1.json" / "x").exists()


def test_a_pipe_in_the_place_of_the_history(bench):
    result = bench.run(["sh", "-c", "mkfifo $SNAKETUNE_HISTORY; echo '{\"loss\": 1}'"], metrics_wanted=["loss"])
    assert (result["status"], result["notes"]) == ("complete", ["history.jsonl was no file; it is history.1.jsonl now"])


@pytest.mark.alone("it has files of its own")
def test_parameters_that_a_program_has_deleted_are_there_again(bench, processes):
    params = bench.trial / "params.json"
    program = f"rm -rf {bench.trial}; echo start >> starts; kill -9 $PPID; sleep 5"
    bench.start(["sh", "-c", program], {"x": 1}).communicate(timeout=60)
    processes[0](params.exists)
    bench.run(["sh", "-c", f"rm -rf {bench.trial}"], {"x": 1})
    assert json.loads(params.read_text()) == {"x": 1}


def test_a_file_in_the_place_of_the_attempts(bench):
    program = ["sh", "-c", "touch $SNAKETUNE_DIR/attempts; echo 1 > $SNAKETUNE_DIR/metrics.json; exit 1"]
    bench.run(program, retries=1, code=1)
    assert bench.run(program, retries=1)["status"] == "failed"
    assert sorted(file.name for file in bench.folder.glob("attempts*")) == ["attempts", "attempts.1", "attempts.jsonl"]


def test_an_end_that_the_runner_comes_to_is_known(bench):
    bench.run(["false"], retries=5, code=1)
    lines = (bench.log / "starts.jsonl").read_text().splitlines()
    assert [json.loads(line)["what"] for line in lines] == ["started", "ended"]
