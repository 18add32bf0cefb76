"""A bench to run the runner on: a study with one trial in a temporary folder, and real processes."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from snaketune.runner import states

RUNNER = Path(states.__file__).with_name("start.py")
PYTHON = os.environ.get("SNAKETUNE_TEST_PYTHON", sys.executable)  # the runner's, to test it with old versions


class Bench:
    """Runs the runner in `root`; paths are those of the trial `t0` and its run `r0`."""

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
        (self.trial / "params.json").write_text(json.dumps(params or {}))
        command = [*before, PYTHON, "-S", str(RUNNER), "run", "--study", "results/s/study.json"]
        command += ["--run", f"results/s/trials/t0/{run}", "--log", f"logs/s/trials/t0/{run}"]
        command += [*(["--attempt", str(attempt)] if attempt else []), *more]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "encoding": "utf-8"}
        self.started.append(subprocess.Popen(command, cwd=self.root, **pipes))
        return self.started[-1]

    def run(self, argv=None, params=None, run="r0", code=0, **objective) -> dict | None:
        """Run to the end; checks the exit code; returns the result, or None if none was written."""
        process = self.start(argv, params, run, **objective)
        self.out, self.err = process.communicate(timeout=60)
        assert process.returncode == code, (self.out, self.err, self.read_log("runner"))
        return self.result(run)

    def python(self, script: str, params=None, **options) -> dict | None:
        """Run a Python script as the program."""
        (self.root / "program.py").write_text(script)
        return self.run([sys.executable, str(self.root / "program.py")], params, **options)

    def result(self, run="r0") -> dict | None:
        """The result, which has to be whole if it is there."""
        file = self.trial / run / "result.json"
        return json.loads(file.read_text()) if file.exists() else None

    def read_log(self, name: str) -> str:
        """The text of a log."""
        file = self.log / f"{name}.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def pid_from(self, name: str) -> int:
        """Wait for a program to leave its pid in a file of the root."""
        file = self.root / name
        wait_for(lambda: file.exists() and file.read_text().strip())
        return int(file.read_text())


def wait_for(condition: Callable[[], object], seconds: float = 15) -> None:
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


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A new bench; the runners that a failed test leaves are ended with it."""
    bench = Bench(tmp_path)
    yield bench
    for process in bench.started:
        process.kill()
        process.communicate()


@pytest.fixture
def processes() -> tuple[Callable, Callable]:
    """(wait_for, alive)."""
    return wait_for, alive
