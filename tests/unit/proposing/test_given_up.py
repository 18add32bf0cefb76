"""Trials that are given up between their folds or replicates, from results that no program has computed."""

from collections import Counter

import pytest
from snaketune.proposing.plan import plan_of, plan_text
from snaketune.resources import Given
from snaketune.results.rounds import read_proposed
from snaketune.results.searched import read_search
from snaketune.results.so_far import SoFar
from snaketune.results.study import read_results
from snaketune.results.tables import trial_rows

# What trial number i is like: the first four are compared with nobody.
LEVELS = (1.0, 2.0, 3.0, 4.0, 0.5, 2.4, 2.6, 9.0)
PRUNER = {"type": "median", "over": "folds", "n_startup_trials": 4}


@pytest.fixture
def study(made):
    """Makes a study of one search, called s, of eight trials in two batches of four."""

    def build(pruner=PRUNER, objective=(), search=(), **more):
        points = [{"x": float(i)} for i in range(8)]
        listed = {"strategy": "list", "points": points, "batch_size": 4, "overlap": 0}
        return made(
            searches={"s": listed | dict(search)},
            space={"x": {"type": "uniform", "low": 0, "high": 9}},
            objective={"folds": 3} | dict(objective),
            pruner=pruner,
            **more,
        )

    return build


def level(params, run):
    """Folds differ, by as much for all trials."""
    return {"loss": LEVELS[int(params["x"])] + 0.01 * int(str(run)[-1])}


class Played:
    """The search, run to its end."""

    def __init__(self, made, result_of=level):
        self.made, self.search = made, made.study.searches["s"]
        self.starts, sizes = Counter(), []
        while not sizes or not self.search.schedule.is_over(sizes):
            rows = made.propose("s", len(sizes))
            for row in rows:
                for trial, run in self.search.runs_in([row.asked]):
                    self.starts[trial, run] += 1
                    made.run(trial, run, result_of(row.params, run))
            made.gather("s", len(sizes))
            sizes.append(len(rows))
        self.sizes = sizes
        self.trials = read_search(made.layout, made.study, "s").trials

    @property
    def runs(self):
        """How many runs each trial has done, by its number."""
        by_trial = Counter(trial for trial, _ in self.starts)
        return [by_trial[trial.trial] for trial in self.trials]

    @property
    def statuses(self):
        return [trial.status for trial in self.trials]


def test_a_trial_that_is_hopeless_after_its_first_folds_does_not_run_the_rest(study):
    played = Played(study())
    # The median of the first four is 2.5.
    assert played.statuses == ["complete"] * 6 + ["pruned"] * 2
    assert played.runs == [3, 3, 3, 3, 3, 3, 1, 1]
    assert set(played.starts.values()) == {1}
    hopeless = played.trials[6]
    assert hopeless.reason == "pruned after 1 of 3 folds: 2.6 is worse than the median 2.5 of 4 earlier trials"
    assert (hopeless.number, hopeless.origin, hopeless.runs, hopeless.last_step) == (6, "list", 1, 1)
    assert hopeless.metrics["loss"] == 2.6
    assert played.trials[5].metrics["loss"] == pytest.approx(2.41)


def test_its_value_so_far_is_compared_not_the_best_fold(study):
    """Number 5 is among the better ones with its first fold, and no more with two."""
    worse = {"r0f1": 3.0}
    played = Played(
        study(), lambda params, run: {"loss": LEVELS[int(params["x"])] + (params["x"] == 5) * worse.get(str(run), 0)}
    )
    assert played.trials[5].reason == "pruned after 2 of 3 folds: 3.9 is worse than the median 2.5 of 4 earlier trials"
    assert played.trials[5].metrics["loss"] == pytest.approx(3.9)


