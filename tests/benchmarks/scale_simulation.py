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
import itertools
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import deque
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


class Job:
    """A job of a round with the seconds of the runs of its block that nobody has taken, from the front."""

    def __init__(self, round_: int, left: list[float]):
        self.round, self.left = round_, left
        self.under_way = 0  # of its block's runs, in whatever job
        self.longest = 0.0  # of the runs that it did
        self.begun = math.inf
        self.ended = False


class Nodes:
    """What jobs do on the nodes, as the runner's workers do it (`runner/pulling.py`): their own runs from the front.

    Then, when all jobs of their round have begun, as many as are still `to_begin`, they take the last runs of the
    fullest of some others, as long as they may take themselves (`job_time`). An event is a time, the job that goes on
    then, and the one whose run has ended.
    """

    LOOKED_AT = 50

    def __init__(self, count: int, to_begin: list[int], constants: Constants, job_time: float):
        self.free, self.to_begin, self.constants, self.job_time = count, to_begin, constants, job_time
        self.queue: deque[Job] = deque()
        self.open: dict[int, dict[Job, None]] = {}  # by round, the jobs that have begun and have runs left
        self.busy = self.used = 0.0

    def submit(self, job: Job, now: float) -> Iterator[tuple[float, Job, Job | None]]:
        """A job has been submitted; gives its first event, if there is a node for it."""
        self.queue.append(job)
        yield from self._begin(now)

    def step(self, job: Job, whose: Job | None, now: float) -> Iterator[tuple[float, Job, Job | None]]:
        """A job goes on, after a run of `whose`; gives the events that follow."""
        if whose:
            whose.under_way -= 1
        source = job if job.left else self._fullest(job, now)
        if source:
            seconds = source.left.pop(0) if source is job else source.left.pop()
            if not source.left:
                del self.open[job.round][source]
            source.under_way += 1
            job.longest = max(job.longest, seconds)
            self.busy += seconds
            yield now + self.constants.trial_start + seconds, job, source
        else:
            job.ended = True
        for each in {job, whose or job}:  # the owner waits for what others have taken
            if each.ended and not each.under_way:
                self.used = max(self.used, now)
                self.free += 1
                yield now, each, each
        yield from self._begin(now)

    def _begin(self, now: float) -> Iterator[tuple[float, Job, Job | None]]:
        while self.free and self.queue:
            self.free -= 1
            job = self.queue.popleft()
            job.begun = now
            self.to_begin[job.round] -= 1
            self.open.setdefault(job.round, {})[job] = None
            yield now + self.constants.job_start, job, None

    def _fullest(self, job: Job, now: float) -> Job | None:
        if self.to_begin[job.round] or now - job.begun + job.longest >= self.job_time:
            return None
        others = itertools.islice(self.open[job.round], self.LOOKED_AT)
        return max(others, key=lambda other: len(other.left), default=None)


def simulate(
    search: Search,
    per_job: int,
    nodes: int,
    duration: Callable[[], float],
    constants: Constants,
    limit: float,
    job_time: float = 0.0,
) -> Outcome:
    """A search on a cluster; `limit` is the profile's `jobs`, each job has a node of its own.

    Snakemake's main process is one server: it submits one job after the other, each at the cost of its share of the
    jobs that are ready beside it, and learns of an end at the next poll. With a `job_time` jobs help each other.
    """
    sizes = list(rounds_of(search))
    blocks = [[min(per_job, size - i * per_job) for i in range(-(-size // per_job))] for size in sizes]
    unfinished = [len(each) for each in blocks]
    gathered_at = [math.inf] * len(sizes)
    waiting: deque[tuple[int, int]] = deque()  # (round, trials), in the order of rounds
    events: list[tuple[float, int, str, Job, Job | None]] = []
    order, place = itertools.count(), Nodes(nodes, [len(each) for each in blocks], constants, job_time)
    clock = server = cpu = 0.0
    submitted, next_round, in_flight = [], 0, 0

    def note(when: float, what: str, job: Job, whose: Job | None = None) -> None:
        heapq.heappush(events, (when, next(order), what, job, whose))

    while True:
        while next_round < len(sizes) and all(
            gathered_at[earlier] <= clock for earlier in range(max(0, next_round - search.overlap))
        ):
            waiting += [(next_round, trials) for trials in blocks[next_round]]
            next_round += 1
        while waiting and in_flight < limit:
            number, trials = waiting.popleft()
            cost = constants.per_job + constants.per_job_and_ready * len(waiting)
            server = max(server, clock) + max(cost, 1 / constants.submissions_per_second)
            cpu, in_flight = cpu + cost, in_flight + 1
            submitted.append(server)
            note(server, "submitted", Job(number, [duration() for _ in range(trials)]))
        while events:
            now, _, what, job, whose = heapq.heappop(events)
            if what == "known":
                break
            for when, which, of in place.submit(job, now) if what == "submitted" else place.step(job, whose, now):
                if which is of and which.ended:
                    note(math.ceil(when / constants.poll) * constants.poll, "known", which)
                else:
                    note(when, "step", which, of)
        else:
            break
        clock, in_flight = max(now, server if waiting else 0.0), in_flight - 1
        unfinished[job.round] -= 1
        if not unfinished[job.round]:
            gathered_at[job.round] = clock
    jobs, trials = len(submitted), sum(sizes)
    files = trials * constants.files_per_trial + jobs * constants.files_per_job
    return Outcome(
        jobs=jobs,
        hours=place.used / 3600,
        utilisation=place.busy / (nodes * place.used),
        submissions_at_peak=_peak(submitted, 60.0) / 60,
        squeue_calls=round(place.used / constants.poll),
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
        "| without help | with a timeout "
        "| sbatch/s at peak | squeue calls | files | inodes | GB | Snakemake CPU | Snakemake memory |"
    )
    yield "|" + "---:|" * 16
    ideal = [_large(1, TRIALS, 1, IDEAL, limit) for limit in (math.inf, TIMEOUT)]
    yield (
        f"| no overhead at all | | | | {ideal[0].hours:.1f} | {ideal[0].utilisation:.0%} | {ideal[1].utilisation:.0%} "
        "| | | | | | | | | |"
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
        (20, 100_000, 1),
        (50, 100_000, 1),
        (100, 100_000, 1),
    ]:
        o = _large(per_job, batch, overlap, constants, math.inf)
        limited = _large(per_job, batch, overlap, constants, TIMEOUT)
        alone = [_large(per_job, batch, overlap, constants, limit, helps=0) for limit in (math.inf, TIMEOUT)]
        yield (
            f"| {per_job} | {batch:,} | {overlap} | {o.jobs:,} | {o.hours:.1f} | {o.utilisation:.0%} "
            f"| {limited.utilisation:.0%} | {alone[0].utilisation:.0%} | {alone[1].utilisation:.0%} "
            f"| {o.submissions_at_peak:.1f} "
            f"| {o.squeue_calls:,} | {o.files:,} | {o.inodes:,} | {o.gigabytes:.1f} | {o.snakemake_cpu_hours:.1f} h "
            f"| {o.snakemake_mb:,.0f} MB |"
        )


def _large(
    per_job: int, batch: int, overlap: int, constants: Constants, timeout: float, helps: float = TIMEOUT
) -> Outcome:
    """Jobs ask for an hour a run, and help others as long as `helps` seconds a run."""
    draw = heavy_tailed(300, 1.0, 1)
    search = search_of("random", TRIALS, batch, overlap)
    return simulate(search, per_job, NODES, lambda: min(draw(), timeout), constants, NODES, per_job * helps)


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
