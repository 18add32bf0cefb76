"""The workflow as a module of another one: what the host makes, what is made for it, and what is left alone."""

import base64
import fcntl
import gzip
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml
from project import SCRIPT, Project
from snaketune.files import csv_rows

HOST = """\
import snaketune, sys


configfile: "host.yaml"


rule all:
    input:
        "model.txt",


rule prepare:
    input:
        "raw.csv",
    output:
        temp("prepared.csv"),
    threads: 2
    shell:
        "sleep {config[sleep]} && cp {input} {output}"


module tune:
    snakefile:
        snaketune.snakefile()
    config:
        config["tune"]
    prefix:
        "tuning"


use rule * from tune as tune_*


use rule trial from tune as tune_trial with:
    priority: 1


module other:
    snakefile:
        snaketune.snakefile()
    config:
        config["other"]


use rule * from other as other_*


rule model:
    input:
        "tuning/results/s/best.yaml",
        "results/o/best.yaml",
    output:
        "model.txt",
    shell:
        "echo half > {output} && sleep {config[sleep]} && cat {input} > {output}"


onstart:
    print("host: started", file=sys.stderr)


onsuccess:
    print("host: succeeded", file=sys.stderr)


onerror:
    print("host: failed", file=sys.stderr)
"""

OBJECTIVE = {
    "command": f"{sys.executable} train.py",
    "metric": "loss",
    "code": ["train.py"],
    "inputs": ["prepared.csv"],
}
TUNE = {
    "study": "s",
    "objective": OBJECTIVE,
    "plots": {"choose": []},
    "space": {"x": [1, 2, 3]},
    "search": {"strategy": "grid"},
}
OTHER = {
    "study": "o",
    "objective": {**OBJECTIVE, "trials_per_job": 1},
    "plots": {"choose": []},
    "space": {"x": {"type": "uniform", "low": 0, "high": 10}},
    "search": {"strategy": "random", "n_trials": 4, "batch_size": 2},
}


class Host(Project):
    """A folder with a workflow that has two studies as modules."""

    def __init__(self, folder: Path):
        super().__init__(folder)
        self.config = {"sleep": 0, "tune": dict(TUNE), "other": dict(OTHER)}
        self.write("Snakefile", HOST)
        # Its loss depends on the host's file.
        self.write("train.py", SCRIPT.replace('float(options.get("y", 0))', 'float(open("prepared.csv").read())'))
        self.write("raw.csv", "1")

    def command(self, *arguments: str, cores: int = 2) -> list[str]:
        self.write("host.yaml", yaml.safe_dump(self.config))
        return [sys.executable, "-m", "snakemake", "--cores", str(cores), *arguments]

    def losses(self) -> list[float]:
        """The best loss of each study."""
        tables = ("tuning/results/s", "results/o")
        return [min(float(row["loss"]) for row in csv_rows(self.folder / table / "results.csv")) for table in tables]


@pytest.fixture(scope="module")
def host(tmp_path_factory) -> Host:
    """A host that has run once."""
    found = Host(tmp_path_factory.mktemp("host"))
    found.first = found.good_run()
    return found


def test_it_goes_from_the_hosts_data_by_both_studies_to_the_hosts_model(host):
    assert set(host.calls().values()) == {1}
    assert host.calls().total() == 7
    assert host.losses() == [1.0, pytest.approx(1.0, abs=5)]
    for table in ("tuning/results/s", "results/o"):
        assert (host.folder / table / "best.yaml").read_text() in (host.folder / "model.txt").read_text()
    assert (host.folder / "tuning" / "logs" / "s" / "trials").is_dir()
    assert not (host.folder / "prepared.csv").exists()  # temporary, and there as long as there were trials
    assert host.first.jobs["prepare"] == host.first.jobs["model"] == 1
    # The host's words, Snakemake's about the host's jobs, and ours about both studies.
    for words in (
        "host: started",
        "host: succeeded",
        "rule prepare:",
        "[snaketune] s: 3 of 3",
        "[snaketune] o: 4 of 4",
    ):
        assert words in host.first.output
    again = host.good_run()
    assert again.idle
    assert "[snaketune]" not in again.output


