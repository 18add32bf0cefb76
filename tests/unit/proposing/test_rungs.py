"""Which trials go on with a larger budget, from results that no program has computed."""

import itertools
import random
from collections import Counter

import pytest
from snaketune.results.rounds import read_proposed
from snaketune.results.searched import read_search
from snaketune.results.so_far import SoFar

SPACE = {"x": {"type": "uniform", "low": 0, "high": 1}}
BUDGET = {"name": "epochs", "min": 1, "max": 9}
RANDOM = {"sampler": "random", "budget": BUDGET}
HALVING = RANDOM | {"strategy": "halving", "n_trials": 9}
HYPERBAND = RANDOM | {"strategy": "hyperband"}
ASHA = RANDOM | {"strategy": "asha", "n_trials": 13, "batch_size": 4}


def loss(params, budget):
    """Better with more budget; the lowest x is best with any."""
    return {"loss": params["x"] + 1 / budget}


@pytest.fixture
def study(made):
    """Makes a study of one search, called s."""
    return lambda search, space=SPACE, objective=(), **more: made(
        searches={"s": search}, space=space, objective={"command": "true {budget}", **dict(objective)}, **more
    )


class Played:
    """A search that has been run to its end: its rounds as proposed and with results, the starts of its runs."""

    def __init__(self, study, result_of=loss, rng=None):
        self.study, self.search = study, study.study.searches["s"]
        self.rounds, self.results, self.starts = {}, {}, Counter()
        self.order = []
        while number := self._next(rng):
            self._do(number - 1, result_of)
        self.trials = read_search(study.layout, study.study, "s")

    def _next(self, rng):
        """The number behind that of a round that may begin now, None if there is none left; by default the first."""
        sizes = [len(self.rounds[i]) for i in range(len(self.rounds)) if i in self.rounds]
        if len(sizes) == len(self.rounds) and sizes and self.search.schedule.is_over(sizes):
            return None
        assert len(self.rounds) < 100, "it does not end"
        count = self.search.schedule.count
        left = [i for i in range(len(self.rounds) + 1 if count is None else count) if i not in self.rounds]
        ready = [i for i in left if {*self.step(i).needs, *self.step(i).follows} <= {*self.rounds}]
        chosen = rng.choice(ready) if rng else ready[0]
        return chosen + 1

    def step(self, number):
        return self.search.round(number).step

    def _do(self, number, result_of):
        rows = self.rounds[number] = self.study.propose("s", number)
        self.order.append(number)
        for trial, run in self.search.runs_in([row.asked for row in rows]):
            self.starts[trial, run] += 1
            params = next(row.params for row in rows if row.trial == trial)
            self.study.run(trial, run, result_of(params, run.budget))
        self.results[number] = self.study.gather("s", number)

    @property
    def table(self):
        """Number, bracket, rung and budgets of each row of each round."""
        return {
            i: [(r.number, r.rung.bracket, r.rung.rung, r.rung.from_budget, r.rung.budget) for r in rows]
            for i, rows in sorted(self.rounds.items())
        }

    def numbers(self, number):
        return [row.number for row in self.rounds[number]]

    def at(self, budget):
        """The numbers of the trials that were trained so far."""
        return {row.number for rows in self.rounds.values() for row in rows if row.budget == budget}


def ranks(played, number):
    """The numbers of a round's trials, best first."""
    return [row.number for row in sorted(played.rounds[number], key=lambda row: row.params["x"])]


def test_the_best_third_goes_on_with_its_numbers(study):
    played = Played(study(HALVING))
    assert [len(rows) for rows in played.rounds.values()] == [9, 3, 1]
    assert played.numbers(0) == [*range(9)]
    assert played.numbers(1) == ranks(played, 0)[:3]
    assert played.numbers(2) == ranks(played, 1)[:1]
    assert {row.origin for row in played.rounds[1]} == {"promoted"}
    assert [(row.rung.from_budget, row.budget, row.rung.max_budget) for row in played.rounds[1]] == [(1, 3, 9)] * 3
    assert played.rounds[0][0].rung.from_budget is None
    assert set(played.starts.values()) == {1}
    assert played.trials.ending is None
    assert len(played.trials.trials) == 9
    assert len(played.trials.rungs) == 13
    best = next(t for t in played.trials.trials if t.budget == 9)
    assert (best.number, best.origin) == (ranks(played, 0)[0], "random")


def test_with_several_objectives_fronts_go_on(study):
    several = [{"metric": "loss", "direction": "minimize"}, {"metric": "size", "direction": "maximize"}]
    space = {"x": [1, 2, 3, 4, 5, 6, 7, 8, 9]}
    made = study(HALVING, space=space, objectives=several, objective={"metric": None})
    # 1, 5 and 9 are beaten by none.
    size = {1: 1, 5: 6, 9: 9}
    played = Played(made, lambda params, budget: {"loss": params["x"], "size": size.get(params["x"], 0)})
    assert {row.params["x"] for row in played.rounds[1]} == {1, 5, 9}


