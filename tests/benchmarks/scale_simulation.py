"""A search of 100,000 trials on 1,000 nodes, simulated; and what heavy-tailed trials cost a search with rounds.

    python tests/benchmarks/scale_simulation.py                  the tables (a minute)
    python tests/benchmarks/scale_simulation.py measure [N…]     the constants of Snakemake on this machine

Rounds and blocks are those of the package (`Search.rounds`, `Search.overlap`), what a job waits for
is what the rules say: a round waits for all rounds before it but the `overlap` latest. Everything else is in
`Constants`, with where it comes from.

`measure` runs real studies with one trial to a job through the profile slurm-generic, with stand-ins for sbatch and
squeue that end a job as soon as it is submitted, and reports the CPU time and the memory of Snakemake's main process.
"""

import heapq
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from snaketune.config import read_study
from snaketune.config.study import Search

ROOT = Path(__file__).parents[2]
NODES, TRIALS, TIMEOUT = 1000, 100_000, 3600.0


@dataclass(frozen=True)
class Constants:
    """Seconds, bytes and files. Measured on two busy cores with Snakemake 9.27.1 and Slurm 22.05; see the .md file."""

    # slurm_overhead.py, profile slurm-generic: what a job costs its node before and beside its trials, and what a
    # trial costs within a job (the differences between 1, 10 and 50 trials per job).
    job_start: float = 3.6
    trial_start: float = 0.25
    # `measure`: CPU seconds of Snakemake's main process for a job, and for each job that is ready beside it.
    per_job: float = 0.045
    per_job_and_ready: float = 0.000045
    # `measure`: memory of Snakemake's main process, and what each job of the graph adds.
    memory_mb: float = 90.0
    memory_mb_per_job: float = 0.035
    # The profile's settings.
    submissions_per_second: float = 20.0
    poll: float = 10.0
    # Counted in a finished study whose program writes no files of its own: params.json, result.json, attempts.jsonl,
    # .lock, three logs; their four folders; bytes with 4 KiB blocks.
    files_per_trial: int = 7
    folders_per_trial: int = 4
    bytes_per_trial: int = 11 * 4096
    # For each job: Snakemake's record of it, Slurm's log, and the marker of a block.
    files_per_job: int = 3


# Nothing but the trials: each node takes the next one at once. No scheduler that does not know beforehand how long
# they take does better.
IDEAL = replace(
    Constants(), job_start=0, trial_start=0, per_job=0, per_job_and_ready=0, submissions_per_second=math.inf, poll=0.001
)


@dataclass(frozen=True)
class Outcome:
    """What a simulated search came to; times in hours."""

    jobs: int
    hours: float
    utilisation: float
    submissions_at_peak: float
    squeue_calls: int
    files: int
    inodes: int
    gigabytes: float
    snakemake_cpu_hours: float
    snakemake_mb: float


def heavy_tailed(mean: float, sigma: float, seed: int) -> Callable[[], float]:
    """Draws of a log-normal duration with this mean; with sigma 1 one trial in a hundred takes ten times the median."""
    draw = random.Random(seed)
    mu = math.log(mean) - sigma**2 / 2
    return lambda: draw.lognormvariate(mu, sigma)


def search_of(strategy: str, n_trials: int, batch_size: int, overlap: int) -> Search:
    """A search as the configuration describes it."""
    search = {"strategy": strategy, "n_trials": n_trials, "batch_size": batch_size, "overlap": overlap}
    if strategy == "bayes":
        search["n_initial_points"] = batch_size
    config = {
        "study": "scale",
        "objective": {"command": "true", "metric": "loss"},
        "space": {"x": {"type": "uniform", "low": 0, "high": 1}},
        "searches": {"only": search},
    }
    return read_study(config, ROOT).searches["only"]


def rounds_of(search: Search) -> Iterator[int]:
    """The sizes of a search's rounds."""
    for round_ in search.rounds():
        yield round_.size


