"""Faults of the program: crashes, limits, processes that will not end, output of every kind."""

import re
import sys
import time

import pytest

IGNORE = "trap '' TERM; "
LOOP = f'sh -c "{IGNORE} echo \\$\\$ > pid; while :; do sleep 0.1; done"'
STUBBORN = {
    "grandchild": f"({LOOP}) & ",
    "setsid": f"setsid {LOOP} & ",
    "daemon": f"(setsid {LOOP} <&- >/dev/null 2>&1 &) ; ",
    "without its environment": f"(setsid env -i PATH=/usr/bin:/bin {LOOP} &) ; ",
}
stubborn = pytest.mark.parametrize("kind", STUBBORN)
AWAIT = "while [ ! -s pid ]; do sleep 0.01; done; "


@pytest.mark.parametrize(
    ("script", "status", "reason", "code", "name"),
    [
        ("exit 1", "failed", "exit code 1", 1, None),
        ("echo first >&2; echo 'bad data' >&2; exit 3", "failed", "exit code 3: bad data", 3, None),
        ("echo only here; exit 3", "failed", "exit code 3: only here", 3, None),
        ("echo 'Error in f(x) : ' >&2; echo '  no such column' >&2; echo 'Execution halted' >&2; exit 1",
         "failed", "exit code 1: Error in f(x) : no such column", 1, None),
        ("kill -SEGV $$", "failed", "killed by SIGSEGV", None, "SIGSEGV"),
        ("kill -ABRT $$", "failed", "killed by SIGABRT", None, "SIGABRT"),
        ("echo 'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate' >&2; exit 1", "oom",
         "exit code 1: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate", 1, None),
    ],
)  # fmt: skip
def test_a_program_that_fails(bench, script, status, reason, code, name):
    result = bench.run(["sh", "-c", "echo '{\"loss\": 1}' > $SNAKETUNE_METRICS; " + script], metrics_wanted=["loss"])
    assert (result["status"], result["reason"]) == (status, reason)
    assert (result["exit_code"], result["signal"]) == (code, name)


def test_segmentation_fault_in_python(bench):
    result = bench.python("import ctypes; ctypes.string_at(0)")
    assert (result["status"], result["signal"]) == ("failed", "SIGSEGV")


@pytest.mark.parametrize(
    ("script", "status", "reason"),
    [
        ("raise ValueError('lr is\\ntoo high')", "failed", "exit code 1: ValueError: lr is"),
        (
            "try:\n 1/0\nexcept Exception as e:\n raise KeyError('x') from e",
            "failed",
            "exit code 1: KeyError: 'x'",
        ),
        ("def f(:", "failed", "exit code 1: SyntaxError: invalid syntax"),
        ("raise MemoryError", "oom", "exit code 1: MemoryError"),
        ("import sys; sys.exit('no data')", "failed", "exit code 1: no data"),
    ],
)
def test_python_exceptions(bench, script, status, reason):
    result = bench.python(script)
    assert (result["status"], result["reason"]) == (status, reason)
    assert 0 < len(result["stderr_tail"]) <= 20


def test_long_reasons_and_errors_are_bounded(bench):
    result = bench.python("import sys\nfor i in range(99): print('x' * 9000, file=sys.stderr)\nsys.exit(1)")
    assert len(result["reason"]) == 500
    assert [len(line) for line in result["stderr_tail"]] == [500] * 20


def test_timeout(bench, processes):
    begin = time.monotonic()
    result = bench.run(["sh", "-c", "sleep 60 & wait"], timeout=0.4)
    assert (result["status"], result["reason"]) == ("timeout", "stopped after 0.4 s (timeout)")
    assert 0.4 <= result["seconds"] < 5
    assert time.monotonic() - begin < 10


@stubborn
def test_timeout_stops_processes_that_ignore_it(bench, processes, kind):
    result = bench.run(["sh", "-c", IGNORE + STUBBORN[kind] + AWAIT + "while :; do sleep 0.1; done"], timeout=1)
    assert (result["status"], result["signal"]) == ("timeout", "SIGKILL")
    assert not processes[1](bench.pid_from("pid"))


def test_a_program_may_save_its_work_when_it_is_stopped(bench):
    script = "trap 'echo saved; exit 0' TERM; while :; do sleep 0.05; done"
    assert bench.run(["sh", "-c", script], timeout=0.3, grace=10)["status"] == "timeout"
    assert "saved" in bench.read_log("stdout")


def test_a_stopped_program_is_stopped_all_the_same(bench):
    assert bench.run(["sh", "-c", "kill -STOP $$"], timeout=0.3, grace=30)["signal"] == "SIGTERM"


@stubborn
def test_processes_left_behind_are_ended(bench, processes, kind):
    result = bench.run(["sh", "-c", STUBBORN[kind] + AWAIT + "echo '{\"loss\": 1}'"], metrics_wanted=["loss"])
    assert result["status"] == "complete"
    assert any("still running" in note for note in result["notes"])
    assert not processes[1](bench.pid_from("pid"))


def test_helpers_that_end_by_themselves_are_left_alone(bench):
    result = bench.run(["sh", "-c", "(sleep 0.1; echo '{\"loss\": 1}') & "], metrics_wanted=["loss"])
    assert (result["status"], result["notes"]) == ("complete", [])


