"""The examples that have a budget: going on from what an earlier run left gives what one run gives."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "scripts" / "examples"


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Calls an example's `main` as a run does: what it prints and reports, and its folder."""

    def call(name, *options, resume=None):
        spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)  # where pickle looks for its classes
        spec.loader.exec_module(module)
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        monkeypatch.setenv("SNAKETUNE_HISTORY", str(folder / "history.jsonl"))
        monkeypatch.setenv("SNAKETUNE_CHECKPOINT", str(folder / "checkpoint"))
        monkeypatch.setenv("SNAKETUNE_RESUME", str(resume or ""))
        monkeypatch.setattr(sys, "argv", [name, *map(str, options)])
        module.main()
        rows = [json.loads(line) for line in (folder / "history.jsonl").read_text().splitlines()]
        for row in rows:
            del row["time"]
        return json.loads(capsys.readouterr().out), rows, folder

    return call


CONTINUED = {
    "mlp_epochs": (["--lr", 0.2, "--decay", 0.9, "--dropout", 0.3, "--hidden", 16], "--epochs", (1, 3, 9, 27)),
    "boosting_trees": (["--lr", 0.2, "--rows", 0.6, "--depth", 4], "--trees", (3, 9, 27, 81)),
}


@pytest.mark.parametrize("name", CONTINUED)
def test_continued_is_one_go(run, name):
    options, budget, rungs = CONTINUED[name]
    printed, history, folder = run(name, *options, budget, rungs[-1])
    steps, resume = [], None
    for rung in rungs:
        result, rows, here = run(name, *options, budget, rung, resume=resume)
        steps += rows
        resume = here / "checkpoint"
    assert result == printed
    assert steps == history
    assert len(history) == 27
    assert [path.name for path in resume.iterdir()] == [path.name for path in (folder / "checkpoint").iterdir()]


@pytest.mark.parametrize("name", CONTINUED)
def test_randomness_goes_on(run, name):
    """What is compared above depends on random numbers that are drawn after the beginning."""
    options, budget, rungs = CONTINUED[name]
    first, _, _ = run(name, *options, budget, rungs[1])
    other, _, _ = run(name, *options, budget, rungs[1], "--seed", 1)
    assert first != other


def test_larger_shares_begin_anew_with_more_of_the_same(run):
    apart = [run("svm_share", "--share", share)[0] for share in (1 / 27, 1 / 9, 1 / 3, 1)]
    printed, history, folder = run("svm_share", "--share", 1, "--steps", 4)
    assert [{name: row[name] for name in printed} for row in history] == apart
    assert printed == apart[-1]
    assert not (folder / "checkpoint").exists()
    losses = [each["val_loss"] for each in apart]
    assert losses == sorted(losses, reverse=True)
