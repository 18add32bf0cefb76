"""The runner's own faults and neighbours: kills, signals, locks, disks, attempts, a stopped search, bugs."""

import errno
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from snaketune.runner import lock, states, tree, verdict
from snaketune.runner.metrics import extract_metrics
from snaketune.runner.spec import RunSpec
from snaketune.values import trial_id

WAIT = "echo $$ > pid; while :; do sleep 0.05; done"
DAEMON = "(setsid sh -c \"trap '' TERM; echo \\$\\$ > daemon; while :; do sleep 0.1; done\" >/dev/null 2>&1 &) ; "
ONE = ["echo", '{"loss": 1}']


@pytest.fixture
def small_disk(tmp_path):
    """A function that mounts a file system of so many kB, read-only if asked; unmounted at the end."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("mounting a small file system needs root")
    mounted = []

    def mount(folder: Path, options: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", folder], capture_output=True, check=False)
        if done.returncode:
            pytest.skip(f"no tmpfs can be mounted here: {done.stderr!r}")
        mounted.append(folder)

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "-l", folder], check=True)


def test_kill_9_of_the_runner_kills_the_tree_and_frees_the_lock(bench, processes):
    wait_for, alive = processes
    process = bench.start(["sh", "-c", DAEMON + WAIT])
    pids = [bench.pid_from("pid"), bench.pid_from("daemon")]
    bench.kill(process)
    process.communicate(timeout=5)  # nobody holds its standard output and error open
    wait_for(lambda: not any(map(alive, pids)))
    assert bench.result() is None
    assert bench.run(ONE, metrics_wanted=["loss"])["status"] == "complete"


def test_kill_9_while_only_leftovers_run(bench, processes):
    wait_for, alive = processes
    process = bench.start(["sh", "-c", DAEMON + "while [ ! -s daemon ]; do sleep 0.01; done"], grace=10)
    daemon = bench.pid_from("daemon")
    time.sleep(0.2)
    bench.kill(process)
    wait_for(lambda: not alive(daemon))
    assert bench.result() is None


@pytest.mark.alone("the time of a job that is shared is not one run's")
@pytest.mark.parametrize("why", ["TimeLimit", "Preempted"])
def test_time_limit_of_a_slurm_job(bench, processes, monkeypatch, why):
    """Slurm sends SIGTERM to all processes of a job, and may do so again while the runner asks Slurm for the reason."""
    squeue = bench.root / "bin" / "squeue"
    squeue.parent.mkdir()
    squeue.write_text(f"#!/bin/sh\necho $$ > squeue.pid\nsleep 0.5\necho {why}\n")
    squeue.chmod(0o755)
    monkeypatch.setenv("PATH", f"{squeue.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    process = bench.start(["sh", "-c", WAIT])
    bench.pid_from("pid")
    process.terminate()
    for pid in (bench.pid_from("squeue.pid"), bench.doing(process)):
        os.kill(pid, signal.SIGTERM)
    process.communicate(timeout=10)
    # Slurm ends such a job as a failed one, which costs it its result.json: the next attempt adopts the result.
    adopted = bench.folder / "result.adopt.json"
    assert bench.result() is None
    if why == "TimeLimit":
        assert json.loads(adopted.read_text())["status"] == "timeout"
    else:
        assert process.returncode == 128 + signal.SIGTERM
        assert not adopted.exists()


def test_no_guardian_stays(bench, processes):
    """Neither after a run nor after a kill."""

    def guardians() -> list[bytes]:
        found = []
        for cmdline in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                found.append(cmdline.read_bytes())
            except OSError:
                continue
        return [line for line in found if b"start.py" in line and str(bench.root).encode() in line]

    def here() -> int:
        found = 0
        for cwd in Path("/proc").glob("[0-9]*/cwd"):
            try:
                found += cwd.readlink() == bench.root
            except OSError:
                continue
        return found

    bench.run(["true"])
    processes[0](lambda: here() == 0, 2)
    bench.forget()
    process = bench.start(["sh", "-c", WAIT])
    bench.pid_from("pid")
    assert here() >= 3  # the runner, its guardian, the program
    bench.kill(process)
    process.wait()
    processes[0](lambda: here() == 0 and not guardians(), 5)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_the_tree_and_leaves_no_result(bench, processes, number):
    if signal.getsignal(number) is signal.SIG_IGN:
        pytest.skip("the signal is ignored here, as under nohup, and so it is by the runner")
    process = bench.start(["sh", "-c", DAEMON + WAIT], retries=0)
    pids = [bench.pid_from("pid"), bench.pid_from("daemon")]
    process.send_signal(number)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 128 + number, err
    assert not any(map(processes[1], pids))
    assert bench.result() is None
    assert not (bench.study / "failures.jsonl").exists()
    assert f"stopped by {number.name}" in bench.read_log("runner")


def test_a_signal_gives_the_program_time(bench):
    process = bench.start(["sh", "-c", "trap 'sleep 0.2; echo saved; exit 0' TERM; " + WAIT], grace=20)
    bench.pid_from("pid")
    process.terminate()
    assert process.wait(timeout=10) == 128 + signal.SIGTERM
    assert bench.read_log("stdout") == "saved\n"


def test_a_cluster_that_signals_the_program_first(bench):
    process = bench.start(["sh", "-c", WAIT])
    os.kill(bench.pid_from("pid"), signal.SIGTERM)
    time.sleep(0.1)
    process.terminate()
    assert process.wait(timeout=10) == 128 + signal.SIGTERM
    assert bench.result() is None


def test_a_run_whose_guardian_is_killed_goes_on(bench):
    process = bench.start(["sh", "-c", "echo $$ > pid; while [ ! -e go ]; do sleep 0.02; done"])
    program = bench.pid_from("pid")
    (guardian,) = tree.children(bench.doing(process)) - {program}
    os.kill(guardian, signal.SIGKILL)
    (bench.root / "go").touch()
    assert process.wait(timeout=20) == 0
    assert bench.result()["status"] == "complete"


def test_a_second_runner_waits_and_adopts(bench):
    first = bench.start(["sh", "-c", "echo started >> count; echo $$ > pid; while [ ! -e go ]; do sleep 0.02; done"])
    bench.pid_from("pid")
    second = bench.start(["sh", "-c", "echo started >> count"])
    line = second.stderr.readline()
    assert (
        f"waiting for another runner of {bench.folder}: process {bench.doing(first)} on {os.uname().nodename}" in line
    )
    (bench.root / "go").touch()
    assert (first.wait(timeout=20), second.wait(timeout=20)) == (0, 0)
    assert (bench.root / "count").read_text() == "started\n"


def test_a_second_runner_with_another_contract_runs(bench):
    first = bench.start(["sh", "-c", "echo $$ > pid; while [ ! -e go ]; do sleep 0.02; done"])
    bench.pid_from("pid")
    second = bench.start(ONE, contract="other")
    second.stderr.readline()
    (bench.root / "go").touch()
    assert (first.wait(timeout=20), second.wait(timeout=20)) == (0, 0)
    assert (bench.result()["contract"], bench.result()["metrics"]) == ("other", {"loss": 1})


def test_a_second_runner_goes_on_when_the_first_is_killed(bench):
    first = bench.start(["sh", "-c", WAIT])
    bench.pid_from("pid")
    second = bench.start(ONE)
    second.stderr.readline()
    bench.kill(first)
    assert second.wait(timeout=20) == 0
    assert bench.result()["metrics"] == {"loss": 1}


def test_retries(bench):
    assert bench.run(["sh", "-c", "exit $SNAKETUNE_ATTEMPT"], retries=2, attempt=1, code=1) is None
    assert "attempts left: 2" in bench.err
    assert bench.run(["sh", "-c", "exit $SNAKETUNE_ATTEMPT"], retries=2, attempt=2, code=1) is None
    last = bench.run(["sh", "-c", "exit $SNAKETUNE_ATTEMPT"], retries=2, attempt=3)
    assert (last["status"], last["exit_code"], last["attempt"]) == ("failed", 3, 3)
    lines = [json.loads(line) for line in (bench.folder / "attempts.jsonl").read_text().splitlines()]
    assert [(line["status"], line["reason"], line["final"]) for line in lines] == [
        ("failed", "exit code 1", False), ("failed", "exit code 2", False), ("failed", "exit code 3", True)
    ]  # fmt: skip
    # asked for again, it has all its attempts again
    (bench.folder / "result.json").unlink()
    assert bench.run(["false"], retries=1, code=1) is None
    assert bench.run(ONE, retries=1)["status"] == "complete"


@pytest.mark.alone("its logs are files")
def test_logs_of_earlier_attempts_are_kept(bench):
    for attempt in "123":
        bench.run(["echo", attempt])
    kept = [(bench.log / f"stdout{part}.log").read_text() for part in (".attempt1", ".attempt2", "")]
    assert kept == ["1\n", "2\n", "3\n"]


def fail(bench, trial: str) -> None:
    """Let another trial have failed."""
    folder = bench.study / "trials" / trial / "r0"
    folder.mkdir(parents=True)
    (folder / "result.json").write_text('{"status": "failed", "contract": "c"}')
    with (bench.study / "failures.jsonl").open("a") as file:
        file.write(json.dumps({"trial": trial, "run": "r0", "path": f"trials/{trial}/r0"}) + "\n")


def test_failures_are_noted_and_stop_the_search(bench):
    assert bench.run(["false"], max_failures=2)["status"] == "failed"
    assert json.loads((bench.study / "failures.jsonl").read_text()) == {
        "trial": "t0",
        "run": "r0",
        "path": "trials/t0/r0",
    }
    fail(bench, "t1")
    assert bench.run(["touch", "ran"], run="r1", max_failures=3)["status"] == "complete"
    (bench.root / "ran").unlink()
    assert bench.run(["touch", "ran"], run="r2", max_failures=2, code=3) is None
    assert "search stopped: 2 runs failed (max_failures: 2)" in bench.err
    assert len(bench.err.splitlines()) == 1
    assert not (bench.root / "ran").exists()


def test_on_failure_stop(bench):
    fail(bench, "t1")
    assert bench.run(["true"])["status"] == "complete"
    assert bench.run(["true"], run="r1", on_failure="stop", code=3) is None
    assert "search stopped: 1 run failed (on_failure: stop)" in bench.err


def test_failures_that_are_no_more_do_not_count(bench):
    fail(bench, "t1")
    (bench.study / "trials/t1/r0/result.json").unlink()
    fail(bench, "t2")
    (bench.study / "trials/t2/r0/result.json").write_text('{"status": "complete", "contract": "c"}')
    with (bench.study / "failures.jsonl").open("a") as file:
        file.write('{"trial": "t3", "ru')
    assert bench.run(["true"], on_failure="stop")["status"] == "complete"


def test_full_disk(bench, small_disk):
    """The program fills the disk up: no result nor half of one, one clear line; with room again, it runs."""
    small_disk(bench.root / "results/s/trials/t0", "size=300k")
    fill = "cat /dev/zero > $SNAKETUNE_DIR/filler; echo '{\"loss\": 1}'; exit 0"
    assert bench.run(["sh", "-c", fill], code=1) is None
    last = bench.err.splitlines()[-1]
    assert last.startswith("snaketune: cannot write ")
    assert "result.json" in last and last.endswith("No space left on device")
    assert [file.name for file in bench.folder.iterdir() if "result.json" in file.name] == []
    (bench.folder / "filler").unlink()
    assert bench.run(ONE, metrics_wanted=["loss"])["status"] == "complete"


def test_full_disk_makes_room_by_dropping_the_tail_of_the_logs(bench, small_disk):
    small_disk(bench.root / "disk", "size=400k")
    (bench.root / "disk" / "trials").mkdir()
    (bench.root / "disk" / "logs").mkdir()
    shutil.rmtree(bench.study / "trials")
    (bench.study / "trials").symlink_to(bench.root / "disk" / "trials")
    (bench.root / "logs").symlink_to(bench.root / "disk" / "logs")
    (bench.study / "trials" / "t0").mkdir()
    chatty = "head -c 600000 /dev/zero; echo; echo '{\"loss\": 1}'"
    result = bench.run(["sh", "-c", chatty], output_limit=200_000, metrics_wanted=["loss"])
    assert (result["status"], result["metrics"]) == ("complete", {"loss": 1})
    assert (bench.log / "stdout.log").stat().st_size == 200_000
    assert result["notes"] == ["stdout.log is incomplete: No space left on device"]


@pytest.mark.alone("a record has another place")
def test_a_disk_that_is_full_from_the_start(bench, small_disk):
    small_disk(bench.root / "results/s/trials/t0", "size=64k,nr_inodes=20")
    bench.run(["true"])
    (bench.folder / "result.json").unlink()
    with (bench.trial / "filler").open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
        while True:
            file.write(bytes(4096))
    command = [sys.executable, *runner_arguments(bench)]
    done = subprocess.run(command, cwd=bench.root, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 1
    assert done.stderr.startswith("snaketune: cannot write ")
    assert "No space left on device" in done.stderr
    assert sorted(file.name for file in bench.folder.iterdir()) == [".lock", ".training.json", "attempts.jsonl"]


@pytest.mark.alone("a record has another place")
def test_a_read_only_folder_is_seen_before_the_program_starts(bench, small_disk):
    small_disk(bench.trial, "size=1m")
    bench.run(["true"])
    (bench.folder / "result.json").unlink()
    subprocess.run(["mount", "-o", "remount,ro", bench.trial], check=True)
    arguments = [sys.executable, *runner_arguments(bench)]
    study = {"objective": {"argv": ["touch", "ran"], "flags": False}}
    (bench.study / "study.json").write_text(json.dumps(study))
    done = subprocess.run(arguments, cwd=bench.root, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 1
    assert done.stderr.startswith("snaketune: cannot write ")
    assert "Read-only file system" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (bench.root / "ran").exists()


def runner_arguments(bench) -> list[str]:
    """The runner's file and arguments for r0."""
    trial = "s/trials/t0/r0"
    return [
        str(Path(states.__file__).with_name("start.py")),
        "run",
        "--study",
        "results/s/study.json",
        "--run",
        f"results/{trial}",
        "--log",
        f"logs/{trial}",
    ]


