"""The runner starts in any Python, quickly: small modules of the standard library's alone, in Python 3.8's words."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from snaketune import runner

MODULES = sorted(Path(runner.__file__).parent.glob("*.py"))
# What takes long to import, and is not needed to run a program.
SLOW = {"typing", "dataclasses", "inspect", "pathlib", "threading", "logging", "importlib.metadata", "site"}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_a_module_is_small_and_old_fashioned(module):
    source = module.read_text(encoding="utf-8")
    assert len(source.splitlines()) < 250
    tree = ast.parse(source, feature_version=(3, 8))
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            assert name.startswith("snaketune.runner") or name.partition(".")[0] in sys.stdlib_module_names


@pytest.mark.alone("it is about its start")
def test_a_start_imports_nothing_slow(bench):
    process = bench.start(["true"], before=[])
    command = [*process.args]
    process.communicate()
    (bench.folder / "result.json").unlink()
    command[1:1] = ["-X", "importtime"]
    done = subprocess.run(command, cwd=bench.root, capture_output=True, text=True, check=True)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time")}
    assert "snaketune.runner.perform" in imported
    assert "snaketune.runner.assign" not in imported, "it asks for no GPU"
    assert not imported & (SLOW - {"threading"})  # `subprocess` needs that


@pytest.mark.alone("it is about its start")
def test_nothing_of_the_packages_folder_stays_on_the_path(bench):
    (bench.root / "train.py").write_text("import sys\ndef f(): return {'loss': 1, 'path': '|'.join(sys.path)}")
    result = bench.run(None, {}, function="train.py:f", metrics_wanted=["loss"])
    path = result["metrics"]["path"].split("|")
    assert path[0] == str(bench.root)
    assert str(MODULES[0].parent) not in path
