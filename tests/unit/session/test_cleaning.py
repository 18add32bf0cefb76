"""What of a study can go, and what stays."""

import pytest
from snaketune.results.so_far import SoFar
from snaketune.session.cleaning import all_of, litter_of, remove, runs_under_way


@pytest.fixture
def done(made):
    """A study with a good run, a bad one, logs, and what retries, damage and a peek have left."""
    study = made()
    good, bad, *_ = study.propose("grid")
    study.run(good.trial, "r0", {"loss": 1.0})
    study.run(bad.trial, "r0", {"status": "failed", "reason": "exit code 1"})
    for row in (good, bad):
        logs = study.layout.run_logs(row.trial, "r0")
        logs.mkdir(parents=True)
        (logs / "stdout.log").write_text("x" * 1000)
    folder = study.layout.run(good.trial, "r0")
    for name in ("result.1.json", "result.damaged.1.json", "result.outdated.json", "model.bin"):
        (folder / name).write_text("y" * 10)
    (folder / "attempts" / "1").mkdir(parents=True)
    (folder / "attempts" / "1" / "model.bin").write_text("z" * 100)
    study.layout.peek.mkdir()
    (study.layout.peek / "report.html").write_text("page")
    study.good, study.bad = good.trial, bad.trial
    return study


def test_what_nothing_reads_any_more_can_go_and_the_results_stay(done):
    kinds = litter_of(done.study, done.store)
    assert [(kind.what.split(":")[0], kind.size) for kind in kinds] == [
        ("logs of runs that went well", 1000),
        ("what was set aside", 120),
        ("tables, plots and page of a peek", 4),
    ]
    before = SoFar(done.layout, done.study).results().rows
    remove(kinds, done.study, done.store)
    assert litter_of(done.study, done.store) == []
    assert SoFar(done.layout, done.study).results().rows == before
    kept = {path.name for path in done.layout.run(done.good, "r0").iterdir()}
    assert kept == {"result.json", "result.outdated.json", "model.bin"}
    assert done.layout.run_logs(done.bad, "r0").is_dir()


def test_all_of_a_study_are_its_results_and_its_logs(done, tmp_path):
    (tmp_path / "results" / "other").mkdir()
    remove(all_of(done.layout), None, done.store)
    assert not done.layout.root.exists()
    assert not done.layout.logs.exists()
    assert (tmp_path / "results" / "other").is_dir()


def test_nothing_goes_that_lies_elsewhere(done, tmp_path):
    logs, elsewhere = done.layout.logs / "trials", tmp_path / "elsewhere"
    logs.rename(elsewhere)
    logs.symlink_to(elsewhere)
    remove(litter_of(done.study, done.store), done.study, done.store)
    assert (elsewhere / done.good / "r0" / "stdout.log").exists()


def test_runs_of_a_killed_workflow_may_be_under_way(done):
    import fcntl

    assert runs_under_way(done.layout) == []
    with (done.layout.run(done.bad, "r0") / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert runs_under_way(done.layout) == [f"{done.bad}/r0"]
