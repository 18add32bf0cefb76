"""Makes small studies of every kind, step by step, with a given checkout of the project: python make.py ROOT OUTPUT.

Only what does not change goes into it: the stages' scripts, `snaketune.config`, the runner's command line and the
formats of files. So any version of the project can make the same, in a temporary folder, and write it to OUTPUT.
"""

import base64
import csv
import gzip
import io
import json
import math
import os
import re
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

SPACE = {
    "lr": {"type": "loguniform", "low": 1e-5, "high": 0.1},
    "layers": {"type": "int", "low": 1, "high": 6},
    "width": {"type": "int", "low": 8, "high": 512, "log": True},
    "drop": {"type": "uniform", "low": 0.0, "high": 0.5, "step": 0.125},
    "noise": {"type": "normal", "mu": 0, "sigma": 1},
    "opt": ["adam", "sgd", "rmsprop"],
    "batch": [16, 32, 64],
    "momentum": {"type": "uniform", "low": 0, "high": 1, "when": {"opt": "sgd"}},
    "a": [1, 2],
    "b": ["x", "y"],
    "fixed": 7,
}
FEW = {
    "lr": [0.001, 0.1],
    "opt": ["adam", "sgd"],
    "batch": "[16, 64]",
    "momentum": {"choices": [0.1, 0.9], "when": {"opt": "sgd"}},
}
BAYES = {"strategy": "bayes", "n_trials": 14, "batch_size": 3, "n_initial_points": 6}
OPTUNA = BAYES | {"engine": "optuna"}


def study(study: str, searches: dict, space: dict = SPACE, /, **more: object) -> dict:
    objective = {"command": "true", "metric": "loss", "code": []} | more.pop("objective", {})
    objective = {key: value for key, value in objective.items() if value is not None}
    paired = {"zip": [["a", "b"]], "constraints": ["layers * width < 1500 or drop > 0.2"]} if space is SPACE else {}
    return {"study": study, "objective": objective, "space": space, "searches": searches} | paired | more


STUDIES = [
    study("plain", {
        "random": {"strategy": "random", "n_trials": 6, "batch_size": 4},
        "sobol": {"strategy": "sobol", "n_trials": 5},
        "halton": {"strategy": "halton", "n_trials": 5, "seed": 3},
        "lhs": {"strategy": "lhs", "n_trials": 5},
        "list": {"strategy": "list", "space": {"a": [1]}, "zip": [], "points": [
            {"lr": "1e-3", "layers": 2, "width": 64, "drop": 0.25, "noise": 0.5, "opt": "adam", "batch": 32, "a": 1,
             "b": "y"},
        ]},
    }),
    study("few", {
        "grid": {"strategy": "grid", "batch_size": 5},
        "random": {"strategy": "random", "n_trials": 9},
    }, FEW, objective={"replicates": 2, "folds": 2, "min_runs": 3, "aggregate": "median"},
        name="{search}-{number}-{opt}", tags=["k-{opt}", "m-{momentum}"], description="trial {trial}",
        summary_by=["opt", "search"], filter={"status": ["complete", "failed"], "where": "batch > 0"}, top=4,
        constraint={"metric": "size", "max": 40}, final={"top": 2, "replicates": 2, "overrides": {"batch": 128}}),
    study("several", {
        "grid": {"strategy": "grid", "space": {"lr": [0.001, 0.01]}},
        "gp": BAYES | {"n_initial_points": 4, "n_trials": 10},
    }, FEW | {"lr": {"type": "loguniform", "low": 1e-4, "high": 0.1}} | {"momentum": 0.5},
        objective={"metric": None}, objectives=[{"metric": "loss"}, {"metric": "size", "direction": "maximize"}]),
    study("gp", {
        "ei": BAYES,
        "lcb": BAYES | {"acquisition": {"type": "lcb", "kappa": 1}, "initial": "lhs", "seed": 2},
        "pi": BAYES | {"acquisition": {"type": "pi", "xi": 0.1}, "initial": "halton", "n_trials": 9},
        "late": BAYES | {"overlap": 1, "initial": "random"},
        "stops": BAYES | {"n_trials": 40, "stop": {"patience": 7}},
        "refined": BAYES | {"n_trials": 6, "refine": {"search": "ei", "top": 4, "margin": 0.1}},
    }, objective={"replicates": 2}, constraint={"metric": "size", "max": 300}),
    study("skopt", {
        "gp": BAYES | {"engine": "skopt", "n_trials": 12},
        "rf": BAYES | {"engine": "skopt", "surrogate": "rf", "batch": "cl_min", "n_trials": 12},
        "et": BAYES | {"engine": "skopt", "surrogate": "et", "batch": "cl_mean", "n_trials": 9},
    }),
    study("optuna", {
        "tpe": OPTUNA | {"sampler": {"type": "TPESampler", "multivariate": True}},
        "cma": OPTUNA | {"sampler": {"type": "CmaEsSampler"}},
        "random": OPTUNA | {"sampler": {"type": "RandomSampler"}},
        "nsga": OPTUNA | {"sampler": {"type": "NSGAIISampler"}},
        "qmc": OPTUNA | {"sampler": {"type": "QMCSampler"}},
    }),
]  # fmt: skip

