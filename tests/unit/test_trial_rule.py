"""The trial rule is part of what Snakemake compares to tell whether a run is still good: it is frozen."""

import re
from pathlib import Path

RULE_FILE = Path(__file__).parents[2] / "workflow" / "rules" / "trial.smk"
RULE = RULE_FILE.read_text()
WHY = (
    "workflow/rules/trial.smk has changed in a part that Snakemake compares with what runs were made by. "
    "Released like this, every finished trial of every user would be trained again. Find a way that leaves "
    "the rule's shell command and the names of its inputs and parameters as they are."
)
SHELL = "{params.runner:q} --study {input.study:q} --attempt {resources.attempt}"


def section(name: str) -> str:
    """The lines of one of the rule's sections, without comments."""
    body = RULE.split("\nrule trial:\n", 1)[1].split("\nrule ", 1)[0]
    found = re.search(rf"^    {name}:\n((?:        .*\n?)+)", body, re.MULTILINE)
    assert found, f"no section {name}. {WHY}"
    return re.sub(r"^\s*#.*\n", "", found[1], flags=re.MULTILINE)


def test_the_command():
    assert "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', section("shell"))) == SHELL, WHY


def test_the_inputs():
    lines = [line.strip() for line in section("input").splitlines()]
    assert lines == [
        'study=ancient(f"{RESULTS}/study.json"),',
        'params=ancient(f"{RESULTS}/trials/{{trial}}/params.json"),',
    ], WHY


def test_the_parameters():
    # Snakemake does not compare what is computed from the output, as the paths of Python and the runner are.
    assert section("params").split() == ['contract=STUDY.objective["contract"],', "runner=runner_of_trial,"], WHY
    common = RULE_FILE.with_name("common.smk").read_text()
    assert "def runner_of_trial(wildcards, output):" in common, WHY


def test_the_output():
    assert section("output").split() == ['update(f"{RESULTS}/trials/{{trial}}/{{run}}/result.json"),'], WHY
