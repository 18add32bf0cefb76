"""Exports as JSON and as Parquet, read back."""

import json

import pytest
from snaketune.exporting.formats import export

SPACE = {
    "x": [1, 2],
    "mixed": {"choices": [1, None, "a"], "when": {"x": 2}},
    "lr": {"type": "uniform", "low": 0, "high": 1},
}


def finished(exported):
    made = exported(space=SPACE, searches={"random": {"strategy": "random", "n_trials": 8}})
    made.finish(lambda params, run: {"loss": "NaN" if params["x"] == 1 else 0.5, "word": "größe \ud800", "fits": True})
    for row in made.described().trials:
        made.report(row.trial, "r0", '{"step": 1, "loss": 2.5, "note": "a"}')
    return made


def test_json(exported, tmp_path):
    made = finished(exported)
    place = tmp_path / "a" / "out.json"
    assert export("json", made.described(), place, {}).changed
    found = json.loads(place.read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert found["study"] == "s"
    assert {trial["status"] for trial in found["trials"]} == {"invalid", "complete"}
    assert found["trials"][0]["runs"][0]["history"] == [{"step": 1, "loss": 2.5, "note": "a"}]
    before = place.stat()
    assert not export("json", made.described(), place, {}).changed
    assert place.stat() == before
    assert [path.name for path in place.parent.iterdir()] == ["out.json"]


def test_parquet(exported, tmp_path):
    pd = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install 'snaketune[parquet]'")
    made = finished(exported)
    written = export("parquet", made.described(), tmp_path / "out", {})
    assert (written.changed, written.notes) == (
        True,
        ("hold values of several types, as JSON: trials.mixed, runs.mixed",),
    )
    trials = pd.read_parquet(tmp_path / "out" / "trials.parquet")
    assert {str(trials[name].dtype) for name in ("number", "runs", "x")} == {"Int64"}
    assert (str(trials["lr"].dtype), str(trials["fits"].dtype)) == ("Float64", "boolean")
    assert str(trials["started"].dtype).startswith("datetime64")
    for trial, (_, row) in zip(made.described().trials, trials.iterrows(), strict=True):
        assert (row["trial"], row["lr"]) == (trial.trial, trial.params["lr"])
        if "mixed" in trial.params:
            assert json.loads(row["mixed"]) == trial.params["mixed"]
        else:
            assert pd.isna(row["mixed"])
    history = pd.read_parquet(tmp_path / "out" / "history.parquet")
    assert list(history["loss"]) == [2.5] * 8
    assert len(pd.read_parquet(tmp_path / "out" / "rungs.parquet")) == 0
    assert not export("parquet", made.described(), tmp_path / "out", {}).changed


@pytest.mark.parametrize("form", ["json", "parquet", "optuna", "tensorboard"])
def test_a_study_of_which_nothing_has_run(exported, tmp_path, form):
    needed = {"json": "json", "parquet": "pyarrow", "optuna": "optuna", "tensorboard": "tensorboardX"}[form]
    pytest.importorskip(needed, reason=f"needs {needed}")
    made = exported()
    assert export(form, made.described(), tmp_path / "out", {}).changed
    made.propose("grid")
    tables = form == "parquet"  # which have finished trials alone
    assert export(form, made.described(), tmp_path / "out", {}).changed is not tables
    assert not export(form, made.described(), tmp_path / "out", {}).changed
