"""The export to Optuna, read back with Optuna."""

import pytest
from snaketune.errors import StudyError
from snaketune.exporting import optuna_rows
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


def test_searches_that_differ_make_one_set_of_values(exported, tmp_path):
    made = exported(
        space={
            "lr": {"type": "loguniform", "low": 1e-4, "high": 1e-2},
            "k": ["a", "b"],
            "n": {"type": "int", "low": 2, "high": 8, "step": 2},
        },
        searches={
            "random": {"strategy": "random", "n_trials": 2},
            "grid": {"strategy": "grid", "space": {"lr": [1e-3, 1.0], "k": ["b", "c"], "n": [1]}},
            "points": {"strategy": "list", "points": [{"lr": 7.5, "k": "z", "n": 4}]},
        },
    )
    made.finish(lambda params, run: {"loss": params["lr"]})
    written = export("optuna", made.described(), tmp_path / "a.db", {})
    assert written.notes == (
        "2 values that are in no distribution are attributes of their trials (param.NAME), such as lr=7.5, k=z",
    )
    study = opened(tmp_path / "a.db")
    assert len(study.trials) == 7
    distributions = {name: kind for trial in study.trials for name, kind in trial.distributions.items()}
    assert distributions == {
        "lr": optuna.distributions.FloatDistribution(1e-4, 1.0, log=True),
        "k": optuna.distributions.CategoricalDistribution(["a", "b", "c"]),
        "n": optuna.distributions.IntDistribution(1, 8),
    }
    outside = next(trial for trial in study.trials if "param.lr" in trial.user_attrs)
    assert (outside.params, outside.user_attrs["param.k"]) == ({"n": 4}, "z")


def test_objectives_constraints_and_curves(exported, tmp_path):
    made = exported(
        objective={"metric": None},
        objectives=[{"metric": "loss"}, {"metric": "accuracy", "direction": "maximize"}],
        outcome_constraints=[{"metric": "memory", "max": 2}, {"metric": "nowhere", "min": 0}],
        space={"x": [1, 2, 3]},
        searches={"grid": {"strategy": "grid"}},
    )
    made.finish(lambda params, run: {"loss": params["x"], "accuracy": params["x"] / 4, "memory": params["x"]})
    for trial in made.described().trials:
        made.report(trial.trial, "r0", '{"epoch": 1, "loss": 4}', '{"epoch": 3, "loss": "NaN"}')
    export("optuna", made.described(), tmp_path / "a.db", {})
    study = opened(tmp_path / "a.db")
    assert [direction.name for direction in study.directions] == ["MINIMIZE", "MAXIMIZE"]
    assert study.metric_names == ["loss", "accuracy"]
    assert [trial.values for trial in study.trials] == [[1, 0.25], [2, 0.5], [3, 0.75]]
    assert [trial.system_attrs["constraints"] for trial in study.trials] == [[x, 1e300] for x in (-1, 0, 1)]
    assert {step: str(value) for step, value in study.trials[0].intermediate_values.items()} == {1: "4.0", 3: "nan"}


def test_a_file_that_is_no_export_stays(exported, tmp_path):
    made = exported()
    made.propose("grid")
    optuna.create_study(storage=f"sqlite:///{tmp_path / 'mine.db'}", study_name="mine")
    (tmp_path / "notes.txt").write_text("mine")
    for name in ("mine.db", "notes.txt"):
        for storage in ("sqlite", "journal"):
            with pytest.raises(StudyError, match="is no export of a study"):
                export("optuna", made.described(), tmp_path / name, {"storage": storage})


@pytest.mark.parametrize("known", [True, False])
def test_rows_are_those_that_optuna_would_write(exported, tmp_path, monkeypatch, known):
    made = exported()
    made.finish(lambda params, run: {"loss": params["x"]})
    added = []
    add = optuna.study.Study.add_trials
    monkeypatch.setattr(optuna.study.Study, "add_trials", lambda study, trials: (added.append(1), add(study, trials)))
    if not known:  # a version with other tables
        number = optuna_rows._number
        monkeypatch.setattr(optuna_rows, "_number", lambda value, name: number(value + 1, name))
    export("optuna", made.described(), tmp_path / "a.db", {})
    assert bool(added) is not known
    study = opened(tmp_path / "a.db")
    assert [trial.number for trial in study.trials] == list(range(9))
    assert study.best_value == 1
