"""Which plots a study gets, from its configuration alone."""

import subprocess
import sys
from pathlib import Path

import pytest
from snaketune.config import read_study
from snaketune.config.schema import load_schema
from snaketune.errors import ConfigError
from snaketune.plots.catalog import PLOTS, files_of, gridded, names_of, varying
from studies import CONFIG, study_of

ALWAYS = {"history", "edf", "timeline"}
TWO = {
    "grid": {"strategy": "grid", "space": {"lr": [0.1, 0.2], "momentum": [0.1, 0.9]}},
    "random": {"strategy": "random", "n_trials": 5},
}


def test_one_parameter_one_search():
    study = study_of(space={"lr": CONFIG["space"]["lr"]})
    assert set(names_of(study)) == ALWAYS | {"slice"}


def test_no_parameter_that_varies():
    study = study_of(space={"lr": [0.1]}, searches={"grid": {"strategy": "grid"}})
    assert set(names_of(study)) == ALWAYS


def test_two_searches_are_compared_and_only_the_grid_has_a_heat_map():
    study = study_of(space={"lr": CONFIG["space"]["lr"], "momentum": CONFIG["space"]["lr"]}, searches=TWO)
    assert "comparison" in names_of(study)
    assert "heatmap" not in names_of(study)
    assert "comparison" not in names_of(study, "grid")
    assert "heatmap" in names_of(study, "grid")
    assert "heatmap" not in names_of(study, "random")


def test_a_single_search_has_no_plots_of_its_own():
    study = study_of()
    assert names_of(study, "random") == ()
    assert names_of(study)


def test_replicates_and_objectives():
    objective = {"command": "true", "metric": "loss", "replicates": 2}
    assert "replicates" in names_of(study_of(objective=objective))
    assert "replicates" not in names_of(study_of())
    several = study_of(objective={"command": "true"}, objectives=[{"metric": "a"}, {"metric": "b"}])
    assert "pareto" in names_of(several)
    assert "pareto" not in names_of(study_of())


def test_promotions_and_the_budget_where_a_search_has_them():
    objective = {"command": "train {budget}", "metric": "loss"}
    halving = {"strategy": "halving", "n_trials": 9, "budget": {"name": "epochs", "min": 1, "max": 9}}
    searches = {"halving": halving, "random": {"strategy": "random", "n_trials": 3, "budget": 9}}
    study = study_of(objective=objective, searches=searches)
    assert "rungs" in names_of(study)
    assert "rungs" in names_of(study, "halving")
    assert "rungs" not in names_of(study, "random")
    assert "budget" in names_of(study, "random")
    assert not {"rungs", "budget"} & {*names_of(study_of())}


@pytest.mark.parametrize(
    ("objective", "code", "expected"),
    [
        ({"command": "python train.py"}, "print(1)", False),
        ({"command": "python train.py"}, "from snaketune import report", True),
        ({"command": "python train.py"}, "open(os.environ['SNAKETUNE_HISTORY'])", True),
        ({"command": "python train.py --log {history} {args}"}, "", True),
        ({"command": "python train.py", "metric": {"name": "loss", "take": "best"}}, "", True),
    ],
)
def test_learning_curves_only_where_trainings_report(tmp_path, monkeypatch, objective, code, expected):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.py").write_text(code)
    study = study_of(objective={"metric": "loss", **objective})
    assert ("intermediate" in names_of(study)) is expected


def test_chosen_plots_in_their_order():
    study = study_of(plots={"choose": ["slice", "pareto", "history"], "format": ["svg", "png"]})
    assert names_of(study) == ("slice", "pareto", "history")
    assert files_of(study, "results/s")[:3] == [
        "results/s/plots/slice.svg", "results/s/plots/slice.png", "results/s/plots/pareto.svg",
    ]  # fmt: skip
    assert files_of(study_of(plots={"choose": []}), "results/s") == []


def test_every_plot_is_a_choice_of_the_schema():
    assert names_of(study_of(plots={"choose": list(PLOTS)})) == tuple(PLOTS)


@pytest.mark.parametrize(
    ("plots", "where"),
    [
        ({"choose": ["histroy"]}, "plots.choose"),
        ({"choose": ["slice", "slice"]}, "plots.choose"),
        ({"parameters": ["momentumm"]}, "plots.parameters"),
        ({"width": 2}, "plots.width"),
        ({"format": "jpg"}, "plots.format"),
        ({"format": []}, "plots.format"),
        ({"style": "neon"}, "plots.style"),
        ({"sizes": {"slice": {"height": 5}}}, "plots.sizes.slice"),
        ({"colour": "red"}, "plots"),
    ],
)
def test_mistakes_are_found_when_the_configuration_is_read(tmp_path, plots, where):
    with pytest.raises(ConfigError) as error:
        read_study(CONFIG | {"plots": plots}, tmp_path)
    assert any(path.startswith(where) for path, _ in error.value.problems)


def test_fingerprint_changes_with_what_the_pictures_show():
    plain = study_of().plots.fingerprint
    for plots in ({"width": 8.5}, {"style": "dark"}, {"dpi": 90}, {"parameters": ["lr"]}):
        assert study_of(plots=plots).plots.fingerprint != plain
    assert study_of(plots={"choose": ["history"]}).plots.fingerprint == plain


def test_varying_and_gridded():
    study = study_of(
        searches=TWO | {"more": {"strategy": "list", "points": [{"lr": 1e-3, "optimizer": "adam", "layers": 2}]}}
    )
    searches = list(study.searches.values())
    assert varying(study, searches) == ["lr", "optimizer", "momentum", "layers"]
    assert gridded(study, searches) == ["optimizer", "layers"]
    assert gridded(study, searches[:1]) == ["lr", "optimizer", "momentum", "layers"]


def test_reading_the_catalog_imports_nothing_heavy():
    code = "import sys, snaketune.plots.catalog; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"numpy", "pandas", "matplotlib", "sklearn", "scipy"} & set(loaded.split())


def test_catalog_schema_and_manual_have_the_same_plots():
    assert list(PLOTS) == load_schema()["$defs"]["plot"]["enum"]
    manual = (Path(__file__).parents[3] / "config" / "README.md").read_text()
    assert [name for name in PLOTS if f"`{name}`" not in manual] == []
