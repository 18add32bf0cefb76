"""What stages are said to need is what they import."""

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from snaketune.config import read_study
from snaketune.serving.needs import needs_of

SCRIPTS = Path(__file__).parents[3] / "scripts"
HEAVY = {"numpy", "scipy", "pandas", "matplotlib", "sklearn"}


def study(tmp_path, **keys):
    config = {
        "study": "s",
        "objective": {"command": "true", "metric": "m"},
        "space": {"x": "uniform(0, 1)", "y": "uniform(0, 1)"},
        "search": {"strategy": "random", "n_trials": 2},
    }
    config |= keys
    if "searches" in keys:
        del config["search"]
    return read_study(config, tmp_path)


BAYES = {"strategy": "bayes", "n_trials": 20}
STUDIES = {
    "random": {},
    "no plots": {"plots": {"choose": []}},
    "bayes": {"searches": {"a": BAYES, "b": {"strategy": "grid", "space": {"x": [1], "y": [2]}}}},
    "final": {"final": {"top": 1}, "plots": {"format": ["svg", "pdf"]}},
}


@pytest.mark.parametrize("name", STUDIES)
def test_all_that_is_named_is_there(tmp_path, name):
    groups = needs_of(study(tmp_path, **STUDIES[name]))
    scripts = [script for group in groups for script in group]
    assert len(scripts) == len(set(scripts))
    assert all((SCRIPTS / script).is_file() for script in scripts)
    for group in groups:
        for modules in group.values():
            for name in modules:
                module, _, function = name.partition(":")
                found = importlib.import_module(module)
                assert not function or getattr(found, function)()


def test_all_stages_of_a_search_are_served(tmp_path):
    rules = "".join(path.read_text() for path in (SCRIPTS.parent / "workflow" / "rules").glob("*.smk"))
    alone = {"plan.py", "status.py", "peek.py", "compare.py"}  # targets that are asked for by themselves
    alone |= {"inputs.py", "export.py"}  # which few studies have, and not in each round
    groups = needs_of(study(tmp_path, final={"top": 1}, searches={"a": BAYES}))
    assert {script for group in groups for script in group} == set(re.findall(r'stage\("(\w+\.py)"\)', rules)) - alone


def test_there_are_groups_only_for_what_there_is_to_do(tmp_path):
    plain, bayes = needs_of(study(tmp_path, **STUDIES["no plots"])), needs_of(study(tmp_path, **STUDIES["bayes"]))
    assert len(plain) == 1 and "generate.py" in plain[0]
    assert "generate.py" in bayes[1] and "snaketune.samplers.gp" in bayes[1]["generate.py"]
    assert "plots.py" in bayes[-1]
    assert "final.py" in needs_of(study(tmp_path, **STUDIES["final"]))[0]


def test_the_first_group_waits_for_nothing_heavy(tmp_path):
    first = needs_of(study(tmp_path, **STUDIES["final"]))[0]
    words = ["import sys", *(f"import {name.partition(':')[0]}" for names in first.values() for name in names)]
    words += [
        f"sys.argv[0] = ''; exec(open({str(SCRIPTS / script)!r}).read(), {{'__name__': 'm'}})" for script in first
    ]
    words.append(f"print(*{HEAVY} & set(sys.modules))")
    done = subprocess.run([sys.executable, "-c", "\n".join(words)], capture_output=True, text=True, env=os.environ)
    assert (done.stdout, done.stderr) == ("\n", "")
