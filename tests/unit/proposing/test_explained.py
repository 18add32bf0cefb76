"""What the models of a study's searches believe: of what they know, and why there is none where there is none."""

import subprocess
import sys
from pathlib import Path

import pytest
from snaketune.config import save_study
from snaketune.proposing.explained import explained_of
from snaketune.results.so_far import SoFar
from snaketune.results.study import read_results

PEEK = Path(__file__).parents[3] / "scripts" / "peek.py"
SPACE = {"x": {"type": "uniform", "low": 0.0, "high": 1.0}, "kind": ["a", "b"]}
BAYES = {"strategy": "bayes", "n_trials": 12, "batch_size": 6, "n_initial_points": 6}
WARM = "x,kind,loss\n" + "".join(f"{i / 7},a,{(i / 7 - 0.3) ** 2}\n" for i in range(1, 7))


def loss(params, run):
    return {"loss": (params["x"] - 0.3) ** 2 + (params["kind"] == "b")}


def explained(study):
    return explained_of(read_results(study.layout, study.study))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_search_with_a_model_by_what_its_next_round_would_know(made):
    few = {"strategy": "random", "n_trials": 3}
    fine = BAYES | {"n_trials": 6, "refine": {"search": "bayes", "top": 3}}
    study = made(space=SPACE, searches={"bayes": BAYES, "few": few, "fine": fine})
    study.through(loss)
    found = explained(study)
    assert list(found) == ["bayes", "fine"]
    assert [each.why for each in found.values()] == ["", ""]
    assert found["bayes"].known == 12
    assert found["fine"].known > 6  # those of the other search that lie in what is left of the space
    x = {name: next(each.values for each in found[name].slices if each.names == ("x",)) for name in found}
    assert x["fine"][-1][0] - x["fine"][0][0] < x["bayes"][-1][0] - x["bayes"][0][0]


def test_results_from_elsewhere_count_and_when_they_are_gone_it_says_so(made, folder):
    (folder / "old.csv").write_text(WARM)
    study = made(space=SPACE, searches={"bayes": BAYES | {"warm_start": ["old.csv"]}})
    study.through(loss)
    assert explained(study)["bayes"].known == 18
    (folder / "old.csv").unlink()
    found = explained(study)["bayes"]
    assert (found.slices, found.left_out) == ((), ())
    assert found.why.startswith("what it started from can't be read any more: warm_start: old.csv can't be read")


def test_a_search_without_a_model_is_left_alone(made):
    study = made(searches={"skopt": BAYES | {"engine": "skopt"}, "few": {"strategy": "random", "n_trials": 4}})
    assert explained_of(SoFar(study.layout, study.study).results()) == {}


def test_a_look_at_an_unfinished_search_has_a_model_of_what_there_is(made, folder):
    later = BAYES | {"refine": {"search": "bayes", "top": 3}}
    study = made(space=SPACE, searches={"bayes": BAYES, "later": later}, plots={"choose": ["model", "calibration"]})
    save_study(study.study, study.layout.study)
    rows = study.propose("bayes")
    for row in rows[:-1]:
        study.run(row.trial, "r0", loss(row.params, "r0"))
    looked = subprocess.run(
        [sys.executable, PEEK, study.layout.study, "snakemake"], capture_output=True, text=True, check=False
    )
    assert (looked.returncode, looked.stderr) == (0, "")
    summary = (study.layout.peek / "summary.md").read_text()
    assert "**Incomplete: 5 of 24 trials so far" in summary
    assert "The model of bayes has too few results (5) to say" in summary
    assert "There is no model of later: fewer than two trials have a result." in summary
    assert {path.name for path in (study.layout.peek / "plots").glob("*.png")} == {"model.png", "calibration.png"}
    assert not list(study.layout.root.glob("**/model.json"))  # nothing beside the peek