SHOW = """\
import json, os, sys
from pathlib import Path
told = {k: v for k, v in os.environ.items() if k.startswith("SNAKETUNE_") and k not in ("SNAKETUNE_TOKEN",)}
config = os.environ.get("SNAKETUNE_CONFIG")
seen = {"argv": sys.argv[1:], "told": told, "config": Path(config).read_text() if config else None}
Path(os.environ["SNAKETUNE_DIR"], "seen.json").write_text(json.dumps(seen))
print(json.dumps({"loss": 1, "nested": {"a": float("nan"), "b": [1]}, "text": "ä"}))
"""
PARAMS = {
    "lr": 1e-05,
    "n": 3,
    "on": True,
    "off": False,
    "none": None,
    "text": "a b'c$d",
    "minus": "-x",
    "list": [1, "b", None],
    "opt.name": "sgd",
    "opt.lr": 0.5,
}
FORMS: dict[str, dict] = {
    "flags": {"flags": True},
    "args": {"argv": ["{args}", "tail"]},
    "overrides": {"argv": ["{overrides}"]},
    "places": {"argv": ["--x={lr}", "{n}", "{{n}}", "{text}", "{seed}", "{trial}", "{run}", "{args}"]},
    "yaml": {"argv": ["{config}"], "base_config": {"opt": {"name": "adam", "beta": [0.9, 0.999]}, "b": None}},
    "json": {"argv": ["{config}"], "base_config": {"opt": {"lr": 1}}, "config_file": "config.json"},
    "params": {"argv": ["{params}", "{dir}"], "seed_flag": "--seed"},
    "seed": {"argv": ["{args}"], "seed_flag": "--seed=", "seed": 5, "env": {"A": "1"}},
}


def objective_of(params: dict) -> dict[str, float]:
    """Some smooth function of any parameters."""
    values = [v if isinstance(v, (int, float)) and not isinstance(v, bool) else len(str(v)) for v in params.values()]
    loss = sum((math.atan(v) - 0.3 * i) ** 2 for i, v in enumerate(values))
    return {"loss": round(loss, 6), "size": float(params.get("width", params.get("batch", 1)))}


def result_of(trial: str, run: str, params: dict, seed: int) -> dict:
    """A record as the runner writes it; some trials fail, of which a hash of the parameters decides."""
    kind, replicate, fold = int(trial[1:3], 16), int(run[1]), int(run[3]) if "f" in run else None
    metrics = {name: value + 0.01 * replicate + 0.02 * (fold or 0) for name, value in objective_of(params).items()}
    status, reason = ("failed", "exit code 1: ValueError: no") if kind < 20 else ("complete", None)
    if 20 <= kind < 30:
        status, reason, metrics = "invalid", "metric 'loss' is NaN", {"loss": "NaN"}
    return {
        "version": 1, "trial": trial, "run": run, "replicate": replicate, "fold": fold, "budget": None,
        "status": status, "reason": reason, "metrics": metrics if status != "failed" else {}, "params": params,
        "seed": seed, "attempt": 1, "started": "2026-01-01T00:00:00.000Z",
        "finished": f"2026-01-01T00:00:{10 + kind % 50}.000Z", "seconds": 1.5 + kind, "cpu_seconds": 1.0,
        "max_rss_mb": 10.0, "host": "node1", "exit_code": 0 if status == "complete" else 1, "signal": None,
        "command": ["true"], "contract": "c", "notes": [], "log": f"logs/s/trials/{trial}/{run}",
    }  # fmt: skip


def stage(root: Path, script: str) -> Callable[..., None]:
    return runpy.run_path(str(root / "scripts" / f"{script}.py"))["main"]


