from snaketune.results.level import ENOUGH, level_of


def results(share, count):
    return [(f"t{i}", share) for i in range(count)]


def test_the_largest_budget_that_enough_trials_have():
    assert level_of(results(1 / 9, 81) + results(1 / 3, ENOUGH) + results(1.0, ENOUGH - 1)) == 1 / 3
    assert level_of(results(1 / 9, 81) + results(1.0, ENOUGH)) == 1


def test_where_none_has_enough_that_which_most_have_and_of_equal_ones_the_larger():
    assert level_of(results(1 / 3, 9) + results(1.0, 3)) == 1 / 3
    assert level_of(results(1 / 3, 5) + results(1.0, 5)) == 1
    assert level_of([]) == 1


def test_a_trial_of_several_searches_counts_once():
    assert level_of(results(1 / 3, 6) + results(1.0, 5) + results(1.0, 5)) == 1 / 3