def test_failed_and_nan_are_never_promoted(study):
    worst = {"status": "failed", "reason": "exit code 1"}
    bad = {0: worst, 1: {"status": "invalid", "reason": "loss is NaN"}, 2: {"status": "timeout", "reason": "limit"}}
    bad |= {3: {"another metric": 1.0}, 4: {"status": "pruned", "reason": "hopeless"}}

    made = study(HALVING)
    best_first = sorted(made.propose("s"), key=lambda row: row.params["x"])
    results = {row.trial: bad[i] for i, row in enumerate(best_first) if i in bad}
    by_x = {row.params["x"]: row.trial for row in best_first}
    played = Played(made, lambda params, budget: results.get(by_x[params["x"]], loss(params, budget)))
    assert played.numbers(1) == [row.number for row in best_first[5:8]]


def test_fewer_survivors_than_planned_go_on(study):
    made = study(HALVING | {"n_trials": 27})
    alive = {row.params["x"] for row in made.propose("s")[:2]}
    good = lambda params, budget: params["x"] in alive  # noqa: E731
    played = Played(made, lambda p, b: loss(p, b) if good(p, b) else {"status": "oom", "reason": "no memory"})
    assert [len(rows) for rows in played.rounds.values()] == [27, 2, 2]
    assert played.trials.ending is None


@pytest.mark.parametrize("budget", [1, 3, 9])
def test_a_rung_without_a_complete_trial_is_the_end_and_says_so(study, budget):
    fails = lambda params, at: {"status": "failed", "reason": "no"} if at >= budget else loss(params, at)  # noqa: E731
    for search in (HALVING, ASHA):
        played = Played(study(search), fails)
        assert max(row.budget for rows in played.rounds.values() for row in rows) == budget
        assert budget < 9 or not any(trial.complete for trial in played.trials.trials if trial.budget == 9)
        so_far = SoFar(played.study.layout, played.study.study).results().searches["s"]
        assert so_far.ending == played.trials.ending
        amount = {1: "a budget of 1 (epochs)"}.get(budget, f"{budget} epochs")
        count = sum(row.budget == budget for rows in played.rounds.values() for row in rows)
        assert played.trials.ending == f"no trial is complete with {amount} ({count} failed)"
    played = Played(study(HYPERBAND), fails)
    assert (
        played.trials.ending
        == {
            1: "no trial of bracket 0 is complete with a budget of 1 (epochs) (9 failed)",
            3: "no trial of bracket 1 is complete with 3 epochs (3 failed)",  # the first one of which a round is empty
            9: "no trial of bracket 0 is complete with 9 epochs (1 failed); "
            "no trial of bracket 1 is complete with 9 epochs (1 failed)",
        }[budget]
    )


def test_as_long_as_the_last_rung_trains_nothing_is_said(study):
    made = study(HALVING | {"n_trials": 18})
    for number in range(2):
        for row in made.propose("s", number):
            made.run(row.trial, f"r0b{row.budget}", loss(row.params, row.budget))
        made.gather("s", number)
    one, other = made.propose("s", 2)
    so_far = SoFar(made.layout, made.study)
    made.run(one.trial, "r0b9", {"status": "pruned", "reason": "hopeless"})
    assert so_far.results().searches["s"].ending is None
    made.run(other.trial, "r0b9", {"status": "timeout", "reason": "limit"})
    assert so_far.results().searches["s"].ending == "no trial is complete with 9 epochs (1 pruned, 1 timeout)"


def test_a_space_that_runs_out(study):
    space = {"x": [0.1, 0.2, 0.3, 0.4, 0.5]}
    played = Played(study(HALVING, space=space))
    assert [len(rows) for rows in played.rounds.values()] == [5, 3, 1]
    assert played.trials.ending == "its space has no more than 5 parameter sets"
    played = Played(study(HYPERBAND | {"iterations": 2}, space=space))
    assert Counter(row.number for row in played.trials.trials) == Counter(range(5))
    assert played.trials.ending == "its space has no more than 5 parameter sets"
    played = Played(study(ASHA, space=space))
    assert played.at(1) == {*range(5)}
    assert len(played.at(9)) == 1
    assert set(played.starts.values()) == {1}
    assert played.trials.ending == "its space has no more than 5 parameter sets"


def test_brackets_end_in_any_order_with_the_same_promotions(study, tmp_path):
    tables = []
    for seed in range(4):
        made = study(HYPERBAND | {"iterations": 2})
        played = Played(made, rng=random.Random(seed))
        tables.append(played.table)
        assert set(played.starts.values()) == {1}
    assert all(table == tables[0] for table in tables)
    assert len({trial.number for trial in played.trials.trials}) == 2 * (9 + 3 + 3) == len(played.trials.trials)


