"""What jobs that help each other save at a round's end: runs of very unequal length on two cores.

    python tests/benchmarks/pulling.py [MEAN…]

The programs sleep: 200 runs of .05 s on average (or of MEAN), log-normal with sigma 1.5, in blocks. Workers are started
as `--cores 2` does, two at a time, the next one when one ends. The bound is half of what the runs themselves took, or
the longest of them, if that is more.
"""

import itertools
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from snaketune.runner import states
from snaketune.runner.records import Records

START = Path(states.__file__).with_name("start.py")
CORES, RUNS, SIGMA = 2, 200, 1.5


def durations(mean: float, seed: int) -> list[float]:
    """Seconds of each run."""
    draw = random.Random(seed)
    drawn = [draw.lognormvariate(0, SIGMA) for _ in range(RUNS)]
    return [mean * each / statistics.fmean(drawn) for each in drawn]


def wall(seconds: list[float], per_job: int, *, help_others: bool) -> tuple[float, float]:
    """The seconds that the round takes, and the bound."""
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder, "results", "s")
        objective = {"argv": ["sleep", "{s}"], "flags": False, "contract": "c"}
        study.mkdir(parents=True)
        (study / "study.json").write_text(json.dumps({"objective": objective}))
        for number, each in enumerate(seconds):
            params = study / "trials" / f"t{number}" / "params.json"
            params.parent.mkdir(parents=True)
            params.write_text(json.dumps({"s": round(each, 4)}))
        runs = [f"t{number}/r0" for number in range(len(seconds))]
        blocks = [runs[start : start + per_job] for start in range(0, len(runs), per_job)]
        pull = ["--pull", "inf", "--blocks", str(len(blocks))] if help_others else []
        begun, waiting, running = time.monotonic(), list(enumerate(blocks)), []
        while waiting or running:
            while waiting and len(running) < CORES:
                index, block = waiting.pop(0)
                command = [
                    *(sys.executable, "-S", START, "block", "--study", "results/s/study.json", "--logs", "logs/s"),
                    *("--marker", f"results/s/x/rounds/0/blocks/{index}.done", "--log", f"logs/s/x/{index}.log"),
                    *("--at-once", "1", "--attempt", "1", *pull, "--", *block),
                ]
                running.append(subprocess.Popen(command, cwd=folder, env={**os.environ, "PYTHONHASHSEED": "0"}))
            running = [each for each in running if each.poll() is None]
            time.sleep(0.002)
        took = time.monotonic() - begun
        records = Records(str(study))
        each = [records.find(f"t{number}", "r0")["seconds"] for number in range(len(seconds))]
        return took, max(sum(each) / CORES, *each)


def main() -> None:
    print("| mean | runs per job | seed | alone | with help | bound |\n|---:|---:|---:|---:|---:|---:|")
    for mean, per_job, seed in itertools.product([float(word) for word in sys.argv[1:]] or [0.05], (10, 50), range(3)):
        seconds = durations(mean, seed)
        alone, _ = wall(seconds, per_job, help_others=False)
        helped, bound = wall(seconds, per_job, help_others=True)
        print(f"| {mean} s | {per_job} | {seed} | {alone:.1f} s | {helped:.1f} s | {bound:.1f} s |", flush=True)


if __name__ == "__main__":
    main()
