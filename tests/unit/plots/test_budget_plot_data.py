"""What each plot shows of trials that are trained in rungs or to different budgets, before it is drawn."""

from dataclasses import replace

import numpy as np
import pytest
from snaketune.plots.budget import budget_data, budget_figure
from snaketune.plots.comparison import comparison_data
from snaketune.plots.edf import edf_data
from snaketune.plots.intermediate import intermediate_data
from snaketune.plots.optimization_history import history_data
from snaketune.plots.pareto import pareto_data
from snaketune.plots.replicates import replicates_data
from snaketune.plots.rungs import rungs_data
from snaketune.plots.slices import slice_data
from snaketune.plots.support.theme import Look
from studies import source_of, study_of, trials_of

EPOCHS = {"name": "epochs", "min": 1, "max": 9}
RUNGS = {
    "objective": {"command": "train {budget}", "metric": "loss"},
    "budget": EPOCHS,
    "searches": {"halving": {"strategy": "halving", "n_trials": 9, "sampler": "random"}},
}


class TestRungs:
    def test_each_trial_has_its_values_rung_by_rung(self, tmp_path):
        study = study_of(**RUNGS)
        trials = trials_of(study, status=lambda number: "failed" if number == 4 else "complete")
        (ladder,) = rungs_data(source_of(tmp_path, study, trials)).ladders
        assert (ladder.search, ladder.unit, list(ladder.budgets)) == ("halving", "epochs", [1, 3, 9])
        assert list(ladder.tried.sum(axis=0)) == [9, 3, 1]
        assert (ladder.status == "failed").sum(axis=0).tolist() == [1, 0, 0]
        assert np.isfinite(ladder.value).sum(axis=0).tolist() == [8, 3, 1]
        # Those that went on are the best, and the one that has the full budget is marked.
        assert np.nanmax(ladder.value[ladder.reached > 0, 0]) <= np.nanmin(ladder.value[ladder.reached == 0, 0])
        assert ladder.reached[ladder.best] == 2

    def test_brackets_that_repeat_each_other_are_one_ladder(self, tmp_path):
        search = {"strategy": "hyperband", "sampler": "random", "iterations": 2}
        study = study_of(**RUNGS | {"searches": {"hyperband": search}})
        ladders = rungs_data(source_of(tmp_path, study)).ladders
        assert [ladder.brackets for ladder in ladders] == [(0, 3), (1, 4), (2, 5)]
        assert [ladder.tried.sum(axis=0).tolist() for ladder in ladders] == [[18, 6, 2], [6, 2], [6]]

    def test_searches_in_full_have_none(self, tmp_path):
        study = study_of(**RUNGS | {"searches": {"random": {"strategy": "random", "n_trials": 3}}})
        assert rungs_data(source_of(tmp_path, study)).ladders == ()


IN_FULL = {"strategy": "random", "n_trials": 6, "seed": 5, "budget": EPOCHS}
BOTH = RUNGS | {"searches": RUNGS["searches"] | {"in-full": IN_FULL}}


class TestBudget:
    def test_a_run_that_goes_on_adds_what_it_trains_itself(self, tmp_path):
        source = source_of(tmp_path, study_of(**BOTH))
        halving, in_full = budget_data(source).searches
        # 9 trials with 1 epoch, 3 with 2 more, 1 with 6 more; in full 9 times 9.
        assert list(halving.at) == [*range(1, 10), 11, 13, 15, 21]
        assert (halving.total, halving.full, halving.in_full) == (21, 81, False)
        assert (in_full.total, in_full.full, in_full.in_full) == (54, 54, True)
        pruned = source.runs["trained"].where(source.runs["trained"] < 9, 4)
        source.runs["trained"] = pruned
        assert not budget_data(source).searches[1].in_full, "its runs were pruned"
        source.runs["trained"] = source.runs["budget"]
        assert budget_data(source).searches[0].total == 9 + 3 * 3 + 9, "all begun anew"

    def test_the_best_counts_the_full_budget_alone(self, tmp_path):
        halving = budget_data(source_of(tmp_path, study_of(**BOTH))).searches[0]
        assert np.isnan(halving.best[:-1]).all()
        assert np.isfinite(halving.any_best).all()
        assert halving.any_best[-1] == halving.best[-1]

    def test_when_another_search_is_as_good_as_one_in_full(self, tmp_path):
        source = source_of(tmp_path, study_of(**BOTH))
        halving = budget_data(source).searches[0]
        assert halving.until(halving.best[-1], source.metric) == 21
        assert np.isnan(halving.until(halving.best[-1] - 1, source.metric))

    def test_where_none_has_the_full_budget_all_values_are_in_sight(self, tmp_path):
        data = budget_data(source_of(tmp_path, study_of(**RUNGS)))
        none = replace(data, searches=[replace(each, best=np.full(len(each.at), np.nan)) for each in data.searches])
        (axes,) = budget_figure(none, Look(dpi=60)).axes
        low, high = sorted(axes.get_ylim())
        (search,) = none.searches
        assert low <= min(search.any_best) < max(search.any_best) <= high


