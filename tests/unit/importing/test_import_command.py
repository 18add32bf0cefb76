"""Results of Optuna, W&B, MLflow and any table become a table of ours, and results of a study."""

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from snaketune.cli.group import group
from snaketune.config import read_study
from snaketune.files import csv_rows

STUDY = {
    "study": "s",
    "objective": {"command": "true", "metric": "val_loss", "code": []},
    "space": {
        "lr": "loguniform(1e-5, 1e-1)", "batch_size": [16, 32], "nesterov": [True, False, None], "seed_of": 3,
        "momentum": {"type": "uniform", "low": 0, "high": 1, "when": {"nesterov": True}},
    },
    "searches": {"bayes": {"strategy": "bayes", "n_trials": 9}},
}  # fmt: skip
# Made by `mlflow experiments csv` of MLflow 3 (some columns are left out).
MLFLOW = """\
run_id,status,artifact_uri,start_time,end_time,metrics.val_loss,params.learning_rate,params.batch_size,params.nesterov,\
params.momentum
a99e,RUNNING,/m/1/a99e/artifacts,2026-11-26 06:17:24.666+00:00,,,0.05,16,None,
42b4,FAILED,/m/1/42b4/artifacts,2026-11-26 06:17:24.641+00:00,2026-11-26 06:17:24.661+00:00,0.0099,0.0001,32,False,
1419,FINISHED,/m/1/1419,2026-11-26 06:17:24.617+00:00,2026-11-26 06:17:24.635+00:00,0.0090000000000001,0.001,16,True,0.5
bd31,FINISHED,/m/1/bd31/artifacts,2026-11-26 06:17:24.593+00:00,2026-11-26 06:17:24.611+00:00,0.0,0.01,64,None,
8ef5,FINISHED,/m/1/8ef5/artifacts,2026-11-26 06:17:24.548+00:00,2026-11-26 06:17:24.584+00:00,,0.1,16,None,
"""
# As the web page of W&B exports the table of runs.
WANDB_PAGE = """\
"Name","State","Notes","User","Tags","Created","Runtime","Sweep","lr","batch_size","nesterov","momentum","val_loss"
"sweepy-1","finished","-","me","","2026-01-01T00:00:00.000Z","33","abc","0.001","16","true","0.5","0.25"
"sweepy-2","crashed","-","me","","2026-01-01T00:00:00.000Z","3","abc","0.002","32","false","",""
"sweepy-3","running","-","me","","2026-01-01T00:00:00.000Z","3","abc","0.003","32","false","","0.5"
"sweepy-4","finished","-","me","","2026-01-01T00:00:00.000Z","3","abc","0.003","32","null","","NaN"
"""
# A data frame as W&B's documentation makes it of its API, with `State` beside it.
WANDB_API = """\
,summary,config,name,State
0,"{'val_loss': 0.25}","{'lr': 0.001, 'batch_size': 16, 'nesterov': True, 'momentum': 0.5}",sweepy-1,finished
1,{},"{'lr': 0.002, 'batch_size': 32, 'nesterov': False}",sweepy-2,crashed
"""
GOOD = [
    ({"lr": 0.001, "batch_size": 16, "nesterov": True, "seed_of": 3, "momentum": 0.5}, "complete", {"val_loss": 0.25}),
    ({"lr": 0.002, "batch_size": 32, "nesterov": False, "seed_of": 3}, "failed", {}),
]


@pytest.fixture
def imports(tmp_path, monkeypatch):
    """Calls the command in a folder with study.yaml; what it has printed."""
    monkeypatch.chdir(tmp_path)
    Path("study.yaml").write_text(yaml.safe_dump(STUDY))

    def call(*words: str, status: int = 0):
        done = CliRunner().invoke(group, ["import", *words])
        assert done.exit_code == status, done.output
        return done.output

    return call


def imported():
    """What the study in the folder has by import."""
    search = read_study(yaml.safe_load(Path("study.yaml").read_text()), Path.cwd()).searches["bayes"]
    assert not search.left_out
    return search, [(known.params, known.status, known.metrics) for known in search.imported.values()]


@pytest.mark.parametrize("text", [WANDB_PAGE, WANDB_API])
def test_exports_of_wandb(imports, text):
    Path("wandb.csv").write_text(text)
    said = imports("wandb", "wandb.csv", "--into", "study.yaml", "--count")
    search, found = imported()
    assert found == GOOD
    assert search.counted == tuple(search.imported)
    if text == WANDB_PAGE:
        assert 'left out, 1: its status is "running"' in said
        assert "left out, 1: val_loss is no finite number" in said
    assert "wandb-imported.csv: 2 of" in said


def test_an_export_of_mlflow(imports):
    Path("runs.csv").write_text(MLFLOW)
    assert "say which it is: --map lr=COLUMN" in imports("mlflow", "runs.csv", "--into", "study.yaml", status=1)
    report = json.loads(
        imports("mlflow", "runs.csv", "--into", "study.yaml", "--map", "lr=learning_rate", "-o", "m.csv", "--json")
    )
    assert (report["taken"], report["of"], report["statuses"]) == (2, 5, {"failed": 1, "complete": 1})
    assert report["left_out"] == {
        'its status is "RUNNING"': 1, "val_loss is no finite number": 1, "batch_size can't be 64": 1,
    }  # fmt: skip
    assert imported()[1][1] == (GOOD[0][0], "complete", {"val_loss": 0.0090000000000001})