def test_what_reruns_what(host):
    host.forget_calls()
    for path in ("raw.csv", "train.py"):
        os.utime(host.folder / path)
    assert host.good_run().idle
    # Options of one study, also on the command line, are those of this one.
    more = host.good_run("--config", "other={n_trials: 5}")
    assert host.calls().total() == 1
    assert more.jobs["tune_generate"] == 0
    host.config["other"] = {**OTHER, "search": {**OTHER["search"], "n_trials": 5}}
    assert host.good_run().idle
    # Other data of the host: its rule first, then all trials, under their new contract.
    host.forget_calls()
    host.write("raw.csv", "11")
    changed = host.good_run()
    assert (host.calls().total(), set(host.calls().values())) == (8, {1})
    assert host.losses() == [11.0, pytest.approx(11.0, abs=5)]
    assert changed.jobs["prepare"] == 1
    assert host.good_run().idle
    # A result that is asked for again, by whoever wants nothing but the best trial.
    host.forget_calls()
    trial = csv_rows(host.folder / "results" / "o" / "results.csv")[0]["trial"]
    again = host.good_run("--config", f"other={{retry: {trial}}}")
    assert list(host.calls()) == [f"{trial}/r0"]
    assert again.jobs["other_combine"] == 1
    assert host.good_run().idle
    # The same in the words of the command line.
    host.forget_calls()
    words = [sys.executable, "-m", "snaketune", "retry", "--study", "o", trial]
    done = subprocess.run(words, cwd=host.folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(host.calls()) == [f"{trial}/r0"]
    assert host.good_run().idle


def test_targets_by_the_hosts_names(host):
    said = host.good_run("tune_plan", "other_status").output
    assert "Plan of s" in said
    trials = host.config["other"]["search"]["n_trials"]  # of whatever tests have gone before
    assert f"[snaketune] o: {trials} of {trials} trials done" in said
    page = host.folder / "tuning" / "results" / "s" / "report.html"
    host.good_run("tune_all")
    packed = re.search(r'id="payload">([^<]*)<', page.read_text(encoding="utf-8"))[1]
    command = shlex.split(json.loads(gzip.decompress(base64.b64decode(packed)))["command"])
    assert command == ["snakemake", "--cores", "1", "--config", "tune={retry: [TRIAL]}"]


def test_a_failure_of_the_host_is_the_hosts(host):
    before = (host.folder / "raw.csv").read_text()
    host.write("raw.csv", "12")
    (host.folder / "Snakefile").write_text(HOST.replace("&& cp", "&& false &&  cp"))
    try:
        failed = host.run()
        assert failed.status == 1
        assert "host: failed" in failed.output
        assert "rule prepare" in failed.output
    finally:
        (host.folder / "Snakefile").write_text(HOST)
        host.write("raw.csv", before)
    host.forget_calls()
    host.good_run()  # data that are made again as they were
    assert host.calls().total() == 0


def test_incomplete_files_of_the_host_stay_incomplete(host, tmp_path):
    shutil.copytree(host.folder, tmp_path / "killed")
    killed = Host(tmp_path / "killed")
    killed.config = {**host.config}
    killed.good_run()  # so that nothing of a study is to be done
    killed.config["sleep"] = 30
    model = killed.folder / "model.txt"
    model.unlink()
    assert killed.killed_run(120, once=lambda: model.exists() and model.read_text() == "half\n")
    killed.config["sleep"] = 0
    incomplete = killed.run()
    assert incomplete.status == 1
    assert "IncompleteFilesException" in incomplete.output
    assert "model.txt" in incomplete.output
    # A lock that names no file of a study may be that of somebody who lives.
    assert "LockException" in killed.run("--rerun-incomplete").output
    killed.good_run("--unlock")
    assert killed.good_run("--rerun-incomplete").jobs == {"model": 1, "all": 1}
    assert model.read_text() != "half\n"


def test_a_second_workflow_may_do_what_needs_no_study(host):
    with (host.folder / ".snakemake" / "snaketune.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert host.good_run("prepare").jobs["prepare"] <= 1
        host.good_run("model", "--force")  # the studies are finished
        refused = host.run("--config", "other={n_trials: 6}")
        assert refused.status == 1
        assert "Another Snakemake is at work in this folder" in refused.output


SUBMIT = """\
#!{python}
import json, subprocess, sys
properties = next(line for line in open(sys.argv[1]) if line.startswith("# properties = "))
with open("submitted.log", "a") as log:
    print(json.loads(properties.split(" = ", 1)[1])["rule"], file=log)
quiet = {{"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}}
print(subprocess.Popen(["bash", sys.argv[1]], start_new_session=True, **quiet).pid)
"""


def test_trials_and_the_hosts_rules_go_to_the_cluster_and_nothing_else(tmp_path):
    host = Host(tmp_path)
    host.config["other"]["search"] = {"strategy": "random", "n_trials": 2}
    host.write("submit", SUBMIT.format(python=sys.executable)).chmod(0o755)
    executor = ("--executor", "cluster-generic", "--cluster-generic-submit-cmd", "./submit", "--jobs", "3")
    host.good_run(*executor, "--seconds-between-status-checks", "1", "results/o/best.yaml")
    assert Counter((tmp_path / "submitted.log").read_text().split()) == {"prepare": 1, "other_trial": 2}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('    config:\n        config["tune"]\n', ""), "The module tune has no study"),
        (('config["other"]', 'config["tune"]'), None),
        (('config["other"]\n', 'config["tune"]\n    prefix:\n        "tuning"\n'), "both have tuning/results/s/"),
    ],
)
def test_mistakes_of_hosts(tmp_path, change, words):
    host = Host(tmp_path)
    host.write("Snakefile", HOST.replace(*change))
    outcome = host.run("prepare")
    assert outcome.status == (1 if words else 0), outcome.output
    assert (words or "") in outcome.output
