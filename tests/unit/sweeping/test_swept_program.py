"""How a program is started, which file is its script, and what is said if there is none."""

from pathlib import Path

import pytest
from snaketune.errors import StudyError
from snaketune.sweeping.program import program_of


@pytest.fixture
def folder(tmp_path):
    for name in (
        "train.py",
        "run.sh",
        "fit.R",
        "pkg/train.py",
        "pkg/__main__.py",
        "notes.txt",
        "book.ipynb",
        "my train.py",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("#!/bin/sh\n" if name == "run.sh" else "")
    (tmp_path / "own.py").write_text("#!/usr/bin/env -S uv run\n")
    (tmp_path / "own.py").chmod(0o755)
    (tmp_path / "exe").write_text("#!/bin/sh\n")
    (tmp_path / "exe").chmod(0o755)
    return tmp_path


@pytest.mark.parametrize(
    ("target", "arguments", "words", "script", "label"),
    [
        ("train.py", [], ["python", "train.py"], "train.py", "train"),
        ("my train.py", [], ["python", "my train.py"], "my train.py", "my-train"),
        ("run.sh", [], ["bash", "run.sh"], "run.sh", "run"),
        ("fit.R", [], ["Rscript", "fit.R"], "fit.R", "fit"),
        ("exe", [], ["./exe"], "exe", "exe"),
        ("own.py", [], ["./own.py"], "own.py", "own"),
        ("python -m pkg.train", [], ["python", "-m", "pkg.train"], "pkg/train.py", "train"),
        ("python -m pkg", [], ["python", "-m", "pkg"], "pkg/__main__.py", "pkg"),
        ("python -m json.tool", [], ["python", "-m", "json.tool"], None, "tool"),
        ("python -u train.py", [], ["python", "-u", "train.py"], "train.py", "train"),
        ("python", ["train.py", "--x"], ["python", "train.py"], "train.py", "train"),
        ("python", ["-m", "pkg.train", "--x"], ["python", "-m", "pkg.train"], "pkg/train.py", "train"),
        ("env", ["-u", "X", "train.py", "--x"], ["env", "-u", "X", "train.py"], "train.py", "train"),
        ("env", ["-u", "[X, Y]", "train.py", "--x"], ["env"], "train.py", "train"),
        ("exe", ["train.py"], ["./exe"], "exe", "exe"),
        ("cat", ["--x"], ["cat"], None, "cat"),
    ],
)
def test_how_it_is_started(folder, target, arguments, words, script, label):
    program = program_of(target, arguments, folder)
    assert list(program.words) == words
    assert program.script == (None if script is None else Path(script))
    assert program.label == label


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("trian.py", "there is no script or program trian.py (seen from {}). Did you mean 'train.py'?"),
        (
            "pkg",
            "pkg is a folder: name the script in it, or a study in YAML. There are: pkg/__main__.py, pkg/train.py.",
        ),
        ("notes.txt", "notes.txt can't be executed: chmod +x notes.txt"),
        ("book.ipynb", "book.ipynb is a notebook"),
        ("python trian.py", "there is no script trian.py"),
        ("no-such-program x", "there is no program no-such-program"),
        ("python 'x", "can't be split into words"),
    ],
)
def test_what_is_said_if_there_is_none(folder, target, message):
    with pytest.raises(StudyError) as caught:
        program_of(target, [], folder)
    assert message.format(folder) in str(caught.value)
