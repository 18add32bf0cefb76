"""Bayesian search as rounds of the workflow: pure, resumable, stopping, starting from results."""

import random
from pathlib import Path

from project import Project
from snaketune.files import csv_rows

NOISY = """\
import json, os, sys, time
options = dict(zip((word.lstrip("-") for word in sys.argv[1::2]), sys.argv[2::2]))
with open("calls.log", "a") as calls:
    calls.write(os.environ["SNAKETUNE_TRIAL"] + "/" + os.environ["SNAKETUNE_RUN"] + "\\n")
time.sleep(float(os.environ.get("DELAY", 0)) * (os.getpid() % 7) / 7)
x, y = float(options["x"]), float(options["y"])
if x > 7.5: sys.exit(1)
print(json.dumps({"loss": (x - 3) ** 2 + (y - 1) ** 2, "cost": x * y}))
"""


def bayesian(project, **options):
    project.write("train.py", NOISY)
    project.config["space"] = {"x": "uniform(0, 10)", "y": "uniform(0, 2)"}
    project.config["searches"] = {
        "bayes": {"strategy": "bayes", "n_trials": 14, "n_initial_points": 6, "batch_size": 4, **options}
    }
    return project


def proposals(project: Project) -> dict[str, bytes]:
    root = project.result("bayes/rounds")
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.glob("*/trials.csv"))}


def test_same_proposals_whatever_happens(project, tmp_path_factory):
    """Cores, random delays, an order of completion of their own and kills change no byte of what is proposed."""
    bayesian(project)
    project.good_run(cores=1)
    for overlap in (0, 1):
        reference = bayesian(Project(tmp_path_factory.mktemp("reference")), overlap=overlap)
        reference.good_run(cores=1)
        other = bayesian(Project(tmp_path_factory.mktemp("other")), overlap=overlap)
        other.config["objective"]["env"] = {"DELAY": 1.5}
        moments = random.Random(overlap)
        kills = sum(other.killed_run(moments.uniform(3, 8)) for _ in range(4))
        other.good_run(cores=8)
        assert kills, "nothing was killed"
        assert proposals(other) == proposals(reference)
        assert other.timeless() == reference.timeless()
    assert len(proposals(project)) == 3


def test_going_on_and_proposing_anew(project):
    bayesian(project)
    project.config["plots"] = {"choose": ["model", "calibration"]}
    project.good_run()
    first = proposals(project)
    project.config["searches"]["bayes"]["n_trials"] = 20
    outcome = project.good_run()
    assert (outcome.jobs["generate"], outcome.jobs["trial"]) == (2, 6)
    assert all(proposals(project)[name].startswith(table) for name, table in first.items())
    for summary in ("summary.md", "bayes/summary.md"):
        assert "The model of bayes predicts left-out trials" in project.result(summary).read_text()
    # As a study is that was finished before there were models to be shown: they are made, and nothing is trained.
    shown = [project.result(f"plots/{name}.png") for name in ("model", "calibration")]
    for path in (project.result("bayes/model.json"), *shown):
        path.unlink()
    jobs = project.good_run().jobs
    assert jobs["aggregate"] == jobs["plots"] == 1
    assert not jobs.keys() & {"generate", "trial", "gather"}
    assert all(path.stat().st_size for path in shown)
    assert project.good_run().idle
    project.config["searches"]["bayes"]["acquisition"] = "lcb"
    project.forget_calls()
    outcome = project.good_run()
    assert outcome.jobs["generate"] == 5
    # The initial trials coincide, so that only the model's are run.
    assert 1 <= outcome.jobs["trial"] <= 14
    assert project.good_run().idle


def test_failures_do_not_stop_it_and_are_avoided(project):
    bayesian(project, n_trials=26)
    project.good_run()
    rows = project.table()
    assert len(rows) == 26
    assert [row["status"] for row in rows].count("failed") > 0
    later = [float(row["x"]) for row in rows[14:]]
    assert sum(x > 7.5 for x in later) <= 1
    assert min(float(row["value"]) for row in rows if row["value"]) < 0.05


def test_stops_and_says_why(project):
    bayesian(project, n_trials=60, stop={"target": 1.0})
    project.good_run()
    assert len(project.table()) < 60
    summary = project.result("summary.md").read_text()
    assert "bayes ended early: the target 1 was reached (loss = " in summary
    project.config["searches"]["bayes"]["stop"] = {"patience": 6, "min_delta": 0.5}
    project.good_run()
    assert "trials brought no improvement (patience: 6)" in project.result("summary.md").read_text()
    assert project.good_run().idle


