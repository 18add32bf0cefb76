"""How long the pictures of a study take: importances, plots, page, summary and the last check, on two cores.

Usage: python tests/benchmarks/pictures.py [TRIALS]... [--keep FOLDER]

By default 108, 10,000 and 100,000 trials of each kind of study. Their files are made here, without a program: rounds,
results, tables. Stages run as `snakemake --cores 2` runs them: two at a time, each when what it reads is there. Where
chromium and selenium are, the page is opened and filtered: `ready` is until all charts are there, `busy` how long the
page does not answer at most, `drawn` until the last chart shows what is left.
"""

import argparse
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests" / "unit"), str(ROOT / "tests" / "e2e")]

from made_up import MadeUp, record  # noqa: E402  (beside the unit tests, which make their studies in the same way)
from snaketune.config import save_study  # noqa: E402
from snaketune.plots.catalog import files_of  # noqa: E402
from snaketune.results.records import record_from  # noqa: E402
from snaketune.results.rounds import RoundNote, read_proposed, write_proposed, write_round, write_trials  # noqa: E402
from snaketune.results.runs import RunResult  # noqa: E402
from snaketune.results.trials import trial_from  # noqa: E402
from snaketune.runner.record_file import RecordFile  # noqa: E402
from snaketune.samplers import Proposal  # noqa: E402

RANGE = "uniform(-10, 10)"
MIXED = {
    "lr": "loguniform(1e-5, 1e-1)", "decay": "loguniform(1e-6, 1e-2)", "dropout": "uniform(0, 0.6)",
    "momentum": {"type": "uniform", "low": 0, "high": 1, "when": {"optimizer": "sgd"}},
    "optimizer": ["adam", "sgd", "rmsprop"], "layers": "int(1, 6)", "width": "int(8, 512)",
    "batch": [16, 32, 64, 128], "activation": ["relu", "gelu", "tanh"], "warmup": "int(0, 2000)",
    "clip": "uniform(0.1, 10)", "augment": [True, False],
}  # fmt: skip
STUDIES = {
    "booth": {"space": {"x": RANGE, "y": RANGE}},
    "mixed": {"space": MIXED, "replicates": 2},
    "curves": {"space": {"lr": "loguniform(1e-5, 1e-1)", "layers": "int(1, 6)"}, "epochs": 20},
}
# Each stage's script, and what has to be there before it.
STAGES = {
    "importance": (), "plots": ("importance",), "page": ("importance",), "summary": ("importance",),
    "check": ("plots", "page", "summary"),
}  # fmt: skip
FILTERS = ("loss > 0.1", "loss <= 0.5", "")


def params_of(study: MadeUp, rng: random.Random) -> dict[str, object]:
    """Random parameters."""
    found: dict[str, object] = {}
    for name, parameter in study.study.space.parameters.items():
        found[name] = parameter.from_unit(rng.random())
    if found.get("optimizer", "sgd") != "sgd":
        del found["momentum"]
    return found


