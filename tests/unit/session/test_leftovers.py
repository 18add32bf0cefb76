"""What a killed Snakemake leaves is cleared away, and no result with it."""

import base64
import json

from snaketune.layout import Layout
from snaketune.session.leftovers import clear_leftovers, submitted_jobs
from snaketune.session.params_files import restore_params


def mark(state, output) -> None:
    """Marks a job's output as Snakemake does: a file named in base64, cut into folders where it is too long."""
    name = base64.urlsafe_b64encode(str(output).encode()).decode()
    parts = [name[i : i + 200] for i in range(0, len(name), 200)]
    *folders, last = parts
    path = state.joinpath("incomplete", *(f"@{part}" for part in folders), last)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def test_results_are_offered_and_markers_removed(made, tmp_path):
    state, layout = tmp_path / ".snakemake", made().layout
    root = layout.root
    result = root / ("long" * 40) / ("name" * 40) / "result.json"
    missing, marker, table = root / "other" / "result.json", root / "0.done", root / "results.csv"
    result.parent.mkdir(parents=True)
    for path in (result, marker, table):
        path.write_text("whole")
    for path in (result, missing, marker, table):
        mark(state, path)
    clear_leftovers(state, layout)
    assert not result.exists()
    assert result.with_name("result.adopt.json").read_text() == "whole"
    assert not marker.exists()
    assert table.read_text() == "whole"
    assert [path for path in (state / "incomplete").rglob("*") if path.is_file()] == []


def test_what_is_of_the_workflow_around_it_stays(made, tmp_path):
    state, layout = tmp_path / ".snakemake", made().layout
    results = layout.results_of_all
    (results / "other").mkdir(parents=True)
    (results / "other" / "study.json").touch()
    theirs = [
        tmp_path / "prepared.csv",
        results / "figure.png",
        results / "mapping" / "reads.bam",
        results / "a+s" / "x",
    ]
    for path in (*theirs, results / "other" / "top.csv", results / "s+other" / "results.csv"):
        mark(state, path)
    locks = {
        "0.input": [results / "s" / "study.json"],
        "0.output": theirs[:1],
        "1.output": [theirs[1], results / "s" / "x"],
    }
    (state / "locks").mkdir()
    for name, paths in locks.items():
        (state / "locks" / f"{name}.lock").write_text("".join(f"{path}\n" for path in paths))
    clear_leftovers(state, layout)
    assert sorted(submitted_jobs(state)) == sorted(theirs)
    assert [path.name for path in (state / "locks").iterdir()] == ["0.output.lock"]


def test_nothing_is_left_of_a_folder_that_was_never_used(tmp_path):
    clear_leftovers(tmp_path / ".snakemake", Layout(tmp_path / "results" / "s"))
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
