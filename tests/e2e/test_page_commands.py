"""What the page offers to be typed runs as it is."""

import base64
import gzip
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from project import ROOT

PROGRAM = """\
import argparse, json, os, sys
parser = argparse.ArgumentParser(allow_abbrev=False)
for name in ("--text", "--x", "--seed", "--config", "--save"):
    parser.add_argument(name)
given = parser.parse_args()
config = json.load(open(given.config))
assert config["model"]["depth"] == 3 and os.path.basename(os.getcwd()) == "sub" and os.environ["TOKEN"] == "a'b c"
open(given.save, "w").write("trained")
fold = int(os.environ["SNAKETUNE_FOLD"])
value = float(given.x) + config["model"]["width"] + len(given.text) + int(given.seed) % 1000 + fold
json.dump({"loss": value, "text": given.text}, open(os.environ["SNAKETUNE_METRICS"], "w"))
"""
FUNCTION = """\
def score(config, x, seed, fold):
    print("not a metric")
    return {"loss": x + config["model"]["width"] + len(config["text"]) + seed % 1000 + fold, "text": config["text"]}
"""
OBJECTIVES = {
    "command": {
        "command": ["python", "train.py", "--config", "{config}", "--save={dir}/model", "--x", "{x}", "--text={text}"],
        "workdir": "sub", "env": {"TOKEN": "a'b c"}, "seed_flag": "--seed", "code": ["sub/train.py"],
    },
    "function": {"function": "train.py:score", "trials_per_job": 4, "code": ["train.py"]},
}  # fmt: skip


@pytest.mark.parametrize("kind", list(OBJECTIVES))
def test_every_command_that_the_page_offers_runs_as_it_is(project, shared_browser, kind):
    texts = ["two words", 'it\'s "quoted" $HOME `id`', "two\nlines", "-dash"]
    project.config["objective"] = {
        "metric": "loss", "base_config": {"model": {"depth": 3}, "text": ""}, "folds": 2, **OBJECTIVES[kind]
    }  # fmt: skip
    project.config["space"] = {"text": texts, "x": [0.5], "model.width": [7]}
    project.config["searches"] = {"grid": {"strategy": "grid"}}
    project.write("sub/train.py", PROGRAM)
    project.write("train.py", FUNCTION)
    project.good_run("--config", "seed=3")
    assert project.good_run("--config", "seed=3").idle
    page = shared_browser
    page.open(project.result("report.html"))
    before = {path: path.read_bytes() for path in project.folder.glob("results/**/*") if path.is_file()}
    runs = project.finished()
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for row in range(4):
        page.click(f"#row-{row} td:nth-child(3)")
        trial = next(word for word in page.text("#drawer").split() if re.fullmatch(r"t[0-9a-f]{16}", word))
        for run in ("r0f0", "r0f1"):
            page.type("#drawer select", run)
            again, alone = page.value(
                "[...document.querySelectorAll('#drawer .copyable pre')].map((n) => n.textContent)"
            )
            done = subprocess.run(
                ["bash", "-c", alone], cwd=project.folder, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
            found = runs[f"s/{trial}/{run}"]
            assert found["status"] == "complete" and found["metrics"]["text"] in texts
            assert f"loss = {found['metrics']['loss']}; the search found {found['metrics']['loss']}" in done.stderr
            own = Path(re.search("with a folder of its own: (.*)", done.stderr)[1])
            assert json.loads((own / "metrics.json").read_text()) == found["metrics"]
            shutil.rmtree(own.parents[1])
    assert {path: path.read_bytes() for path in project.folder.glob("results/**/*") if path.is_file()} == before
    done = subprocess.run(["bash", "-c", again], cwd=project.folder, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    changed = {run for run, result in project.finished().items() if result != runs[run]}
    assert changed == {f"s/{trial}/r0f0", f"s/{trial}/r0f1"}
    assert project.good_run("--config", "seed=3").idle


def test_the_workflow_makes_the_page_and_its_command_runs_a_trial_again(project):
    project.good_run()
    report = project.result("report.html")
    packed = re.search(r'id="payload">([^<]*)<', report.read_text(encoding="utf-8"))[1]
    payload = json.loads(gzip.decompress(base64.b64decode(packed)))
    assert re.search(r'id="annex" data-parts="([^"]*)"', report.read_text(encoding="utf-8"))[1] == "timeline provenance"
    snakefile = shlex.quote(str(ROOT / "Snakefile"))
    assert (
        payload["command"]
        == f"snakemake --cores 1 --snakefile {snakefile} --configfile config.yaml --config retry=TRIAL"
    )
    assert project.good_run().idle
    trial = project.table()[0]["trial"]
    project.forget_calls()
    report.unlink()
    assert project.good_run().jobs.keys() == {"page", "check"}  # which comes last
    outcome = project.good_run("--config", f"retry={trial}")
    assert project.calls() == {f"{trial}/r0": 1}
    assert outcome.jobs["page"] == 1
