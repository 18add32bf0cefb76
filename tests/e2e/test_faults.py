"""Real training crashes, hangs, runs out of memory and returns nonsense: the search goes on and says what happened."""

import re

FAULTY = """\
import json, os, signal, sys, time
kind = sys.argv[2]
if kind == "exit": sys.exit(3)
if kind == "segv": os.kill(os.getpid(), signal.SIGSEGV)
if kind == "exception": raise ValueError("no such layer")
if kind == "nan": print(json.dumps({"loss": float("nan")}))
if kind == "inf": print(json.dumps({"loss": float("inf")}))
if kind == "text": print(json.dumps({"loss": "low"}))
if kind == "missing": print(json.dumps({"accuracy": 1}))
if kind == "nothing": pass
if kind == "half": open(os.environ["SNAKETUNE_METRICS"], "w").write('{"loss": 0.')
if kind == "hang": time.sleep(600)
if kind == "memory": block = bytearray(600_000_000); time.sleep(600)
if kind == "good": print(json.dumps({"loss": 1.5}))
if kind == "runner": os.kill(os.getppid(), signal.SIGKILL); time.sleep(600)
"""
STATUS = {
    "exit": "failed", "segv": "failed", "exception": "failed", "nan": "invalid", "inf": "invalid", "text": "invalid",
    "missing": "invalid", "nothing": "invalid", "half": "invalid", "hang": "timeout", "memory": "oom",
    "good": "complete",
}  # fmt: skip


def faulty(project, kinds):
    project.write("train.py", FAULTY)
    project.config["space"] = {"kind": list(kinds)}
    project.config["searches"] = {"grid": {"strategy": "grid"}}
    project.config["objective"] |= {"timeout": 5, "grace": 1, "memory": "300MB"}
    return project


def test_every_fault_is_a_row_of_the_table(project):
    """Packed with others, too: a run that crashes, hangs or is killed is no affair of those that share its job."""
    faulty(project, STATUS)
    project.config["objective"]["trials_per_job"] = 5
    outcome = project.good_run()
    rows = {row["kind"]: row for row in project.table()}
    assert {kind: row["status"] for kind, row in rows.items()} == STATUS
    assert rows["exception"]["reason"] == "exit code 1: ValueError: no such layer"
    assert "SIGSEGV" in rows["segv"]["reason"]
    assert "accuracy" in rows["missing"]["reason"]
    # The summary of what failed, with where to look.
    assert "- invalid, 1 trial: metric 'loss' is NaN" in outcome.output
    log = project.folder / "logs" / "s" / "trials" / rows["exception"]["trial"]
    assert str(log.relative_to(project.folder)) in outcome.output
    assert "no such layer" in (log / "r0" / "stderr.log").read_text()
    assert project.good_run().idle

    # What failed is tried again, and only that.
    assert project.good_run("--config", "retry=timeout").jobs["block"] == 1
    assert project.result(f"trials/{rows['hang']['trial']}/r0/result.1.json").exists()
    project.write("train.py", FAULTY)
    outcome = project.good_run("--config", "retry=all-failed")
    assert outcome.jobs["block"] == 3
    again = {path.parts[-3] for path in project.folder.glob("results/s/trials/*/r0/result.1.json")}
    assert again == {row["trial"] for row in rows.values() if row["status"] != "complete"}
    assert project.good_run().idle


def test_all_failed(project):
    """In a search in rungs nobody goes on then, and the end is as clear."""
    faulty(project, ["exit", "nan"])
    project.config["objective"]["command"] += " {args} {budget}"
    project.config["budget"] = {"name": "epochs", "min": 1, "max": 3}
    project.config["searches"]["halving"] = {"strategy": "halving", "n_trials": 2, "sampler": "random"}
    project.config["plots"] = {"choose": ["history"]}
    project.config["spreadsheet"] = True
    outcome = project.run(cores=1)
    assert outcome.status == 1
    for name in ("summary.md", "report.html", "runs.csv", "plots/history.png", "spreadsheet.csv"):
        assert project.result(name).exists(), f"{name} is written before the verdict, whatever it is"
    assert "No trial of the study s is complete" in outcome.output
    assert "Traceback" not in outcome.output
    ended = [(row["status"], row["budget"]) for row in project.table()]
    assert sorted(ended) == [("failed", "1"), ("failed", "3"), ("invalid", "1"), ("invalid", "3")]
    summary = project.result("summary.md").read_text()
    assert "No trial is complete" in summary
    assert "halving ended early: no trial is complete with a budget of 1 (epochs) (1 failed, 1 invalid)." in summary


def test_killed_runner_is_repeated_by_the_workflow(project):
    faulty(project, ["good", "runner"])
    outcome = project.good_run()
    rows = {row["kind"]: row for row in project.table()}
    assert rows["runner"]["status"] == "failed"
    assert rows["runner"]["reason"].startswith("its runner was killed in attempts 1 and 2")
    # A line each for what was lost and tried again; Snakemake's blocks are in its log.
    killed = r"/r0: its attempt ended without a result \(its processes were killed; log: .*runner\.log\)"
    assert len(re.findall(killed, outcome.output)) == 2
    assert all(f"it is started again ({attempt} of 3)" in outcome.output for attempt in (2, 3))
    assert outcome.log.count("Error in rule trial") == 2
    assert "Error in rule" not in outcome.output


