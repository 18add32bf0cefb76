"""snakemake compare: finished studies of one folder side by side."""

import pytest
from snaketune.files import csv_rows


def compare(project, *studies: str, run="good_run"):
    return getattr(project, run)("compare", "--config", f"studies=[{', '.join(studies)}]")


@pytest.fixture
def two(project):
    """Two finished studies, one with another space; the second is the configured one."""
    project.good_run()
    project.config["study"] = "other"
    project.config["space"] = {"x": {"type": "uniform", "low": 2.0, "high": 4.0}, "z": [7]}
    project.config["searches"] = {"random": {"strategy": "random", "n_trials": 5}}
    project.good_run()
    return project


def test_tables_and_plots_of_two_studies(two):
    two.config["plots"] = {"format": ["png", "svg"]}
    two.forget_calls()
    outcome = compare(two, "s", "other")
    assert outcome.jobs == {"compare": 1}
    folder = two.folder / "results" / "s+other"
    rows = csv_rows(folder / "results.csv")
    assert next(iter(rows[0])) == "study"
    searches = [(row["study"], row["search"]) for row in rows]
    assert searches == [("s", "grid")] * 6 + [("s", "random")] * 4 + [("other", "random")] * 5
    assert [row["value"] for row in rows[-5:]] == [row["value"] for row in two.table()]
    assert (rows[0]["z"], rows[-1]["y"], rows[-1]["z"]) == ("", "", "7")
    summary = (folder / "summary.md").read_text()
    assert "# s and other" in summary
    assert all(f"| {name} " in summary for name in ("s/grid", "s/random", "other/random"))
    names = {f"{name}.{form}" for name in ("history", "comparison", "edf") for form in ("png", "svg")}
    assert {path.name for path in (folder / "plots").glob("[!.]*")} == names
    assert "[snaketune] Best loss: " in outcome.output
    again = compare(two, "s", "other")
    assert again.idle
    for output in (outcome.output, again.output):  # it ends with a winner and where to look
        assert output.splitlines()[-1].endswith("results/s+other/ (start with results/s+other/summary.md)")
    assert not two.calls()


def test_what_can_not_be_compared_is_said(two):
    missing = compare(two, "s", "othr", run="run")
    assert missing.status == 1
    assert "there is no study 'othr' in results/. Did you mean 'other'? Allowed: other, s." in missing.output
    two.config["study"] = "third"
    two.config["objective"]["metric"] = "other"
    two.good_run()
    differing = compare(two, "s", "third", run="run")
    assert differing.status == 1
    assert "s is to minimize loss, third is to minimize other" in differing.output
    unnamed = two.run("compare")
    assert unnamed.status == 1
    assert "say which studies to compare" in unnamed.output
    one = compare(two, "s", run="run")
    assert one.status == 1
    assert "studies: " in one.output
    assert not any("Traceback" in outcome.output for outcome in (missing, differing, unnamed, one))


def test_several_objectives(project):
    """The Pareto set over both studies, and each search's share of one box."""
    del project.config["objective"]["metric"]
    project.config["objectives"] = [
        {"metric": "loss", "direction": "minimize"},
        {"metric": "other", "direction": "maximize"},
    ]
    project.good_run()
    project.config["study"] = "other"
    project.config["searches"] = {"random": {"strategy": "random", "n_trials": 5}}
    project.good_run()
    compare(project, "s", "other")
    folder = project.folder / "results" / "s+other"
    rows = csv_rows(folder / "results.csv")
    assert [row["other"] for row in rows if row["study"] == "other"] == [row["other"] for row in project.table()]
    values = {f"{row['study']}/{row['trial']}": (float(row["loss"]), -float(row["other"])) for row in rows}
    front = {
        trial for trial, mine in values.items()
        if not any(other[0] <= mine[0] and other[1] <= mine[1] and other != mine for other in values.values())
    }  # fmt: skip
    summary = (folder / "summary.md").read_text()
    listed = [line.split()[1] for line in summary.partition("## Pareto set")[2].splitlines() if "/t" in line]
    assert set(listed) == front
    assert "s/grid | s/random | other/random |" in summary
    assert "hypervolume" in summary
