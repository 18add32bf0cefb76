"""How long `peek` and `status` take for a search of 10,000 trials that is half done.

Usage: python tests/benchmarks/looking.py [TRIALS]

The study's files are made here, without a program: what generate writes, and a result for every second trial. Measured
on two cores that were busy with other work: see the last lines that it prints.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "unit"))

from made_up import MadeUp  # noqa: E402  (beside the unit tests, which make their studies in the same way)
from snaketune.config import save_study  # noqa: E402

CONFIG = {
    "study": "large",
    "objective": {"command": "true", "metric": "loss", "code": []},
    "space": {"x": "uniform(-5, 5)", "lr": "loguniform(1e-5, 1e-1)", "n": "int(1, 9)", "kind": ["a", "b", "c"]},
    "searches": {"random": {"strategy": "random", "n_trials": 10_000}},
}


def make(root: Path, trials: int) -> None:
    """Writes a study that is half done, and its configuration."""
    CONFIG["searches"]["random"]["n_trials"] = trials
    (root / "study.yaml").write_text(yaml.safe_dump(CONFIG))
    study = MadeUp(root, **CONFIG)
    save_study(study.study, study.layout.study)
    for round_ in study.study.searches["random"].rounds():
        for row in study.propose("random", round_.number):
            if row.number < trials // 2:
                loss = row.params["x"] ** 2 + abs(row.params["lr"] - 0.01) * 100
                study.run(row.trial, "r0", {"loss": loss, "epochs": row.params["n"]})


def seconds(root: Path, target: str) -> float:
    """How long a target takes."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--directory", str(root)]
    subprocess.run([*command, "--cores", "1", "--configfile", str(root / "study.yaml"), "--", target], check=True)
    return time.monotonic() - begun


def main(trials: int = 10_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), trials)
        for target in ("status", "peek"):
            print(f"{target} of {trials} trials: {seconds(Path(folder), target):.1f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
