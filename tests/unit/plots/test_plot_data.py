"""What each plot shows, before it is drawn."""

import numpy as np
import pytest
from snaketune.plots.comparison import comparison_data
from snaketune.plots.contour import contour_data
from snaketune.plots.edf import edf_data
from snaketune.plots.heatmap import heatmap_data
from snaketune.plots.importances import importances_data
from snaketune.plots.intermediate import MOST_CURVES, intermediate_data
from snaketune.plots.optimization_history import corners, history_data
from snaketune.plots.parallel import parallel_data
from snaketune.plots.pareto import pareto_data
from snaketune.plots.ranks import rank_data
from snaketune.plots.replicates import replicates_data
from snaketune.plots.slices import slice_data
from snaketune.plots.timeline import joined, lanes_of, timeline_data
from snaketune.samplers.dominance import nondominated
from studies import CONFIG, source_of, study_of, trials_of

NAN = float("nan")
GRID = {"grid": {"strategy": "grid"}}


def listed(values, **more):
    """A study over x whose trials have the given values of x and of the objective, in order."""
    points = [{"x": i} for i in range(len(values))]
    study = study_of(
        {k: v for k, v in CONFIG.items() if k != "searches"},
        space={"x": {"type": "int", "low": 0, "high": 99}},
        searches={"list": {"strategy": "list", "points": points}},
        **more,
    )
    return study, trials_of(study, lambda params: values[params["x"]])


def with_failures(number):
    return {0: "failed", 1: "pruned"}.get(number % 5, "complete")


class TestHistory:
    def test_best_by_trials_and_by_time(self, tmp_path):
        study, trials = listed([5.0, 3.0, 4.0, 1.0])
        found = history_data(source_of(tmp_path, study, trials)).searches[0]
        assert list(found.trials.at) == [1, 2, 3, 4]
        assert list(found.trials.best) == [5, 3, 3, 1]
        # Two at a time, of 10, 11, 12 and 13 seconds, the second one second later.
        assert list(found.clock.at) == [10, 12, 22, 25]
        assert list(found.budget.at) == [10, 21, 33, 46]

    def test_maximise(self, tmp_path):
        study, trials = listed(
            [5.0, 7.0, 4.0], objective={"command": "true", "metric": "loss", "direction": "maximize"}
        )
        assert list(history_data(source_of(tmp_path, study, trials)).searches[0].trials.best) == [5, 7, 7]

    def test_trials_outside_the_constraints_are_not_best(self, tmp_path):
        study, trials = listed([5.0, 1.0, 4.0], constraint={"metric": "loss", "min": 2})
        assert list(history_data(source_of(tmp_path, study, trials)).searches[0].trials.best) == [5, 5, 4]

    def test_failed_trials_count_as_effort_but_have_no_value(self, tmp_path):
        study = study_of()
        trials = trials_of(study, status=lambda number: "failed" if number < 3 else "complete")
        track = history_data(source_of(tmp_path, study, trials)).searches[0].trials
        assert np.isnan(track.best[:3]).all()
        assert np.isfinite(track.best[3:]).all()
        assert list(track.status[:4]) == ["failed"] * 3 + ["complete"]

    def test_regret(self, tmp_path):
        objective = {"command": "true", "metric": "loss", "direction": "maximize", "optimum": 8}
        study, trials = listed([5.0, 7.0, 4.0], objective=objective)
        source = source_of(tmp_path, study, trials)
        found = history_data(source)
        assert list(found.searches[0].trials.value) == [3, 1, 4]
        assert list(found.searches[0].trials.best) == [3, 1, 1]
        assert found.metric.name == "optimum − loss"
        curve = next(curve for curve in intermediate_data(source).curves if curve.result == 1)
        assert curve.value[0] == -2


class TestComparison:
    def test_common_budget(self, tmp_path):
        study = study_of(
            searches={name: {"strategy": name, "n_trials": n} for name, n in (("random", 8), ("sobol", 5))}
        )
        found = comparison_data(source_of(tmp_path, study))
        assert [len(curve.best) for curve in found.curves] == [8, 5]
        assert (found.common, found.band) == (5, "")

    def test_band_over_replicates(self, tmp_path):
        study, trials = listed([5.0, 3.0], objective={"command": "true", "metric": "loss", "replicates": 3})
        curve = comparison_data(source_of(tmp_path, study, trials, spread=0.5)).curves[0]
        assert list(curve.best) == [5, 3]
        assert list(curve.low) == [4.5, 2.5]
        assert list(curve.high) == [5.5, 3.5]

    def test_searches_that_differ_in_their_seed_are_one_curve(self, tmp_path):
        searches = {f"r{i}": {"strategy": "random", "n_trials": 6, "seed": i} for i in range(3)}
        study = study_of(searches=searches | {"sobol": {"strategy": "sobol", "n_trials": 6}})
        found = comparison_data(source_of(tmp_path, study))
        assert [curve.label for curve in found.curves] == ["random, median of 3 searches", "sobol"]
        assert found.band == "seeds"
        curve = found.curves[0]
        assert (curve.low <= curve.best).all()
        assert (curve.best <= curve.high).all()
        assert curve.low[0] < curve.high[0]


