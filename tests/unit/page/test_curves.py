from hypothesis import given
from hypothesis import strategies as st
from snaketune.page.curves import ALL_NUMBERS, FEWEST_POINTS, MOST_POINTS, curve_from, thinned


def test_steps_are_read_or_counted():
    assert curve_from('{"epoch": 2, "loss": 1.5}\n{"epoch": 4, "loss": 1}') == {
        "step": [2, 4],
        "loss": [1.5, 1],
    }
    assert curve_from('{"loss": 1.5, "time": 9}\n{"loss": 1}') == {"step": [1, 2], "loss": [1.5, 1]}


def test_broken_lines_are_left_out_and_gaps_kept():
    curve = curve_from('{"loss": 1}\nnot json\n[1]\n{"acc": 0.5, "loss": "NaN"}\n{"loss": NaN}\n{"lo')
    assert curve == {"step": [1, 2, 3], "loss": [1, None, None], "acc": [None, 0.5, None]}


def test_a_history_without_numbers_has_no_curve():
    assert curve_from("") is None
    assert curve_from('{"note": "begun", "ok": true, "step": 1}') is None


@given(st.integers(1, 3000))
def test_thinning_keeps_the_first_and_the_last_point_and_the_order(length):
    curves, most = thinned({("t", "r0"): {"step": list(range(length)), "loss": [float(i) for i in range(length)]}})
    steps = curves["t", "r0"]["step"]
    assert most == MOST_POINTS
    assert len(steps) == min(length, most)
    assert (steps[0], steps[-1]) == (0, length - 1)
    assert steps == sorted(set(steps))
    assert curves["t", "r0"]["loss"] == steps


def test_many_curves_share_a_budget():
    curve = {"step": list(range(500)), "loss": [0.123456789] * 500}
    curves, most = thinned({(f"t{i}", "r0"): curve for i in range(1500)})
    assert FEWEST_POINTS < most < MOST_POINTS
    assert sum(len(values) for found in curves.values() for values in found.values()) <= ALL_NUMBERS
    assert curves["t0", "r0"]["loss"][0] == 0.123457
