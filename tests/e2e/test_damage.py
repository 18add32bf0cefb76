"""Whatever happens to a study's files, the same command brings back the same tables and trains what is lost alone."""

import json
import re
import shutil

import pytest
from project import Project

DAMAGE = [
    lambda path: path.unlink(),
    lambda path: path.write_bytes(b""),
    lambda path: path.write_bytes(bytes(range(56, 256))),
    lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    lambda path: path.write_bytes(path.read_bytes()[:-2] + bytes([path.read_bytes()[-2] ^ 1]) + b"\n"),
]
# Written anew whenever a workflow begins, by the runner for itself alone, or by what is still to be done (round.json).
NOT_DERIVED = {"study.json", "session.json", "failures.jsonl", "round.json"}


@pytest.fixture(scope="module")
def finished(built_once) -> Project:
    """A finished study of packed runs, with a search that learns over several rounds and a final training."""
    return study_in(built_once("damage", lambda folder: study_in(folder).good_run()))


def study_in(folder) -> Project:
    project = Project(folder)
    project.config["objective"] |= {"trials_per_job": 2}
    project.config["final"] = {"top": 1, "replicates": 1}
    project.config["plots"] = {"choose": ["history"], "format": "svg"}
    project.config["searches"] = {
        "grid": {"strategy": "grid", "space": {"x": [1, 2, 3]}},
        "bayes": {"strategy": "bayes", "n_trials": 9, "n_initial_points": 3, "batch_size": 3},
    }
    return project


def derived(project: Project) -> dict:
    """What is made of results, by path."""
    root = project.folder / "results" / "s"
    return {
        path: path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
        and not path.name.startswith(".")
        and not path.name.endswith((".damaged", ".done"))
        and not {"trials", "records"} & {*path.relative_to(root).parts}
        and path.name not in NOT_DERIVED
    }


@pytest.mark.parametrize("turn", [0, 2])
def test_everything_that_is_made_of_results_is_made_again(finished, turn):
    before = derived(finished)
    assert len(before) > 30
    finished.forget_calls()
    for number, path in enumerate(before):
        DAMAGE[(number + turn) % len(DAMAGE)](path)
    outcome = finished.good_run()
    assert finished.calls() == {}
    after = derived(finished)
    assert set(after) == set(before)
    assert [str(path) for path in before if after[path] != before[path]] == []
    said = re.findall(r"^\[snaketune\] (\S+) is damaged \(.*\): set aside as ", outcome.output, re.MULTILINE)
    touched = [path for number, path in enumerate(before) if (number + turn) % len(DAMAGE)]
    assert sorted(finished.folder / name for name in said) == touched
    assert finished.good_run().idle


def test_lost_results_alone_are_run_again(finished):
    before = finished.timeless("results.csv"), finished.table("bayes/rounds/2/trials.csv")
    finished.forget_calls()
    records = max(finished.folder.glob("results/s/records/*.jsonl"), key=lambda path: path.stat().st_size)
    lines = records.read_bytes().splitlines()
    lost = ["/".join(json.loads(line)[key] for key in ("trial", "run")) for line in (lines[1], lines[-1])]
    records.write_bytes(b"\n".join([lines[0], lines[1].replace(b"complete", b"failed"), *lines[2:-1], lines[-1][:50]]))
    (result,) = finished.folder.glob("results/s/trials/*/*/result.json")
    result.write_bytes(b"")
    lost.append("/".join(result.parts[-3:-1]))
    params = result.parents[1] / "params.json"
    whole = params.read_bytes()
    params.write_text('{"x": 9, "y": 9}')
    marker = next(finished.folder.glob("results/s/bayes/rounds/1/blocks/0.done"))
    marker.write_text("{")
    outcome = finished.good_run()
    assert finished.calls() == dict.fromkeys(lost, 1)
    assert params.read_bytes() == whole
    assert outcome.output.count("is damaged") == len(["records", "result.json", "params.json", "0.done"])
    assert (finished.timeless("results.csv"), finished.table("bayes/rounds/2/trials.csv")) == before
    assert finished.good_run().idle


def test_the_study_is_checked_again_though_its_finalists_come_before_its_plots(finished):
    records = min(finished.folder.glob("results/s/records/*.jsonl"))
    records.write_bytes(b"".join(records.read_bytes().splitlines(keepends=True)[:-1]))
    outcome = finished.good_run("--cores", "1", "--prioritize", "results/s/final/trials.csv")
    assert (outcome.jobs["finalists"], outcome.jobs["check"]) == (1, 1)
    assert finished.good_run().idle


def test_a_dry_run_says_what_is_damaged_and_changes_nothing(finished):
    table = finished.result("bayes/rounds/0/results.csv")
    whole = table.read_bytes()
    table.write_bytes(b"")
    outcome = finished.run("--dry-run")
    assert outcome.status == 1
    assert "rounds/0/results.csv is damaged: it is empty" in outcome.output
    assert "Traceback" not in outcome.output
    assert table.read_bytes() == b""
    table.write_bytes(whole)


def test_without_snakemakes_notes_finished_runs_are_taken_over_by_their_contract(finished):
    before = derived(finished)
    finished.forget_calls()
    shutil.rmtree(finished.folder / ".snakemake")
    outcome = finished.good_run()
    assert "runs are taken over by their contract; tables and plots are made again" in outcome.output
    assert finished.calls() == {}
    assert derived(finished) == before
    assert finished.good_run().idle
    shutil.rmtree(finished.folder / ".snakemake")
    script = finished.folder / "train.py"
    script.write_text(script.read_text() + "# other code\n")
    outcome = finished.good_run()
    assert "0 finished runs are taken over by their contract" in outcome.output
    assert set(finished.calls().values()) == {1}
    assert len(finished.calls()) == len(finished.finished())