@pytest.mark.alone("its result is a file")
def test_a_result_appears_whole_or_not_at_all(bench):
    """Killed at many moments around the writing, the runner leaves a whole result or none."""
    bench.run(["true"])
    seen = set()
    for step in range(12):
        (bench.folder / "result.json").unlink(missing_ok=True)
        process = bench.start(["true"], {"filler": "x" * 300_000})
        time.sleep(0.02 + 0.01 * step)
        process.kill()
        process.wait()
        seen.add(bench.result() is not None)  # reading it checks that it is whole
    assert bench.run(["true"])["status"] == "complete"
    assert list(bench.folder.glob("*.tmp")) == []
    assert False in seen


@pytest.mark.alone("it has files of its own")
@pytest.mark.parametrize("file", ["study.json", "trials/t0/params.json"])
def test_missing_or_broken_inputs(bench, file):
    bench.run(["true"])
    (bench.study / file).write_text('{"objective": ')
    command = [sys.executable, *runner_arguments(bench)]
    done = subprocess.run(command, cwd=bench.root, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert file in done.stderr and len(done.stderr.splitlines()) == 1


@pytest.mark.alone("it has files of its own")
def test_parameters_that_are_not_the_trials_are_not_run(bench):
    trial = trial_id({"x": 1})
    bench.run(["true"], {"x": 1})
    (bench.study / "trials" / "t0").rename(bench.study / "trials" / trial)
    command = [word.replace("/t0/", f"/{trial}/") for word in (sys.executable, *runner_arguments(bench))]
    for content, code in (('{"x": 1}', 0), ('{\n "x": 1\n}', 0), ('{"x": 3}', 2), ('{"x": 1.0}', 2), ("[]", 2)):
        (bench.study / "trials" / trial / "params.json").write_text(content)
        (bench.study / "trials" / trial / "r0" / "result.json").unlink(missing_ok=True)
        done = subprocess.run(command, cwd=bench.root, capture_output=True, text=True, check=False)
        assert done.returncode == code, content
        assert ("params.json is damaged" in done.stderr) == bool(code), done.stderr


def test_a_record_says_what_its_history_was(bench):
    result = bench.run(["sh", "-c", "echo '{\"loss\": 1}' > $SNAKETUNE_HISTORY"])
    digest = hashlib.sha256(b'{"loss": 1}\n').hexdigest()
    assert result["history"] == {"size": 12, "sha256": digest}
    assert "history" not in bench.run(["true"], run="r1")


def test_a_bug_of_the_runner(bench):
    assert bench.run(["true"], output_limit="many", code=70) is None
    *others, said = bench.err.splitlines()
    assert "a bug of the runner: TypeError" in said
    assert len(others) == bench.packed
    assert "Traceback" in bench.read_log("runner")


@pytest.mark.alone("its result is a file")
def test_the_runner_needs_no_home_no_package_and_no_python_on_the_path(bench, tmp_path):
    """It is one folder: copied anywhere with the package's first file, it runs."""
    bench.run(["true"])
    with tempfile.TemporaryDirectory() as elsewhere:
        file, *options = runner_arguments(bench)
        package = Path(file).parents[1]
        shutil.copytree(package / "runner", Path(elsewhere, "snaketune", "runner"))
        shutil.copy(package / "__init__.py", Path(elsewhere, "snaketune"))
        alone = str(Path(elsewhere, "snaketune", "runner", "start.py"))
        (bench.folder / "result.json").unlink()
        command = [sys.executable, "-S", "-E", alone, *options]
        done = subprocess.run(command, cwd=bench.root, env={}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert bench.result()["status"] == "complete"


def test_a_file_system_without_locks(tmp_path, monkeypatch, capfd):
    def no_lock(file: int, how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(lock.fcntl, "flock", no_lock)
    lock.lock_folder(str(tmp_path), lambda: None)
    assert "no locks here (No locks available)" in capfd.readouterr().err


@pytest.mark.parametrize(("before", "status"), [(3, "oom"), (4, "failed")])
def test_killed_by_the_kernel_for_want_of_memory(bench, monkeypatch, before, status):
    bench.run(["true"])
    monkeypatch.chdir(bench.root)
    watch = SimpleNamespace(status=signal.SIGKILL)
    monkeypatch.setattr(verdict, "oom_kills", lambda: 4)
    found = verdict.judge(None, watch, RunSpec(), extract_metrics(None, "", None), ("", ""), before)
    assert (found.status, found.reason.partition(":")[0]) == (status, "killed by SIGKILL")


def test_a_kernel_that_does_not_list_children(monkeypatch):
    """The slow way finds the same children."""
    child = subprocess.Popen(["sleep", "30"])
    try:
        assert child.pid in tree.children(os.getpid())
        listed = os.listdir
        monkeypatch.setattr(tree.os, "listdir", lambda path: listed(path) if path == "/proc" else no_such(path))
        monkeypatch.setattr(tree.os.path, "exists", lambda path: False)
        assert child.pid in tree.children(os.getpid())
    finally:
        child.kill()
        child.wait()


def no_such(path: str) -> None:
    """Raise what a missing file raises."""
    raise FileNotFoundError(path)
