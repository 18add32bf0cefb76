"""Metrics that are only read in another way are read from what the runs have left: nothing is trained."""

import json

import pytest

SCRIPT = """\
import json, os, sys
options = dict(zip((word.lstrip("-") for word in sys.argv[1::2]), sys.argv[2::2]))
with open("calls.log", "a") as calls:
    calls.write(os.environ["SNAKETUNE_TRIAL"] + "/" + os.environ["SNAKETUNE_RUN"] + "\\n")
x = int(options["x"])
with open(os.environ["SNAKETUNE_HISTORY"], "a") as history:
    for step in range(3):
        history.write(json.dumps({"step": step, "curve": x + [5, 1, 3][step]}) + "\\n")
print("loss: ", x, "error =", x * 10)
if x == 2:
    print("y" * 100_000)
    print("curve", x)
if x == 3:
    sys.exit("no luck")
"""


def values(project) -> list[str]:
    return [row["value"] for row in project.table("grid/results.csv")]


def statuses(project) -> list[str]:
    return [row["status"] for row in project.table("grid/results.csv")]


@pytest.mark.parametrize("size", [1, 2])
def test_another_pattern_name_or_take_trains_nothing(project, size):
    project.write("train.py", SCRIPT)
    project.config["space"] = {"x": [1, 2, 3]}
    project.config["searches"] = {"grid": {"strategy": "grid"}}
    project.config["objective"] |= {"metrics": {"loss": "lost: (.*)"}, "trials_per_job": size, "output_limit": "10kB"}
    assert project.run().status == 1  # there is no best trial
    assert (sum(project.calls().values()), statuses(project)) == (3, ["invalid", "invalid", "failed"])
    project.forget_calls()

    project.config["objective"]["metrics"] = {"loss": "loss: +(\\S+)"}
    outcome = project.good_run()
    assert not project.calls()
    assert (values(project), statuses(project)) == (["1.0", "2.0", ""], ["complete", "complete", "failed"])
    assert outcome.jobs["trial" if size == 1 else "block"] > 0
    assert project.good_run().idle
    record = json.loads(next(project.folder.glob("results/s/trials/*/r0/result.json")).read_text())
    assert record["notes"][-1].startswith("the metrics were read again from what the run had left")

    project.config["objective"] |= {"metrics": {"error": "error = (\\S+)"}, "metric": "error"}
    project.good_run()
    assert not project.calls()
    assert values(project) == ["10.0", "20.0", ""]

    project.config["objective"]["metric"] = {"name": "curve", "take": "best"}
    project.good_run()
    project.config["objective"]["metric"] = {"name": "curve", "take": "first"}
    project.good_run()
    assert not project.calls()
    assert values(project) == ["6", "7", ""]

    # What stood in the middle of a long output may be what is asked for now: that run alone is done again.
    project.config["objective"] |= {"metrics": {"y": "no (.*)"}, "metric": "y"}
    outcome = project.run()
    two = next(row["trial"] for row in project.table("grid/results.csv") if row["x"] == "2")
    assert list(project.calls()) == [f"{two}/r0"]
    assert f"{two}/r0: 'y' is not found in its output, which was cut: it is trained again" in outcome.output
    assert statuses(project) == ["invalid", "invalid", "failed"]

    project.config["objective"] |= {"metrics": {"loss": "loss: +(\\S+)"}, "metric": "loss"}
    project.good_run("--config", "retry=failed")
    three = next(row["trial"] for row in project.table("grid/results.csv") if row["x"] == "3")
    assert project.calls() == {f"{two}/r0": 1, f"{three}/r0": 1}, "a retried run was read again, or one more trained"
    project.write("train.py", SCRIPT + "# changed\n")
    project.forget_calls()
    project.good_run()
    assert sum(project.calls().values()) == 3


def test_a_number_that_a_function_returned_has_the_present_name(project):
    project.write("f.py", "def f(x, y):\n    open('calls.log', 'a').write('call\\n')\n    return x + y\n")
    project.config["objective"] = {"function": "f.py:f", "metric": "loss"}
    project.config["searches"] = {"grid": {"strategy": "grid", "space": {"x": [1]}}}
    project.good_run()
    before = values(project)
    project.config["objective"]["metric"] = "error"
    project.good_run()
    assert values(project) == before == ["1", "2"]
    assert [row["error"] for row in project.table("grid/results.csv")] == before
    assert project.calls() == {"call": 2}