@pytest.mark.parametrize(("memory", "limit"), [(150 << 20, "150 MiB"), (150_000_000, "150 MB")])
def test_memory(bench, memory, limit):
    """Used and allowed are told in the unit in which the limit was given."""
    hog = "x = bytearray(300 << 20); import time; time.sleep(60)"
    script = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {hog!r}])"
    result = bench.python(script, memory=memory)
    assert result["status"] == "oom"
    used, unit = re.fullmatch(rf"used ([\d.]+) (\w+) of memory \(limit {limit}\)", result["reason"]).groups()
    assert unit == limit.split()[1]
    assert float(used) > 150
    assert result["max_rss_mb"] > memory / 2**20
    assert result["seconds"] < 20


def test_memory_below_the_limit(bench):
    result = bench.python("x = bytearray(60 << 20); print('{\"loss\": 1}')", memory=1 << 30, metrics_wanted=["loss"])
    assert result["status"] == "complete"
    assert 60 < result["max_rss_mb"] < 200
    assert result["cpu_seconds"] > 0


def test_100_mb_of_output_is_bounded(bench):
    script = f"""
import sys
line = b"x" * 99 + b"\\n"
sys.stdout.buffer.write(b"the head\\n" + line * {10**6} + b"loss: 0.5\\n")
sys.stderr.buffer.write(line * {10**4})
"""
    before = ["/usr/bin/env", "python3", "-c", MEASURE]
    options = {"patterns": {"loss": r"loss: (\S+)"}, "metrics_wanted": ["loss"], "output_limit": 20_000}
    process = bench.start([sys.executable, "-c", script], before=before, **options)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert int(out) < 60_000  # kB: what the runner itself needed at most
    assert bench.result()["metrics"] == {"loss": 0.5}
    log = (bench.log / "stdout.log").read_bytes()
    assert log.startswith(b"the head\n")
    assert log.endswith(b"x\nloss: 0.5\n")
    assert len(log) < 40_100
    left_out = 100_000_000 + len("the head\n") + len("loss: 0.5\n") - 40_000
    assert b"\n[%d bytes left out here]\n" % left_out in log
    assert (bench.log / "stderr.log").stat().st_size < 40_100


# starts the runner and prints the kB that it used at most; the program's own use is not the runner's
MEASURE = """
import os, sys
pid = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
code, used = os.waitpid(pid, os.WNOHANG), 0
while code[0] == 0:
    try:
        used = max([used] + [int(l.split()[1]) for l in open(f"/proc/{pid}/status") if l.startswith("VmHWM")])
    except OSError:
        pass
    code = os.waitpid(pid, os.WNOHANG)
    __import__("time").sleep(0.01)
print(used)
sys.exit(code[1] >> 8)
"""


@pytest.mark.parametrize("size", [0, 1, 999, 1000, 1001, 1999, 2000, 2001, 5000])
def test_output_is_kept_whole_up_to_twice_the_limit(bench, size):
    data = bytes(i % 251 for i in range(size))
    (bench.root / "data").write_bytes(data)
    bench.run(["cat", "data"], output_limit=1000)
    log = bench.printed("stdout")
    if size <= 2000:
        assert log == data
    else:
        assert log == data[:1000] + b"\n[%d bytes left out here]\n" % (size - 2000) + data[-1000:]


def test_binary_output(bench):
    data = bytes(range(256)) * 50
    (bench.root / "data").write_bytes(data)
    result = bench.run(["sh", "-c", "cat data; echo; cat data >&2; echo 'loss: 2'"], patterns={"loss": r"loss: (\d)"})
    assert result["metrics"] == {"loss": 2.0}
    assert (bench.log / "stdout.log").read_bytes() == data + b"\nloss: 2\n"
    assert (bench.log / "stderr.log").read_bytes() == data
    assert bench.run(["sh", "-c", "cat data >&2; exit 1"])["status"] == "failed"


def test_output_can_be_followed_while_the_program_runs(bench, processes):
    runner = bench.start(["sh", "-c", "echo started; while [ ! -e go ]; do sleep 0.02; done"])
    processes[0](lambda: bench.read_log("stdout") == "started\n")
    assert bench.result() is None
    (bench.root / "go").touch()
    assert runner.wait(timeout=20) == 0


def test_a_program_that_closes_its_output_is_waited_for(bench):
    script = "exec >&- 2>&-; sleep 0.4; echo '{\"loss\": 1}' > $SNAKETUNE_METRICS"
    result = bench.run(["sh", "-c", script], metrics_wanted=["loss"])
    assert (result["status"], result["metrics"]) == ("complete", {"loss": 1})


def test_the_program_has_no_standard_input_and_no_open_files_of_the_runner(bench):
    result = bench.python("import os; print(os.read(0, 9)); print(os.listdir('/proc/self/fd'))")
    assert result["exit_code"] == 0
    assert bench.read_log("stdout").splitlines()[0] == "b''"
    assert bench.read_log("stdout").splitlines()[1].count(",") == 3  # 0, 1, 2 and the listing's own


def test_a_program_that_deletes_its_own_folder(bench):
    script = "rm -rf $SNAKETUNE_DIR logs; echo '{\"loss\": 1}'"
    result = bench.run(["sh", "-c", script], metrics_wanted=["loss"])
    assert (result["status"], result["metrics"]) == ("complete", {"loss": 1})
    assert "the run's folder was deleted while the program ran" in result["notes"]
    assert bench.read_log("stdout") == '{"loss": 1}\n'


@pytest.mark.parametrize("size", [1, 8000])
def test_a_program_that_writes_line_by_line_is_not_held_up(bench, size):
    script = f"for i in range({200_000 // size}): print('y' * {size}, flush=True)"
    result = bench.python(script)
    assert (bench.log / "stdout.log").stat().st_size == 200_000 // size * (size + 1)
    assert result["seconds"] < 10
