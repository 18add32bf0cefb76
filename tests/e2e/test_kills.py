"""Killed at any moment and started again: nothing lost, nothing repeated, the same table in the end."""

import random
from pathlib import Path

import pytest
from project import Project, wait_until


def slow(project, trials, delay):
    project.config["searches"] = {"random": {"strategy": "random", "n_trials": trials, "batch_size": 8}}
    project.config["objective"]["env"] = {"DELAY": delay}
    return project


def results(project):
    """The finished runs; one that the killed workflow took no note of waits under another name to be adopted."""
    files = [*project.folder.glob("results/s/trials/*/*/result*.json")]
    return {path.parent: path.read_bytes() for path in files if path.name in ("result.json", "result.adopt.json")}


def servers(project):
    """The processes that serve the project's stages, and their sockets."""
    found = [*project.folder.glob(".snakemake/*.socket")]
    for process in Path("/proc").glob("[0-9]*"):
        try:
            serves = b"scripts/serve.py" in (process / "cmdline").read_bytes()
            found += [process] if serves and (process / "cwd").readlink() == project.folder else []
        except OSError:
            continue
    return found


def test_fifteen_kills_at_random_moments(project, tmp_path_factory):
    undisturbed = slow(Project(tmp_path_factory.mktemp("undisturbed")), 36, 0.6)
    undisturbed.good_run()
    slow(project, 36, 0.6)
    moments = random.Random(1)
    kills = 0
    while kills < 15:
        before = results(project)
        if not project.killed_run(moments.uniform(0.5, 3.0)):
            break
        kills += 1
        after = results(project)
        assert {folder: after.get(folder) for folder in before} == before, "a finished run was lost or done again"
    project.good_run()
    assert kills >= 10, "the study ended too early for this test to mean anything"
    assert project.timeless() == undisturbed.timeless()
    finished = len(results(project))
    assert finished == 36
    # A run is started again only if a kill hit it: at most the two that were under way each time.
    assert sum(project.calls().values()) <= finished + 2 * kills
    assert project.good_run().idle
    # Those that were adopted are known as well as any other: new code runs them all again.
    project.write("train.py", (project.folder / "train.py").read_text() + "# changed\n")
    assert project.good_run().jobs["trial"] == 36


def test_snakemake_alone_killed_while_runs_go_on(project):
    """The orphaned runs go on; the next start waits for them and takes their results over."""
    slow(project, 6, 4)
    assert project.killed_run(240, once=lambda: len(project.calls()) >= 2 and servers(project), everything=False)
    wait_until(lambda: not servers(project), timeout=60, told=lambda: "and outlived Snakemake")
    project.good_run()
    assert not servers(project)
    assert len(project.table()) == 6
    assert set(project.calls().values()) == {1}, "a run that was still going on was started a second time"


def test_two_at_once(project):
    """A second Snakemake in the folder is refused with one clear line, and `status` works beside the first."""
    import subprocess

    slow(project, 6, 0)
    waiting = "while not os.path.exists('go'): time.sleep(0.1)\n"
    project.write("train.py", (project.folder / "train.py").read_text().replace("x, y =", f"{waiting}x, y ="))
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    first = subprocess.Popen(project.command(), cwd=project.folder, **quiet)
    wait_until(project.calls)
    second = project.run()
    assert second.status == 1
    assert "Another Snakemake is at work in this folder (process" in second.output
    assert "Traceback" not in second.output
    status = project.good_run("status")
    assert "0 of 6 trials done" in status.output
    project.write("go", "")
    assert first.wait(240) == 0
    assert set(project.calls().values()) == {1}
    assert project.good_run().idle


@pytest.mark.parametrize("cores", [1, 8])
def test_cores_do_not_matter(project, tmp_path_factory, cores):
    other = Project(tmp_path_factory.mktemp("other"))
    for each in (project, other):
        each.config["objective"] |= {"replicates": 2, "seed_flag": "--seed"}
    project.good_run(cores=cores)
    other.good_run(cores=2)
    assert project.timeless() == other.timeless()
    assert project.timeless("runs.csv") == other.timeless("runs.csv")