def test_when_it_is_looked_at(study):
    def runs(**options):
        return Played(study(PRUNER | options, {"folds": 5})).runs[6:]

    assert runs() == [1, 1]
    assert runs(n_warmup_steps=3) == [3, 3]
    assert runs(n_startup_trials=5) == [5, 5], "four trials are too few to be compared with"
    made = study(PRUNER | {"n_warmup_steps": 1, "interval_steps": 2}, {"folds": 6})
    assert made.study.searches["s"].parts.ends == (1, 3, 5, 6)


def test_earlier_trials_count_as_far_as_they_have_come(study):
    """Those that were given up too, with as many folds as they have."""
    points = [{"x": float(i)} for i in (0, 1, 2, 3, 7, 6, 4, 5, 0.5, 1.5)]
    made = study(search={"points": points, "batch_size": 2}, pruner=PRUNER | {"n_startup_trials": 2})
    played = Played(made, lambda params, run: {"loss": params["x"]})
    reasons = [trial.reason for trial in played.trials if trial.status == "pruned"]
    assert reasons[0] == "pruned after 1 of 3 folds: 2 is worse than the median 0.5 of 2 earlier trials"
    assert reasons[2] == "pruned after 1 of 3 folds: 7 is worse than the median 1.5 of 4 earlier trials"


def test_threshold_and_percentile(study):
    assert Played(study({"type": "threshold", "over": "folds", "upper": 2.5})).runs == [3, 3, 1, 1, 3, 3, 1, 1]
    assert Played(study(PRUNER | {"type": "percentile", "percentile": 0})).runs[4:] == [3, 1, 1, 1]


def test_more_is_better_where_that_is_so(study):
    assert Played(study(objective={"direction": "maximize"})).runs[4:] == [1, 1, 3, 3]


def test_several_objectives(study):
    """Number 4 is better in one of them than all others, 7 in none."""
    several = {"objectives": [{"metric": "loss"}, {"metric": "size"}], "objective": {"metric": None}}

    def result(params, run):
        return level(params, run) | {"size": 9.0 if params["x"] == 4 else LEVELS[int(params["x"])]}

    assert Played(study(**several), result).runs[4:] == [3, 3, 1, 1]


def test_wilcoxon_compares_fold_by_fold_with_the_best_trial(study):
    pruner = {"type": "wilcoxon", "over": "folds", "p_threshold": 0.3}

    def hard(params, run):
        """The last fold is far harder than the others: means of different folds are not to be compared."""
        fold = int(str(run)[-1])
        return {"loss": LEVELS[int(params["x"])] * (1 + 0.1 * fold) + 100 * (fold == 3)}

    played = Played(study(pruner, {"folds": 4}), hard)
    assert played.search.parts.ends == (2, 3, 4)
    assert played.runs == [4, 4, 4, 4, 4, 2, 2, 2]
    best = played.trials[0].trial
    assert played.trials[5].reason == f"pruned after 2 of 4 folds: worse than {best} in 2 runs (p = 0.25)"


def test_replicates_and_folds_together(study):
    both = {"folds": 3, "replicates": 2}
    played = Played(study(objective=both))
    assert played.runs == [6, 6, 6, 6, 6, 6, 2, 2], "of all replicates the first fold"
    assert {str(run) for trial, run in played.starts if trial == played.trials[7].trial} == {"r0f0", "r1f0"}
    played = Played(study(PRUNER | {"over": "replicates"}, both))
    assert played.runs == [6, 6, 6, 6, 6, 6, 3, 3], "of the first replicate all folds"
    assert played.trials[7].reason.startswith("pruned after 1 of 2 replicates: ")
    played = Played(study({"type": "wilcoxon", "over": "folds"}, both))
    assert played.runs[5:] == [4, 4, 4], "with two replicates two folds are four pairs"


def test_a_trial_that_can_t_be_complete_any_more_does_not_go_on_either(study):
    failing = {"status": "failed", "reason": "exit code 1"}

    def result(params, run):
        return failing if (params["x"], str(run)) in ((1, "r0f1"), (5, "r0f0")) else level(params, run)

    played = Played(study(), result)
    assert played.runs == [3, 2, 3, 3, 3, 1, 1, 1]
    assert played.statuses[1] == played.statuses[5] == "failed"
    assert played.trials[1].reason == "1 of 2 runs did not complete; r0f1: exit code 1"
    tolerant = Played(study(objective={"min_runs": 2}), result)
    assert tolerant.runs == [3, 3, 3, 3, 3, 3, 1, 1]
    assert tolerant.statuses[:6] == ["complete"] * 6
    assert tolerant.trials[5].runs == 2


