"""Every plot is drawn for every kind of study: no warning, no text cut off or upon another, same bytes."""

import re
from pathlib import Path

import pytest
from legible import problems_of, texts_of
from matplotlib import rc_context
from snaketune.plots.catalog import PLOTS
from snaketune.plots.support.draw import draw, look_of, save
from snaketune.plots.support.theme import Look
from studies import CONFIG, loss, source_of, study_of, trials_of

pytestmark = pytest.mark.filterwarnings("error")

LONG = "model.encoder.transformer_block.attention_dropout_probability"


def random(count):
    return {"random": {"strategy": "random", "n_trials": count}}


def mixed(number):
    return {0: "failed", 1: "pruned", 2: "timeout", 3: "oom", 4: "invalid"}.get(number % 11, "complete")


TWELVE = {f"{LONG}_{i}": {"type": "uniform", "low": 0, "high": 1} for i in range(11)}
TWELVE["optimizer"] = [
    "a very long name of an optimizer, longer than any axis has room",
    "sgd$x$",
    "日本語 {x}",
]
GRID = {"lr": [1e-4, 1e-3, 1e-2], "batch": [16, 32, 64, 128, 256], "act": ["relu", None, True]}
SEVERAL = [{"metric": "loss"}, {"metric": "accuracy", "direction": "maximize"}, {"metric": "latency"}]
MANY = {f"a-search-with-a-long-name-{i}": {"strategy": "lhs", "n_trials": 5 + i, "seed": i} for i in range(9)}

# Changes of the configuration, then how the trials turned out.
STUDIES = {
    "1 trial": ({"searches": random(1)}, {}),
    "2 trials": ({"searches": random(2)}, {}),
    "10 trials": ({"searches": random(10)}, {}),
    "200 trials": ({"searches": random(200)}, {"status": mixed}),
    "one parameter": ({"space": {"lr": CONFIG["space"]["lr"]}}, {}),
    "twelve parameters": ({"space": TWELVE, "searches": random(60)}, {"status": mixed}),
    "all failed": ({}, {"status": lambda number: "failed"}),
    "all pruned": ({}, {"status": lambda number: "pruned"}),
    "one category": ({"space": {"kind": ["only"]}, "searches": {"grid": {"strategy": "grid"}}}, {}),
    "constant": ({}, {"value": lambda params: 3.0}),
    "huge": ({}, {"value": lambda params: 1e300 * loss(params)}),
    "tiny": ({}, {"value": lambda params: 1e-9 * loss(params) + 5}),
    "outlier": ({"searches": random(60)}, {"value": lambda p: loss(p) * (1e12 if p["lr"] > 0.05 else 1)}),
    "grid": ({"space": GRID, "searches": {"grid": {"strategy": "grid"}}}, {"status": mixed}),
    "maximise": (
        {
            "objective": {"command": "true", "metric": "loss", "direction": "maximize"},
            "searches": {**random(12), "sobol": {"strategy": "sobol", "n_trials": 20}},
        },
        {"status": mixed},
    ),
    "replicates": ({"objective": {"command": "true", "metric": "loss", "replicates": 3}}, {"spread": 0.5}),
    "objectives": ({"objective": {"command": "true"}, "objectives": SEVERAL}, {"status": mixed}),
    "many searches": ({"searches": MANY}, {}),
    "orders of magnitude": ({"searches": random(60)}, {"value": lambda p: 1e-27 ** (abs(p["layers"] - 3) < 2) * loss(p),
                                                       "status": mixed}),
    "negative": ({"objective": {"command": "true", "metric": "loss", "direction": "maximize"}},
                 {"value": lambda p: -(10 ** loss(p))}),
    "regret": ({"objective": {"command": "true", "metric": "loss", "optimum": 1, "replicates": 3}},
               {"value": lambda p: 1 + max(-0.1, (p["layers"] - 2) * 10 ** -loss(p)), "spread": 1e-3}),
    "rungs": (
        {"objective": {"command": "train {budget}", "metric": "loss"},
         "budget": {"name": "epochs", "min": 1, "max": 81}, "searches": {
             "halving": {"strategy": "halving", "n_trials": 300, "sampler": "random"},
             "hyperband": {"strategy": "hyperband", "sampler": "random", "iterations": 2},
             "in-full": {"strategy": "random", "n_trials": 12, "budget": 81}}},
        {"status": mixed},
    ),
    "rungs, all failed": (
        {"objective": {"command": "train {budget}", "metric": "score", "direction": "maximize"},
         "budget": {"name": "a share of the training data", "min": 0.01, "max": 1.0},
         "searches": {"halving": {"strategy": "halving", "n_trials": 12, "sampler": "random"}}},
        {"status": lambda number: "failed"},
    ),
    "said to be log": ({"plots": {"scale": "log"}}, {"value": lambda p: loss(p) - 1}),
}  # fmt: skip


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    made = {}
    for name, (changes, results) in STUDIES.items():
        study = study_of(**changes)
        folder = tmp_path_factory.mktemp("study")
        made[name] = source_of(folder, study, trials_of(study, **results), spread=results.get("spread", 0.0))
    return made