class TestDifferentBudgets:
    @pytest.fixture
    def source(self, tmp_path):
        return source_of(tmp_path, study_of(**BOTH))

    def test_parameters_are_seen_with_the_values_of_one_budget(self, source):
        # 9 trials have one with 1 epoch, 3 with 3, and 1 + 6 with 9: not enough with any, most with 1.
        assert source.level == 1 / 9
        found = slice_data(source)
        assert len(found.value) == 9
        assert found.metric.budget == "a budget of 1 (epochs)"
        assert found.metric.remark == "Of the 9 of 15 trials that have a result with a budget of 1 (epochs)."
        with_one = source.rungs[source.rungs["budget"] == 1]
        assert sorted(found.value) == pytest.approx(sorted(with_one["value"]))
        assert [len(found.at[name]) for name in found.at] == [9] * 4
        assert [(d.search, d.trials) for d in edf_data(source).searches] == [("halving", 9), ("in-full", 0)]

    def test_the_largest_budget_that_enough_have(self, tmp_path):
        many = BOTH["searches"] | {"in-full": IN_FULL | {"n_trials": 30}}
        source = source_of(tmp_path, study_of(**BOTH | {"searches": many}))
        assert source.level == 1
        assert len(slice_data(source).value) == 31
        assert slice_data(source).metric.budget == "9 epochs"

    def test_failed_trials_stay(self, tmp_path):
        study = study_of(**BOTH)
        trials = trials_of(study, status=lambda number: "failed" if number < 2 else "complete")
        found = slice_data(source_of(tmp_path, study, trials))
        assert (found.status == "failed").sum() == 4
        assert np.isfinite(found.value).sum() == 7

    def test_trials_of_one_budget_are_all_there_and_nothing_is_said(self, tmp_path):
        source = source_of(tmp_path, study_of(**BOTH | {"searches": {"in-full": IN_FULL}}))
        assert (len(slice_data(source).value), slice_data(source).metric) == (6, source.metric)

    def test_only_the_full_budget_is_the_best_so_far(self, source):
        halving, in_full = history_data(source).searches
        assert in_full.trials.full.all()
        (first,) = np.flatnonzero(halving.trials.full)
        for best in (halving.trials.best, comparison_data(source).curves[0].best):
            assert np.isnan(best[:first]).all()
            assert np.isfinite(best[first:]).all()

    def test_curves_say_which_trials_did_not_go_on(self, source):
        curves = intermediate_data(source).curves
        assert (sum(curve.full for curve in curves), len(curves)) == (7, 15)

    def test_a_front_is_of_the_trials_that_are_trained_furthest(self, tmp_path):
        objectives = [{"metric": "loss"}, {"metric": "size"}]
        study = study_of(**BOTH | {"objective": {"command": "train {budget}"}, "objectives": objectives})
        found = pareto_data(source_of(tmp_path, study))
        assert (len(found.values), found.less, found.without) == (7, 8, 0)

    def test_runs_of_other_budgets_are_no_spread(self, tmp_path):
        objective = {"command": "train {budget}", "metric": "loss", "replicates": 3}
        found = replicates_data(source_of(tmp_path, study_of(**BOTH | {"objective": objective}), spread=0.5))
        assert {len(trial.runs) for trial in found.trials} == {3}
        assert all(np.mean(trial.runs) == pytest.approx(trial.value) for trial in found.trials)
