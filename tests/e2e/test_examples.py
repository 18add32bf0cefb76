"""The studies that ship, run as they are (training cut short where it is slow)."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from snaketune.files import csv_rows

ROOT = Path(__file__).parents[2]


@pytest.fixture
def clone(tmp_path):
    """The parts of the repository that a study needs, in a folder of their own."""
    for name in ("scripts", "config", "workflow", "Snakefile"):
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    return tmp_path


def snakemake(clone: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "2", *arguments],
        cwd=clone, env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    return done.stdout


def shortened(clone: Path, name: str, epochs: int) -> str:
    """The example with fewer epochs, as the path of its configuration."""
    path = clone / name
    config = yaml.safe_load(path.read_text())
    config["objective"]["command"] += f" --epochs {epochs} {{args}}"
    path.write_text(yaml.safe_dump(config, sort_keys=False))
    return str(path)


def test_default_study(clone):
    output = snakemake(clone, "--configfile", shortened(clone, "config/config.yaml", 2))
    rows = csv_rows(clone / "results/digits/results.csv")
    assert {row["status"] for row in rows} == {"complete"}
    assert {row["search"] for row in rows} == {"grid", "random"}
    assert "Best: " in output
    for name in ("summary.md", "best.yaml", "report.html", "runs.csv", "plots/history.png", "grid/plots/heatmap.png"):
        assert (clone / "results/digits" / name).stat().st_size > 0, name


def test_learning_rate(clone):
    output = snakemake(clone, "--configfile", shortened(clone, "config/examples/learning_rate.yaml", 2))
    rows = csv_rows(clone / "results/learning-rate/results.csv")
    assert len(rows) == 9
    assert rows[0]["name"] == "search-lr0.1-bs16"
    assert rows[0]["tags"] == "digits;bs16"
    assert "Best: lr = " in output
    history = clone / "results/learning-rate/trials" / rows[0]["trial"] / "r0" / "history.jsonl"
    assert len(history.read_text().splitlines()) == 2


def test_a_workflow_that_searches_on_its_way(tmp_path):
    """From a file that it makes itself to a model with the best parameters."""
    host = shutil.copytree(ROOT / "config" / "examples" / "host", tmp_path / "host")
    snakemake(host)
    rows = csv_rows(host / "tuning/results/curve/results.csv")
    assert len(rows) == 12
    best = yaml.safe_load((host / "tuning/results/curve/best.yaml").read_text())
    first = min(rows, key=lambda row: float(row["rmse"]))
    assert json.loads((host / "model.json").read_text())["degree"] == best["degree"] == int(first["degree"])
    assert "Nothing to be done" in snakemake(host)


def test_booth(clone):
    snakemake(clone, "--configfile", "config/examples/booth.yaml")
    rows = csv_rows(clone / "results/booth/results.csv")
    assert [row["search"] for row in rows].count("random") == 27
    assert len(rows) == 36
    assert min(float(row["value"]) for row in rows if row["value"]) < 1e-6
    top = csv_rows(clone / "results/booth/top.csv")
    assert all(row["status"] == "complete" and float(row["value"]) < 100 for row in top)
    assert "## By search" in (clone / "results/booth/summary.md").read_text()


def test_sweep(clone):
    snakemake(clone, "--configfile", "config/examples/sweep.yaml")
    rows = csv_rows(clone / "results/sweep/results.csv")
    everything = [row["trial"] for row in rows if row["search"] == "all"]
    some = [row["trial"] for row in rows if row["search"] == "some"]
    assert len(set(everything)) == 12
    assert len(set(some)) == 3
    assert set(some) < set(everything)
    assert len(csv_rows(clone / "results/sweep/runs.csv")) == 12
