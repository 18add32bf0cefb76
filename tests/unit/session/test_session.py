"""A workflow has its folder to itself; one that only looks disturbs nobody."""

import base64
from pathlib import Path

import pytest
from snaketune.errors import StudyError
from snaketune.session import Session, begin, outputs_of


def begun(made, state: Path, **options) -> Session:
    usual = {"looking": set(), "dry_run": False, "retry": None, "at_once": 1, "here": True}
    usual |= {"command": ["snakemake", "--cores", "1"]}
    return begin(made.study, made.layout, state, **(usual | options))


def test_a_second_workflow_is_refused(made, tmp_path):
    study = made()
    first = begun(study, tmp_path / "state")
    assert study.layout.study.exists()
    with pytest.raises(StudyError, match=r"Another Snakemake is at work in this folder \(process \d+ on .*status"):
        begun(study, tmp_path / "state")
    assert not begun(study, tmp_path / "state", looking={"status"}).lock.granted
    assert not begun(study, tmp_path / "state", dry_run=True).lock.granted
    first.lock.file.close()
    assert begun(study, tmp_path / "state").lock.granted


def test_a_dry_run_changes_nothing_that_is_there(made, tmp_path):
    study = made()
    begun(study, tmp_path / "state", dry_run=True).lock.file.close()
    study.layout.study.write_text("old")
    (tmp_path / "state" / "incomplete").mkdir()
    (tmp_path / "state" / "incomplete" / "bWFyaw==").touch()
    begun(study, tmp_path / "state", dry_run=True)
    assert study.layout.study.read_text() == "old"
    assert (tmp_path / "state" / "incomplete" / "bWFyaw==").exists()


def test_failed_runs_are_set_aside_to_be_tried_again(made, tmp_path, capsys):
    study = made()
    trial = study.propose("few")[0].trial
    study.run(trial, "r0", {"status": "failed", "reason": "exit code 1", "metrics": {}})
    begun(study, tmp_path / "state", retry="failed")
    assert "1 run with status failed will be tried again" in capsys.readouterr().err
    assert not study.layout.result(trial, "r0").exists()


def test_pictures_that_are_no_longer_chosen_go_and_former_searches_stay(made, tmp_path, capsys):
    study = made(plots={"choose": ["history"], "format": "svg"})
    kept = [study.layout.root / path for path in ("plots/history.svg", "plots/mine.png", "plots/slice.txt",
            "few/plots/history.svg", "old/plots/slice.png", "old/rounds/0/trials.csv")]  # fmt: skip
    stale = [study.layout.root / path for path in ("plots/history.png", "plots/slice.svg", "grid/plots/rank.pdf")]
    for path in (*kept, *stale):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("trial\n")
    begun(study, tmp_path / "state", dry_run=True).lock.file.close()
    begun(study, tmp_path / "state", looking={"status"}).lock.file.close()
    assert all(path.exists() for path in (*kept, *stale))
    begun(study, tmp_path / "state")
    assert [path for path in (*kept, *stale) if path.exists()] == kept
    assert "s/old/ is of a search that the configuration has no longer; it stays" in capsys.readouterr().err


def test_looking_changes_nothing_that_a_killed_workflow_has_left(made, tmp_path):
    study = made()
    rows = study.propose("few")
    study.run(rows[0].trial, "r0", {"loss": 1})
    study.layout.params(rows[1].trial).unlink()
    name = base64.urlsafe_b64encode(str(study.layout.result(rows[0].trial, "r0")).encode()).decode()
    (tmp_path / "state" / "incomplete").mkdir(parents=True)
    (tmp_path / "state" / "incomplete" / name).touch()
    for target in ("status", "peek", "plan"):
        begun(study, tmp_path / "state", looking={target}, retry="complete").lock.file.close()
        assert study.layout.result(rows[0].trial, "r0").exists()
        assert not study.layout.params(rows[1].trial).exists()
    begun(study, tmp_path / "state", looking={"compare"})  # which may have jobs to do
    assert not study.layout.result(rows[0].trial, "r0").exists()


def test_the_last_word_is_left_to_targets_that_speak(made, tmp_path, capsys):
    study = made()
    session = begun(study, tmp_path / "state")
    session.end()
    assert "[snaketune] s: 0 of" in capsys.readouterr().err
    begun(study, tmp_path / "state", looking={"status"}).end()
    assert capsys.readouterr().err == ""


def test_what_a_workflow_makes(made):
    study = made(plots={"choose": ["history"]}, final={"top": 1})
    root = study.layout.root
    outputs = {str(path.relative_to(root)) for path in outputs_of(study.study, study.layout)}
    of_all = {f"{owner}{name}" for owner in ("", "grid/", "few/") for name in ("best.yaml", "plots/history.png")}
    assert of_all <= outputs
    assert {"final/results.csv", "runs.csv", "report.html", "outcome.json"} <= outputs
    assert "final/top.csv" not in outputs


def test_with_nothing_to_do_the_tables_are_read_and_no_run(made, tmp_path, capsys):
    study = made()
    study.finish(lambda params, run: {"loss": params["x"]})
    session = begun(study, tmp_path / "state")
    session.end()
    said = capsys.readouterr().err
    for result in study.layout.root.glob("trials/*/*/result.json"):
        result.unlink()
    session.end_idle()
    assert "13 of 13 trials done" in said
    assert capsys.readouterr().err == said
    study.layout.gathered("few", 0).unlink()
    session.end_idle()
    assert "0 of 13 trials done" in capsys.readouterr().err
