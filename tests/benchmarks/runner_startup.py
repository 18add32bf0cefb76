"""What the runner adds to a trial's time:  python tests/benchmarks/runner_startup.py [PYTHON …]

For each Python: a bare `python -c pass`; the runner up to reading its inputs (it is then told that the search
was stopped); a whole run of /bin/true with result, against /bin/true alone. Medians in ms, and the ratios to
the bare start.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNNER = Path(__file__).parents[2] / "workflow" / "snaketune" / "runner" / "start.py"


def median_ms(command: list[str], cwd: str, repeats: int = 21) -> float:
    """The median wall time of a command in milliseconds, after one run to warm up."""
    times = []
    for _ in range(repeats + 1):
        begin = time.perf_counter()
        subprocess.run(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times[1:])


def study(folder: Path, **objective: object) -> list[str]:
    """Write a study with one trial into `folder`; returns the runner's arguments for its first run."""
    trial = folder / "results" / "s" / "trials" / "t0"
    trial.mkdir(parents=True)
    (trial / "params.json").write_text('{"lr": 0.1}')
    (folder / "results" / "s" / "study.json").write_text(json.dumps({"objective": objective}))
    return [
        "--study",
        "results/s/study.json",
        "--run",
        "results/s/trials/t0/r0",
        "--log",
        "logs/s/trials/t0/r0",
    ]


def main() -> None:
    """Print one line for each Python."""
    for python in sys.argv[1:] or [sys.executable]:
        with tempfile.TemporaryDirectory() as stopped, tempfile.TemporaryDirectory() as whole:
            arguments = study(Path(stopped), argv=["true"], flags=False, on_failure="stop")
            failed = Path(stopped, "results/s/trials/t1/r0")
            failed.mkdir(parents=True)
            (failed / "result.json").write_text('{"status": "failed"}')
            Path(stopped, "results/s/failures.jsonl").write_text('{"path": "trials/t1/r0"}\n')
            bare = median_ms([python, "-c", "pass"], stopped)
            start = median_ms([python, "-S", str(RUNNER), "run", *arguments], stopped)
            run = median_ms([python, "-S", str(RUNNER), "run", *study(Path(whole), argv=["true"], flags=False)], whole)
            true = median_ms(["true"], whole)
        print(
            f"{python}: python -c pass {bare:.1f} ms; runner's start {start:.1f} ms ({start / bare:.2f}x); "
            f"a whole run of true {run:.1f} ms ({run / bare:.2f}x; true alone {true:.1f} ms)"
        )


if __name__ == "__main__":
    main()