@pytest.mark.parametrize("plot", PLOTS)
@pytest.mark.parametrize("study", STUDIES)
def test_page_width(sources, study, plot):
    look = Look(dpi=60)
    with rc_context(look.rc()):
        assert problems_of(draw(plot, sources[study], look)) == []


@pytest.mark.parametrize("plot", PLOTS)
@pytest.mark.parametrize("study", ["maximise", "twelve parameters", "grid", "many searches", "rungs"])
@pytest.mark.parametrize(
    "look", [Look(8.5, dpi=60), Look(12, dpi=60), Look(25, style="talk", dpi=60)], ids=["column", "12 cm", "talk"]
)
def test_other_sizes(sources, study, plot, look):
    with rc_context(look.rc()):
        assert problems_of(draw(plot, sources[study], look)) == []


@pytest.mark.parametrize("plot", PLOTS)
def test_axes_have_names(sources, plot):
    look = Look(dpi=60)
    telling = {"replicates": "replicates", "pareto": "objectives", "comparison": "maximise"}
    study = (telling | dict.fromkeys(("rungs", "budget"), "rungs")).get(plot, "200 trials")
    with rc_context(look.rc()):
        figure = draw(plot, sources[study], look)
    for axes in figure.axes:
        shared = axes.get_subplotspec() is not None and not axes.get_subplotspec().is_first_col()
        stacked = axes.get_subplotspec() is not None and not axes.get_subplotspec().is_last_row()
        if axes.get_label() == "<colorbar>":
            assert axes.get_ylabel() or axes.get_xlabel()
            continue
        if plot != "parallel":  # its axes stand upright, their names are below
            assert axes.get_ylabel() or shared
        assert axes.get_xlabel() or stacked or plot == "parallel"


@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
@pytest.mark.parametrize("plot", ["history", "parallel", "contour"])
def test_same_results_same_bytes(sources, tmp_path, plot, form):
    paths = [tmp_path / str(i) / f"{plot}.{form}" for i in range(2)]
    for path in paths:
        save(plot, sources["10 trials"], Look(dpi=60), [path])
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert not list(tmp_path.rglob("*.tmp"))


def test_dense_parts_of_vector_files_are_pictures(tmp_path):
    study = study_of(searches=random(2000))
    source = source_of(tmp_path, study)
    save("slice", source, Look(dpi=60), [tmp_path / "slice.svg"])
    assert (tmp_path / "slice.svg").stat().st_size < 400_000
    assert "<image" in (tmp_path / "slice.svg").read_text()


@pytest.mark.parametrize("plot", ["history", "slice", "rank", "pareto"])
def test_clouds_of_some_of_many_trials_say_so(sources, monkeypatch, plot):
    monkeypatch.setattr("snaketune.plots.support.values.MOST_POINTS", 5)
    monkeypatch.setattr("snaketune.plots.pareto.MOST_POINTS", 5)
    study = "objectives" if plot == "pareto" else "200 trials"
    look = Look(dpi=60)
    with rc_context(look.rc()):
        figure = draw(plot, sources[study], look)
    assert re.search(r"\b5 of \d+ trials", figure.get_suptitle())


def test_a_study_without_trials(tmp_path):
    study = study_of()
    source = source_of(tmp_path, study, {"random": []})
    with rc_context(Look().rc()):
        assert "There is no trial." in [text.get_text() for text, _ in texts_of(draw("history", source, Look()))]


def test_options_reach_the_picture(tmp_path):
    options = study_of(
        plots={"width": 12, "sizes": {"history": {"width": 8.5, "height": 6}}, "style": "dark", "dpi": 90}
    ).plots
    assert look_of(options, "slice") == Look(12, None, "dark", 90)
    assert look_of(options, "history") == Look(8.5, 6, "dark", 90)


def test_a_given_height_is_kept(sources):
    look = Look(8.5, 6, dpi=60)
    with rc_context(look.rc()):
        figure = draw("history", sources["many searches"], look)
    assert figure.get_figheight() == pytest.approx(6 / 2.54)


def test_every_plot_has_a_caption():
    folder = Path(__file__).parents[3] / "workflow" / "report"
    assert {path.stem for path in folder.glob("*.rst")} >= set(PLOTS)
