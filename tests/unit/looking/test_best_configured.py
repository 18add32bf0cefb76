import json
import shlex
import subprocess

import pytest
import yaml
from snaketune.errors import StudyError
from snaketune.files import write_text
from snaketune.looking.configured import arguments_of, as_environment, best_text, configuration, files_named, first_run
from snaketune.looking.seen import look
from snaketune.results.best import best_yaml
from snaketune.results.outcome import NAME, write_outcome
from snaketune.results.study import read_finished


def arguments(study, **fields):
    """What the program of the study's first trial was called with."""
    rows = {row.trial: row for row in study.propose("grid")}
    for trial in rows:
        study.run(trial, "r0", {"status": "complete", "metrics": {"loss": 1.0}, **fields})
    study.gather("grid")
    results = look(study.layout).results
    trial = results.trials[0]
    return arguments_of(first_run(results, trial.trial), trial.params, results.study)


@pytest.mark.parametrize(("command", "expected"), [
    (["python", "train.py", "--lr", "0.1"], ["--lr", "0.1"]),
    (["python", "-u", "train.py", "fit", "--lr", "0.1"], ["fit", "--lr", "0.1"]),
    (["/opt/bin/python3", "-m", "pkg.train", "--lr", "0.1"], ["--lr", "0.1"]),
    (["Rscript", "train.R", "--lr=0.1"], ["--lr=0.1"]),
    (["./train", "--lr", "0.1"], ["--lr", "0.1"]),
    (None, ["--o", "a", "--x", "1"]),
])  # fmt: skip
def test_arguments_are_what_the_program_was_called_with(begun, command, expected):
    assert arguments(begun(searches={"grid": {"strategy": "grid"}}), command=command) == expected


def test_a_function_has_its_parameters_as_arguments(begun, tmp_path):
    (tmp_path / "f.py").write_text("def f(x, o, m=None):\n    return x\n")
    objective = {"command": None, "function": "f.py:f"}
    study = begun(objective=objective, searches={"grid": {"strategy": "grid"}})
    assert arguments(study, command=["python", "start.py", "call", "f.py:f"]) == ["--o", "a", "--x", "1"]


def test_words_that_name_the_runs_own_files(tmp_path):
    folder = tmp_path / "results" / "s" / "trials" / "t1" / "r0"
    words = ["--config", f"{folder}/config.yaml", f"--out={folder}", f"{folder}b1/x"]
    assert files_named(words, folder) == words[1:3]


def test_the_environment_survives_a_shell():
    params = {"optimizer.lr": 1e-5, "name": "it's $HOME `x`", "2d": True, "layers": [1, 2], "none": None}
    lines = as_environment(params)
    assert lines[0] == "optimizer_lr=1e-05"
    script = "\n".join([*lines, 'printf "%s\\n" "$optimizer_lr" "$name" "$_2d" "$layers" "$none"'])
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["1e-05", "it's $HOME `x`", "true", "[1, 2]", "null"]
    assert shlex.split(lines[1]) == ["name=it's $HOME `x`"]
    with pytest.raises(StudyError, match=r"a\.b and a-b would both be the variable a_b"):
        as_environment({"a.b": 1, "a-b": 2})


def test_the_file_is_what_is_shown_as_long_as_it_holds(begun):
    study = begun(searches={"grid": {"strategy": "grid"}})
    study.finish(lambda params, run: {"loss": float(params["x"])})
    path = study.layout.file("best.yaml", "grid")
    write_text(path, "a: 1  # and what the model believes\n")
    write_outcome(study.layout.file(NAME), read_finished(study.layout, study.study))
    assert best_text(look(study.layout), "grid") == "a: 1  # and what the model believes\n"
    assert yaml.safe_load(best_text(look(study.layout), None)) == {"x": 1, "o": "a"}
    path.write_text("edited")
    assert yaml.safe_load(best_text(look(study.layout), "grid")) == {"x": 1, "o": "a"}


def test_the_configuration_is_that_of_best_yaml(begun):
    study = begun(objective={"base_config": {"net": {"depth": 3}}}, searches={"grid": {"strategy": "grid"}})
    trials = study.finish(lambda params, run: {"loss": float(params["x"])})["grid"]
    found = configuration(trials[0].params, study.study)
    assert found == yaml.safe_load(best_yaml(trials, study.study, "grid")) == {"net": {"depth": 3}, "x": 1, "o": "a"}
    assert json.loads(json.dumps(found)) == found
