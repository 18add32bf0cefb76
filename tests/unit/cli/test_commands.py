"""Commands on a study, from the words that are typed to what is printed."""

import json
import shutil
import webbrowser

import pytest
from snaketune.session.hopeless import note_session
from snaketune.session.lock import acquire

STUDY = """\
study: s
objective: {command: "true", metric: loss, code: []}
space: {x: [1, 2, 3], o: [a, b], m: {choices: [0, 1], when: {o: b}}}
searches: {grid: {strategy: grid}, few: {strategy: random, n_trials: 4}}
"""


@pytest.fixture
def finished(begun, tmp_path):
    """A study of which all trials are done, started from mine.yaml."""
    (tmp_path / "mine.yaml").write_text(STUDY)
    study = begun()
    study.finish(lambda params, run: {"loss": float(params["x"])})
    note_session(study.layout, study.study, 2, here=True, again=["snaketune", "run", "mine.yaml"])
    return study


def test_plan_reads_the_file_that_the_study_was_started_with(snaketune, finished, tmp_path):
    done = snaketune("plan")
    assert done.exit_code == 0, done.output
    assert "13 runs in all (13 trials × 1), 13 done" not in done.stdout  # four of the trials are shared
    assert ", 0 to run" in done.stdout
    (tmp_path / "mine.yaml").write_text(STUDY.replace("[1, 2, 3]", "[1, 2, 3, 4]"))
    assert ", 3 to run" in snaketune("plan", "s").stdout
    (told,) = (each for each in json.loads(snaketune("plan", "--json").stdout)["searches"] if each["search"] == "grid")
    assert (told["trials"], told["later"], told["runs_done"]) == (12, 0, 9)
    other = STUDY.replace("study: s", "study: other")
    (tmp_path / "other.yaml").write_text(other)
    assert ", 0 done, 9 to run" in snaketune("plan", "other.yaml").stdout


def test_clean_says_what_would_go_and_needs_a_yes(snaketune, finished, tmp_path):
    finished.layout.peek.mkdir()
    (finished.layout.peek / "summary.md").write_text("abc")
    assert "       3 B  tables, plots and page of a peek: results/s/peek\n" in snaketune("clean").stdout
    assert finished.layout.peek.exists()
    lock = acquire(tmp_path / ".snakemake" / "snaketune.lock")
    refused = snaketune("clean", "--yes")
    assert (refused.exit_code, refused.stderr[:38]) == (1, "snaketune: A workflow is at work in th")
    lock.file.close()
    assert snaketune("clean", "--yes").exit_code == 0
    assert not finished.layout.peek.exists()
    assert "There is nothing of s that could go" in snaketune("clean").stdout
    assert snaketune("clean", "s", "--all", "--yes").exit_code == 0
    assert not finished.layout.root.exists()


def test_clean_touches_no_study_that_lies_elsewhere(snaketune, finished, tmp_path):
    shutil.move(tmp_path / "results" / "s", tmp_path / "elsewhere")
    for place in (tmp_path / "elsewhere", "s"):
        refused = snaketune("clean", str(place), "--all", "--yes")
        assert (refused.exit_code, "is no folder in" in refused.stderr) == (1, True)
        if place != "s":
            (tmp_path / "results" / "s").symlink_to(tmp_path / "elsewhere")
    assert (tmp_path / "elsewhere" / "study.json").exists()


def test_open_prints_where_the_page_is_and_opens_it_where_there_is_a_screen(snaketune, finished, monkeypatch):
    opened = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    page = finished.layout.file("report.html")
    page.write_text("page")
    assert snaketune("open").stdout == "results/s/report.html\n"
    assert opened == []
    monkeypatch.setenv("DISPLAY", ":0")
    snaketune("open", "--print")
    assert opened == []
    snaketune("open")
    assert opened == [page.as_uri()]


def test_run_refuses_what_it_cannot_run(snaketune, tmp_path):
    (tmp_path / "mine.yaml").write_text(STUDY)
    for words, status, said in (
        (
            ["mine.yaml", "--profile", "slurm"],
            2,
            "options for Snakemake stand behind --: snaketune run mine.yaml -- --",
        ),
        (["mine.yaml", "--", "--configfile", "other.yaml"], 2, "--configfile can't be given behind --"),
        (["none.yaml"], 1, "snaketune: There is no file none.yaml. Did you mean 'mine.yaml'"),
        ([], 2, "Name STUDY.yaml or SCRIPT"),
    ):
        done = snaketune("run", *words)
        assert (done.exit_code, said in done.stderr) == (status, True), done.stderr
    lock = acquire(tmp_path / ".snakemake" / "snaketune.lock")
    assert "snaketune: A workflow is at work in this folder (process" in snaketune("run", "mine.yaml").stderr
    lock.file.close()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_of_a_shell(snaketune, shell):
    assert "_SNAKETUNE_COMPLETE" in snaketune("completion", shell).stdout
