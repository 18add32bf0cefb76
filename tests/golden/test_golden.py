"""What must not change by accident, compared with what commit d6eb489 made: golden.json.gz (see record.py).

Proposals of every sampler and engine over several rounds, what programs are told in every form of a command, digests,
study.json, tables, texts and the page's data. Where a change is meant, record anew, and say so in the changelog.
"""

import gzip
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RECORDED = Path(__file__).with_name("golden.json.gz")


@pytest.mark.skipif(importlib.util.find_spec("optuna") is None, reason="needs the optuna extra")
def test_everything_is_as_it_was(tmp_path):
    made = tmp_path / "made.json"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "workflow"), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(Path(__file__).with_name("make.py")), str(ROOT), str(made)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    recorded = json.loads(gzip.decompress(RECORDED.read_bytes()))
    found = json.loads(made.read_text())
    assert list(found) == list(recorded)
    different = [name for name in recorded if found[name] != recorded[name]]
    assert different == [], (
        f"these are not as they were: {', '.join(different)}; compare with python tests/golden/record.py --show NAME"
    )
