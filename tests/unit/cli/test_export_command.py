"""`snaketune export`."""

import json

import pytest


def test_json_below_the_study_or_where_it_is_wanted(snaketune, begun):
    study = begun()
    study.propose("grid")
    done = snaketune("export", "json")
    assert (done.exit_code, done.stdout) == (0, "results/s/exports/trials.json\n")
    assert "Incomplete: 0 of 13 trials so far" in done.stderr
    again = snaketune("export", "json", "results/s")
    assert "Nothing has changed since it was written" in again.stderr
    printed = snaketune("export", "json", "-o", "-", "--search", "few", "-s", "s")
    assert list(json.loads(printed.stdout)["searches"]) == ["few"]
    assert snaketune("export", "json", "--search", "few").stdout == "results/s/exports/few/trials.json\n"
    assert snaketune("export", "json", "-o", "my own.json").stdout == "my own.json\n"


def test_wrong_usage(snaketune, begun, monkeypatch):
    assert snaketune("export", "json").exit_code == 1  # no study
    study = begun()
    study.propose("grid")
    assert snaketune("export", "jsn").exit_code == 2
    done = snaketune("export", "json", "--search", "gird")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert "Did you mean 'grid'?" in done.stderr
    monkeypatch.setattr("snaketune.samplers.libraries.find_spec", lambda module: None)
    for form, extra in (
        ("optuna", "optuna"),
        ("tensorboard", "tensorboard"),
        ("mlflow", "mlflow"),
        ("parquet", "parquet"),
    ):
        done = snaketune("export", form)
        assert done.exit_code == 1
        assert done.stderr.startswith(f"snaketune: export {form} needs ")
        assert done.stderr.endswith(f"which is not installed: pip install 'snaketune[{extra}]'\n")
    assert not study.layout.exports().exists()


def test_a_place_that_can_not_be_written(snaketune, begun, tmp_path):
    begun().propose("grid")
    (tmp_path / "file").write_text("")
    for place in ("file/below.json", "results"):
        done = snaketune("export", "json", "-o", place)
        assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
        assert "can't be written: " in done.stderr


def test_optuna_into_a_journal(snaketune, begun):
    pytest.importorskip("optuna", reason="Optuna is not installed: pip install 'snaketune[optuna]'")
    begun().propose("grid")
    assert snaketune("export", "optuna", "--storage", "journal").stdout == "results/s/exports/optuna.journal\n"
