"""A run's training outside of the search."""

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.alone("it has files of its own")
SCRIPT = """\
import json, os, sys
print(json.dumps({"loss": float(os.environ["SNAKETUNE_SEED"]), "dir": os.environ["SNAKETUNE_DIR"]}))
print("a word", file=sys.stderr)
sys.exit(int(sys.argv[1]))
"""


def alone(bench, *words):
    command = [sys.executable, "-P", "-m", "snaketune.runner.alone", *words]
    return subprocess.run(command, cwd=bench.root, capture_output=True, text=True, check=False)


def test_it_does_what_the_search_did_with_a_folder_of_its_own(bench):
    (bench.root / "program.py").write_text(SCRIPT)
    (bench.root / "subprocess.py").write_text("raise SystemExit('a module of the project')")
    options = {"metrics_wanted": ["loss"], "base_config": {"a": {"b": 1}}}
    result = bench.run([sys.executable, "program.py", "{n}"], {"n": 0, "a.c": 2}, **options)
    result["seed"] = 17  # such as one from before the study's seed was changed
    (bench.folder / "result.json").write_text(json.dumps(result))
    before = {path: path.read_bytes() for path in bench.root.rglob("*") if path.is_file()}
    done = alone(bench, "results/s/trials/t0/r0/", "own")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"loss": 17.0, "dir": str(bench.root / "own/t0/r0")})
    assert "a word\n" in done.stderr
    assert f"loss = 17.0; the search found {result['metrics']['loss']}" in done.stderr
    assert json.loads((bench.root / "own/t0/r0/config.yaml").read_text()) == {"a": {"b": 1, "c": 2}, "n": 0}
    assert {path: path.read_bytes() for path in before} == before
    again = alone(bench, "results/s/trials/t0/r0", "own")
    assert again.returncode == 2 and "not empty" in again.stderr


def test_it_ends_as_the_program_ends(bench):
    (bench.root / "program.py").write_text(SCRIPT)
    bench.run([sys.executable, "program.py", "3"], {})
    assert alone(bench, "results/s/trials/t0/r0", "a").returncode == 3
    bench.run(["sh", "-c", "kill -9 $$"], {}, contract="other")
    assert alone(bench, "results/s/trials/t0/r0", "b").returncode == 137


def test_mistakes_are_said_in_a_line(bench):
    assert "no run of a study" in alone(bench, "results/s/trials/t9/r0").stderr
    bench.run(["no-such-program"], {})
    done = alone(bench, "results/s/trials/t0/r0", "a")
    assert done.returncode == 2 and "cannot start 'no-such-program'" in done.stderr
    assert "Traceback" not in done.stderr
    assert alone(bench).returncode == 2
