"""Programs, scripts and modules are found as the runner will find them, or said to be missing."""

import sys
from pathlib import Path

import pytest
from snaketune.config.preflight.program import Program


@pytest.fixture
def folder(tmp_path):
    for name in ("train.py", "other.py", "run.sh", "plain"):
        (tmp_path / name).write_text("")
    (tmp_path / "run.sh").chmod(0o755)
    (tmp_path / "bin").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("python train.py", None),
        ("./run.sh", None),
        (f"{sys.executable} train.py", None),
        ("{program} x", None),
        ("pyton train.py", "there is no program pyton on the PATH"),
        ("train.py", "for the file here: python train.py"),
        ("./train.py", "chmod +x ./train.py, or name what reads it (python ./train.py)"),
        ("./gone.sh", "there is no program ./gone.sh (seen from"),
        ("./bin", "./bin is a folder"),
    ],
)
def test_programs(folder, words, problem):
    found = Program(words.split(), folder, {}).problem()
    assert (found is None) if problem is None else (problem in found)


def test_the_programs_path_is_that_of_its_environment(folder):
    assert Program(["run.sh"], folder, {"PATH": str(folder)}).problem() is None
    assert Program(["python"], folder, {"PATH": str(folder)}).problem()


@pytest.mark.parametrize(
    ("words", "script", "module", "arguments"),
    [
        ("python train.py --lr 1", "train.py", None, ["--lr", "1"]),
        ("python -u -W ignore train.py a", "train.py", None, ["a"]),
        ("python -m pkg.train --x", None, "pkg.train", ["--x"]),
        ("python -um pkg.train --x", None, None, []),
        ("python -c pass x", None, None, []),
        ("python3.11 {script}", "{script}", None, []),
        ("bash run.sh x", "run.sh", None, ["x"]),
        ("bash -c x", None, None, []),
        ("Rscript a.R", "a.R", None, []),
        ("accelerate launch train.py", None, None, []),
        ("python", None, None, []),
    ],
)
def test_the_script_of_an_interpreter(words, script, module, arguments):
    program = Program(words.split(), Path(), {})
    assert (program.script, program.module, list(program.arguments)) == (script, module, arguments)


def test_a_script_that_is_not_there(folder):
    assert "no script trian.py" in Program(["python", "trian.py"], folder, {}).script_problem()
    assert "Did you mean 'train.py'?" in Program(["python", "trian.py"], folder, {}).script_problem()
    for words in ("python train.py", "python {script}", "python bin", "bash ls", "accelerate launch trian.py"):
        assert Program(words.split(), folder, {}).script_problem() is None


def test_whose_modules_are_ours():
    assert Program(["python", "train.py"], Path(), {}).is_python
    for words in ("python -S train.py", "python -I train.py", "python -sP train.py", "bash train.sh", "pyton x.py"):
        assert not Program(words.split(), Path(), {}).is_python
    assert not Program(["python", "x.py"], Path(), {"PYTHONHOME": "/x"}).is_python
