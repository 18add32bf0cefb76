"""A script is swept without a configuration, and its values arrive as they were typed."""

import json
import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import json, sys
line = dict(word.split("=", 1) for word in sys.argv[2:])
with open("lines.jsonl", "a") as file:
    print(json.dumps(sys.argv[1:]), file=file)
print(json.dumps({"val_acc": float(line["y"]) * (sys.argv[1] == "a b"), "loss_of_time": 1}))
"""


def test_a_script_is_swept_without_a_configuration(tmp_path):
    (tmp_path / "fit.py").write_text(SCRIPT)
    words = [
        "fit.py",
        '["a b", "$HOME"]',
        "y=[0.25, 1e-2]",
        't=it\'s {y} "q" | $(id)',
        "--strategy",
        "grid",
        "--metric",
        "val_acc",
    ]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [sys.executable, "-m", "snaketune", "run", *words, "--cores", "1"],
        cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "PATH": path}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in (tmp_path / "lines.jsonl").read_text().splitlines()]
    constant = 't=it\'s {y} "q" | $(id)'
    assert sorted(lines) == [[a, f"y={y}", constant] for a in ("$HOME", "a b") for y in ("0.01", "0.25")]
    assert "Written: fit.yaml (maximize val_acc)" in done.stderr
    assert "best val_acc 0.25" in done.stderr + done.stdout
    assert (tmp_path / "results" / "fit" / "report.html").exists()
