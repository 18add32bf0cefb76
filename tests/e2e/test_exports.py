"""Exports are written behind rounds and at the end, and made again alone."""

import json

import pytest


def test_exports_behind_rounds_and_at_the_end(project):
    pytest.importorskip("optuna", reason="Optuna is not installed: pip install 'snaketune[optuna]'")
    project.config["searches"] = {"random": {"strategy": "random", "n_trials": 4, "batch_size": 2, "overlap": 0}}
    project.config["exports"] = ["json"]
    first = project.good_run()
    assert (first.jobs["trial"], first.jobs["export_round"], first.jobs["export"]) == (4, 2, 1)
    assert "were not present" not in first.output
    place = project.result("exports") / "trials.json"
    document = json.loads(place.read_text())
    assert [trial["status"] for trial in document["trials"]] == ["complete"] * 4
    assert document["incomplete"] is None
    inode = place.stat().st_ino
    project.config["exports"] = {"json": {}, "optuna": {}}
    again = project.good_run()
    assert again.jobs["export"] == 1
    assert set(again.jobs) <= {"export", "all"}
    assert place.stat().st_ino == inode  # nothing in it has changed
    assert (project.result("exports") / "optuna.db").is_file()
    assert project.good_run().idle
