"""What a killed Snakemake leaves is cleared away, and no result with it."""

import base64
import json

from snaketune.session.leftovers import clear_leftovers
from snaketune.session.params_files import restore_params


def mark(state, output) -> None:
    """Marks a job's output as Snakemake does: a file named in base64, cut into folders where it is too long."""
    name = base64.urlsafe_b64encode(str(output).encode()).decode()
    parts = [name[i : i + 200] for i in range(0, len(name), 200)]
    *folders, last = parts
    path = state.joinpath("incomplete", *(f"@{part}" for part in folders), last)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def test_results_are_offered_and_markers_removed(tmp_path):
    state = tmp_path / ".snakemake"
    (state / "locks").mkdir(parents=True)
    (state / "locks" / "0.input.lock").touch()
    result = tmp_path / ("long" * 40) / ("name" * 40) / "result.json"
    missing, marker, table = tmp_path / "other" / "result.json", tmp_path / "0.done", tmp_path / "results.csv"
    result.parent.mkdir(parents=True)
    for path in (result, marker, table):
        path.write_text("whole")
    for path in (result, missing, marker, table):
        mark(state, path)
    clear_leftovers(state)
    assert not result.exists()
    assert result.with_name("result.adopt.json").read_text() == "whole"
    assert not marker.exists()
    assert table.read_text() == "whole"
    assert list((state / "locks").iterdir()) == list((state / "incomplete").iterdir()) == []


def test_nothing_is_left_of_a_folder_that_was_never_used(tmp_path):
    clear_leftovers(tmp_path / ".snakemake")
    assert (tmp_path / ".snakemake" / "incomplete").is_dir()


def test_parameters_of_deleted_trials_are_restored(made):
    study = made()
    rows = study.propose("grid")
    path = study.layout.params(rows[0].trial)
    before, other = path.read_bytes(), study.layout.params(rows[1].trial)
    other.write_text("{}")
    path.unlink()
    path.parent.rmdir()
    restore_params(study.store, study.study)
    assert path.read_bytes() == before
    assert json.loads(before) == rows[0].params
    assert other.read_text() == "{}"  # what is there is not touched


def test_recorded_trials_need_no_file_of_their_parameters(made):
    study = made(objective={"replicates": 2})
    rows = study.propose("grid")
    for row in rows:
        study.layout.params(row.trial).unlink()
    for row, runs in zip(rows, (["r0", "r1"], ["r0"]), strict=False):
        for run in runs:
            study.fold(row.trial, run, {"loss": 1.0})
    restore_params(study.store, study.study)
    assert [study.layout.params(row.trial).exists() for row in rows] == [False] + [True] * 8


def test_a_study_without_rounds_has_no_parameters(made, tmp_path):
    study = made()
    restore_params(study.store, study.study)
    assert not (tmp_path / "results").exists()
