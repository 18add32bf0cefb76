"""Promoted trials go on from their own checkpoints: epochs are counted as the program trains them."""

import json
import shutil

SCRIPT = """\
import json, os, sys
from snaketune import checkpoint, report
epochs, x = int(sys.argv[1]), float(sys.argv[3])
load, save = checkpoint()
state = json.loads((load / "state.json").read_text()) if load else {"epoch": 0, "loss": 9.0}
while state["epoch"] < epochs:
    state = {"epoch": state["epoch"] + 1, "loss": state["loss"] * 0.7 + x}
    with open("calls.log", "a") as calls:
        calls.write(f"{os.environ['SNAKETUNE_TRIAL']}/{state['epoch']}\\n")
    report(**state)
    (save / "state.tmp").write_text(json.dumps(state))
    os.replace(save / "state.tmp", save / "state.json")
print(json.dumps({"loss": state["loss"]}))
"""


def test_halving_trains_no_epoch_twice(project):
    """In jobs of several runs, and then in jobs of one run each."""
    project.write("train.py", SCRIPT)
    project.config["objective"] |= {"command": "python train.py {budget} {args}", "trials_per_job": 3}
    project.config["space"] = {"x": {"type": "uniform", "low": 0, "high": 1}}
    halving = {"strategy": "halving", "n_trials": 9, "sampler": "random", "budget": {"min": 1, "max": 9}}
    project.config["searches"] = {"halving": halving}
    project.good_run()
    assert (sum(project.calls().values()), max(project.calls().values())) == (9 * 1 + 3 * 2 + 1 * 6, 1)
    (best,) = project.folder.glob("results/s/trials/*/r0b9/result.json")
    result = json.loads(best.read_text())
    assert (result["from_budget"], result["notes"]) == (3, [])
    rows = [json.loads(line) for line in best.with_name("history.jsonl").read_text().splitlines()]
    assert [row["epoch"] for row in rows] == [*range(1, 10)]
    loss = 9.0  # as if it had been trained in one go
    for _ in range(9):
        loss = loss * 0.7 + result["params"]["x"]
    assert result["metrics"]["loss"] == loss

    # A larger budget goes on from there; a checkpoint that is gone is made again, by its trial alone.
    project.forget_calls()
    shutil.rmtree(best.parent / "checkpoint")
    halving["budget"]["max"] = 27
    project.config["objective"]["trials_per_job"] = 1
    project.good_run()
    assert sum(project.calls().values()) == 27
    (further,) = project.folder.glob("results/s/trials/*/r0b27/result.json")
    assert json.loads(further.read_text())["notes"] == []
    assert [file.name for file in (further.parent / "checkpoint").iterdir()] == ["state.json"]
