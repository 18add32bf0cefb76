"""A child process and the signals that come to us."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from snaketune.driving.child import Child

# Ends by itself when it is asked to, a little later.
ORDERLY = """
import signal, sys, time
def end(*_):
    print("ending", flush=True)
    time.sleep(0.3)
    sys.exit(5)
signal.signal(signal.SIGINT, end)
print("begun", flush=True)
time.sleep(60)
"""
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); print('begun', flush=True); time.sleep(60)"
)


def child(script: str, log: Path | None, **environment: str) -> Child:
    return Child([sys.executable, "-c", script], log, environment)


def until(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_what_it_prints_is_told_by_whole_lines(tmp_path):
    script = "import os, sys; print(os.environ['A']); print('b', file=sys.stderr); print('end', end='')"
    with child(script, tmp_path / "logs" / "log", A="é") as process:
        status = process.status(60)
        lines = process.lines()
    assert (status, sorted(lines)) == (0, ["b", "end", "é"])
    assert sorted((tmp_path / "logs" / "log").read_text().split()) == ["b", "end", "é"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_is_passed_on_as_ctrl_c_and_the_end_is_waited_for(tmp_path, number):
    with child(ORDERLY, tmp_path / "log") as process:
        until(lambda: "begun" in (tmp_path / "log").read_text())
        os.kill(os.getpid(), number)
        assert process.status(60) == 5
    assert process.signals == [number]
    assert (tmp_path / "log").read_text().split() == ["begun", "ending"]
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_the_second_signal_kills(tmp_path):
    with child(STUBBORN, tmp_path / "log") as process:
        until(lambda: (tmp_path / "log").read_text())
        os.kill(os.getpid(), signal.SIGINT)
        assert process.status(0.2) is None
        os.kill(os.getpid(), signal.SIGINT)
        assert process.status(60) == -signal.SIGKILL


def test_an_error_of_ours_ends_it(tmp_path):
    with pytest.raises(KeyError), child(ORDERLY, tmp_path / "log") as process:
        until(lambda: "begun" in (tmp_path / "log").read_text())
        raise KeyError
    assert process.status() == 5


@pytest.mark.skipif(sys.platform != "linux", reason="a child does not hear of it elsewhere")
def test_it_is_killed_with_us(tmp_path):
    outer = (
        "import sys, time; from pathlib import Path; from snaketune.driving.child import Child\n"
        f"with Child([sys.executable, '-c', {STUBBORN!r}], Path('log'), {{}}) as c:\n"
        "    print(c._process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", outer], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as us:
        pid = int(us.stdout.readline())
        until(lambda: (tmp_path / "log").exists() and (tmp_path / "log").read_text())
        us.kill()
    until(lambda: not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text().split(")")[1][:3])


def test_where_nothing_can_be_written_it_runs_all_the_same(tmp_path):
    (tmp_path / "file").touch()
    with child("print('a')", tmp_path / "file" / "log") as process:
        assert process.status(60) == 0
        assert process.lines() == ["a"]
