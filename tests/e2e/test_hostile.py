"""Programs that take their runner's life or its files: rows in the end, and the others go on. Runs that resume."""

import json

import pytest

SCRIPT = """\
import json, os, shutil, signal, sys, time
options = dict(zip((word.lstrip("-") for word in sys.argv[1::2]), sys.argv[2::2]))
folder, x = os.environ["SNAKETUNE_DIR"], int(options["x"])
with open("calls.log", "a") as calls:
    calls.write(f"{x}:{','.join(sorted(set(os.listdir(folder)) & {'ckpt', 'model'}))}\\n")
if x == 1:
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(30)
if x == 2:
    os.mkdir(os.path.join(folder, "result.json"))
if x == 3:
    shutil.rmtree(os.path.dirname(folder))
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(30)
if x == 4:
    checkpoint = os.path.join(folder, "ckpt")
    first = 2 if os.path.exists(checkpoint) else 0
    for step in range(first, 4):
        with open(os.environ["SNAKETUNE_HISTORY"], "a") as history:
            history.write(json.dumps({"step": step, "curve": [5, 1, 3, 2][step]}) + "\\n")
        if step == 2 and not first:
            open(checkpoint, "w").close()
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(30)
open(os.path.join(folder, "model"), "w").close()
print(json.dumps({"loss": x, "curve": 9}))
"""


@pytest.mark.parametrize("size", [1, 5])
def test_hostile_and_unlucky_programs(project, size):
    project.write("train.py", SCRIPT)
    project.config["space"] = {"x": [1, 2, 3, 4, 5, 6]}
    project.config["searches"] = {"grid": {"strategy": "grid"}}
    project.config["objective"] |= {
        "metric": {"name": "curve", "take": "best"},
        "trials_per_job": size,
        "threads": size,
    }
    project.config["on_failure"] = "continue"
    project.good_run(cores=size)
    rows = {row["x"]: row for row in project.table("grid/results.csv")}
    assert [rows[x]["status"] for x in "123456"] == ["failed", "invalid", "failed", "complete", "invalid", "invalid"]
    assert rows["1"]["reason"] == rows["3"]["reason"]
    assert rows["1"]["reason"].startswith("its runner was killed in attempts 1 and 2")
    assert rows["4"]["value"] == "1"
    assert project.calls() == {"1:": 2, "2:": 1, "3:": 2, "4:": 1, "4:ckpt": 1, "5:": 1, "6:": 1}
    folder = project.result(f"trials/{rows['2']['trial']}/r0")
    assert json.loads((folder / "result.json").read_text())["notes"][-1].startswith("result.json was no file")

    project.forget_calls()
    project.write("train.py", SCRIPT.replace("x == 1", "x == 7").replace("x == 3", "x == 7") + "# changed\n")
    project.good_run(cores=size)
    assert project.calls() == {"1:": 1, "2:": 1, "3:": 1, "4:": 1, "4:ckpt": 1, "5:": 1, "6:": 1}, (
        "old files were found"
    )
    kept = project.result(f"trials/{rows['4']['trial']}/r0/attempts")
    assert any((attempt / "model").exists() for attempt in kept.iterdir())