def test_retries(project):
    project.write(
        "train.py",
        "import os, sys, json\n"
        "if int(os.environ['SNAKETUNE_ATTEMPT']) < 3: sys.exit(1)\n"
        "print(json.dumps({'loss': float(sys.argv[2])}))\n",
    )
    project.config["space"] = {"x": [1, 2]}
    project.config["searches"] = {"grid": {"strategy": "grid"}}
    project.config["objective"]["retries"] = 2
    project.good_run()
    assert [row["status"] for row in project.table()] == ["complete", "complete"]
    assert {row["attempt"] for row in project.table("runs.csv")} == {"3"}


def test_stop_at_the_first_failure(project):
    faulty(project, ["exit", "good", "nan", "inf"])
    project.config["on_failure"] = "stop"
    outcome = project.run(cores=1)
    assert outcome.status == 1
    assert "search stopped" in outcome.output
    assert len(list(project.result("trials").glob("*/*/result.json"))) < 4


def test_max_failures(project):
    faulty(project, ["exit", "nan", "inf", "text", "missing", "nothing"])
    project.config["max_failures"] = 2
    outcome = project.run(cores=1)
    assert outcome.status == 1
    assert "max_failures" in outcome.output
    assert len(list(project.result("trials").glob("*/*/result.json"))) == 2
    # Lifting the limit goes on where the search stopped.
    project.config["space"]["kind"].append("good")
    del project.config["max_failures"]
    assert project.good_run().jobs["trial"] == 5


def test_replicates_with_some_failures(project):
    project.write(
        "train.py",
        "import os, sys, json\n"
        "if os.environ['SNAKETUNE_RUN'] == 'r1': sys.exit(1)\n"
        "print(json.dumps({'loss': float(sys.argv[2]) + int(os.environ['SNAKETUNE_RUN'][1:])}))\n",
    )
    project.config["space"] = {"x": [1, 2]}
    project.config["searches"] = {"grid": {"strategy": "grid"}}
    project.config["objective"] |= {"replicates": 3, "min_runs": 2}
    project.good_run()
    row = project.table()[0]
    assert (row["status"], row["value"], row["runs"]) == ("complete", "2.0", "2")
    assert float(row["value_sd"]) == 2**0.5
    project.config["objective"]["min_runs"] = 3
    assert project.run().status == 1
    row = project.table()[0]
    assert row["status"] == "failed"
    assert row["reason"].startswith("1 of 3 runs did not complete; r1: exit code 1")


def test_final_training(project):
    project.write(
        "train.py",
        "import json, random, sys\n"
        "options = dict(zip((w.lstrip('-') for w in sys.argv[1::2]), sys.argv[2::2]))\n"
        "noise = random.Random(int(options['seed'])).gauss(0, 0.1)\n"
        "print(json.dumps({'loss': (float(options['x']) - 3) ** 2 + noise / int(options.get('epochs', 1))}))\n",
    )
    project.config["space"] = {"x": [1, 2, 3, 4]}
    project.config["searches"] = {"grid": {"strategy": "grid"}}
    project.config["objective"]["seed_flag"] = "--seed"
    project.config["final"] = {"top": 2, "replicates": 3, "overrides": {"epochs": 100}}
    assert project.good_run().jobs["trial"] == 4 + 2 * 3
    rows = project.table("final/results.csv")
    assert [row["runs"] for row in rows] == ["3", "3"]
    assert rows[0]["param.x"] == "3"
    assert abs(float(rows[0]["final_value"])) < 0.01
    assert "epochs: 100" in project.result("final/best.yaml").read_text()
    assert "The winner is" in project.result("final/summary.md").read_text()
    project.config["final"]["replicates"] = 4
    assert project.good_run().jobs["trial"] == 2
    assert project.good_run().idle


def test_python_function(project):
    project.write("booth.py", "def evaluate(x, y, seed):\n    return (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2\n")
    project.config["objective"] = {"function": "booth.py:evaluate", "metric": "value"}
    project.config["space"] = {"x": [1, 2], "y": [3]}
    project.config["searches"] = {"grid": {"strategy": "grid"}}
    project.good_run()
    assert [row["value"] for row in project.table()] == ["0", "5"]


def test_shell_script_with_its_own_folder_and_environment(project):
    script = project.write(
        "work/train.sh",
        '#!/bin/sh\necho "loss: $(expr $2 \\* $FACTOR)"\npwd > "$SNAKETUNE_DIR/where"\n',
    )
    script.chmod(0o755)
    project.config["objective"] = {
        "command": "./train.sh",
        "metric": "loss",
        "metrics": ["loss"],
        "workdir": "work",
        "env": {"FACTOR": 3},
    }
    project.config["space"] = {"x": [5]}
    project.config["searches"] = {"grid": {"strategy": "grid"}}
    project.good_run()
    assert project.table()[0]["value"] == "15.0"
    where = next(project.result("trials").glob("*/r0/where")).read_text().strip()
    assert where == str(project.folder / "work")


def test_metric_from_the_history(project):
    project.write(
        "train.py",
        "import sys\n"
        "from snaketune import report\n"
        "for step in range(6):\n"
        "    report(step=step, val_loss=abs(step - float(sys.argv[2])))\n",
    )
    project.config["space"] = {"x": [1, 4]}
    project.config["searches"] = {"grid": {"strategy": "grid"}}
    project.config["objective"]["metric"] = {"name": "val_loss", "take": "best"}
    project.good_run()
    assert [row["value"] for row in project.table()] == ["0.0", "0.0"]
    project.config["objective"]["metric"]["take"] = "mean_last_2"
    outcome = project.good_run()
    assert outcome.jobs["trial"] == 0
    assert [row["value"] for row in project.table()] == ["3.5", "0.5"]
