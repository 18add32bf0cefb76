"""What exports see of a study: each trial once, whatever became of it."""

import json

import pytest
from snaketune.errors import StudyError
from snaketune.exporting.described import RUNNING, WAITING
from snaketune.exporting.document import document_text
from snaketune.exporting.formats import export
from snaketune.runner.lock import lock_folder

HALVING = {
    "objective": {"command": "true {budget}", "folds": 2},
    "space": {"x": {"type": "uniform", "low": 0.0, "high": 1.0}},
    "searches": {
        "halving": {"strategy": "halving", "n_trials": 9, "budget": {"name": "epochs", "min": 1, "max": 9}},
    },
}


def document_of(found):
    return json.loads(document_text(found))


def test_a_trial_of_two_searches_is_there_once(exported):
    made = exported()
    made.finish(lambda params, run: {"loss": params["x"]})
    trials = document_of(made.described())["trials"]
    ids = [trial["trial"] for trial in trials]
    assert len(ids) == len(set(ids)) == 9
    shared = [trial for trial in trials if len(trial["searches"]) == 2]
    assert len(shared) == 4
    assert [place["search"] for place in shared[0]["searches"]] == ["grid", "few"]
    only = document_of(made.described("few"))
    assert {trial["trial"] for trial in only["trials"]} == {trial["trial"] for trial in shared}
    assert list(only["searches"]) == ["few"]
    with pytest.raises(StudyError, match=r"no search 'fwe'\. Did you mean 'few'"):
        made.described("fwe")


def test_what_is_not_finished_is_there_too(exported):
    made = exported(objective={"replicates": 2}, searches={"grid": {"strategy": "grid"}})
    assert document_of(made.described())["trials"] == []
    first, second, third, *others = made.propose("grid")
    for run in ("r0", "r1"):
        made.run(first.trial, run, {"status": "timeout", "reason": "60 s"})
    made.run(second.trial, "r0", {"loss": "Infinity", "extra": 1})
    lock = lock_folder(str(made.layout.run(third.trial, "r0")), lambda: None)
    made.report(third.trial, "r0", '{"step": 1, "loss": "NaN"}')
    try:
        found = made.described()
    finally:
        import os

        os.close(lock)
    statuses = [trial.status for trial in found.trials]
    assert statuses == ["timeout", RUNNING, RUNNING, *[WAITING] * len(others)]
    document = document_of(found)
    assert document["best"] is None
    assert document["incomplete"].startswith("Incomplete: 1 of 9 trials")
    assert document["trials"][0]["reason"].endswith("r0: 60 s")
    assert document["trials"][1]["runs"][0]["metrics"]["loss"] is None  # no number that JSON knows
    assert document["trials"][2]["runs"] == [
        document["trials"][2]["runs"][0] | {"status": RUNNING, "history": [{"step": 1, "loss": None}]}
    ]


def test_rungs(exported, tmp_path):
    made = exported(**HALVING)
    made.through(lambda params, run: {"loss": params["x"] + (5 if run.endswith("b1") else 0 if "b9" in run else -5)})
    found = made.described()
    assert sorted(trial.rung.budget for trial in found.trials) == [1] * 6 + [3] * 2 + [9]
    assert [trial.in_full for trial in found.trials].count(True) == 1
    best = next(trial for trial in found.trials if trial.in_full)
    assert found.best == best.trial
    assert [str(run.run) for run in best.runs] == ["r0f0b1", "r0f1b1", "r0f0b3", "r0f1b3", "r0f0b9", "r0f1b9"]
    assert [str(run.run) for run in best.furthest] == ["r0f0b9", "r0f1b9"]
    optuna = pytest.importorskip("optuna", reason="Optuna is not installed: pip install 'snaketune[optuna]'")
    export("optuna", found, tmp_path / "a.db", {})
    study = optuna.load_study(study_name="s", storage=f"sqlite:///{tmp_path / 'a.db'}")
    # Values of smaller budgets are less, and none of them is compared.
    assert study.best_trial.user_attrs["trial"] == best.trial
    assert [trial.state.name for trial in study.trials].count("PRUNED") == 8
    x = best.params["x"]
    assert study.best_trial.intermediate_values == pytest.approx({1: x + 5, 3: x - 5, 9: x})
    assert study.best_trial.user_attrs["budget"] == 9


def test_imported_and_pruned_trials(exported, tmp_path):
    (tmp_path / "old.csv").write_text("x,loss,status\n1,0.5,complete\n2,,failed\n")
    made = exported(
        space={"x": [1, 2, 3]},
        imported=[{"file": "old.csv"}],
        searches={"grid": {"strategy": "grid"}},
    )
    made.finish(lambda params, run: {"status": "pruned", "reason": "no hope", "pruned_at": 2, "metrics": {"loss": 9.0}})
    trials = document_of(made.described())["trials"]
    assert [(trial["status"], trial["searches"][0]["origin"]) for trial in trials] == [
        ("complete", "imported"), ("failed", "imported"), ("pruned", "grid"),
    ]  # fmt: skip
    assert [(trial["value"], trial["started"] is None, len(trial["runs"])) for trial in trials] == [
        (0.5, True, 0), (None, True, 0), (None, False, 1),
    ]  # fmt: skip
    assert trials[2]["metrics"] == {"loss": 9.0}
    optuna = pytest.importorskip("optuna", reason="Optuna is not installed: pip install 'snaketune[optuna]'")
    export("optuna", made.described(), tmp_path / "a.db", {})
    study = optuna.load_study(study_name="s", storage=f"sqlite:///{tmp_path / 'a.db'}")
    assert [trial.state.name for trial in study.trials] == ["COMPLETE", "FAIL", "PRUNED"]
