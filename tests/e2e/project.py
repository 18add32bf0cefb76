"""A project folder in which end-to-end tests run the real workflow, and what came of a run."""

import copy
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml
from snaketune.files import csv_rows
from snaketune.runner.records import Records

ROOT = Path(__file__).parents[2]

# Leaves a line for each run that it really does, then computes a simple function of its parameters.
SCRIPT = """\
import json, os, sys, time
options = dict(zip((word.lstrip("-") for word in sys.argv[1::2]), sys.argv[2::2]))
with open("calls.log", "a") as calls:
    calls.write(os.environ["SNAKETUNE_TRIAL"] + "/" + os.environ["SNAKETUNE_RUN"] + "\\n")
time.sleep(float(os.environ.get("DELAY", 0)))
x, y = float(options["x"]), float(options.get("y", 0))
print(json.dumps({"loss": (x - 3) ** 2 + y, "other": x + y}))
"""

STUDY = {
    "study": "s",
    "objective": {
        "command": f"{sys.executable} train.py",
        "metric": "loss",
        "code": ["train.py"],
        "trials_per_job": 1,  # a job each, which are counted; test_auto.py is about the default
    },
    "plots": {"choose": []},
    "space": {"x": {"type": "uniform", "low": 0.0, "high": 10.0}, "y": [0, 1]},
    "searches": {
        "grid": {"strategy": "grid", "space": {"x": [1, 2, 3]}},
        "random": {"strategy": "random", "n_trials": 4, "seed": 5},
    },
}


@dataclass(frozen=True)
class Outcome:
    """A finished snakemake: its exit status, all it printed, its log, and how many jobs each rule ran."""

    status: int
    output: str
    log: str = ""

    @property
    def jobs(self) -> Counter:
        finished = re.findall(r"^Finished jobid: \d+ \(Rule: (\w+)\)", self.log, re.MULTILINE)
        return Counter(rule for rule in finished if rule != "default")

    @property
    def idle(self) -> bool:
        return "Nothing to be done" in self.output


class Project:
    """A folder with a study; `config` is changed in place by the tests."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.config = copy.deepcopy(STUDY)
        self.write("train.py", SCRIPT)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def command(self, *arguments: str, cores: int = 2) -> list[str]:
        config = self.write("config.yaml", yaml.safe_dump(self.config, sort_keys=False))
        return [
            *(sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--configfile", str(config)),
            *("--directory", str(self.folder), "--cores", str(cores), *arguments),
        ]  # fmt: skip

    def run(self, *arguments: str, cores: int = 2, env: dict | None = None, timeout: float = 300) -> Outcome:
        """Runs the workflow to its end."""
        done = subprocess.run(
            self.command(*arguments, cores=cores),
            cwd=self.folder,
            env={**os.environ, **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout,
            text=True,
        )
        return Outcome(done.returncode, done.stdout, self.log())

    def log(self) -> str:
        """The log of the Snakemake that was started last, which says more than the terminal."""
        logs = sorted(self.folder.glob(".snakemake/log/*.snakemake.log"))
        return logs[-1].read_text() if logs else ""

    def good_run(self, *arguments: str, **options) -> Outcome:
        """Runs the workflow, which has to succeed."""
        outcome = self.run(*arguments, **options)
        assert outcome.status == 0, outcome.output
        return outcome

    def killed_run(self, after: float, *, once: Callable[[], object] | None = None, everything: bool = True) -> bool:
        """Starts the workflow and kills it (SIGKILL); whether it was still running.

        It is killed after some seconds or, with `once`, as soon as that holds, after so many seconds at the latest.
        `everything`: with all its processes, as when a machine goes down; else Snakemake alone.
        """
        with (self.folder / "killed.log").open("a") as log:
            process = subprocess.Popen(self.command(), cwd=self.folder, stdout=log, stderr=log, start_new_session=True)
            deadline = time.monotonic() + after
            while process.poll() is None and time.monotonic() < deadline and not (once and once()):
                time.sleep(0.02)
            if process.poll() is not None:
                return False
            tree = _descendants(process.pid) if everything else []
            for pid in [process.pid, *tree]:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
            process.wait()
            return True

    def calls(self) -> Counter:
        """How often each run was really started, by trial/run."""
        path = self.folder / "calls.log"
        return Counter(path.read_text().split()) if path.exists() else Counter()

    def finished(self) -> dict[str, dict]:
        """The results that are there, by study, trial and run: those with a folder, and the recorded ones."""
        found = {}
        for study in self.folder.glob("results/*"):
            for path in study.glob("trials/*/*/result.json"):
                found[f"{study.name}/{path.parent.parent.name}/{path.parent.name}"] = json.loads(path.read_text())
            records = Records(str(study))
            for trial, run in records.runs():
                found.setdefault(f"{study.name}/{trial}/{run}", records.find(trial, run))
        return found

    def forget_calls(self) -> None:
        (self.folder / "calls.log").unlink(missing_ok=True)

    def result(self, name: str) -> Path:
        return self.folder / "results" / self.config["study"] / name

    def table(self, name: str = "results.csv") -> list[dict[str, str]]:
        return csv_rows(self.result(name))

    def timeless(self, name: str = "results.csv") -> list[dict[str, str]]:
        """A table without the columns that tell when and where."""
        timely = {"seconds", "started", "finished", "host", "cpu_seconds", "max_rss_mb", "attempt", "devices"}
        return [{key: value for key, value in row.items() if key not in timely} for row in self.table(name)]


def wait_until(condition: Callable[[], object], *, timeout: float = 240, told: Callable[[], object] = str) -> None:
    """Waits until the condition holds; if it never does, the test fails with what is `told`."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"this has taken too long {told()}"
        time.sleep(0.1)


def _descendants(pid: int) -> list[int]:
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except (OSError, IndexError):
            continue
        parents[int(stat.parent.name)] = int(fields[1])
    found = [pid]
    for ancestor in found:
        found += [child for child, parent in parents.items() if parent == ancestor]
    return found[1:]
