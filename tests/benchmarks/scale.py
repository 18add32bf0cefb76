"""What studies of very many cheap trials need: time, memory, files, and what it costs to come back to them.

Usage: python tests/benchmarks/scale.py [TRIALS]... [--tables] [--keep FOLDER]

By default 1,000, 10,000 and 100,000 evaluations of the Booth function by random search, in the obvious configuration,
on two cores. For each number of trials there are

- the time of the whole workflow from an empty folder, and with `--tables` of the tables alone;
- the most memory (resident set) that Snakemake and each stage had in that time: all processes of the workflow are
  looked at five times a second, by what their command lines say (`serve`: all stages that a warm process does);
- files and folders for each trial below results/, logs/ and .snakemake/;
- the time of the same command again, of a dry run, `plan` and `status`, and of ten trials more;
- the wall time, CPU time and memory of the stages that make tables, each started by itself.
"""

import argparse
import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import ENVIRONMENT, ROOT, Project, print_table, random_search, setting

_BETWEEN = 0.2  # seconds from one look at the processes to the next
_STAGE = re.compile(r"scripts/(\w+)\.py")
_RUNNER = re.compile(r"runner/\w+\.py")


def processes_of(pid: int) -> Iterator[tuple[str, int]]:
    """What each process of the tree below `pid` is, and the most memory in kB that it has had."""
    children: dict[int, list[int]] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                parent = int(Path(entry.path, "stat").read_text().rsplit(")", 1)[1].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found = [pid]
    for known in found:
        found += children.get(known, ())
        with contextlib.suppress(OSError, IndexError):
            command = Path(f"/proc/{known}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            most = Path(f"/proc/{known}/status").read_text().partition("VmHWM:")[2].split()[0]
            yield "Snakemake" if known == pid else name_of(command), int(most)


def name_of(command: str) -> str:
    """What a process is, by its command line."""
    if stage := _STAGE.search(command):
        return stage[1]
    return "runs" if _RUNNER.search(command) else "others"


def watched(project: Project, *arguments: str) -> tuple[float, dict[str, int]]:
    """The wall time of Snakemake in seconds, and the most memory in kB by what the processes were."""
    begun = time.perf_counter()
    process = project.start(*arguments)
    most: dict[str, int] = {}
    while process.poll() is None:
        for name, memory in processes_of(process.pid):
            most[name] = max(most.get(name, 0), memory)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_BETWEEN)
    if process.returncode:
        sys.exit((project.folder / "said.log").read_text(errors="replace"))
    return time.perf_counter() - begun, most


def inodes(folder: Path) -> int:
    """How many files and folders there are below a folder."""
    return sum(len(files) + len(folders) for _, folders, files in os.walk(folder))


def stage(project: Project, script: str, *arguments: str) -> tuple[float, float, int]:
    """Wall seconds, CPU seconds and the most memory in kB of a stage that is started by itself."""
    command = [sys.executable, str(ROOT / "scripts" / script), "results/booth/study.json", *arguments]
    begun = time.perf_counter()
    process = subprocess.Popen(command, cwd=project.folder, env=ENVIRONMENT, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{command} failed")
    return time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def stages(project: Project) -> Iterator[tuple[str, tuple[float, float, int]]]:
    """The stages that make tables, in their order; of rounds, the first one."""
    yield "generate", stage(project, "generate.py", "random", "0")
    yield "gather", stage(project, "gather.py", "random", "0")
    yield "aggregate", stage(project, "tables.py", "random")
    yield "combine", stage(project, "tables.py")
    yield "summary", stage(project, "summary.py")
    yield "check", stage(project, "check.py", "results/booth/outcome.json")


def returns(project: Project, trials: int) -> Iterator[tuple[str, float]]:
    """How long it takes to come back to a finished study."""
    yield "nothing to do", project.run()
    yield "dry run", project.run("--dry-run")
    yield "plan", project.run("plan")
    yield "status", project.run("status")
    project.configure(random_search(trials + 10))
    yield "10 trials more", project.run()


def measure(folder: Path, trials: int, *, tables: bool) -> None:
    """Prints the tables for a number of trials."""
    print(f"\n## {trials:,} trials")
    rows = []
    if tables:
        project = Project(folder / "tables", random_search(trials))
        rows.append(("to the tables", f"{project.run('results/booth/results.csv'):.1f}"))
        project.remove()
    project = Project(folder / "whole", random_search(trials))
    seconds, memory = watched(project)
    rows.append(("everything", f"{seconds:.1f}"))
    counts = {part: inodes(project.folder / part) / trials for part in ("results", "logs", ".snakemake")}
    rows += [(name, f"{taken:.1f}") for name, taken in returns(project, trials)]
    print_table(["command", "seconds"], rows)
    print_table(["processes", "most MB"], [(name, most // 1024) for name, most in sorted(memory.items())])
    counted = {**counts, "all": sum(counts.values())}
    print_table(["files and folders below", "a trial"], [(part, f"{n:.3f}") for part, n in counted.items()])
    cells = [(name, f"{wall:.2f}", f"{cpu:.2f}", most // 1024) for name, (wall, cpu, most) in stages(project)]
    print_table(["stage by itself", "seconds", "CPU seconds", "most MB"], cells)
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trials", nargs="*", type=int, default=[1_000, 10_000, 100_000])
    parser.add_argument("--tables", action="store_true", help="measure the time to the tables too")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the studies there")
    options = parser.parse_args()
    print(setting(), flush=True)
    with tempfile.TemporaryDirectory(prefix="scale-") as temporary:
        for trials in options.trials:
            measure((options.keep or Path(temporary)) / str(trials), trials, tables=options.tables)


if __name__ == "__main__":
    main()