def test_a_finite_space_ends_it(project):
    bayesian(project, n_trials=40)
    project.config["space"] = {"x": [1, 2, 3], "y": [0, 1]}
    project.good_run()
    assert len(project.table()) == 6
    assert "its space has no more than 6 parameter sets" in project.result("summary.md").read_text()
    assert project.good_run().idle


def test_all_of_a_round_fail(project):
    bayesian(project)
    project.config["on_failure"] = "continue"
    project.write("train.py", NOISY.replace("x > 7.5", "x >= 0"))
    outcome = project.run()
    assert outcome.status == 1
    assert len(project.table()) == 14
    assert {row["status"] for row in project.table()} == {"failed"}


def test_warm_start_and_points(project):
    table = "x,y,loss\n3.1,1.05,0.0125\n2.9,0.9,0.02\n99,1,5\n3.3,1.2,0.13\n"
    project.write("previous.csv", table)
    bayesian(project, n_trials=8, warm_start=["previous.csv"], points=[{"x": 3, "y": 1}])
    outcome = project.good_run()
    assert "previous.csv, line 4 is left out: x can't be 99" in outcome.output
    rows = project.table()
    assert (rows[0]["x"], rows[0]["y"], rows[0]["origin"]) == ("3", "1", "given")
    assert len(rows) == 8
    known = {(row["x"], row["y"]) for row in csv_rows(Path(project.folder / "previous.csv"))}
    assert not known & {(row["x"], row["y"]) for row in rows}
    assert project.good_run().idle


def test_refining_another_search(project):
    bayesian(project, n_trials=6, refine={"search": "coarse", "top": "25%", "margin": 0.05})
    project.config["searches"]["coarse"] = {"strategy": "random", "n_trials": 16}
    project.good_run()
    coarse = sorted(project.table("coarse/results.csv"), key=lambda row: float(row["value"] or "inf"))[:4]
    xs = [float(row["x"]) for row in coarse if row["value"]]
    fine = [float(row["x"]) for row in project.table("bayes/results.csv")]
    assert len(fine) == 6
    assert min(xs) - 0.51 <= min(fine) <= max(fine) <= max(xs) + 0.51
    assert project.good_run().idle


def test_several_objectives(project):
    bayesian(project, n_trials=18)
    del project.config["objective"]["metric"]
    project.config["objectives"] = [{"metric": "loss"}, {"metric": "cost", "direction": "maximize"}]
    project.good_run()
    summary = project.result("summary.md").read_text()
    assert "## Pareto set" in summary
    assert "hypervolume" in summary.lower()


def test_engines(project):
    for engine in (
        {"engine": "skopt", "surrogate": "rf", "batch": "cl_min"},
        {"engine": "optuna", "sampler": {"type": "TPESampler", "n_startup_trials": 5}},
    ):
        bayesian(project, n_trials=10, **engine)
        project.good_run()
        assert len(project.table()) == 10
        assert project.good_run().idle
    project.config["searches"]["bayes"]["sampler"]["n_startup"] = 3
    outcome = project.run()
    assert outcome.status == 1
    assert "n_startup" in outcome.output
    assert "n_startup_trials" in outcome.output
    assert "Traceback" not in outcome.output


def test_imported_results_are_not_run(project):
    """They count, a change of one trains nothing, and a row that is taken away is a trial to run."""
    header = "X,y,loss\n"
    project.write("old.csv", header + "1,0,9.5\n2,1,8.5\n6.5,0,-1\n")
    project.config["imported"] = [{"file": "old.csv", "columns": {"x": "X"}, "count": True}]
    project.good_run()
    imported = [(row["search"], row["x"], row["value"]) for row in project.table() if row["origin"] == "imported"]
    assert imported[:2] == [("grid", "1", "9.5"), ("grid", "2", "8.5")]
    assert imported[2:] == [("random", "1.0", "9.5"), ("random", "2.0", "8.5"), ("random", "6.5", "-1")]
    assert len(project.table()) == 6 + 4
    assert sum(project.calls().values()) == 4 + 1
    assert "loss = -1" in project.result("best.yaml").read_text()
    assert project.good_run().idle
    project.write("old.csv", header + "1,0,9.5\n2,1,-3\n6.5,0,-1\n")
    project.good_run()
    assert sum(project.calls().values()) == 4 + 1
    assert "loss = -3" in project.result("best.yaml").read_text()
    project.write("old.csv", header + "1,0,9.5\n6.5,0,-1\n")
    project.good_run()
    assert sum(project.calls().values()) == 4 + 1 + 2
    assert len(project.table()) == 6 + 4
    (project.folder / "old.csv").unlink()
    assert "imported[0].file: old.csv can't be read" in project.run().output