def loss_of(params: dict[str, object], noise: float) -> float:
    """Booth's function, or something like a training's loss."""
    if "x" in params:
        x, y = params["x"], params["y"]
        return (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2
    good = (math.log10(params["lr"]) + 3) ** 2 + 0.1 * params["layers"]
    more = 2 * params.get("dropout", 0.3) ** 2 + (params.get("optimizer") == "rmsprop") * params.get("dropout", 0)
    return 0.02 + 0.1 * good + more * 0.2 + 0.02 * noise


def make(root: Path, kind: str, trials: int) -> Path:
    """A study whose runs have all ended; the path of its study.json."""
    told = STUDIES[kind]
    code = root / f"{kind}.py"
    code.write_text("HISTORY = 'history.jsonl'\n" * (kind == "curves") + "def f(**params): ...\n")
    study = MadeUp(
        root,
        study=f"{kind}{trials}",
        objective={"replicates": told.get("replicates", 1), "function": f"{kind}.py:f", "command": None},
        space=told["space"],
        searches={"random": {"strategy": "random", "n_trials": trials}} if kind != "mixed" else {
            "random": {"strategy": "random", "n_trials": trials // 2},
            "sobol": {"strategy": "sobol", "n_trials": trials - trials // 2},
        },
    )  # fmt: skip
    rng = random.Random(1)
    layout = study.layout
    layout.root.mkdir(parents=True)
    save_study(study.study, layout.study)
    records = RecordFile(str(layout.root))
    count = 0
    for search in study.study.searches.values():
        for round_ in search.rounds():
            path = layout.proposed(search.name, round_.number)
            path.parent.mkdir(parents=True)
            proposals = [Proposal(params_of(study, rng), "initial") for _ in range(round_.size)]
            write_proposed(path, proposals, start=round_.start, number=round_.number)
            write_round(layout.ending(search.name, round_.number), RoundNote(None, search.fingerprint))
            trials = []
            for row in read_proposed(path):
                runs = []
                for _, run in search.runs_in([row.asked]):
                    told = record(row.trial, str(run), result_of(row.params, count, rng, kind))
                    told |= {"contract": study.study.run_spec.contract}
                    if told["status"] == "complete":
                        reported = reported_of(row.params) if kind == "curves" else None
                        records.append(told | {"printed": {"stdout": "", "stderr": ""}, "reported": reported})
                    else:
                        study.run(row.trial, run, told)
                    known = record_from(told)
                    runs.append(RunResult(known.status, known.reason, known.metrics, known))
                    count += 1
                trials.append(trial_from(row, runs, study.study, min_runs=len(runs)))
            write_trials(layout.gathered(search.name, round_.number), trials)
    records.close()
    return layout.study


def reported_of(params: dict[str, object]) -> str:
    """A learning curve, as lines of history.jsonl."""
    loss = loss_of(params, 0)
    rows = [{"step": s, "loss": loss + 1 / s, "accuracy": 1 - 1 / (s + 1)} for s in range(1, 21)]
    return "".join(json.dumps(row) + "\n" for row in rows)


def result_of(params: dict[str, object], number: int, rng: random.Random, kind: str) -> dict[str, object]:
    """What the runner would have said; of the mixed study some fail."""
    begun = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(1893456000 + number * 0.001))
    times = {"started": f"{begun}.{number % 1000:03d}Z", "finished": f"{begun}.{number % 1000:03d}Z", "seconds": 0.001}
    if kind == "mixed" and rng.random() < 0.03:
        tail = ["Traceback (most recent call last):", "ValueError: loss diverged"]
        failed = {"status": "failed", "reason": "exit code 1: ValueError: loss diverged", "exit_code": 1}
        return times | failed | {"stderr_tail": tail}
    metrics = {"loss": loss_of(params, rng.gauss(0, 1))} | ({"accuracy": rng.random()} if kind == "mixed" else {})
    return times | {"status": "complete", "metrics": metrics}


def words_of(stage: str, study: Path) -> list[str]:
    """What a stage is started with."""
    from snaketune.config import load_study

    folder = study.parent
    more = {
        "plots": ["", *files_of(load_study(study), str(folder))],
        "page": [str(folder / "report.html"), "snakemake", "--cores", "2"],
        "summary": [str(folder / "importances.csv")],
        "check": [str(folder / "outcome.json")],
    }
    return [str(ROOT / "scripts" / f"{stage}.py"), str(study), *more.get(stage, [])]


def run(words: list[str]) -> tuple[float, float, float]:
    """Runs a stage: its seconds, those of its processors, and its most memory in MB."""
    begun = time.monotonic()
    process = subprocess.Popen([sys.executable, *words])
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"failed: {words}")
    return time.monotonic() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def measure(study: Path) -> tuple[dict[str, tuple[float, float, float]], float]:
    """What each stage took, and all of them two at a time."""
    begun, took, running, left = time.monotonic(), {}, {}, dict(STAGES)
    with ThreadPoolExecutor(2) as pool:
        while left or running:
            for stage in [stage for stage, awaited in left.items() if set(awaited) <= set(took)]:
                del left[stage]
                running[pool.submit(run, words_of(stage, study))] = stage
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                took[running.pop(done)] = done.result()
    return took, time.monotonic() - begun


# Types a filter, and says after a while how long the page then did not answer at most, and until when it drew.
TYPE = """
const [text, done] = arguments;
const begun = performance.now();
let [longest, last] = [0, begun];
new PerformanceObserver((list) => list.getEntries().forEach(({ startTime, duration }) => {
  [longest, last] = [Math.max(longest, duration), startTime + duration];
})).observe({ type: 'longtask' });
const input = document.querySelector('#expression');
input.value = text;
input.dispatchEvent(new Event('input', { bubbles: true }));
setTimeout(() => done([longest, last - begun]), 5000);
"""


def looked_at(page: Path, profile: Path) -> tuple[float, float, float] | None:
    """How long the page takes until all is drawn, does not answer at most after a filter, and draws then, in ms.

    None where there is no browser.
    """
    import browser as e2e
    from _pytest.outcomes import Skipped

    try:
        with e2e.browser(profile, height=4000) as browser:
            begun = time.monotonic()
            browser.open(page)
            browser.wait(e2e.DRAWN)
            ready = time.monotonic() - begun
            time.sleep(3)
            found = [browser.driver.execute_async_script(TYPE, expression) for expression in FILTERS]
            return ready * 1000, max(longest for longest, _ in found), max(last for _, last in found)
    except Skipped:
        return None


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("trials", nargs="*", type=int, default=[108, 10_000, 100_000])
    words.add_argument("--keep", type=Path)
    words.add_argument("--kinds", default=",".join(STUDIES))
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (asked.keep or Path(temporary)).absolute()
        folder.mkdir(exist_ok=True)
        os.chdir(folder)
        print(
            "| study | trials | "
            + " | ".join(STAGES)
            + " | wall | CPU | most MB | page MB | ready ms | busy ms | drawn ms |"
        )
        print("|---|" + "---:|" * (len(STAGES) + 8))
        for kind in asked.kinds.split(","):
            for trials in asked.trials:
                study = folder / "results" / f"{kind}{trials}" / "study.json"
                if not study.exists():
                    make(folder, kind, trials)
                    run([str(ROOT / "scripts" / "tables.py"), str(study)])
                took, wall = measure(Path(os.path.relpath(study)))
                page = study.parent / "report.html"
                seen = looked_at(page, folder / "profile")
                cells = [f"{took[stage][0]:.2f}" for stage in STAGES]
                cells += [f"{wall:.2f}", f"{sum(cpu for _, cpu, _ in took.values()):.2f}"]
                cells += [f"{max(memory for *_, memory in took.values()):.0f}", f"{page.stat().st_size / 1e6:.2f}"]
                cells += [f"{milliseconds:.0f}" for milliseconds in seen] if seen else ["", "", ""]
                print(f"| {kind} | {trials:,} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
