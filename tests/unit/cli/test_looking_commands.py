"""The commands that look at results: what they print, and how they end."""

import json

import pytest
import yaml
from snaketune.results.outcome import NAME, write_outcome
from snaketune.results.study import read_finished


@pytest.fixture
def study(begun, tmp_path):
    """A study of two searches that is finished."""
    study = begun()
    study.finish(lambda params, run: {"loss": float(params["x"]) + (params["o"] == "b")})
    write_outcome(study.layout.file(NAME), read_finished(study.layout, study.study))
    return study


def document(done):
    assert (done.exit_code, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_top_is_a_plain_table_where_it_is_no_terminal(snaketune, study):
    done = snaketune("top", "-n", "2")
    assert done.exit_code == 0
    header, first, second = done.stdout.splitlines()
    assert header.split() == ["rank", "trial", "name", "loss", "o", "m", "status", "seconds"]
    assert first.split()[2:] == ["grid-0", "1", "a", "complete", "1.5"]
    assert second.split()[2:] == ["grid-1", "2", "b", "0", "complete", "1.5"]
    assert "In all of these: x = 1" in done.stderr
    assert [each["rank"] for each in document(snaketune("top", "s", "--json", "-n", "3"))["trials"]] == [1, 2, 3]
    assert document(snaketune("top", "--search", "few", "--json"))["count"] == 4
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("words", [
    ["top", "--status", "gone"], ["top", "-n", "0"], ["best", "--format", "toml"], ["show"], ["diff", "best"],
    ["logs", "best", "--follow", "--json"], ["compare", "s"], ["compare", "s", "s"],
])  # fmt: skip
def test_wrong_usage(snaketune, study, words):
    done = snaketune(*words)
    assert done.exit_code == 2
    assert "Usage: snaketune" in done.stderr


@pytest.mark.parametrize("words", [
    ["top", "none"], ["top", "--search", "none"], ["top", "--sort", "none"], ["top", "--where", "none > 1"],
    ["best", "--search", "none"], ["show", "none"], ["diff", "best", "none"], ["logs", "none"],
    ["logs", "best", "--run", "r7"], ["logs", "best"], ["compare", "s", "none"],
])  # fmt: skip
def test_the_study_says_no(snaketune, study, words):
    done = snaketune(*words)
    assert done.exit_code == 1
    assert done.stderr.startswith("snaketune: ")
    assert done.stderr.count("\n") == 1


def test_the_best_configuration_in_all_forms(snaketune, study):
    assert yaml.safe_load(snaketune("best").stdout) == {"x": 1, "o": "a"}
    assert json.loads(snaketune("best", "--format", "json").stdout) == {"x": 1, "o": "a"}
    assert snaketune("best", "--format", "env").stdout == "x=1\no=a\n"
    assert snaketune("best", "--format", "args").stdout == "\n"  # `true` was called with nothing
    found = document(snaketune("best", "--json"))
    assert (found["configuration"], found["values"]) == ({"x": 1, "o": "a"}, {"loss": 1.0})


def test_args_that_need_quotes_say_how_they_are_used(snaketune, begun):
    study = begun(searches={"grid": {"strategy": "grid"}})
    for row in study.propose("grid"):
        study.run(row.trial, "r0", {
            "status": "complete", "metrics": {"loss": 1.0}, "command": ["python", "train.py", "--name", "a b"],
        })  # fmt: skip
    done = snaketune("best", "--format", "args")
    assert done.stdout == "--name 'a b'\n"
    assert "eval" in done.stderr


def test_trials_of_other_studies(snaketune, study, made):
    import dataclasses

    from snaketune.config import save_study
    from snaketune.layout import Layout

    other = made(study="z")
    other.layout = Layout(other.layout.root)
    save_study(other.study, other.layout.study)
    other.finish(lambda params, run: {"loss": float(params["x"]) / 2})
    assert snaketune("show", "z/best").stdout.startswith("z/t")
    found = document(snaketune("diff", "s/best", "z/best", "--json"))["differences"]
    assert {"kind": "metric", "name": "loss", "a": 1.0, "b": 0.5, "b_minus_a": -0.5} in found
    assert snaketune("diff", "s/best", "s/best").exit_code == 0
    done = snaketune("compare", "s", "z")
    assert done.exit_code == 1
    assert "no results.csv yet" in done.stderr
    for each in (study, other):
        each.layout.results().write_text("")
    rows = [line.split() for line in snaketune("compare", "s", "results/z").stdout.splitlines()]
    assert [row[:2] for row in rows] == [["study", "search"], ["z", "grid"], ["z", "few"], ["s", "grid"], ["s", "few"]]
    searches = document(snaketune("compare", "s", "z", "--json"))["searches"]
    assert searches[0]["best"]["metrics"] == {"loss": 0.5}
    assert dataclasses.is_dataclass(study.layout)


def test_logs_go_where_the_program_has_printed_them(snaketune, begun):
    study = begun(objective={"replicates": 2}, searches={"grid": {"strategy": "grid"}})
    trial = study.propose("grid")[0].trial
    for run in ("r0", "r1"):
        logs = study.layout.run_logs(trial, run)
        logs.mkdir(parents=True)
        (logs / "stdout.log").write_text(f"out {run}\nend\n")
        (logs / "stderr.log").write_text(f"err {run}\n")
    done = snaketune("logs", "grid-0", "--run", "r1")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "out r1\nend\n", "err r1\n")
    assert snaketune("logs", "0", "--run", "r1", "--stderr").stdout == "err r1\n"
    assert snaketune("logs", "0", "--stdout", "-n", "1").stdout == f"==> {trial}/r0 <==\nend\n==> {trial}/r1 <==\nend\n"
    assert document(snaketune("logs", "0", "--json"))["runs"][0] == {
        "run": "r0", "stdout": "out r0\nend\n", "stderr": "err r0\n",
    }  # fmt: skip
    done = snaketune("logs", "0", "--follow")
    assert done.exit_code == 2
    assert "--run names one of r0, r1" in done.stderr


@pytest.mark.parametrize("state", ["begun", "proposed", "failed"])
def test_a_study_of_which_nothing_is_complete(snaketune, begun, state):
    study = begun(searches={"grid": {"strategy": "grid"}})
    if state != "begun":
        study.propose("grid")
    if state == "failed":
        study.finish(lambda params, run: {"status": "failed", "reason": "no", "exit_code": 3})
    done = snaketune("top")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "No trial of s is complete" in done.stderr
    done = snaketune("best")
    assert done.exit_code == 1
    assert "No trial of s is complete" in done.stderr
    assert json.loads(snaketune("top", "--json").stdout)["trials"] == []
    if state == "failed":
        assert "failed" in snaketune("top", "--status", "all").stdout
        assert "failed: no" in snaketune("show", "0").stdout


def test_what_is_missing_or_damaged_is_said_beside_the_results(snaketune, study):
    study.layout.gathered("grid", 0).write_text("x")
    done = snaketune("top")
    assert (done.exit_code, len(done.stdout.splitlines())) == (0, 10)
    assert "results.csv is damaged" in done.stderr
    study.layout.result(next(study.layout.trials.iterdir()).name, "r0").unlink()
    assert "Incomplete: 1" in snaketune("top").stderr