class TestSlices:
    def test_trials_that_searches_share_are_shown_once(self, tmp_path):
        search = {"strategy": "list", "points": [{"lr": 0.1}, {"lr": 0.01}]}
        study = study_of(space={"lr": CONFIG["space"]["lr"]}, searches={"one": search, "two": search})
        assert len(slice_data(source_of(tmp_path, study)).value) == 2

    def test_inactive_parameters_stand_apart(self, tmp_path):
        source = source_of(tmp_path, study_of())
        found = slice_data(source)
        off = found.at["momentum"] < 0
        assert found.inactive == {"momentum"}
        optimizer = source.trials["optimizer"].to_numpy(object)
        np.testing.assert_array_equal(off, optimizer == "adam")

    def test_most_important_first_unless_chosen(self, tmp_path):
        assert next(iter(slice_data(source_of(tmp_path, study_of())).scales)) == "layers"
        chosen = study_of(plots={"parameters": ["optimizer", "lr"]})
        assert list(slice_data(source_of(tmp_path, chosen)).scales) == ["optimizer", "lr"]

    def test_a_parameter_called_like_a_column(self, tmp_path):
        study = study_of(space={"seconds": {"type": "int", "low": 1, "high": 9}, "loss": [1, 2]})
        found = slice_data(source_of(tmp_path, study, trials_of(study, lambda params: params["seconds"])))
        order = np.argsort(found.value, kind="stable")
        assert np.corrcoef(found.at["seconds"][order], found.value[order])[0, 1] > 0.95

    def test_null_is_a_value_and_not_inactive(self, tmp_path):
        study = study_of(space={"depth": [None, 3, 5]}, searches=GRID)
        found = slice_data(source_of(tmp_path, study))
        assert found.scales["depth"].labels == ("null", "3", "5")
        assert not found.inactive


class TestImportances:
    def test_bars_follow_the_table(self, tmp_path):
        source = source_of(tmp_path, study_of())
        found = importances_data(source)
        assert [bar.label for bar in found.parameters] == list(source.importances["parameter"])
        assert found.warning == ""

    def test_constants_have_no_bar(self, tmp_path):
        space = CONFIG["space"] | {"fixed": 7}
        source = source_of(tmp_path, study_of(space=space))
        assert "fixed" in set(source.importances["parameter"])
        assert "fixed" not in {bar.label for bar in importances_data(source).parameters}

    def test_warning_where_trials_are_too_few(self, tmp_path):
        study = study_of(searches={"random": {"strategy": "random", "n_trials": 12}})
        assert "too few trials" in importances_data(source_of(tmp_path, study)).warning

    def test_nothing_where_nothing_can_be_said(self, tmp_path):
        study = study_of()
        found = importances_data(source_of(tmp_path, study, trials_of(study, lambda params: 1.0)))
        assert found.parameters == ()
        assert "same in all trials" in found.warning

    def test_paired_parameters_share_their_importance(self, tmp_path):
        space = {"a": [1, 2, 3, 4], "b": [10, 20, 30, 40], "c": [1, 2, 3, 4, 5, 6, 7]}
        study = study_of(space=space, zip=[["a", "b"]], searches=GRID)
        table = source_of(tmp_path, study, trials_of(study, lambda p: p["a"])).importances.set_index("parameter")
        assert table.fanova["a"] == table.fanova["b"] > 0.9
        assert table.note["a"] == "paired with b"
        assert importances_data(source_of(tmp_path, study)).warning == ""


