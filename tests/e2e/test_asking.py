"""Trials that are asked for and told in Python, in the folder of the real workflow."""

import snaketune


def test_told_trials_are_rows_beside_those_that_are_run(project, monkeypatch):
    monkeypatch.chdir(project.folder)
    project.config["searches"] = {
        "random": {"strategy": "random", "n_trials": 4},
        "bayes": {"strategy": "bayes", "n_trials": 5, "n_initial_points": 3, "batch_size": 2},
    }
    study = snaketune.Study(project.config)
    told = [trial for search in study.searches for trial in study.ask(2, search=search)]
    for i, trial in enumerate(told):
        study.tell(trial, -1.0 - i)
    outcome = project.good_run()
    assert outcome.jobs["trial"] == 5
    assert {row["trial"] for row in project.table() if row["origin"] == "told"} == {trial.id for trial in told}
    assert float(project.table()[0]["value"]) == -1.0
    assert f"trial {told[-1].id}: loss = -4.0" in project.result("best.yaml").read_text()
    assert snaketune.load("results/s").trials.equals(study.results().trials)

    rounds = {path: path.read_bytes() for path in project.result(".").glob("*/rounds/*/trials.csv")}
    (late,) = study.ask(1, search="bayes")
    study.tell(late, -9.0)
    project.forget_calls()
    frame = snaketune.run("config.yaml", cores=2, quiet=True).trials
    assert (project.calls(), len(frame), study.best.id) == ({}, 10, late.id)
    assert {path: path.read_bytes() for path in rounds} == rounds
    assert project.run().idle
