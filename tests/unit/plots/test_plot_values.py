"""What plots compute: best so far, ranges, choices of many, places and ticks."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from snaketune.config.study import Metric
from snaketune.importance.scales import ABSENT, Categories, Numeric
from snaketune.plots.support.axes import INACTIVE, brief, log_ticks, places, plain, ticks_of
from snaketune.plots.support.theme import Look, shown, wrapped
from snaketune.plots.support.values import (
    MOST_POINTS,
    Shown,
    best_so_far,
    cloud_of,
    cloud_remark,
    limits_of,
    thinned,
)

LESS, MORE = Metric("loss", "minimize"), Metric("accuracy", "maximize")
NAN = np.nan


@pytest.mark.parametrize(("metric", "expected"), [(LESS, [NAN, 3, 3, 1, 1]), (MORE, [NAN, 3, 5, 5, 5])])
def test_best_so_far(metric, expected):
    found = best_so_far(np.array([NAN, 3, 5, 1, NAN]), np.array([False, True, True, True, False]), metric)
    np.testing.assert_array_equal(found, expected)


def test_a_trial_outside_the_constraints_is_never_best():
    found = best_so_far(np.array([5.0, 1.0, 4.0]), np.array([True, False, True]), LESS)
    np.testing.assert_array_equal(found, [5, 5, 4])


def test_best_of_nothing():
    assert len(best_so_far(np.array([]), np.array([], dtype=bool), LESS)) == 0


class TestLimits:
    @pytest.mark.parametrize("metric", [LESS, MORE])
    def test_hold_all_values_and_a_little_more(self, metric):
        limits = limits_of(np.array([1.0, 2.0, 3.0]), metric)
        assert limits.low == pytest.approx(0.9)
        assert limits.high == pytest.approx(3.1)
        assert limits.beyond == 0

    def test_few_far_worse_values_stay_outside(self):
        values = np.append(np.linspace(1, 2, 50), 1e9)
        limits = limits_of(values, LESS)
        assert limits.high < 3
        assert limits.beyond == 1
        assert "1 trial much worse" in limits.remark
        # Far better values are what matters most: they are always inside.
        assert limits_of(values, MORE).high > 1e9

    @pytest.mark.parametrize(("values", "worse"), [([2.0], 2.1), ([0.0, 0.0], 0.5), ([-4.0], -3.8)])
    def test_of_a_constant_have_a_width(self, values, worse):
        limits = limits_of(np.array(values), LESS)
        assert limits.worse == limits.high == pytest.approx(worse)
        assert limits.low < values[0] < limits.high

    def test_of_nothing(self):
        assert limits_of(np.array([NAN, NAN]), LESS).empty
        assert limits_of(np.array([]), MORE).worse == 0.0

    @given(st.lists(st.floats(-1e307, 1e307), min_size=1, max_size=30), st.sampled_from([LESS, MORE]))
    def test_are_a_range_for_any_numbers(self, values, metric):
        limits = limits_of(np.array(values), metric)
        assert np.isfinite([limits.low, limits.high]).all()
        assert limits.low < limits.high
        best = max(values) if metric is MORE else min(values)
        assert limits.low <= best <= limits.high or (limits.log and abs(best) < 1e-306)
        shares = limits.share(np.array(values))
        assert ((shares >= 0) & (shares <= 1)).all()

    @pytest.mark.parametrize(
        ("values", "metric", "sign"),
        [
            ([1e-27, 1e-3, 0.1, 45.0], LESS, 1),
            ([0.1, 0.5, 1.0], LESS, 0),
            ([*np.linspace(0.1, 1, 20), 1e12], LESS, 0),
            ([0.0, 1e-6, 1e-3, 0.1, 1.0], LESS, 1),
            ([-1.0, 1e-6, 1.0], LESS, 0),
            ([0.001, *np.linspace(0.5, 0.9, 20)], MORE, 0),
            (list(np.logspace(0, 6, 20)), MORE, 1),
            ([-1e5, -10.0, -0.1], MORE, -1),
            ([0.0, 0.0], LESS, 0),
        ],
    )
    def test_values_that_span_orders_of_magnitude_get_a_logarithmic_axis(self, values, metric, sign):
        assert limits_of(np.array(values), metric).sign == sign

    def test_a_scale_that_is_asked_for(self):
        log, linear = (Shown.of(LESS, scale) for scale in ("log", "linear"))
        assert limits_of(np.array([1.0, 2.0]), log).log
        assert not limits_of(np.array([1e-9, 1.0]), linear).log
        both = limits_of(np.array([-1.0, 1.0]), log)
        assert not both.log
        assert "both sides of 0" in both.remark

    def test_zero_has_a_place_at_the_end(self):
        limits = limits_of(np.array([0.0, 1e-6, 1e-3, 1.0]), LESS)
        assert limits.zeros == 1
        assert list(limits.share(np.array([0.0, -1.0]))) == [0, 0]
        assert limits.share(np.array([1e-6]))[0] > 0.1
        assert log_ticks(limits)[1][0] == "0"
        assert log_ticks(limits)[1][1:] == ["10⁻⁶", "10⁻⁴", "0.01", "1"]

    @pytest.mark.parametrize(("metric", "name"), [(LESS, "loss − optimum"), (MORE, "optimum − accuracy")])
    def test_the_distance_from_a_known_optimum(self, metric, name):
        shown_metric = Shown.of(replace(metric, optimum=2.0), "auto")
        assert (shown_metric.name, shown_metric.direction) == (name, "minimize")
        limits = limits_of(np.array([-0.5, 0.0, 0.1, 0.2]), shown_metric)
        assert (limits.log, limits.zeros, limits.better) == (True, 2, True)
        assert "better than the given optimum" in limits.remark
        assert log_ticks(limits)[1][0] == "≤ 0"


class TestThinned:
    def test_all_of_few(self):
        assert list(thinned(np.array([3.0, NAN, 1.0]), LESS, 5)) == [0, 1, 2]

    @pytest.mark.parametrize("metric", [LESS, MORE])
    def test_the_best_third_and_some_of_all_the_others(self, metric):
        values = np.arange(1000.0)
        chosen = thinned(values, metric, 30)
        assert len(chosen) == len(set(chosen)) == 30
        best = set(range(10)) if metric is LESS else set(range(990, 1000))
        assert best <= set(chosen)
        assert {0, 999} <= set(chosen)

    def test_trials_without_a_value_are_chosen_too(self):
        chosen = thinned(np.append(np.arange(50.0), [NAN] * 50), LESS, 20)
        assert sum(place >= 50 for place in chosen) >= 5


class TestClouds:
    def test_all_points_of_some_thousand(self):
        values = np.append(np.arange(float(MOST_POINTS)), NAN)
        assert list(np.flatnonzero(~cloud_of(values, LESS))) == [MOST_POINTS]

    @pytest.mark.parametrize("metric", [LESS, MORE])
    def test_of_more_the_best_and_some_all_over(self, metric):
        values = np.random.default_rng(0).permutation(np.append(np.arange(50_000.0), [NAN] * 9))
        drawn = values[cloud_of(values, metric)]
        assert len(drawn) == MOST_POINTS
        assert set(np.arange(200.0) if metric is LESS else np.arange(49_800.0, 50_000.0)) <= set(drawn)
        inner = np.histogram(drawn, bins=10, range=(0, 50_000))[0][1:-1]
        assert np.ptp(inner) <= 2, "as dense as the trials are"

    def test_clouds_of_one_panel_share_the_points(self):
        assert cloud_of(np.arange(9999.0), LESS, parts=4).sum() == MOST_POINTS // 4

    def test_what_is_left_out_is_said(self):
        assert cloud_remark(7, 7) == ""
        assert cloud_remark(4000, 12_345).startswith("Points: 4,000 of 12,345 trials, the best")


class TestPlaces:
    def test_logarithmic(self):
        found = places(Numeric(1e-4, 1, log=True), [1e-4, 0.01, 1, ABSENT])
        assert found == pytest.approx([0, 0.5, 1, INACTIVE])

    def test_categories_are_spread_within_their_room(self):
        found = places(Categories(("a", "b")), ["a"] * 100 + ["b"] * 100, spread=0.5)
        assert found[:100].min() > 0.1
        assert found[:100].max() < 0.4
        assert len(set(found)) == 200

    def test_whole_numbers_are_spread_but_not_beyond_the_ends(self):
        found = places(Numeric(1, 6, whole=True, step=1), [1, 6] * 50, spread=0.5)
        assert found.min() >= 0
        assert found.max() <= 1
        assert len(set(found.round(6))) > 90

    def test_a_range_of_one_value(self):
        assert list(places(Numeric(3, 3), [3, ABSENT])) == [0.5, INACTIVE]


class TestTicks:
    @pytest.mark.parametrize(
        ("scale", "labels"),
        [
            (Numeric(1e-5, 0.1, log=True), ("10⁻⁵", "10⁻⁴", "0.001", "0.01", "0.1")),
            (Numeric(1e-9, 1, log=True), ("10⁻⁹", "10⁻⁷", "10⁻⁵", "0.001", "0.1")),
            (Numeric(16, 128, log=True), ("20", "50", "100")),
            (Numeric(0, 1), ("0", "0.2", "0.4", "0.6", "0.8", "1")),
            (Numeric(1, 3, whole=True), ("1", "2", "3")),
            (Numeric(-2, 2), ("−2", "−1", "0", "1", "2")),
            (Numeric(4, 4), ("4",)),
            (Categories(("relu", "tanh")), ("relu", "tanh")),
        ],
    )
    def test_labels(self, scale, labels):
        found = ticks_of(scale)
        assert found.labels == labels
        assert all(-1e-9 <= place <= 1 + 1e-9 for place in found.places)

    def test_many_categories_are_thinned(self):
        assert ticks_of(Categories(tuple("abcdefghij")), 5).labels == ("a", "c", "e", "g", "i")

    @pytest.mark.parametrize(
        ("numbers", "expected"),
        [
            ([0.1, 0.15, 0.2], ["0.1", "0.15", "0.2"]),
            ([100000, 200000], ["10⁵", "2×10⁵"]),
            ([1234.5, 1235.0], ["1234.5", "1235"]),
            ([0, 2.5], ["0", "2.5"]),
            ([1e-7], ["10⁻⁷"]),
            ([-1e9, -1e8], ["−10⁹", "−10⁸"]),
        ],
    )
    def test_numbers_are_as_short_as_their_differences_allow(self, numbers, expected):
        assert plain(numbers) == expected

    @given(st.lists(st.floats(-1e12, 1e12), min_size=2, max_size=6, unique=True))
    def test_different_numbers_of_one_axis_look_different(self, numbers):
        span = max(numbers) - min(numbers)
        steps = np.linspace(min(numbers), max(numbers), 5)
        if span > 1e-6 * max(map(abs, numbers)):
            assert len(set(plain(steps.tolist()))) == 5

    def test_brief(self):
        assert [brief(n) for n in (0.123456, 1024.3, 1.5e9, -2)] == ["0.123", "1024", "1.5e+09", "−2"]


class TestTexts:
    def test_names_are_shortened_in_the_middle_and_keep_to_one_line(self):
        assert shown("a.very.long.parameter.name.with.many.parts", 20) == "a.very.lo…many.parts"
        assert shown("two\nlines") == "two lines"
        assert shown("") == "(empty)"
        assert shown("名x") == "\\u540dx"
        assert shown("カラ") == "kara"
        assert shown("🚀 x") == ":rocket: x"
        assert shown("größe") == "größe"

    def test_sentences_are_wrapped_to_the_width(self):
        lines = wrapped("word " * 60, 8.5, 7).splitlines()
        assert len(lines) > 2
        assert max(map(len, lines)) < 70

    def test_more_things_than_colours_still_differ(self):
        look = Look()
        kinds = {(look.colour(i), look.marker(i), look.dashes(i)) for i in range(28)}
        assert len(kinds) == 28
