"""A key of the configuration is added from outside with the schema, the manual and what reads it: three files."""

import re
import sys

import pytest
import yaml
from copies import Copy

SCHEMA = "workflow/snaketune/config/config.schema.yaml"
CONSUMER = "workflow/snaketune/config/objective.py"
MANUAL = "config/README.md"

STUDY = {
    "study": "s",
    "objective": {"command": f"{sys.executable} train.py", "metric": "loss", "code": ["train.py"], "trials_per_job": 1},
    "space": {"x": [1, 2, 3]},
    "search": {"strategy": "grid"},
    "plots": {"choose": []},
    "progress": 0,
}
SCRIPT = """\
import os, sys
with open("calls.log", "a") as calls:
    calls.write(os.environ.get("PRECISION", "") + "\\n")
print('{"loss": %s}' % sys.argv[2])
"""


@pytest.fixture
def project(tmp_path):
    """A copy in which `objective.precision` is told to the program in its environment."""
    copy = Copy.new(tmp_path)
    copy.edit(
        SCHEMA,
        "      seed_flag:\n        x-reruns: training\n",
        "      precision:\n        x-reruns: training\n        description: What the program calculates with.\n"
        "        enum: [single, double]\n        default: double\n"
        "      seed_flag:\n        x-reruns: training\n",
    )
    copy.edit(
        CONSUMER,
        'env = {name: text(value) for name, value in raw["env"].items()}',
        'env = {"PRECISION": raw["precision"]} | {name: text(value) for name, value in raw["env"].items()}\n'
        '    terms_env = {name: text(value) for name, value in raw["env"].items()}',
    )
    copy.edit(
        CONSUMER,
        '        env=env,\n        workdir=workdir,\n        seed_flag=raw.get("seed_flag"),\n        patterns',
        '        env=terms_env,\n        workdir=workdir,\n        seed_flag=raw.get("seed_flag"),\n        patterns',
    )
    copy.edit(MANUAL, "| `seed_flag` |", "| `precision` | `single` or `double` | `double` |\n| `seed_flag` |")
    assert copy.touched == {SCHEMA, CONSUMER, MANUAL}
    (tmp_path / "train.py").write_text(SCRIPT)
    return copy


def calls(copy: Copy, **objective: object) -> list[str]:
    """What the programs were told that a workflow has run."""
    log = copy.root / "calls.log"
    log.unlink(missing_ok=True)
    study = {**STUDY, "objective": {**STUDY["objective"], **objective}}
    (copy.root / "mine.yaml").write_text(yaml.safe_dump(study))
    output = copy.snakemake("--configfile", "mine.yaml")
    assert re.search(r"3 of 3 trials done|Nothing to be done", output)
    return log.read_text().split() if log.exists() else []


def test_the_digests_know_it_without_being_told(project):
    assert calls(project) == ["double"] * 3
    assert calls(project) == []
    assert calls(project, precision="double") == []  # its default
    assert calls(project, precision="single") == ["single"] * 3
    assert calls(project, precision="single", timeout="1h") == []
    assert calls(project) == ["double"] * 3
