"""Values that try to do harm or to change on the way: they reach the program as they are."""

import json
import sys

import pytest

NASTY = [
    "; touch pwned", "$(touch pwned)", "`touch pwned`", "a'b\"c", "two words", "line\nbreak\ttab", "ünï 😀 →", "-dash",
    "--flag", "../../etc", "x" * 20_000, "", "{x}", "%s", "*", "a,b;c|d", "1e-5 ", "</script>", "'; DROP TABLE --",
]  # fmt: skip
ECHO = """\
import json, os, sys
given = sys.argv[1] if len(sys.argv) == 2 else None
value = given.split("=", 1)[1] if given else sys.argv[2]
with open(os.environ["SNAKETUNE_PARAMS"]) as file:
    assert json.load(file)["x"] == value, (value, sys.argv)
with open("seen.log", "a") as seen:
    seen.write(json.dumps(value) + "\\n")
print(json.dumps({"loss": len(value), "text": value}))
"""


def test_nasty_texts_arrive_whole(project):
    project.write("train.py", ECHO)
    project.config["space"] = {"x": {"type": "categorical", "choices": NASTY}}
    project.config["searches"] = {"grid": {"strategy": "grid"}}
    project.config |= {"name": "n-{x}", "tags": ["t-{x}"], "summary_by": ["x"]}
    project.good_run()
    seen = [json.loads(line) for line in (project.folder / "seen.log").read_text().splitlines()]
    assert sorted(seen) == sorted(NASTY)
    # An empty cell would be an inactive parameter.
    assert [row["x"] for row in project.table()] == [value or '""' for value in NASTY]
    assert not list(project.folder.rglob("pwned"))
    assert project.good_run().idle


@pytest.mark.parametrize(
    "command",
    [
        "{python} echo.py {{x}} {{y}}",
        "{python} echo.py {{args}}",
        "{python} echo.py {{overrides}}",
        "{python} echo.py {{params}}",
        "{python} echo.py {{config}}",
        "bash -c '{python} echo.py \"$@\"' _ {{args}}",
    ],
)
def test_every_way_to_pass_parameters(project, command):
    project.write("echo.py", "import json, sys\nprint(json.dumps({'loss': 1, 'argv': json.dumps(sys.argv[1:])}))\n")
    project.config["objective"] = {"command": command.format(python=sys.executable), "metric": "loss"}
    project.config["space"] = {"x": ["$(touch pwned)", "a b"], "y": [1e-5, 3]}
    project.config["searches"] = {"grid": {"strategy": "grid"}}
    project.good_run()
    argv = [json.loads(row["argv"]) for row in project.table()]
    if "{{x}}" in command:
        assert argv[:2] == [["$(touch pwned)", "1e-05"], ["$(touch pwned)", "3"]]
    if "overrides" in command:
        assert argv[0] == ["x=$(touch pwned)", "y=1e-05"]
    if "args" in command:
        assert argv[0] == ["--x", "$(touch pwned)", "--y", "1e-05"]
    assert not list(project.folder.rglob("pwned"))


def test_digits_and_types_from_the_file_to_the_program(project):
    """The YAML is written as people write it, 1e-5 without a dot among it."""
    project.write(
        "train.py",
        "import json, os, sys\n"
        "params = json.load(open(os.environ['SNAKETUNE_PARAMS']))\n"
        "print(json.dumps({'loss': 1.0, 'seen': json.dumps([sys.argv[1:], params])}))\n",
    )
    (project.folder / "raw.yaml").write_text(
        f"study: s\nobjective: {{command: '{sys.executable} train.py', metric: loss}}\n"
        "plots: {choose: []}\n"
        "space:\n  lr: [1e-5, 0.1, 1]\n  flag: [true, false]\n  nothing: [null]\n  layers: [[64, 32]]\n"
        "  optimizer.lr: [3]\nsearch: {strategy: grid}\n"
    )
    command = project.command()
    command[command.index("--configfile") + 1] = str(project.folder / "raw.yaml")
    import subprocess

    subprocess.run(command, cwd=project.folder, check=True, capture_output=True)
    rows = project.table()
    argv, params = json.loads(rows[0]["seen"])
    assert argv == ["--flag", "--layers", "64", "32", "--lr", "1e-05", "--optimizer.lr", "3"]
    assert params == {"lr": 1e-05, "flag": True, "nothing": None, "layers": [64, 32], "optimizer.lr": 3}
    assert [row["lr"] for row in rows] == ["1e-05", "1e-05", "0.1", "0.1", "1", "1"]
    assert rows[0]["flag"] == "true"
    best = project.result("best.yaml").read_text()
    assert "lr: 1.0e-05" in best  # what YAML 1.1 needs for a number
    assert "optimizer:\n  lr: 3\n" in best
