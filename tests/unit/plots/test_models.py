"""The plots of a search's model: what they show, and that they can be read whatever the study."""

from zlib import crc32

import numpy as np
import pytest
from legible import problems_of, texts_of
from matplotlib import rc_context
from snaketune.plots.calibration import MOST_MODELS, calibration_data
from snaketune.plots.catalog import names_of
from snaketune.plots.model import MOST_PARAMETERS, model_data
from snaketune.plots.support.draw import draw, save
from snaketune.plots.support.theme import Look
from studies import CONFIG, loss, source_of, study_of, trials_of

pytestmark = pytest.mark.filterwarnings("error")

BAYES = {"strategy": "bayes", "n_trials": 30}
LONG = "model.encoder.transformer_block.attention_dropout_probability"
TWENTY = {f"{LONG}_{i}": {"type": "uniform", "low": 0, "high": 1} for i in range(19)}
TWENTY["optimizer"] = ["a very long name of an optimizer, longer than any axis has room", "sgd$x$", "日本語 {x}"]
PAIRED = {
    "space": {"a": [1, 2, 3], "b": [10, 20, 30], "x": {"type": "int", "low": 1, "high": 400}},
    "zip": [["a", "b"]],
}
BUDGET = {"name": "epochs", "min": 1, "max": 9}
BOTH = ("model", "calibration")


def mixed(number):
    return {0: "failed", 1: "pruned", 2: "timeout"}.get(number % 7, "complete")


def searches(**more):
    return {"searches": {"bayes": BAYES | more}}


STUDIES = {
    "as it is": (searches(), {}),
    "one parameter": (searches() | {"space": {"lr": CONFIG["space"]["lr"]}}, {}),
    "twenty parameters": (searches(n_trials=40) | {"space": TWENTY}, {"status": mixed}),
    "failures": (searches(), {"status": mixed}),
    "two results": (searches(n_trials=2), {}),
    "paired": (searches() | PAIRED, {}),
    "finite": (searches() | {"space": {"lr": [1e-4, 1e-3, 1e-2], "act": ["relu", None, True]}}, {}),
    "a prior": (searches() | {"space": {"lr": CONFIG["space"]["lr"] | {"prior": {"at": 1e-3}},
                                        "n": {"type": "normal", "mu": 0, "sigma": 2}}}, {}),
    "constraints": (searches() | {"space": CONFIG["space"] | {"width": {"type": "uniform", "low": 0, "high": 1}},
                                  "constraints": ["width < 0.5 or layers < 3"]}, {}),
    "huge": (searches(), {"value": lambda p: 1e100 * loss(p)}),
    "as good as infinite": (searches(), {"value": lambda p: 1e300 * loss(p)}),
    "beyond all numbers": (searches(), {"value": lambda p: 1e308 * ((p["lr"] > 0.01) - (p["lr"] < 1e-4)) + loss(p)}),
    "tiny": (searches(), {"value": lambda p: 1e-9 * loss(p) + 5}),
    "outlier": (searches(), {"value": lambda p: loss(p) * (1e12 if p["lr"] > 0.02 else 1)}),
    "orders of magnitude": (searches(), {"value": lambda p: 10 ** (3 * loss(p))}),
    "noise": (searches(), {"value": lambda p: crc32(repr(p).encode()) % 1000}),
    "maximise, replicates": ({"objective": {"command": "true", "metric": "score", "direction": "maximize",
                                            "replicates": 3}} | searches(), {"spread": 0.5}),
    "regret": ({"objective": {"command": "true", "metric": "loss", "optimum": 1}} | searches(),
               {"value": lambda p: 1 + max(-0.1, (p["layers"] - 2) * 10 ** -loss(p))}),
    "rungs": ({"objective": {"command": "train {budget}", "metric": "loss"}, "budget": BUDGET,
               "searches": {"halving": {"strategy": "halving", "n_trials": 81, "sampler": "gp", "iterations": 3}}}, {}),
    "several searches": ({"searches": {f"a-search-with-a-long-name-{i}": BAYES | {"seed": i, "n_trials": 8 + 4 * i}
                                       for i in range(MOST_MODELS + 1)}}, {}),
    "all failed": (searches(), {"status": lambda number: "failed"}),
    "all pruned": (searches(), {"status": lambda number: "pruned"}),
    "all equal": (searches(), {"value": lambda params: 3.0}),
    "objectives": ({"objective": {"command": "true"}, "objectives": [{"metric": "loss"}, {"metric": "size"}]}
                   | searches(), {}),
    "no model": ({}, {}),
    "another engine": (searches(engine="skopt"), {}),
}  # fmt: skip
NARROW = ("as it is", "twenty parameters", "tiny", "rungs", "several searches", "all equal")
WITHOUT = {
    "all failed": "fewer than two trials have a result",
    "all pruned": "fewer than two trials have a result",
    "as good as infinite": "to the model all trials have the same result",
    "beyond all numbers": "its results lie further apart",
    "all equal": "all trials have the same result",
    "objectives": "With several objectives",
    "no model": "No search has a model",
    "another engine": "No search has a model",
}


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    made = {}
    for name, (changes, results) in STUDIES.items():
        study = study_of(**changes)
        spread = results.get("spread", 0.0)
        made[name] = source_of(tmp_path_factory.mktemp("s"), study, trials_of(study, **results), spread=spread)
    return made


