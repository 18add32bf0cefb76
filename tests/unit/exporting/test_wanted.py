"""The exports that a configuration wants."""

import json
import os

import pytest
from snaketune.config.preflight.check import findings
from snaketune.exporting import json as json_form
from snaketune.exporting.wanted import write_wanted
from snaketune.session.outputs import exported_of


def test_they_are_written_and_have_the_present_time(exported):
    made = exported(exports={"json": None}, searches={"grid": {"strategy": "grid"}})
    made.finish(lambda params, run: {"loss": params["x"]})
    (path,) = exported_of(made.study, made.layout)
    assert write_wanted(made.described()) == ([], [])
    content = path.read_bytes()
    assert len(json.loads(content)["trials"]) == 9
    os.utime(path, (1, 1))
    write_wanted(made.described())
    assert path.read_bytes() == content
    assert path.stat().st_mtime > 1


def test_one_that_fails_is_said_and_others_are_written(exported, monkeypatch, capsys):
    pytest.importorskip("optuna", reason="Optuna is not installed: pip install 'snaketune[optuna]'")
    made = exported(exports=["json", "optuna"])
    made.propose("grid")
    monkeypatch.setattr(json_form, "put", lambda path, content: 1 / 0)
    notes, failed = write_wanted(made.described())
    assert (notes, failed) == ([], ["export json: ZeroDivisionError: division by zero"])
    assert (made.layout.exports() / "optuna.db").is_file()
    assert "Traceback" in capsys.readouterr().err


def test_which_files_there_are(exported):
    made = exported(exports={"optuna": {"storage": "journal"}, "mlflow": {}, "tensorboard": {}, "parquet": {}})
    assert [str(path.relative_to(made.layout.exports())) for path in exported_of(made.study, made.layout)] == [
        "optuna.journal", "mlflow/mlflow.db", "tensorboard/exported.json",
        *(f"parquet/{table}.parquet" for table in ("trials", "runs", "history", "rungs")),
    ]  # fmt: skip
    assert exported_of(exported(exports="json").study, made.layout) == [made.layout.exports() / "trials.json"]


def test_a_library_that_is_missing_is_found_before_any_job(exported, tmp_path, monkeypatch):
    made = exported(exports=["json", "parquet", "mlflow"])
    monkeypatch.setattr("snaketune.samplers.libraries.find_spec", lambda module: None if module == "pyarrow" else 1)
    found = [(finding.path, finding.text) for finding in findings(made.study, tmp_path, remote=False)]
    needs = "parquet needs pyarrow, which is not installed: pip install 'snaketune[parquet]'"
    assert [each for each in found if each[0] == "exports"] == [("exports", needs)]
