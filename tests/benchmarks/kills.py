"""Kills searches in rungs at random moments, as a machine does that goes down, and compares with undisturbed ones.

Usage: kills.py [KILLS [SEED]]

The same promotions, prunings, metrics and histories have to come out in the end, no run that has ended may be started
again, and what a run had saved half-way must not be trained again. Prints a line per search; fails if anything differs.
"""

import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "e2e"))
from project import Project

# Trains an epoch in about 0.1 s, saves it, and notes it.
SCRIPT = """\
import json, os, sys, time
from pathlib import Path
import snaketune
epochs, x = int(sys.argv[1]), float(sys.argv[3])
name = os.environ["SNAKETUNE_TRIAL"] + "/" + os.environ["SNAKETUNE_RUN"]
with open("calls.log", "a") as calls:
    calls.write(name + "\\n")
load, save = snaketune.checkpoint()
epoch = int((load / "epoch").read_text()) if load else 0
while epoch < epochs:
    time.sleep(0.1)
    epoch += 1
    with open("epochs.log", "a") as log:
        log.write(f"{name.partition('/')[0]}/{epoch}\\n")
    (save / "epoch.tmp").write_text(str(epoch))
    os.replace(save / "epoch.tmp", save / "epoch")
    snaketune.report(epoch=epoch, loss=x + (1 + 7 * x % 1) / epoch)
print(json.dumps({"loss": x + (1 + 7 * x % 1) / epochs}))
"""
PRUNER = {"type": "percentile", "percentile": 60, "n_startup_trials": 3, "n_warmup_steps": 2}
SEARCHES = {
    "asha": {"strategy": "asha", "n_trials": 40, "batch_size": 4, "sampler": "random"},
    "asha, pruned": {"strategy": "asha", "n_trials": 40, "batch_size": 4, "sampler": "random", "pruner": PRUNER},
    "hyperband": {"strategy": "hyperband", "iterations": 2, "sampler": "random"},
    "hyperband, gp": {"strategy": "hyperband", "iterations": 2, "batch_size": 5, "n_initial_points": 8},
}


def study(folder: Path, search: dict) -> Project:
    folder.mkdir(parents=True)
    project = Project(folder)
    project.write("train.py", SCRIPT)
    project.config["objective"] |= {"command": f"{sys.executable} train.py {{budget}} {{args}}", "trials_per_job": 1}
    project.config["space"] = {"x": {"type": "uniform", "low": 0.0, "high": 1.0}}
    project.config["budget"] = {"name": "epochs", "min": 1, "max": 9}
    project.config["searches"] = {"s": search}
    return project


def outcome(project: Project) -> dict[str, object]:
    """All that has to be the same: what was proposed to the byte, and what came of it, times aside."""
    root = project.folder / "results" / "s"
    found: dict[str, object] = {}
    for path in sorted(root.glob("s/rounds/*/*")):
        name = str(path.relative_to(root))
        if path.name in ("trials.csv", "pruner.json"):
            found[name] = path.read_bytes()
        elif path.name == "results.csv":
            found[name] = project.timeless(name)
    for path in sorted(root.glob("trials/*/*/history.jsonl")):
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        found[str(path.relative_to(root))] = [{k: v for k, v in row.items() if k != "time"} for row in rows]
    return found | {name: project.timeless(name) for name in ("results.csv", "runs.csv", "s/results.csv")}


def ended(project: Project) -> set[str]:
    """The runs that have a result, be it one that is still to be adopted."""
    files = project.folder.glob("results/s/trials/*/*/result*.json")
    return {
        f"{path.parent.parent.name}/{path.parent.name}"
        for path in files
        if path.name in ("result.json", "result.adopt.json")
    }


def killed(project: Project, moments: random.Random) -> bool:
    """Kills a workflow while it starts or, mostly, moments after it has begun to train; whether it had not ended."""
    before, delay = sum(project.calls().values()), moments.uniform(0.0, 3.0)
    if moments.random() < 0.2:
        return project.killed_run(delay)
    begun: list[float] = []

    def due() -> bool:
        if not begun and sum(project.calls().values()) > before:
            begun.append(time.monotonic())
        return bool(begun) and time.monotonic() > begun[0] + delay

    return project.killed_run(120, once=due)


def compared(folder: Path, name: str, kills: int, seed: int) -> bool:
    undisturbed, project = (study(folder / kind, SEARCHES[name]) for kind in ("undisturbed", "killed"))
    undisturbed.good_run()
    moments = random.Random(seed)
    done = again = 0
    before, starts = set[str](), Counter[str]()
    while done < kills and killed(project, moments):
        done += 1
        again += sum(project.calls()[run] > starts[run] for run in before)
        before, starts = ended(project), project.calls()
    project.good_run()
    again += sum(project.calls()[run] > starts[run] for run in before)
    expected, found = outcome(undisturbed), outcome(project)
    differing = sorted({*expected, *found} - {key for key in expected if found.get(key) == expected[key]})
    epochs = [Counter((each.folder / "epochs.log").read_text().split()) for each in (undisturbed, project)]
    trained = [sum(each.values()) for each in epochs]
    print(
        f"{name}: {done} kills; {len(ended(project))} runs, {sum(project.calls().values())} starts, "
        f"{again} of ended runs; {trained[1]} epochs trained, undisturbed {trained[0]}; "
        f"{len(expected)} files compared, {len(differing)} differ {differing[:5]}",
        flush=True,
    )
    return not differing and not again and done == kills


def main(kills: int = 20, seed: int = 1) -> None:
    folder = Path(tempfile.mkdtemp(prefix="snaketune-kills-"))
    good = [compared(folder / name.replace(", ", "-"), name, kills, seed) for name in SEARCHES]
    if not all(good):
        sys.exit(f"not the same, or too few kills; see {folder}")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