def optuna_study(storage, **options):
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)

    def objective(trial):
        lr = trial.suggest_float("lr", 1e-5, 1e-1, log=True)
        if trial.suggest_categorical("nesterov", [True, False, None]):
            trial.suggest_float("momentum", 0, 1)
        trial.suggest_int("batch_size", 16, 32, step=16)
        trial.suggest_categorical("unused", ["a"])
        if trial.number == 2:
            raise optuna.TrialPruned
        if trial.number == 3:
            raise ValueError
        return (lr - 0.01) ** 2

    study = optuna.create_study(storage=storage, **options)
    study.optimize(objective, n_trials=8, catch=(ValueError,))
    study.ask()
    return study


def test_studies_that_optuna_has_made(imports):
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    first = optuna_study("sqlite:///old.db", study_name="first")
    optuna_study(JournalStorage(JournalFileBackend("old.log")), study_name="first")
    for storage in ("sqlite:///old.db", "old.db", "old.log"):
        said = imports("optuna", storage, "--for", "study.yaml", "-o", f"{storage[-5:]}.csv")
        assert "8 of 9 trials of the study first of Optuna (6 complete, 1 failed, 1 pruned)" in said
        assert 'left out, 1: its status is "RUNNING"' in said
        assert "not taken: params.unused" in said
    imports("optuna", "old.db", "--into", "study.yaml")
    theirs = [({**t.params, "seed_of": 3}, t.value) for t in first.trials[:8]]
    for (params, status, metrics), (expected, value) in zip(imported()[1], theirs, strict=True):
        del expected["unused"]
        assert {name: params[name] for name in expected} == expected
        assert metrics == ({"val_loss": value} if status == "complete" else {})
    assert len(csv_rows(Path("old-imported.csv"))) == 8


def test_directions_and_several_studies(imports):
    optuna_study("sqlite:///old.db", study_name="first", direction="maximize")
    assert "was to maximize what is val_loss here, which is to be minimized" in imports(
        "optuna", "old.db", "--for", "study.yaml", status=1
    )
    imports("optuna", "old.db", "--for", "study.yaml", "--negate")
    assert all(float(row["val_loss"] or 0) <= 0 for row in csv_rows(Path("old-imported.csv")))
    optuna_study("sqlite:///old.db", study_name="second")
    assert "has 2 studies (first, second); say which: --name" in imports("optuna", "old.db", status=1)
    assert "Did you mean 'second'?" in imports("optuna", "old.db", "--name", "secon", status=1)
    assert "its metric is called value here" in imports("optuna", "old.db", "--name", "second")


def test_any_table_with_a_mapping_as_a_warm_start(imports):
    Path("t.csv").write_text(
        "Rate,batch_size,nesterov,loss,result\n0.01,16,false,0.5,ok\n0.02,32,null,0.25,\n9,16,null,1,\n"
    )
    mapping = ["--map", "lr=Rate", "--map", "val_loss=loss", "--map", "status=result"]
    said = imports("table", "t.csv", "--into", "study.yaml", "--warm-start", "bayes", *mapping)
    assert 'left out, 1: its status is "ok"' in said
    assert "left out, 1: lr can't be 9" in said
    study = read_study(yaml.safe_load(Path("study.yaml").read_text()), Path.cwd())
    assert study.searches["bayes"].warm_start == ["t-imported.csv"]
    assert (
        csv_rows(Path("t-imported.csv"))
        == [
            {
                "status": "complete",
                "val_loss": "0.25",
                "lr": "0.02",
                "batch_size": "32",
                "nesterov": "null",
                "momentum": "",
            }
        ]
        or csv_rows(Path("t-imported.csv"))[0]["lr"] == "0.02"
    )


@pytest.mark.parametrize(("words", "said", "status"), [
    (["table", "none.csv", "--for", "study.yaml"], "none.csv can't be read", 1),
    (["table", "t.csv"], "follows from a study: name it, with --for study.yaml", 1),
    (["table", "t.csv", "--for", "s.yaml"], "There is no file s.yaml. Did you mean 'study.yaml'?", 1),
    (["table", "t.csv", "--for", "study.yaml", "--map", "lr"], "is to be NAME=COLUMN", 2),
    (["table", "t.csv", "--for", "study.yaml", "--map", "val_los=a"], "Did you mean 'val_loss'?", 1),
    (["table", "t.csv", "--for", "study.yaml", "--map", "lr=ab"], "there is no column 'ab'", 1),
    (["table", "t.csv", "--for", "study.yaml", "--into", "study.yaml"], "give one of the two", 2),
    (["table", "t.csv", "--into", "study.yaml", "--count", "--warm-start", "bayes"], "never counts", 2),
    (["table", "t.csv", "--into", "study.yaml", "--warm-start", "bay"], "Did you mean 'bayes'?", 1),
    (["table", "t.csv", "--for", "study.yaml", "--map", "lr=b"], "No trial of t.csv can be used: 1 × lr can't be 7", 1),
    (["optuna", "none.db"], "There is no file none.db", 1),
    (["optuna", "t.csv"], "Optuna", 1),
])  # fmt: skip
def test_mistakes(imports, words, said, status):
    Path("t.csv").write_text("lr,b,batch_size,nesterov,val_loss\n0.01,7,16,false,1\n")
    assert said in imports(*words, status=status)
    assert yaml.safe_load(Path("study.yaml").read_text()) == STUDY
    assert not list(Path().glob("*-imported.csv"))


def test_another_table_is_never_written_over(imports):
    Path("t.csv").write_text("lr,batch_size,nesterov,val_loss\n0.01,16,false,1\n")
    imports("table", "t.csv", "--for", "study.yaml")
    imports("table", "t.csv", "--for", "study.yaml")
    Path("t.csv").write_text("lr,batch_size,nesterov,val_loss\n0.01,16,false,2\n")
    assert "is there already, and is another table" in imports("table", "t.csv", "--for", "study.yaml", status=1)
