"""The export to Optuna, read back with Optuna."""

import pytest
from snaketune.exporting.formats import export
from snaketune.results.ranking import ranked

optuna = pytest.importorskip("optuna", reason="Optuna is not installed: pip install 'snaketune[optuna]'")

SPACE = {
    "lr": {"type": "loguniform", "low": 1e-4, "high": 1.0},
    "layers": {"type": "int", "low": 1, "high": 8},
    "kind": ["adam", "sgd"],
    "momentum": {"type": "uniform", "low": 0.0, "high": 0.9, "step": 0.3, "when": {"kind": "sgd"}},
    "size": [16, 32],
    "mixed": [1, True, [1, 2]],
    "epochs": 10,
    "größe": {"type": "normal", "mu": 0, "sigma": 1},
}


def result_of(params, run):
    if params["layers"] == 3:
        return {"status": "failed", "reason": "exit code 1", "metrics": {}}
    return {"loss": abs(params["größe"]) + params["lr"], "accuracy": 0.5, "word": "x"}


def opened(place, name="s"):
    storage = f"sqlite:///{place}"
    if place.suffix == ".journal":
        from optuna.storages import JournalStorage
        from optuna.storages.journal import JournalFileBackend

        storage = JournalStorage(JournalFileBackend(str(place)))
    return optuna.load_study(study_name=name, storage=storage)


@pytest.fixture(params=["sqlite", "journal"])
def storage(request):
    return request.param


def test_a_study_is_what_optuna_reads(exported, tmp_path, storage):
    made = exported(
        space=SPACE, searches={"random": {"strategy": "random", "n_trials": 12}}, tags=["a"], name="größe {size}"
    )
    made.finish(result_of)
    found = made.described()
    written = export(
        "optuna", found, tmp_path / f"out.{'db' if storage == 'sqlite' else 'journal'}", {"storage": storage}
    )
    study = opened(tmp_path / written.place)
    assert len(study.trials) == 12
    assert study.best_trial.user_attrs["trial"] == ranked(found.results.trials, made.study)[0].trial
    assert study.metric_names == ["loss"]
    for trial, theirs in zip(found.trials, study.trials, strict=True):
        assert theirs.user_attrs["trial"] == trial.trial
        assert set(theirs.params) == set(trial.params)  # those that are inactive are absent
        for name in set(SPACE) & set(trial.params) - {"mixed"}:
            assert theirs.params[name] == trial.params[name]
        assert theirs.state.name == ("FAIL" if trial.params["layers"] == 3 else "COMPLETE")
        assert theirs.user_attrs["name"] == f"größe {trial.params['size']}"
        assert theirs.user_attrs["tags"] == ["a"]
        assert (theirs.datetime_complete - theirs.datetime_start).total_seconds() == 0
    distributions = {name: d for trial in study.trials for name, d in trial.distributions.items()}
    assert distributions["lr"] == optuna.distributions.FloatDistribution(1e-4, 1.0, log=True)
    assert distributions["layers"] == optuna.distributions.IntDistribution(1, 8)
    assert distributions["momentum"] == optuna.distributions.FloatDistribution(0.0, 0.9, step=0.3)
    assert distributions["size"] == optuna.distributions.CategoricalDistribution([16, 32])
    assert distributions["mixed"] == optuna.distributions.CategoricalDistribution(["1", "true", "[1, 2]"])
    assert set(optuna.importance.get_param_importances(study)) >= {"lr", "größe"}


def test_an_unchanged_study_is_not_written_again(exported, tmp_path, storage):
    made = exported()
    made.propose("grid")
    place = tmp_path / "out"
    assert export("optuna", made.described(), place, {"storage": storage}).changed
    before = place.stat()
    assert not export("optuna", made.described(), place, {"storage": storage}).changed
    assert (place.stat().st_ino, place.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    made.finish(lambda params, run: {"loss": params["x"]})
    assert export("optuna", made.described(), place, {"storage": storage}).changed
    assert place.stat().st_ino != before.st_ino
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "results"]