def test_nobody_is_left(study):
    played = Played(study({"type": "threshold", "over": "folds", "upper": 0}))
    assert played.statuses == ["pruned"] * 8
    assert played.runs == [1] * 8


def test_what_tables_say(study):
    played = Played(study())
    made = played.made
    rows = trial_rows({"s": played.trials}, made.study)
    assert [row["value"] for row in rows[6:]] == [None, None]
    assert [row["loss"] for row in rows[6:]] == [2.6, 9.0]
    results = read_results(made.layout, made.study)
    assert [len(runs) for runs in results.runs().values()] == played.runs
    rounds = [made.layout.proposed("s", number) for number in range(len(played.sizes))]
    assert {row.part for row in read_proposed(rounds[3])} >= {made.study.searches["s"].round(3).step.part}
    assert [row.origin for row in read_proposed(rounds[4])] == ["promoted", "promoted", "pruned", "pruned"]


def test_while_it_is_under_way_only_trials_count_that_have_ended(study):
    made = study()
    for number in range(5):
        for row in made.propose("s", number):
            for trial, run in made.study.searches["s"].runs_in([row.asked]):
                made.run(trial, run, level(row.params, run))
        so_far = SoFar(made.layout, made.study).results()
        made.gather("s", number)
        ended = [trial.status for trial in so_far.trials]
        assert ended == {0: [], 1: [], 2: ["complete"] * 4, 3: ["complete"] * 4}.get(
            number, ["complete"] * 4 + ["pruned"] * 2
        )
        assert so_far.incomplete


def test_a_model_is_told_what_was_given_up_with_the_share_of_its_folds(study, monkeypatch):
    made = study(search={"strategy": "bayes", "n_trials": 12, "n_initial_points": 4, "points": []})
    seen = []
    from snaketune.samplers.gp import GPSampler

    ask = GPSampler.ask
    monkeypatch.setattr(GPSampler, "ask", lambda self, history, n: seen.append([*history]) or ask(self, history, n))
    Played(made, lambda params, run: {"loss": (params["x"] - 3) ** 2})
    last = seen[-1]
    assert len(last) == 8, "each trial once"
    assert {o.budget for o in last if o.status == "complete"} == {1.0}
    for each in last:
        if each.status == "pruned":
            assert each.values == ((each.params["x"] - 3) ** 2,)
            assert each.budget in (1 / 3, 2 / 3)


def test_the_plan_counts_at_most_what_is_to_run(study):
    made = study(objective={"trials_per_job": 1})

    def said():
        plans = [plan_of(made.study, made.study.searches["s"], made.store)]
        return plan_text(plans, made.study, made.store, Given())

    assert "24 runs in all (8 trials × 3), 0 done, at most 24 to run" in said()
    Played(made)
    assert "24 runs in all (8 trials × 3), 20 done, 4 of pruned trials are not run, at most 0 to run" in said()


def test_a_trial_that_another_search_runs_as_a_whole_counts_as_that(made):
    listed = {"strategy": "list", "points": [{"x": float(i)} for i in range(8)], "batch_size": 4, "overlap": 0}
    study = made(
        searches={"whole": listed, "s": listed | {"pruner": PRUNER}},
        space={"x": {"type": "uniform", "low": 0, "high": 9}},
        objective={"folds": 3},
    )
    study.through(level)
    results = read_results(study.layout, study.study)
    assert [trial.status for trial in results.trials_of["s"]][-2:] == ["pruned"] * 2
    assert {trial.status for trial in results.distinct.values()} == {"complete"}
    assert all(len(runs) == 3 for runs in results.runs().values())
