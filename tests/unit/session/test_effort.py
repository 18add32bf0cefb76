"""How long runs take by how much they train."""

import pytest
from snaketune.session.effort import Effort


def test_start_and_units_are_told_apart_by_runs_that_train_differently():
    effort = Effort.fitted([(1, 3.0), (1, 3.0), (2, 4.0), (18, 20.0)])
    assert (effort.start, effort.each) == (pytest.approx(2.0), pytest.approx(1.0))
    assert effort.of(54) == pytest.approx(56)


def test_runs_that_trained_the_same_say_nothing_of_the_start():
    assert Effort.fitted([(3, 5.0), (3, 7.0)]) == Effort(0.0, 2.0)


def test_no_part_is_negative():
    assert Effort.fitted([(1, 1.0), (2, 4.0)]).start == 0.0  # more than in proportion
    flat = Effort.fitted([(1, 4.0), (27, 3.0)])
    assert flat.each == 0.0 and 3.0 < flat.of(81) < 4.0
    assert Effort.fitted([(1, 0.0), (3, 0.0)]).of(9) > 0


def test_relative_errors_count():
    """What the many short runs take is met as well as what the few long ones do."""
    effort = Effort.fitted([(1, 1.0)] * 9 + [(27, 40.0)])
    assert effort.of(1) == pytest.approx(1.0, rel=0.1)
    assert effort.of(27) == pytest.approx(40.0, rel=0.35)