class TestPairs:
    def test_contour_follows_the_function(self, tmp_path):
        space = {name: {"type": "uniform", "low": 0, "high": 1} for name in "xy"}
        study = study_of(space=space, searches={"sobol": {"strategy": "sobol", "n_trials": 256}})
        found = contour_data(source_of(tmp_path, study, trials_of(study, lambda p: p["x"] + p["y"])))
        mean = found.surfaces[0].mean
        assert mean[24, 24] == pytest.approx(1.0, abs=0.1)
        assert mean[2, 2] < 0.4
        assert mean[45, 45] > 1.6

    def test_contour_is_blank_far_from_trials(self, tmp_path):
        space = {name: {"type": "uniform", "low": 0, "high": 1} for name in "xy"}
        points = [{"x": 0.05, "y": 0.05}, {"x": 0.1, "y": 0.0}]
        study = study_of(space=space, searches={"list": {"strategy": "list", "points": points}})
        mean = contour_data(source_of(tmp_path, study)).surfaces[0].mean
        assert np.isnan(mean[-1, -1])
        assert np.isfinite(mean[0, 0])

    def test_pairs_of_the_four_most_important(self, tmp_path):
        space = {f"p{i}": {"type": "uniform", "low": 0, "high": 1} for i in range(12)}
        assert len(rank_data(source_of(tmp_path, study_of(space=space))).pairs) == 6

    def test_ranks(self, tmp_path):
        study, trials = listed([5.0, 1e9, 5.0, 1.0])
        np.testing.assert_allclose(rank_data(source_of(tmp_path, study, trials)).rank, [0.5, 1, 0.5, 0])


class TestHeatMap:
    def test_mean_and_best_over_the_others(self, tmp_path):
        space = {"a": [1, 2, 3], "b": ["u", "v"], "c": [0, 10]}
        study = study_of(space=space, searches=GRID, plots={"parameters": ["a", "b"]})
        trials = trials_of(study, lambda p: p["a"] + p["c"] + (p["b"] == "v") * 100)
        found = heatmap_data(source_of(tmp_path, study, trials))
        assert (found.x, found.x_values, found.y, found.y_values) == ("a", ("1", "2", "3"), "b", ("u", "v"))
        np.testing.assert_array_equal(found.mean, [[6, 7, 8], [106, 107, 108]])
        np.testing.assert_array_equal(found.best, [[1, 2, 3], [101, 102, 103]])

    def test_cells_without_values(self, tmp_path):
        study = study_of(space={"a": [1, 2], "b": [1, 2]}, searches=GRID)
        trials = trials_of(study, status=lambda number: "failed" if number == 3 else "complete")
        found = heatmap_data(source_of(tmp_path, study, trials))
        assert np.isnan(found.mean).sum() == 1
        assert (found.tried == 1).all()

    def test_no_two_parameters_with_few_values(self, tmp_path):
        space = {name: {"type": "uniform", "low": 0, "high": 1} for name in "xy"}
        assert heatmap_data(source_of(tmp_path, study_of(space=space))) is None


class TestParallel:
    def test_best_first_and_in_the_order_of_the_configuration(self, tmp_path):
        found = parallel_data(source_of(tmp_path, study_of()))
        assert list(found.scales) == ["lr", "optimizer", "momentum", "layers"]
        assert (np.diff(found.value) >= 0).all()

    def test_thinned(self, tmp_path):
        study = study_of(searches={"random": {"strategy": "random", "n_trials": 900}})
        found = parallel_data(source_of(tmp_path, study))
        assert (found.at.shape, found.trials) == ((500, 4), 900)


class TestIntermediate:
    def test_a_curve_per_run(self, tmp_path):
        study = study_of()
        source = source_of(tmp_path, study, trials_of(study, status=with_failures))
        found = intermediate_data(source)
        assert (found.reported, found.step, len(found.curves)) == ("loss", "step", 40)
        lengths = {curve.status: len(curve.step) for curve in found.curves}
        assert lengths == {"complete": 12, "failed": 6, "pruned": 6}

    def test_another_metric_where_the_objective_is_not_reported(self, tmp_path):
        source = source_of(tmp_path, study_of())
        history = source.history.rename(columns={"loss": "train_loss"}).drop(columns="step")
        history["time"] = 1.0
        changed = source.__class__(**{**vars_of(source), "history": history})
        found = intermediate_data(changed)
        assert (found.reported, found.step) == ("train_loss", "line")

    def test_thinned(self, tmp_path):
        study = study_of(searches={"random": {"strategy": "random", "n_trials": 300}})
        found = intermediate_data(source_of(tmp_path, study))
        assert (len(found.curves), found.trials) == (MOST_CURVES, 300)

    def test_nothing_reported(self, tmp_path):
        assert intermediate_data(source_of(tmp_path, study_of(), history=False)).curves == ()


def vars_of(source):
    return {name: getattr(source, name) for name in source.__dataclass_fields__}


