"""A mistake that fails every trial ends the search after the first of them; mended, the same command goes on."""

RANDOM = {"random": {"strategy": "random", "n_trials": 12}}


def test_a_wrong_import_and_then_a_wrong_metric(project):
    good = (project.folder / "train.py").read_text()
    project.write(
        "train.py", good.replace('x, y = float(options["x"])', 'if options: import jsn\nx, y = float(options["x"])')
    )
    project.config["searches"] = RANDOM
    project.config["objective"]["trials_per_job"] = 2
    outcome = project.run()
    assert outcome.status == 1
    assert 3 <= len(project.calls()) <= 6, "as many as cores may have been under way"
    for words in (
        "Stopped: all",
        "failed: exit code 1: ModuleNotFoundError: No module named 'jsn'",
        "stderr.log ends with:",
        "What to do: install it (pip install jsn",
        "--config retry=failed",
    ):
        assert words in outcome.output
    calls = project.calls()
    # Said at once, whatever the cores; nothing runs.
    outcome = project.run(cores=8)
    assert (outcome.status, outcome.jobs.total()) == (1, 0)
    assert "Stopped: all" in outcome.output
    assert "Traceback (most recent call last):\n  File" not in outcome.output
    assert project.calls() == calls

    # The code is mended, the metric is not.
    project.forget_calls()
    project.write("train.py", good)
    project.config["objective"] |= {"metric": "los", "trials_per_job": 1}
    outcome = project.run()
    assert outcome.status == 1
    assert "the program gives no 'los'. Did you mean 'loss'? Allowed: loss, other." in outcome.output
    few = project.calls().total()
    assert 3 <= few <= 4
    # Only the configuration's metric is mended: these count, and the others run.
    project.config["objective"]["metric"] = "loss"
    assert project.good_run().jobs["trial"] == 12 - few
    assert set(project.calls().values()) == {1}
    assert len(project.table()) == 12


def test_going_on_all_the_same(project):
    project.write("train.py", "raise SystemExit(3)")
    project.config["searches"] = {"random": {"strategy": "random", "n_trials": 5}}
    project.config["on_failure"] = "continue"
    outcome = project.run()
    assert outcome.status == 1
    assert "Stopped:" not in outcome.output
    assert "No trial of the study s is complete" in outcome.output
    assert {row["status"] for row in project.table()} == {"failed"}
