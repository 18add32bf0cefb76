"""Mistakes in a configuration, through the real workflow: a message, no traceback, exit status 1, no job."""

import subprocess

import pytest
from project import Outcome


def refused(project, outcome, *words: str) -> None:
    assert outcome.status == 1, outcome.output
    assert "Traceback" not in outcome.output
    for word in words:
        assert word in outcome.output, outcome.output
    assert not project.calls()
    assert not outcome.jobs
    assert not list(project.folder.glob("results/*/*/rounds")), "a job was started"


# Those in a list are told together.
MISTAKES = [
    [
        ("space.y", float("nan"), ["space.y", "nan is not a finite number"]),
        (True, 1, ["a key must be text; found true"]),
    ],
    [
        ("objective.direction", "minimise", ["objective.direction", "Did you mean 'minimize'?"]),
        ("searches.random.n_trials", "ten", ["searches.random.n_trials", "must be a whole number; found"]),
        ("study", "../../escape", ["study", "does not have the form"]),
        ("nmae", "x", ["unknown key 'nmae'. Did you mean 'name'?"]),
    ],
    [
        ("objective.command", "python train.py {lr}", ["objective.command",
         "{lr} is neither a parameter nor a known word"]),
        ("objective.code", ["trian.py"], ["objective.code", "there is no file or folder trian.py"]),
    ],
    [("space.x", {"type": "uniform", "low": 1, "high": 0}, ["space.x", "low must be below high"])],
    [("space.y", "__import__('os').system('touch pwned')", ["space.y", "__import__"])],
    [("space.z", {"choices": [1], "when": {"y": 7}}, ["space.z.when", "'y' is never 7"])],
    [("searches.grid.space", {"y": [0]}, ["searches.grid.space", "these are continuous: x"])],
    [("constraints", ["x / y > 0"], ["constraints", "can't be computed"])],
]  # fmt: skip


@pytest.mark.parametrize("mistakes", MISTAKES)
def test_mistakes(project, mistakes):
    for path, value, _ in mistakes:
        node = project.config
        *above, last = path.split(".") if isinstance(path, str) else [path]
        for key in above:
            node = node[key]
        node[last] = value
    outcome = project.run()
    refused(project, outcome, *(word for _, _, words in mistakes for word in words))
    assert not (project.folder / "pwned").exists()
    assert not (project.folder.parent / "escape").exists()


def test_a_program_that_can_only_fail(project):
    """The script is read before any job, also by plan: its imports and its options; and libraries are looked for."""
    project.write(
        "train.py",
        "import argparse, torhc\nparser = argparse.ArgumentParser()\n"
        "parser.add_argument('--x-value', required=True)\nparser.parse_args()\n",
    )
    project.config["space"]["x_value"] = 3
    words = ("train.py imports torhc (line 1)", "train.py has no option --x_value. Did you mean '--x-value'?")
    refused(project, project.run("plan"), *words)
    refused(project, project.run(), *words)


@pytest.mark.parametrize("content", ["- 1\n- 2\n", "a: [1,\n  b: }", "", "just text"])
def test_a_file_that_is_no_configuration(project, content):
    command = project.command()
    (project.folder / "config.yaml").write_text(content)
    refused(project, run(project, command), "onfig")


def test_a_file_that_is_not_there(project):
    command = [word for word in project.command() if word != "--configfile" and not word.endswith("/config.yaml")]
    (project.folder / "config.yaml").unlink()
    outcome = run(project, command)
    refused(project, outcome, "No study is named, and there is no config/config.yaml in", "--configfile mine.yaml")


def test_no_cores(project):
    command = project.command()
    at = command.index("--cores")
    refused(project, run(project, command[:at] + command[at + 2 :]), "use --cores N")


def run(project, command: list[str]) -> Outcome:
    done = subprocess.run(command, cwd=project.folder, capture_output=True, text=True, timeout=120, check=False)
    return Outcome(done.returncode, done.stdout + done.stderr)
