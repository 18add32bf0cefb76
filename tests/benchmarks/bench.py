"""A study in a folder of its own that benchmarks run through the workflow, and what is needed to compare it."""

import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
# Byte code is kept, as on any machine where nothing forbids it.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
BOOTH = """\
def booth(x, y):
    return {"value": (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2}
"""
RANGES = {"x": "uniform(-10, 10)", "y": "uniform(-10, 10)"}


def random_search(trials: int, **objective: object) -> dict[str, Any]:
    """The obvious configuration of a random search over the Booth function, or over what else `objective` says."""
    return {
        "study": "booth",
        "objective": {"function": "booth.py:booth", "metric": "value", "direction": "minimize"} | objective,
        "space": RANGES,
        "search": {"strategy": "random", "n_trials": trials},
    }


class Project:
    """A folder with a study that is run by Snakemake on `cores`."""

    def __init__(self, folder: Path, config: dict[str, Any], cores: int = 2):
        self.folder, self.cores = folder, cores
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "booth.py").write_text(BOOTH)
        self.configure(config)

    @property
    def results(self) -> Path:
        """The study's folder."""
        return self.folder / "results" / str(self.config["study"])

    def configure(self, config: dict[str, Any]) -> None:
        """Writes the configuration."""
        self.config = {key: value for key, value in config.items() if value is not None}
        self.config["objective"] = {key: v for key, v in self.config["objective"].items() if v is not None}
        (self.folder / "config.json").write_text(json.dumps(self.config))

    def command(self, *arguments: str) -> list[str]:
        """The words that start Snakemake."""
        return [
            *(sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--configfile", "config.json"),
            *("--cores", str(self.cores), *arguments),
        ]  # fmt: skip

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Snakemake, started; what it says is in said.log."""
        with (self.folder / "said.log").open("ab") as said:
            return subprocess.Popen(
                self.command(*arguments), cwd=self.folder, env=ENVIRONMENT, stdout=said, stderr=said
            )

    def run(self, *arguments: str) -> float:
        """How many seconds Snakemake takes; exits with what it said if it fails."""
        begun = time.perf_counter()
        status = self.start(*arguments).wait()
        taken = time.perf_counter() - begun
        if status:
            sys.exit((self.folder / "said.log").read_text(errors="replace"))
        return taken

    def remove(self) -> None:
        """Removes the folder."""
        shutil.rmtree(self.folder)


def seconds_of(command: Sequence[str], folder: Path, **options: Any) -> float:
    """How many seconds a command takes, which has to succeed; what it prints goes nowhere."""
    begun = time.perf_counter()
    subprocess.run(command, cwd=folder, env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL, **options)
    return time.perf_counter() - begun


def row(*cells: object) -> str:
    """A row of a Markdown table."""
    return f"| {' | '.join(map(str, cells))} |"


def print_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Prints a Markdown table whose first column is text and whose others are numbers."""
    print("\n".join(["", row(*header), "|---" + "|---:" * (len(header) - 1) + "|", *(row(*cells) for cells in rows)]))


def setting() -> str:
    """The command and what it ran on, as a line."""
    command = " ".join(["python", f"tests/benchmarks/{Path(sys.argv[0]).name}", *sys.argv[1:]])
    machine = f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}"
    return f"`{command}`, {machine}, {time.strftime('%Y-%m-%d')}"
