"""plan and status: words about a study that run nothing."""

from snaketune.config import load_study
from snaketune.layout import Layout
from snaketune.results.outcome import still_holds
from snaketune.results.study import read_finished


def test_plan_before_and_after(project):
    project.config["objective"]["replicates"] = 2
    outcome = project.good_run("plan")
    assert "20 runs in all (10 trials × 2), 0 done, 20 to run" in outcome.output
    assert not project.calls()
    plan = project.table("grid/plan.csv")
    assert [(row["x"], row["y"], row["done"]) for row in plan[:2]] == [("1", "0", "0"), ("1", "1", "0")]
    project.good_run()
    assert {row["trial"] for row in project.table("grid/results.csv")} == {row["trial"] for row in plan}
    project.config["searches"]["random"]["n_trials"] = 6
    assert "24 runs in all (12 trials × 2), 20 done, 4 to run" in project.good_run("plan").output
    # On the command line a number is one in a mapping too, which is merged, and need not name the search.
    values = ("--config", "searches={grid: {space: {x: [1]}}}", "n_trials=5")
    assert "14 runs in all (7 trials × 2)" in project.good_run("plan", *values).output
    # Planning changes nothing about what is done.
    project.config["searches"]["random"]["n_trials"] = 4
    assert project.good_run().idle


def test_status_at_every_stage(project):
    assert "0 of 10 trials done" in project.good_run("status").output
    project.config["objective"]["env"] = {"DELAY": 1}
    assert project.killed_run(60, once=lambda: len(project.finished()) >= 2)
    output = project.good_run("status").output
    assert "of 10 trials done" in output
    assert "Tables and plots" not in output
    outcome = project.good_run("--config", "progress=0.5")
    assert "trials done, best loss" in outcome.output
    assert "10 of 10 trials done, best loss 0" in project.good_run("status").output
    # From now on the tables are all that is read by who looks at the results.
    layout = Layout(project.folder / "results" / "s")
    assert still_holds(read_finished(layout, load_study(layout.study)))
    assert project.good_run().idle
    assert still_holds(read_finished(layout, load_study(layout.study)))


def test_dry_run_changes_nothing(project):
    project.good_run("--dry-run")
    assert not project.calls()
    assert not list(project.folder.glob("results/s/*/rounds/*/trials.csv"))


def test_plot_options_draw_plots_alone(project):
    project.config["plots"] = {"choose": ["history"]}
    assert project.good_run().jobs["trial"] == 10
    project.config["plots"]["width"] = 8.5
    jobs = project.good_run().jobs
    assert jobs["trial"] == jobs["generate"] == jobs["gather"] == jobs["aggregate"] == 0
    assert sum(count for rule, count in jobs.items() if rule.startswith("plots")) >= 1
    assert project.good_run().idle


def test_a_straggler_does_not_hold_up_the_next_round(project):
    """A search that does not learn keeps two rounds going by default; the one after them waits."""
    straggler = """
import json, os, sys, time
x = int(sys.argv[2])
open(os.environ["SNAKETUNE_STUDY"] + sys.argv[2], "w").close()
until = time.time() + 240
while x == 0 and not os.path.exists(os.environ["SNAKETUNE_STUDY"] + os.environ["LAST"]) and time.time() < until:
    time.sleep(0.1)
time.sleep(3 if x == 0 else 0)
print(json.dumps({"loss": x}))
"""
    project.write("train.py", straggler)
    project.config["space"] = {"x": list(range(6))}
    for overlap, together in {0: "0", None: "01", 2: "012"}.items():
        project.config["study"] = f"s{overlap}"
        project.config["objective"]["env"] = {"LAST": 2 * len(together) - 1}
        project.config["searches"] = {"grid": {"strategy": "grid", "batch_size": 2}}
        if overlap is not None:
            project.config["searches"]["grid"]["overlap"] = overlap
        project.good_run(cores=2)
        rows = project.table()
        end = next(row["finished"] for row in rows if row["x"] == "0")
        assert sorted({row["round"] for row in rows if row["started"] < end}) == list(together)


def test_waves_of_a_large_search(project):
    project.config["searches"] = {"random": {"strategy": "random", "n_trials": 7, "batch_size": 3}}
    outcome = project.good_run()
    assert (outcome.jobs["generate"], outcome.jobs["gather"]) == (3, 3)
    rows = project.table()
    assert [row["number"] for row in rows] == [str(i) for i in range(7)]
    assert [row["round"] for row in rows] == list("0001112")
    again = project.good_run()
    assert again.idle
    assert again.log.count("Updating checkpoint dependencies") == 1, "the graph is extended once, not for each round"


def test_rounds_that_a_smaller_space_no_longer_has(project):
    project.config["space"] = {"x": [1, 2, 3, 4, 5, 6]}
    project.config["searches"] = {"grid": {"strategy": "grid", "batch_size": 2, "overlap": 2}}
    assert project.good_run().jobs["trial"] == 6
    project.config["space"] = {"x": [3, 1, 2]}
    assert project.good_run().jobs["trial"] == 0
    assert sorted(row["x"] for row in project.table()) == ["1", "2", "3"]
    assert project.good_run().idle
    project.config["space"] = {"x": [1, 2, 3, 4, 5, 6, 7]}
    assert project.good_run().jobs["trial"] == 1
    assert len(project.table()) == 7