@pytest.mark.parametrize("plot", BOTH)
@pytest.mark.parametrize("study", STUDIES)
def test_every_study_has_a_legible_picture_or_a_reason(sources, study, plot):
    looks = [Look(dpi=60), Look(8.5, dpi=60), Look(25, style="talk", dpi=60)]
    for look in looks if study in NARROW else looks[:1]:
        with rc_context(look.rc()):
            figure = draw(plot, sources[study], look)
            assert problems_of(figure) == []
            said = " ".join(text.get_text().replace("\n", " ") for text, _ in texts_of(figure))
        assert bool(figure.axes) == (study not in WITHOUT)
        assert WITHOUT.get(study, "") in said
        for axes in figure.axes:
            assert axes.get_xlabel()
            assert axes.get_ylabel() or not axes.get_subplotspec().is_first_col()


@pytest.mark.parametrize("plot", BOTH)
def test_a_penalty_as_large_as_numbers_get_is_drawn(tmp_path, plot):
    study = study_of(**searches())
    source = source_of(tmp_path, study, trials_of(study, lambda p: 1.797e308 if p["lr"] > 5e-4 else loss(p)))
    with np.errstate(over="ignore"):
        save(plot, source, Look(dpi=60), [tmp_path / "plot.png"])
    assert (tmp_path / "plot.png").stat().st_size


@pytest.mark.parametrize("plot", BOTH)
def test_same_results_same_bytes(sources, tmp_path, plot):
    paths = [tmp_path / str(i) / f"{plot}.svg" for i in range(2)]
    for path in paths:
        save(plot, sources["failures"], Look(dpi=60), [path])
    assert paths[0].read_bytes() == paths[1].read_bytes()


class TestWhich:
    def test_a_search_with_a_gaussian_process_of_ours_has_them(self):
        two = {"bayes": BAYES, "skopt": BAYES | {"engine": "skopt"}, "random": {"strategy": "random", "n_trials": 5}}
        study = study_of(searches=two)
        assert set(BOTH) <= {*names_of(study)}
        assert set(BOTH) <= {*names_of(study, "bayes")}
        assert not set(BOTH) & {*names_of(study, "random"), *names_of(study, "skopt")}

    def test_rungs_have_them_where_the_model_proposes(self):
        for sampler in ("gp", "random"):
            halving = {"strategy": "halving", "n_trials": 9, "sampler": sampler, "budget": BUDGET}
            objective = {"command": "train {budget}", "metric": "loss"}
            study = study_of(objective=objective, searches={"halving": halving})
            assert (set(BOTH) <= {*names_of(study)}) == (sampler == "gp")

    def test_several_objectives_have_none(self):
        study = study_of(**STUDIES["objectives"][0])
        assert not set(BOTH) & {*names_of(study)}


class TestModel:
    def test_the_most_important_parameters_first_at_most_a_dozen(self, sources):
        found = model_data(sources["twenty parameters"])
        assert (len(found.slices), found.left_out) == (MOST_PARAMETERS, 8)
        assert [along.label for along in found.slices] == sources["twenty parameters"].parameters[:MOST_PARAMETERS]

    def test_chosen_parameters_alone(self, tmp_path):
        study = study_of(plots={"parameters": ["optimizer", "lr"]}, **searches())
        assert [along.label for along in model_data(source_of(tmp_path, study)).slices] == ["optimizer", "lr"]

    def test_the_slice_is_that_of_the_metric_with_its_sign(self, tmp_path):
        space = {"x": {"type": "uniform", "low": 0.0, "high": 1.0}}
        objective = {"command": "true", "metric": "score", "direction": "maximize"}
        study = study_of(space=space, objective=objective, **searches())
        source = source_of(tmp_path, study, trials_of(study, lambda p: 1 - (p["x"] - 0.3) ** 2))
        (along,) = model_data(source).slices
        assert along.at[np.argmax(along.expected.middle)] == pytest.approx(0.3, abs=0.03)
        assert along.best == pytest.approx(0.3, abs=0.1)
        np.testing.assert_allclose(along.expected.middle, 1 - (along.at - 0.3) ** 2, atol=0.02)
        assert (along.expected.low <= along.expected.high).all()

    def test_paired_parameters_are_one_slice(self, sources):
        labels = {along.label for along in model_data(sources["paired"]).slices}
        assert labels & {"a, b", "b, a"}
        assert len(labels) == 2

    def test_of_several_searches_that_with_the_best_result(self, sources):
        source = sources["several searches"]
        found = model_data(source)
        best = source.outcomes.loc[source.outcomes["value"].idxmin(), "search"]
        assert found.model.search == best
        assert len(found.others) == MOST_MODELS

    def test_a_rung_says_its_budget(self, sources):
        metric = model_data(sources["rungs"]).model.metric
        assert metric.budget == "9 epochs"
        assert "9 epochs" in metric.remark

    def test_forbidden_values_are_gaps(self, sources):
        gaps = [np.isnan(along.expected.middle).any() for along in model_data(sources["constraints"]).slices]
        assert any(gaps)
        assert not all(gaps)


class TestCalibration:
    def test_results_and_what_is_said_of_them(self, sources):
        source = sources["regret"]
        (found,) = calibration_data(source).models
        assert sorted(found.observed) == pytest.approx(sorted(source.outcomes["value"].dropna()))
        assert (found.expected.low <= found.expected.middle).all()
        assert found.held[0] <= found.held[50] <= found.held[-1] == 1.0
        assert found.outside.sum() == len(found.observed) - found.model.credibility.inside

    def test_further_models_are_counted(self, sources):
        found = calibration_data(sources["several searches"])
        assert (len(found.models), found.left_out) == (MOST_MODELS, 1)