@pytest.mark.parametrize("overlap", [0, 1, 2])
def test_asynchronous_rounds_promote_what_they_may_know(study, overlap):
    played = Played(study(ASHA | {"overlap": overlap}))
    eta = 3
    begun: set[tuple[int, int]] = set()
    for number, rows in played.rounds.items():
        known = [row for k in range(max(0, number - overlap)) for row in played.results[k]]
        for row in rows:
            place = (row.number, row.rung.rung)
            assert place not in begun, "promoted twice"
            begun.add(place)
            if row.rung.rung:
                below = [each for each in known if each.rung.rung == row.rung.rung - 1]
                order = [each.number for each in sorted(below, key=lambda each: each.params["x"])]
                assert row.number in order[: max(1, len(order) // eta)]
                assert row.rung.from_budget == below[0].budget
    assert played.at(1) == {*range(13)}
    assert played.at(9), "the best one is trained in full in the end"
    best = min(played.trials.trials, key=lambda trial: trial.params["x"])
    assert best.budget == 9
    sizes = [len(rows) for rows in played.rounds.values()]
    assert sizes[-1 - overlap :] == [0] * (overlap + 1)
    assert max(sizes) == 4
    assert set(played.starts.values()) == {1}
    assert played.trials.ending is None


def test_of_an_asynchronous_search_more_trials_keep_the_first_rounds(study):
    short = Played(study(ASHA)).table
    long = Played(study(ASHA | {"n_trials": 40})).table
    assert [short[i] for i in range(3)] == [long[i] for i in range(3)]


def test_what_a_round_is_asked_for_says_which_it_is(study):
    """More trials may leave a round's size and what it waits for as they are, though it is another one."""
    gp = HALVING | {"sampler": "gp", "batch_size": 4, "eta": 2}
    short = study(gp | {"n_trials": 8, "budget": {"min": 1, "max": 4}}).study.searches["s"]
    long = study(gp | {"n_trials": 16, "budget": {"min": 1, "max": 4}}).study.searches["s"]
    assert short.fingerprint == long.fingerprint
    assert short.round(2).size == long.round(2).size == 4
    assert [*short.round(2).step.needs] == [*long.round(2).step.needs]
    assert short.asked_of(1) == long.asked_of(1)
    assert short.asked_of(2) != long.asked_of(2)
    short, long = (study(ASHA | {"n_trials": n}).study.searches["s"] for n in (13, 14))
    assert short.fingerprint == long.fingerprint
    assert short.asked_of(0) != long.asked_of(0)


def test_known_results_are_no_runs_and_do_not_go_on(study, tmp_path):
    space = {"x": [1, 2, 3, 4, 5, 6, 7, 8, 9]}
    (tmp_path / "known.csv").write_text("x,loss\n2,0.5\n")
    for search, count in itertools.product((HALVING, ASHA, HALVING | {"sampler": "sobol"}), (True, False)):
        played = Played(study(search, space=space, imported=[{"file": "known.csv", "count": count}]))
        assert len({trial.trial for trial in played.trials.trials}) == 9
        known = next(trial for trial in played.trials.trials if trial.params["x"] == 2)
        assert (known.origin, known.budget) == ("imported", None)
        assert [row.number for rows in played.rounds.values() for row in rows].count(known.number) == 1
        assert {row.number for row in played.trials.trials} == {*range(9)}
        assert not any(trial == known.trial for trial, _ in played.starts)


def test_a_model_proposes_the_new_ones(study):
    """But those of halving, which all begin while the lowest budget alone is known."""
    for search, expected in (
        (HALVING | {"batch_size": 3}, False),
        (HYPERBAND | {"iterations": 2}, True),
        (ASHA | {"n_trials": 30}, True),
    ):
        made = study(search | {"sampler": "gp", "n_initial_points": 3})
        played = Played(made)
        tables = played.table
        origins = Counter(row.origin for rows in played.rounds.values() for row in rows)
        assert bool(origins["model"]) == expected, origins
        assert set(played.starts.values()) == {1}
        assert Played(study(search | {"sampler": "gp", "n_initial_points": 3})).table == tables
        assert read_proposed(made.layout.proposed("s", 0))[0].origin == "initial"


def test_a_model_learns_from_known_results_which_take_no_places(study, tmp_path):
    (tmp_path / "known.csv").write_text("x,loss\n" + "".join(f"{x},{x}\n" for x in (0.125, 0.25, 0.5, 0.625)))
    for search in (HALVING, HYPERBAND):
        options = search | {"sampler": "gp", "n_initial_points": 4}
        made = study(options, imported=[{"file": "known.csv", "count": True}])
        rows = made.propose("s")
        assert {row.origin for row in rows} == {"model"}
        assert len(rows) == 8
        assert rows[0].number == 0
