"""A bench to run the runner on: a study with one trial in a temporary folder, and real processes.

Tests of what a run is promised do it in both ways: alone in its job, and in a job of several, where it comes after
another one in the same process. `@pytest.mark.alone` says of a test why it is about a runner that does one run.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from snaketune.files import csv_text
from snaketune.runner import states, tree
from snaketune.runner.records import Records
from snaketune.values import text

RUNNER = Path(states.__file__).with_name("start.py")
PYTHON = os.environ.get("SNAKETUNE_TEST_PYTHON", sys.executable)  # the runner's, to test it with old versions


class Bench:
    """Runs the runner in `root`; paths are those of the trial `t0` and its run `r0`."""

    packed = False

    def __init__(self, root: Path):
        self.root = root
        self.study = root / "results" / "s"
        self.trial = self.study / "trials" / "t0"
        self.folder = self.trial / "r0"
        self.log = root / "logs" / "s" / "trials" / "t0" / "r0"
        self.started: list[subprocess.Popen] = []
        self.trial.mkdir(parents=True)

    def start(
        self, argv=None, params=None, run="r0", attempt=None, before=(), more=(), **objective
    ) -> subprocess.Popen:
        """Write the study and start the runner; `before` and `more` are put around its command line."""
        objective = {"argv": argv, "flags": False, "contract": "c", "grace": 0.3, **objective}
        (self.study / "study.json").write_text(json.dumps({"objective": objective}))
        self.propose(params or {})
        command = [*before, *self.command(run, attempt or 1, more)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "encoding": "utf-8"}
        self.started.append(subprocess.Popen(command, cwd=self.root, **pipes))
        return self.started[-1]

    def propose(self, params: dict) -> None:
        """Leave the trial's parameters where the runner looks for them."""
        (self.trial / "params.json").write_text(json.dumps(params))

    def command(self, run: str = "r0", attempt: int = 1, more=()) -> list[str]:
        """The words that start the runner."""
        command = [PYTHON, "-S", str(RUNNER), "run", "--study", "results/s/study.json"]
        command += ["--run", f"results/s/trials/t0/{run}", "--log", f"logs/s/trials/t0/{run}"]
        return [*command, "--attempt", str(attempt), *more]

    def run(self, argv=None, params=None, run="r0", code=0, **objective) -> dict | None:
        """Run to the end; checks the exit code; returns the result, or None if none was written."""
        process = self.start(argv, params, run, **objective)
        self.out, self.err = process.communicate(timeout=20)
        assert process.returncode == self.code(code), (self.out, self.err, self.read_log("runner"))
        return self.result(run)

    def code(self, code: int) -> int:
        """The exit code of the job for that of a runner that does one run."""
        return code

    def doing(self, process: subprocess.Popen) -> int:
        """The pid of the process that does the run, of the job `process`."""
        return process.pid

    def kill(self, process: subprocess.Popen) -> None:
        """Kill all of ours in the job with -9, and wait for it; the program is left to the guardian."""
        doing = self.doing(process)
        process.kill()
        if doing != process.pid:
            os.kill(doing, signal.SIGKILL)

    def python(self, script: str, params=None, **options) -> dict | None:
        """Run a Python script as the program."""
        (self.root / "program.py").write_text(script)
        return self.run([sys.executable, str(self.root / "program.py")], params, **options)

    def result(self, run="r0") -> dict | None:
        """The result, which has to be whole if it is there."""
        file = self.trial / run / "result.json"
        return json.loads(file.read_text()) if file.exists() else None

    def forget(self, run="r0") -> None:
        """Have the run count as not yet done."""
        (self.trial / run / "result.json").unlink(missing_ok=True)

    def printed(self, stream: str, run="r0") -> bytes:
        """What was kept of what the program printed; nothing if it was not started."""
        file = self.log.with_name(run) / f"{stream}.log"
        return file.read_bytes() if file.exists() else b""

    def read_log(self, name: str) -> str:
        """The text of a log."""
        return self.printed(name).decode(errors="replace")

    def pid_from(self, name: str) -> int:
        """Wait for a program to leave its pid in a file of the root."""
        file = self.root / name
        wait_for(lambda: file.exists() and file.read_text().strip())
        return int(file.read_text())


class PackedBench(Bench):
    """The same for a job of two runs, of which that of `t0` comes after another one."""

    packed = True

    def propose(self, params: dict) -> None:
        self.other = f"other{len(self.started)}"
        table = self.study / "x" / "rounds" / "0" / "trials.csv"
        table.parent.mkdir(parents=True, exist_ok=True)
        rows = [[trial, text(params)] for trial in ("t0", self.other)]
        table.write_text(csv_text(["trial", "params"], rows))

    def command(self, run: str = "r0", attempt: int = 1, more=()) -> list[str]:
        after = str(Path(__file__).with_name("after_another.py"))
        command = [PYTHON, "-S", after, str(RUNNER), "block", "--study", "results/s/study.json", "--logs", "logs/s"]
        command += ["--marker", "results/s/x/rounds/0/blocks/0.done", "--log", "logs/s/x/0.log", "--at-once", "1"]
        devices = {"--devices": "0;"}  # none for the other one
        more = [devices.get(before, "") + word for before, word in zip(["", *more], more, strict=False)]
        return [*command, "--attempt", str(attempt), *more, "--", f"{self.other}/r0", f"t0/{run}"]

    def code(self, code: int) -> int:
        return code if code >= 0 else 1

    def doing(self, process: subprocess.Popen) -> int:
        (slot,) = tree.children(process.pid)
        return slot

    def run(self, argv=None, params=None, run="r0", code=0, **objective) -> dict | None:
        """The same; a run that has a result is asked for once more."""
        found = self.result(run)
        if found and found["contract"] == objective.get("contract", "c"):
            self.forget(run)
        return super().run(argv, params, run, code, **objective)

    def result(self, run="r0") -> dict | None:
        """The result, without what only its record holds."""
        found = super().result(run)
        line = None if found else Records(str(self.study)).find("t0", run)
        own = {"printed", "reported", "gave"}
        return {key: value for key, value in line.items() if key not in own} if line else found

    def forget(self, run="r0") -> None:
        super().forget(run)
        Records(str(self.study)).forget([("t0", run)])

    def printed(self, stream: str, run="r0") -> bytes:
        line = None if (self.trial / run / "result.json").exists() else Records(str(self.study)).find("t0", run)
        if line and stream in line["printed"]:
            return line["printed"][stream].encode("utf-8", "surrogateescape")
        return super().printed(stream, run)


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait until a condition holds; fails the test if it does not in time."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test with a bench is done with both, unless it says that it is about one of them."""
    if "bench" in metafunc.fixturenames and not any(metafunc.definition.iter_markers("alone")):
        metafunc.parametrize("bench", [Bench, PackedBench], ids=["alone", "packed"], indirect=True)


@pytest.fixture
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """A new bench; the runners that a failed test leaves are ended with it."""
    bench = getattr(request, "param", Bench)(tmp_path)
    yield bench
    for process in bench.started:
        for pid in tree.children(process.pid) if bench.packed else ():
            os.kill(pid, signal.SIGKILL)
        process.kill()
        process.communicate()


@pytest.fixture
def processes() -> tuple[Callable, Callable]:
    """(wait_for, alive)."""
    return wait_for, alive