def run_study(root: Path, config: dict, found: dict[str, object]) -> None:
    """All stages of a study, with made-up results in place of runs."""
    from snaketune.config import read_study, save_study

    name = config["study"]
    read = read_study(config, Path.cwd())
    folder = Path("results", name)
    save_study(read, folder / "study.json")
    found[f"{name}/study.json"] = json.loads((folder / "study.json").read_text())
    found[f"{name}/digests"] = {
        "contract": read.objective["contract"], "measure": read.measure, "reading": read.reading,
        "plots": read.plots.fingerprint, "searches": {key: s.fingerprint for key, s in read.searches.items()},
    }  # fmt: skip
    saved = str(folder / "study.json")
    generate, gather = stage(root, "generate"), stage(root, "gather")
    runs = [str(run) for run in read.runs]
    for search in config["searches"]:
        for number in range(20):
            place = folder / search / "rounds" / str(number)
            place.mkdir(parents=True)  # as Snakemake does for what a rule writes
            generate(saved, search, str(number))
            rows = list(csv.DictReader(io.StringIO((place / "trials.csv").read_text())))
            found[f"{name}/{search}/{number}"] = {
                "trials": [rounded(row) for row in rows],
                "round": noted(place / "round.json"),
            }
            leave_results(folder, rows, runs)
            gather(saved, search, str(number))
            if not rows or json.loads((place / "round.json").read_text())["ending"] or finished(read, search, number):
                break
        stage(root, "tables")(saved, search)
    stage(root, "tables")(saved)
    stage(root, "importance")(saved)
    stage(root, "summary")(saved, str(folder / "importances.csv"))
    stage(root, "plan")(saved, "here")
    if "final" in config:
        (folder / "final").mkdir()
        stage(root, "finalists")(saved)
        rows = list(csv.DictReader(io.StringIO((folder / "final" / "trials.csv").read_text())))
        leave_results(folder, rows, [str(run) for run in read.final.runs])
        stage(root, "final")(saved)
    stage(root, "page")(saved, str(folder / "report.html"), "snakemake", "--cores", "1")
    packed = re.search(r'id="payload"[^>]*>([A-Za-z0-9+/=\s]+)<', (folder / "report.html").read_text())[1]
    found[f"{name}/page"] = json.loads(gzip.decompress(base64.b64decode(packed)))
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".csv", ".md", ".yaml") and "rounds" not in path.parts and "trials" not in path.parts:
            text = path.read_text()
            found[f"{name}:{path.relative_to(folder)}"] = (
                [rounded(row) for row in csv.DictReader(io.StringIO(text))] if path.suffix == ".csv" else text
            )


def noted(path: Path) -> str:
    """What a round.json says of its proposals; how their runs are packed into jobs depends on the machine."""
    found = json.loads(path.read_text())
    return json.dumps({"ending": found["ending"], "fingerprint": found["fingerprint"]}) + "\n"


def finished(read: object, search: str, number: int) -> bool:
    """Whether a search has all its trials, by the size that its next round would have."""
    of = read.searches[search]
    return not (of.round(number + 1).size if hasattr(of, "round") else of.round_size(number + 1))


def leave_results(folder: Path, rows: list[dict], runs: list[str]) -> None:
    for row in rows:
        for number, run in enumerate(runs):
            place = folder / "trials" / row["trial"] / run
            place.mkdir(parents=True, exist_ok=True)
            record = result_of(row["trial"], run, json.loads(row["params"]), number)
            (place / "result.json").write_text(json.dumps(record))


def rounded(row: dict[str, str]) -> dict[str, str]:
    """A row with its computed numbers cut to six digits: their last bits are the libraries'."""
    return {name: f"{float(cell):.6g}" if name in COMPUTED and cell else cell for name, cell in row.items()}


COMPUTED = {"mean", "predicted_sd", "acquisition", "fanova", "fanova_sd", "permutation", "permutation_sd"}


def run_forms(root: Path, found: dict[str, object]) -> None:
    """Runs the real runner with every form of a command."""
    Path("show.py").write_text(SHOW)
    Path("function.py").write_text(
        "def f(lr, n, opt, seed, **more):\n    return {'loss': lr * n, 'got': sorted(more), 'o': opt['lr']}\n"
    )
    old = root / "workflow" / "snaketune" / "start_runner.py"
    start = [str(old)] if old.exists() else ["-S", str(root / "workflow" / "snaketune" / "runner" / "start.py"), "run"]
    forms = {
        name: {"flags": False} | form | {"argv": [sys.executable, "show.py", *form.get("argv", [])]}
        for name, form in FORMS.items()
    }
    forms["function"] = {"function": "function.py:f"}
    for number, (name, objective) in enumerate(forms.items()):
        # (Not named like an id, which would have to be that of the parameters.)
        trial, run = Path("results", "forms", "trials", f"form{number:02}"), "r1f0" if name == "places" else "r0"
        trial.mkdir(parents=True)
        (trial / "params.json").write_text(json.dumps(PARAMS))
        told = {"metrics_wanted": ["loss"], "contract": "c", "n_folds": 2} | objective
        Path("results", "forms", "study.json").write_text(json.dumps({"objective": told}))
        paths = ["--study", "results/forms/study.json", "--run", str(trial / run), "--log", f"logs/{name}"]
        subprocess.run([sys.executable, *start, *paths], check=True)
        record = json.loads((trial / run / "result.json").read_text())
        seen = trial / run / "seen.json"
        found[f"forms/{name}"] = {
            "record": {
                key: record[key] for key in ("status", "reason", "metrics", "params", "seed", "notes", "run", "fold")
            },
            "command": record["command"][-1:] if name == "function" else record["command"][1:],
            "seen": json.loads(seen.read_text()) if seen.exists() else None,
        }


def main(root: str, output: str) -> None:
    found: dict[str, object] = {}
    checkout, target = Path(root).absolute(), Path(output).absolute()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        run_forms(checkout, found)
        for config in STUDIES:
            run_study(checkout, config, found)
        text = json.dumps(found, indent=1, ensure_ascii=False)
        os.chdir("/")
    text = text.replace(folder, "FOLDER").replace(sys.executable, "PYTHON").replace(os.path.realpath(folder), "FOLDER")
    target.write_text(text + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
