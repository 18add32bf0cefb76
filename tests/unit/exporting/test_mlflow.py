"""The export to MLflow, read back with MLflow."""

import pytest
from snaketune.exporting.formats import export
from snaketune.exporting.mlflow_runs import Point, _named, runs_of

NAME = "mlflow is not installed: pip install 'snaketune[mlflow]'"


@pytest.fixture
def study(exported):
    made = exported(objective={"replicates": 2}, space={"x": [1, 2, 3]}, searches={"grid": {"strategy": "grid"}})
    for row in made.propose("grid")[:2]:
        for run in ("r0", "r1"):
            made.run(row.trial, run, {"loss": row.params["x"] + int(run[1])})
            made.report(row.trial, run, '{"epoch": 1, "loss": 9, "time": 2}', '{"epoch": 2, "loss": 8, "time": 3}')
    return made


def test_runs_as_values(study):
    runs = list(runs_of(study.described()))
    assert [(run.name, run.status) for run in runs] == [
        ("grid-0", "FINISHED"), ("grid-0 r0", "FINISHED"), ("grid-0 r1", "FINISHED"),
        ("grid-1", "FINISHED"), ("grid-1 r0", "FINISHED"), ("grid-1 r1", "FINISHED"), ("grid-2", "SCHEDULED"),
    ]  # fmt: skip
    assert (runs[0].metrics, runs[0].params) == ({"loss": 1.5}, {"x": "1"})
    assert runs[1].history == [Point("history/loss", 9.0, 1, 2000), Point("history/loss", 8.0, 2, 3000)]
    assert runs[0].tags["snaketune.searches"] == "grid"
    assert [path.name for path in runs[1].artifacts] == ["result.json", "history.jsonl"]
    assert len({run.digest for run in runs}) == 7


@pytest.mark.parametrize(
    ("name", "taken"), [("größe/x", "größe/x"), ("a(b)", "a_b_"), ("../a", "__a"), ("a//b", "a__b"), ("\ud800", "_")]
)
def test_names_are_those_that_mlflow_takes(name, taken):
    assert _named(name) == taken


def test_a_store_has_each_run_once(study, tmp_path):
    mlflow = pytest.importorskip("mlflow", reason=NAME)
    place = tmp_path / "out"
    assert export("mlflow", study.described(), place, {}).changed
    before = (place / "mlflow.db").stat()
    assert not export("mlflow", study.described(), place, {}).changed
    assert (place / "mlflow.db").stat() == before
    *_, last = study.propose("grid")
    for run in ("r0", "r1"):
        study.run(last.trial, run, {"loss": 7})
    first = study.described().trials[0]
    study.report(first.trial, "r0", '{"epoch": 1, "loss": 5}')  # which can't be taken back
    assert export("mlflow", study.described(), place, {}).changed
    client = mlflow.MlflowClient(tracking_uri=f"sqlite:///{place / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("s").experiment_id
    runs = client.search_runs([experiment])
    trials = {run.data.tags["snaketune.trial"]: run for run in runs if "snaketune.run" not in run.data.tags}
    assert sorted(run.data.metrics["loss"] for run in trials.values()) == [1.5, 2.5, 7]
    assert len(runs) == 3 + 6
    for run in runs:
        if "snaketune.run" in run.data.tags:
            assert run.data.tags["mlflow.parentRunId"] == trials[run.data.tags["snaketune.trial"]].info.run_id
    (anew,) = [r for r in runs if r.info.run_name == "grid-0 r0"]
    history = client.get_metric_history(anew.info.run_id, "history/loss")
    assert [(point.step, point.value) for point in history] == [(1, 5.0)]
