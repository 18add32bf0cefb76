"""What is certain to fail is found before the first run; where there is a doubt, nothing is said."""

import sys
from pathlib import Path

import pytest
from snaketune.config import read_study
from snaketune.config.preflight import preflight
from snaketune.config.preflight.check import findings
from snaketune.errors import ConfigError
from snaketune.samplers import libraries

SCRIPT = """
import argparse, json
from beside import help_me
try:
    import torhc
except ImportError:
    torhc = None
parser = argparse.ArgumentParser()
parser.add_argument("--learning-rate", type=float)
parser.add_argument("--data", required=True)
args = parser.parse_args()
"""


def found(folder: Path, command=None, space=None, *, remote=False, search=None, **objective) -> list[str]:
    """What is found, as lines that begin with ! where it is certain."""
    (folder / "beside.py").touch()
    objective = {"metric": "loss", "code": [], **({"command": command} if command else {}), **objective}
    search = search or {"strategy": "grid"}
    config = {"study": "s", "objective": objective, "space": space or {"learning-rate": [0.1]}, "search": search}
    study = read_study(config, folder)
    return [f"{'!' * f.certain}{f.path}: {f.text}" for f in findings(study, folder, remote=remote)]


def test_options_that_the_script_does_not_have_or_needs(tmp_path):
    (tmp_path / "train.py").write_text(SCRIPT)
    lines = found(tmp_path, "python train.py --lerning 3 --data {data}", {"data": ["x"]})
    assert lines == ["!objective.command: train.py has no option --lerning. Did you mean '--learning-rate'? "
                     "Allowed: --data, --help, --learning-rate."]  # fmt: skip
    (line, lacks) = found(tmp_path, "python train.py", {"learning_rate": [1], "off": [False, None]})
    assert line.startswith(
        "!space.learning_rate: train.py has no option --learning_rate. Did you mean '--learning-rate'?"
    )
    assert lacks.startswith(
        "!objective.command: train.py needs --data, which neither the command nor a parameter gives"
    )
    fine = [
        ("python train.py --data x", None),
        ("python train.py", {"learning-rate": [1], "data": ["x"]}),
        ("python train.py {args} --dat {data}", {"data": ["x"]}),
        ("python train.py --data x {config}", {"whatever": [1]}),
        ("python train.py --data x -- {args}", {"whatever": [1]}),
        ("env A=1 python train.py", {"whatever": [1]}),
    ]
    for command, space in fine:
        assert found(tmp_path, command, space) == [], command
    assert found(tmp_path, "python train.py", {"whatever": [1]}, conda="env") == []


def test_imports_that_fail_in_any_case(tmp_path):
    (tmp_path / "train.py").write_text("import os.path\nfrom beside import x\nimport torhc.nn, json\nfrom . import y\n")
    (line,) = found(tmp_path, "python train.py")
    assert line.startswith("!objective.command: train.py imports torhc (line 3), which is not installed")
    other = tmp_path / "elsewhere"
    other.mkdir()
    (other / "torhc.py").touch()
    assert found(tmp_path, "python train.py", env={"PYTHONPATH": str(other)}) == []
    assert found(tmp_path, "python ../train.py", workdir="elsewhere", env={"PYTHONPATH": "."}) == []
    assert found(tmp_path, "python train.py", conda="env") == []
    for change in (
        "import sys\nsys.path.insert(0, 'x')\n",
        "import sys as s\ns.path += ['x']\n",
        "from sys import path\n",
    ):
        (tmp_path / "train.py").write_text(change + "import torhc\n")
        assert found(tmp_path, "python train.py") == []
    (tmp_path / "train.py").write_text("x = (\n")
    assert (
        "train.py is no Python that can be read: '(' was never closed (line 1)" in found(tmp_path, "python train.py")[0]
    )


def test_programs_and_modules(tmp_path):
    assert found(tmp_path, "no-such-program x") == [
        "!objective.command: there is no program no-such-program on the PATH"
    ]
    assert found(tmp_path, "no-such-program x", remote=True)[0].startswith("objective.command"), "nodes may have it"
    assert found(tmp_path, "no-such-program x", container="a.sif") == []
    assert found(tmp_path, "python trian.py")[0].startswith("!objective.command: there is no script trian.py")
    assert "there is no module jsn for python -m jsn.tool" in found(tmp_path, "python -m jsn.tool")[0]
    assert found(tmp_path, "python -m json.tool") == []


def test_functions(tmp_path):
    (tmp_path / "f.py").write_text("def train(x, w, seed, *, z=1):\n    return x\ndef any(**more): pass\n"
                                   "def whole(config, x): pass\n@wrap\ndef wrapped(): pass\n")  # fmt: skip
    space = {"x": [1], "y": [2], "w": {"choices": [1], "when": {"x": 1}}}
    unknown, inactive = found(tmp_path, function="f.py:train", space=space)
    assert unknown == "!objective.function: train() takes no parameter 'y'. Allowed: seed, w, x, z."
    assert inactive == "objective.function: train() needs 'w', which is inactive in some trials: give it a default"
    assert "needs 'w', which the space does not have" in found(tmp_path, function="f.py:train", space={"x": [1]})[0]
    for name in ("any", "wrapped", "whole"):
        assert found(tmp_path, function=f"f.py:{name}", space=space) == []
    assert "whole() needs 'x'" in found(tmp_path, function="f.py:whole", space={"v": [1]})[0]


@pytest.mark.parametrize(
    ("search", "module", "install"),
    [
        ({"engine": "optuna", "sampler": {"type": "TPESampler"}}, "optuna", "pip install 'optuna>=4.5'"),
        ({"engine": "optuna", "sampler": {"type": "CmaEsSampler"}}, "cmaes", "pip install 'cmaes>=0.12'"),
        ({"engine": "optuna", "sampler": {"type": "GPSampler"}}, "torch", "pip install torch"),
        ({"engine": "skopt"}, "skopt", "pip install 'scikit-optimize>=0.10.2'"),
        ({}, "optuna", None),
    ],
)
def test_libraries(tmp_path, monkeypatch, search, module, install):
    monkeypatch.setattr(libraries, "find_spec", lambda name: None if name == module else sys)
    space = {"x": {"type": "uniform", "low": 0, "high": 1}}
    lines = found(tmp_path, "true", space, search={"strategy": "bayes", "n_trials": 20, **search})
    expected = f"!searches.bayes: needs {module}, which is not installed: {install}"
    assert lines == ([expected] if install else [])


def test_certain_mistakes_are_errors_and_others_warnings(tmp_path, capsys):
    objective = {"command": "no-such-program", "metric": "loss", "code": []}
    study = read_study(
        {"study": "s", "objective": objective, "space": {"x": [1]}, "search": {"strategy": "grid"}}, tmp_path
    )
    with pytest.raises(ConfigError, match="no program no-such-program"):
        preflight(study, tmp_path, remote=False)
    preflight(study, tmp_path, remote=True)
    assert capsys.readouterr().err == (
        "[snaketune] warning: objective.command: there is no program no-such-program on the PATH\n"
    )
