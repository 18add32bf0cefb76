"""Which checkpoints are needed: of trials that are under way or may go on, and of a search's best one."""

import pytest
from made_up import MadeUp
from snaketune.proposing.promotable import going_on, use_of_checkpoints

BUDGET = {"name": "epochs", "min": 1, "max": 9}
HALVING = {"strategy": "halving", "n_trials": 9, "sampler": "random", "budget": BUDGET}
ASHA = {"strategy": "asha", "n_trials": 9, "batch_size": 3, "sampler": "random", "budget": BUDGET, "overlap": 0}


class Rungs(MadeUp):
    """A study whose loss is x, with searches in rungs."""

    def __init__(self, root, **searches):
        objective = {"command": "true {budget}"}
        super().__init__(
            root, objective=objective, space={"x": {"type": "uniform", "low": 0, "high": 1}}, searches=searches
        )

    def round(self, search: str, number: int, *, failing: tuple[str, ...] = ()) -> list[str]:
        """Proposes a round and gathers its results; its trials, the best first."""
        rows = self.propose(search, number)
        for row in rows:
            for run in self.study.searches[search].runs_of(row.trial, row.budget):
                self.run(row.trial, run, {"status": "failed"} if row.trial in failing else {"loss": row.params["x"]})
        self.gather(search, number)
        return [row.trial for row in sorted(rows, key=lambda row: row.params["x"])]

    def use(self):
        (use,) = use_of_checkpoints(self.study, self.layout)
        return use


def test_as_long_as_a_rung_is_not_decided_all_of_it_is_needed(tmp_path):
    made = Rungs(tmp_path, h=HALVING)
    assert use_of_checkpoints(made.study, made.layout) is None
    rows = made.propose("h")
    assert made.use().needed == {(row.trial, 1) for row in rows}
    made.round("h", 0)
    assert made.use().needed == {(row.trial, 1) for row in rows}


def test_what_is_eliminated_is_not_needed_but_for_the_best_of_it(tmp_path):
    made = Rungs(tmp_path, h=HALVING)
    order = made.round("h", 0)
    made.propose("h", 1)
    use = made.use()
    assert use.needed == {(trial, budget) for trial in order[:3] for budget in (1, 3)} | {(order[3], 1)}
    assert use.done == {(trial, 1) for trial in order}
    assert use.after == {(trial, 1): {3} for trial in order[:3]}
    made.round("h", 1)
    assert made.use().needed == {(trial, 3) for trial in order[:3]}
    made.round("h", 2)
    use = made.use()
    assert use.needed == {(order[0], 9)}
    assert use.last == [(order[0], 9)]


def test_if_all_that_went_on_has_failed_the_best_of_the_others_is_kept(tmp_path):
    made = Rungs(tmp_path, h=HALVING)
    order = made.round("h", 0)
    made.round("h", 1, failing=tuple(order[:3]))
    assert (order[3], 1) in made.use().needed


def test_a_table_of_another_configuration_decides_nothing(tmp_path):
    made = Rungs(tmp_path, h=HALVING)
    order = made.round("h", 0)
    made.round("h", 1)
    made = Rungs(tmp_path, h=HALVING | {"eta": 2})
    assert {(trial, 1) for trial in order} <= made.use().needed
    made = Rungs(tmp_path, h=HALVING | {"n_trials": 27})
    assert {(trial, 1) for trial in order} <= made.use().needed


def test_a_trial_of_asha_may_go_on_until_it_is_over_or_beaten_for_good(tmp_path):
    made = Rungs(tmp_path, a=ASHA)
    number, seen = 0, set()
    while True:
        proposed = made.round("a", number)
        use = made.use()
        going = {trial for trial, budget in use.needed if budget == 1}
        seen.add(len(going))
        for trial, rung in going_on(made.study, made.study.searches["a"], made.layout):
            assert (trial, rung.from_budget) in use.done
        number += 1
        if not proposed:
            break
        assert len(going) <= 3
    assert max(seen) == 3
    assert use.needed == {use.last[0]}


def test_the_next_promotions_are_known_before_they_are_proposed(tmp_path):
    made = Rungs(tmp_path, h=HALVING)
    search = made.study.searches["h"]
    assert list(going_on(made.study, search, made.layout)) == []
    order = made.round("h", 0)
    found = list(going_on(made.study, search, made.layout))
    assert [(trial, rung.from_budget, rung.budget) for trial, rung in found] == [(t, 1, 3) for t in order[:3]]


@pytest.mark.parametrize("iterations", [1, 2])
def test_brackets_are_decided_one_by_one(tmp_path, iterations):
    search = {"strategy": "hyperband", "sampler": "random", "budget": BUDGET, "iterations": iterations}
    made = Rungs(tmp_path, h=search)
    schedule = made.study.searches["h"].schedule
    for number in range(schedule.count):
        made.round("h", number)
    use = made.use()
    assert len(use.needed) == 1
    assert use.needed < set(use.last)
    assert len(use.last) == iterations * (1 + 1 + 3)
    assert {budget for _, budget in use.done} == {1, 3}


def test_all_trials_of_a_search_without_rungs_are_in_the_last_one(tmp_path):
    made = Rungs(tmp_path, r={"strategy": "random", "n_trials": 4, "budget": BUDGET})
    order = made.round("r", 0)
    assert made.use().last == [(trial, 9) for trial in order]
    assert made.use().needed == {(order[0], 9)}