def simulate(
    search: Search, per_job: int, nodes: int, duration: Callable[[], float], constants: Constants, limit: int
) -> Outcome:
    """A search on a cluster; `limit` is the profile's `jobs`, each job has a node of its own.

    Snakemake's main process is one server: it submits one job after the other, each at the cost of its share of the
    jobs that are ready beside it, and learns of an end at the next poll.
    """
    sizes = list(rounds_of(search))
    blocks = [[min(per_job, size - i * per_job) for i in range(-(-size // per_job))] for size in sizes]
    unfinished = [len(each) for each in blocks]
    gathered_at = [math.inf] * len(sizes)
    waiting: list[tuple[int, int]] = []  # (round, trials), in the order of rounds
    ends: list[tuple[float, int]] = []  # (when Snakemake learns of it, round)
    free = [0.0] * nodes  # when each node is free
    clock = server = busy = cpu = used = 0.0
    submitted, next_round = [], 0

    def may_start(number: int) -> bool:
        return all(gathered_at[earlier] <= clock for earlier in range(max(0, number - search.overlap)))

    while True:
        while next_round < len(sizes) and may_start(next_round):
            waiting += [(next_round, trials) for trials in blocks[next_round]]
            next_round += 1
        index = 0
        while index < len(waiting) and len(ends) < limit:
            number, trials = waiting[index]
            index += 1
            cost = constants.per_job + constants.per_job_and_ready * (len(waiting) - index)
            server = max(server, clock) + max(cost, 1 / constants.submissions_per_second)
            cpu += cost
            submitted.append(server)
            begin = max(server, heapq.heappop(free))
            work = sum(duration() for _ in range(trials))
            end = begin + constants.job_start + trials * constants.trial_start + work
            busy += work
            used = max(used, end)
            heapq.heappush(free, end)
            heapq.heappush(ends, (math.ceil(end / constants.poll) * constants.poll, number))
        del waiting[:index]
        if not ends:
            break
        clock, number = heapq.heappop(ends)
        clock = max(clock, server if waiting else 0.0)
        unfinished[number] -= 1
        if not unfinished[number]:
            gathered_at[number] = clock
    jobs, trials = len(submitted), sum(sizes)
    files = trials * constants.files_per_trial + jobs * constants.files_per_job
    return Outcome(
        jobs=jobs,
        hours=used / 3600,
        utilisation=busy / (nodes * used),
        submissions_at_peak=_peak(submitted, 60.0) / 60,
        squeue_calls=round(used / constants.poll),
        files=files,
        inodes=files + trials * constants.folders_per_trial,
        gigabytes=trials * constants.bytes_per_trial / 1e9,
        snakemake_cpu_hours=cpu / 3600,
        snakemake_mb=constants.memory_mb + constants.memory_mb_per_job * jobs,
    )


def _peak(times: list[float], window: float) -> int:
    """The most events within a window."""
    first = most = 0
    for last, now in enumerate(times):
        while times[first] < now - window:
            first += 1
        most = max(most, last - first + 1)
    return most


def scale_table(constants: Constants) -> Iterator[str]:
    """100,000 trials of five minutes on 1,000 nodes, packed and cut into rounds in several ways."""
    yield (
        "| trials per job | trials per round | overlap | jobs | hours | utilisation | with a timeout "
        "| sbatch/s at peak | squeue calls | files | inodes | GB | Snakemake CPU | Snakemake memory |"
    )
    yield "|" + "---:|" * 14
    ideal = [_large(1, TRIALS, 1, IDEAL, limit) for limit in (math.inf, TIMEOUT)]
    yield (
        f"| no overhead at all | | | | {ideal[0].hours:.1f} | {ideal[0].utilisation:.0%} | {ideal[1].utilisation:.0%} "
        "| | | | | | | |"
    )
    for per_job, batch, overlap in [
        (1, 1000, 0),
        (1, 1000, 1),
        (1, 10_000, 1),
        (5, 10_000, 1),
        (5, 10_000, 3),
        (5, 100_000, 1),
        (10, 10_000, 3),
        (20, 10_000, 3),
        (100, 100_000, 1),
    ]:
        o = _large(per_job, batch, overlap, constants, math.inf)
        limited = _large(per_job, batch, overlap, constants, TIMEOUT)
        yield (
            f"| {per_job} | {batch:,} | {overlap} | {o.jobs:,} | {o.hours:.1f} | {o.utilisation:.0%} "
            f"| {limited.utilisation:.0%} | {o.submissions_at_peak:.1f} "
            f"| {o.squeue_calls:,} | {o.files:,} | {o.inodes:,} | {o.gigabytes:.1f} | {o.snakemake_cpu_hours:.1f} h "
            f"| {o.snakemake_mb:,.0f} MB |"
        )


def _large(per_job: int, batch: int, overlap: int, constants: Constants, timeout: float) -> Outcome:
    draw = heavy_tailed(300, 1.0, 1)
    search = search_of("random", TRIALS, batch, overlap)
    return simulate(search, per_job, NODES, lambda: min(draw(), timeout), constants, limit=NODES)


def overlap_table(constants: Constants) -> Iterator[str]:
    """Twenty rounds of a Bayesian search, one trial for each of 100 nodes, five minutes on average."""
    yield "| spread of the durations (sigma) | overlap 0 | overlap 1 | overlap 2 |"
    yield "|---:|---:|---:|---:|"
    for sigma in (0.0, 0.5, 1.0, 1.5):
        cells = []
        for overlap in (0, 1, 2):
            found = [
                simulate(
                    search_of("bayes", 2000, 100, overlap), 1, 100, heavy_tailed(300, sigma, seed), constants, limit=300
                )
                for seed in range(10)
            ]
            cells.append(f"{sum(o.utilisation for o in found) / 10:.0%} ({sum(o.hours for o in found) / 10:.1f} h)")
        yield f"| {sigma} | {' | '.join(cells)} |"


# --- the constants of Snakemake ------------------------------------------------------------------------------------

SBATCH = """\
#!{python}
import json, re, sys, pathlib
properties = json.loads(re.search("^# properties = (.*)$", open(sys.argv[-1]).read(), re.M)[1])
result = pathlib.Path(properties["output"][0])
trial, run = result.parts[-3:-1]
contract = json.load(open("results/scale/study.json"))["objective"]["contract"]
result.parent.mkdir(parents=True, exist_ok=True)
result.write_text(json.dumps({{
    "version": 1, "trial": trial, "run": run, "replicate": 0, "fold": None, "budget": None, "status": "complete",
    "reason": None, "metrics": {{"loss": 1.0}}, "params": {{}}, "seed": 0, "attempt": 1,
    "started": "2026-01-01T00:00:00.000Z",
    "finished": "2026-01-01T00:00:01.000Z", "seconds": 1.0, "cpu_seconds": 1.0, "max_rss_mb": 10.0, "host": "n",
    "exit_code": 0, "signal": None, "command": [], "contract": contract, "notes": [], "log": ""}}))
number = len(list(pathlib.Path(".").glob("jobs/*"))) + 1
pathlib.Path("jobs", str(number)).touch()
print(number)
"""
SQUEUE = "#!/bin/sh\nls jobs | sed 's/$/ COMPLETED/'\n"


def measure(jobs: int) -> tuple[float, float]:
    """(CPU seconds, peak MB) of Snakemake's main process for a round of so many jobs, with the steps around them."""
    with tempfile.TemporaryDirectory() as folder:
        commands = Path(folder, "bin")
        for path in (commands, Path(folder, "jobs")):
            path.mkdir()
        for name, text in {"sbatch": SBATCH.format(python=sys.executable), "squeue": SQUEUE}.items():
            (commands / name).write_text(text)
            (commands / name).chmod(0o755)
        config = {
            "study": "scale", "objective": {"command": "true", "metric": "loss"}, "plots": {"choose": []},
            "progress": 0, "space": {"x": {"type": "uniform", "low": 0, "high": 1}},
            "search": {"strategy": "random", "n_trials": jobs, "batch_size": jobs},
        }  # fmt: skip
        Path(folder, "config.json").write_text(json.dumps(config))
        command = [
            *(sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--directory", folder),
            *("--configfile", f"{folder}/config.json", "--profile", str(ROOT / "workflow/profiles/slurm-generic")),
            *("--jobs", str(jobs), "--max-jobs-per-timespan", "1000/1s", "--seconds-between-status-checks", "1"),
            *("--max-status-checks-per-second", "1000", "results/scale/random/results.csv"),
        ]
        path = f"{commands}{os.pathsep}{os.environ['PATH']}"
        with Path(folder, "log").open("w") as log:
            process = subprocess.Popen(command, cwd=folder, env={**os.environ, "PATH": path}, stdout=log, stderr=log)
            cpu, memory = _watched(process)
        if process.returncode:
            sys.exit(Path(folder, "log").read_text()[-3000:])
    return cpu, memory


def _watched(process: subprocess.Popen) -> tuple[float, float]:
    """A process's own CPU seconds (without its children's) and its peak memory in MB, once it has ended."""
    cpu = memory = 0.0
    tick = os.sysconf("SC_CLK_TCK")
    while process.poll() is None:
        try:
            fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
            status = Path(f"/proc/{process.pid}/status").read_text()
        except OSError:
            break
        cpu = max(cpu, (int(fields[11]) + int(fields[12])) / tick)
        for line in status.splitlines():
            if line.startswith("VmHWM"):
                memory = max(memory, int(line.split()[1]) / 1024)
        time.sleep(0.1)
    process.wait()
    return cpu, memory


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["measure"]:
        print("| jobs in a round | CPU seconds of Snakemake | its memory |\n|---:|---:|---:|")
        for jobs in [int(word) for word in arguments[1:]] or [10, 100, 300, 1000]:
            cpu, memory = measure(jobs)
            print(f"| {jobs:,} | {cpu:.1f} | {memory:.0f} MB |", flush=True)
        return
    constants = Constants()
    print(*scale_table(constants), "", *overlap_table(constants), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