class TestPareto:
    def test_front(self, tmp_path):
        objectives = [{"metric": "loss"}, {"metric": "accuracy", "direction": "maximize"}]
        study = study_of(objective={"command": "true"}, objectives=objectives)
        found = pareto_data(source_of(tmp_path, study))
        signed = found.values * [1, -1]
        for place, on_front in enumerate(found.front):
            beaten = ((signed <= signed[place]).all(axis=1) & (signed < signed[place]).any(axis=1)).any()
            assert on_front == (not beaten)
        assert found.front.any()

    def test_only_feasible_trials(self, tmp_path):
        study = study_of(
            objective={"command": "true"}, objectives=[{"metric": "loss"}, {"metric": "time"}],
            constraint={"metric": "loss", "min": 5},
        )  # fmt: skip
        found = pareto_data(source_of(tmp_path, study))
        assert not found.front[~found.feasible].any()
        assert found.values[found.front][:, 0].min() >= 5

    def test_nondominated(self):
        points = np.array([[1, 2], [2, 1], [2, 2], [1, 2], [0, 9]])
        assert list(nondominated(points)) == [True, True, False, True, True]
        assert list(nondominated(np.empty((0, 2)))) == []


class TestReplicates:
    def test_best_first_with_error_and_runs(self, tmp_path):
        study, trials = listed([5.0, 3.0], objective={"command": "true", "metric": "loss", "replicates": 4})
        for trial in trials["list"]:
            trial.sd["loss"] = 0.5
            trial.se["loss"] = 0.25
        found = replicates_data(source_of(tmp_path, study, trials, spread=1.0))
        assert [(t.name, t.value, t.se) for t in found.trials] == [
            ("list-1", 3.0, 0.25),
            ("list-0", 5.0, 0.25),
        ]
        assert list(found.trials[0].runs) == [1.5, 2.5, 3.5, 4.5]


class TestDistribution:
    def test_shares_are_of_all_trials(self, tmp_path):
        study, _ = listed([1.0, 2.0, 3.0, 4.0])
        trials = trials_of(study, lambda p: p["x"], lambda number: "failed" if number == 0 else "complete")
        found = edf_data(source_of(tmp_path, study, trials)).searches[0]
        assert list(found.value) == [1, 2, 3]
        assert list(found.share) == [0.25, 0.5, 0.75]

    def test_maximise_goes_down_from_the_best(self, tmp_path):
        study, trials = listed([1.0, 3.0], objective={"command": "true", "metric": "loss", "direction": "maximize"})
        assert list(edf_data(source_of(tmp_path, study, trials)).searches[0].value) == [3, 1]


class TestTimeline:
    def test_lanes(self):
        start, end = np.array([0, 0, 1, 2, 5.0]), np.array([2, 5, 3, 4, 6.0])
        assert list(lanes_of(start, end)) == [0, 1, 2, 0, 0]

    def test_runs_of_a_lane_do_not_overlap_and_lanes_are_few(self, tmp_path):
        found = timeline_data(source_of(tmp_path, study_of())).places[0]
        assert found.lane.max() == 1
        for lane in (0, 1):
            own = found.lane == lane
            assert (found.start[own][1:] >= found.end[own][:-1]).all()

    def test_hosts(self, tmp_path):
        source = source_of(tmp_path, study_of())
        source.runs.loc[3:5, "host"] = "node2"
        assert [(place.name, len(place.start)) for place in timeline_data(source).places] == [
            ("node1", 37),
            ("node2", 3),
        ]

    def test_gpus(self, tmp_path):
        source = source_of(tmp_path, study_of())
        source.runs.loc[:, "devices"] = ["10", "9", "9 10", "GPU-1a2b"] + [None] * 36
        found = timeline_data(source)
        assert [(place.name, len(place.start)) for place in found.places] == [
            ("node1", 36),
            ("GPU 9", 2),
            ("GPU 10", 2),
            ("GPU-1a2b", 1),
        ]
        assert (sum(found.counts.values()), found.at_once) == (40, 2), "a run with two GPUs is one run"
        source.runs.loc[0, "host"] = "node2"
        assert "node2 GPU 10" in [place.name for place in timeline_data(source).places]
        del source.runs["devices"]
        assert [place.name for place in timeline_data(source).places] == ["node2", "node1"]


def test_runs_without_times_have_no_timeline(tmp_path):
    source = source_of(tmp_path, study_of())
    source.runs["started"] = None
    assert timeline_data(source).places == ()


def test_bars_that_lie_upon_each_other_are_one_and_gaps_stay():
    left = np.array([0.0, 1.0, 2.0, 5.0, 0.0])
    lane = np.array([0, 0, 0, 0, 1])
    begin, end, lanes = joined(left, left + np.array([1.0, 1.0, 1.0, 2.0, 9.0]), lane, 0.5)
    assert list(zip(begin, end, lanes, strict=True)) == [(0, 3, 0), (5, 7, 0), (0, 9, 1)]


def test_a_line_of_best_values_has_the_corners_that_it_needs():
    best = np.array([NAN, 5, 5, 5, 2, 2, 2])
    assert corners(best).tolist() == [0, 1, 4, 6]
    assert corners(np.array([])).tolist() == []
