import csv
import math
import sys
from dataclasses import replace

import numpy as np
import pytest
import race
import race_cost
import race_engines
import race_long
import race_optuna
import race_ours
import race_random
import race_skopt
import race_strategies
from collection.problem import Problem
from collection.spaces import from_unit, is_active, latin_hypercube
from race_dimensions import completed, dimensions, params_of
from race_engines import Answer, Engine, EngineError, Seen, kind_of
from race_run import DESIGN, EVALUATIONS, design, raced

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

SPACE = [
    {"name": "rate", "type": "loguniform", "low": 1e-5, "high": 1.0},
    {"name": "solver", "type": "choice", "choices": ["sgd", "adam", "lbfgs"]},
    {"name": "momentum", "type": "uniform", "low": 0.1, "high": 0.9, "when": {"solver": ["sgd"]}},
    {"name": "units", "type": "int", "low": 4, "high": 500, "log": True},
    {"name": "batch", "type": "ordinal", "choices": [16, 32, 64]},
]


def value(params):
    return (math.log10(params["rate"]) + 3) ** 2 + params.get("momentum", 0.5) + abs(params["batch"] - 32) / 16


def history(n=12):
    points = latin_hypercube(SPACE, n, np.random.default_rng(3))
    return [Seen(params, None if i == 4 else value(params)) for i, params in enumerate(points)]


class Midway:
    """Proposes the middle of the first parameter and remembers what it was asked."""

    def __init__(self, most=EVALUATIONS, place=None):
        self.most, self.place, self.asked = most, place, []

    def ask(self, space, history, n, seed):
        self.asked.append((len(history), n))
        n = min(n, self.most - len(history))
        return Answer([from_unit(space, [0.5] * len(space)) for _ in range(n)], 0.25)

    def recommend(self, space, history, seed):
        return self.place


def problem(**options):
    space = [{"name": "x", "type": "uniform", "low": 0.0, "high": 2.0}]
    return Problem("made-0", "made", space, lambda params: (params["x"] - 1) ** 2, **options)


def test_a_run_begins_with_the_shared_design_and_goes_on_in_rounds():
    engine = Midway(place=10)
    found = raced(engine, problem(), 8, 0)
    assert engine.asked == [(10, 8), (18, 8), (26, 8), (34, 8), (42, 8)]
    assert found.best[0] == min((p["x"] - 1) ** 2 for p in design(problem(), 0)) > 0
    assert found.best[1:] == (0.0,) * 4
    assert found.recommended == 0.0
    assert found.seconds == 1.25


def test_the_last_round_is_as_large_as_there_is_room_for():
    engine = Midway()
    raced(engine, problem(), 16, 0)
    assert engine.asked[-1] == (42, 8)


def test_a_run_ends_where_an_engine_has_no_more_to_give():
    engine = Midway(most=12)
    assert raced(engine, problem(), 4, 0).best[-1] == 0.0
    assert engine.asked == [(10, 4), (12, 4)]


def test_the_best_is_judged_by_what_was_observed_and_valued_by_what_is_true():
    noisy = problem(noise=5.0)
    found = raced(Midway(), noisy, 8, 1)
    points, count = [*design(noisy, 1), *[{"x": 1.0}] * 40], 0
    observed = []
    for params in points:
        count = sum(params == other for other in points[: len(observed)])
        observed.append(noisy.evaluate(params, 1, count).value)
    assert len(set(observed)) == len(observed)
    assert found.best[-1] == noisy.true_value(points[int(np.argmin(observed))])


def test_as_long_as_all_has_failed_there_is_no_best_value():
    found = raced(Midway(), problem(fails=lambda params: params["x"] != 1.0), 8, 0)
    assert found.best[:2] == (math.inf, 0.0)
    assert found.cells()["best_10"] == "inf"
    assert found.cells()["recommended"] == ""


def test_designs_differ_by_seed_and_problem_alone():
    assert design(problem(), 0) == design(problem(), 0) != design(problem(), 1)


NOT_LEARNING = [race_strategies.grid, race_strategies.sobol, race_strategies.lhs]
LEARNING = [race_strategies.tpe, race_strategies.cmaes, race_strategies.skopt]
STRATEGIES = [*NOT_LEARNING, *LEARNING]


@pytest.mark.parametrize(
    "propose",
    [race_optuna.tpe, race_skopt.proposed, race_random.proposed, race_ours.proposed, *STRATEGIES],
)
def test_engines_propose_points_of_the_space_and_the_same_again(propose):
    found = propose(SPACE, history(), 3, 5)
    assert found == propose(SPACE, history(), 3, 5)
    assert len(found) == 3
    for params in found:
        assert [p["name"] for p in SPACE if is_active(p, params)] == list(params)
        assert 1e-5 <= params["rate"] <= 1.0
        assert params["solver"] in ("sgd", "adam", "lbfgs")
        assert params["batch"] in (16, 32, 64)
        assert isinstance(params["units"], int)


@pytest.mark.parametrize("propose", [race_optuna.tpe, race_skopt.proposed, race_random.proposed, *STRATEGIES])
def test_engines_that_are_made_anew_do_not_repeat_themselves(propose):
    known = history()
    first = propose(SPACE, known, 2, 5)
    assert first != propose(SPACE, [*known, *(Seen(params, value(params)) for params in first)], 2, 5)


@pytest.mark.parametrize("propose", [race_optuna.tpe, race_skopt.proposed, race_ours.proposed, *LEARNING])
def test_engines_stand_a_history_of_failures(propose):
    assert len(propose(SPACE, [Seen(seen.params, None) for seen in history()], 2, 5)) == 2


@pytest.mark.parametrize("propose", LEARNING)
def test_strategies_that_learn_are_past_their_initial_design(propose):
    known = history()
    others = [Seen(seen.params, None if seen.value is None else -seen.value) for seen in known]
    assert propose(SPACE, known, 4, 5) != propose(SPACE, others, 4, 5)


@pytest.mark.parametrize("propose", NOT_LEARNING)
def test_strategies_that_do_not_learn_give_the_same_in_rounds_of_any_size(propose):
    known = history(DESIGN)
    together, one_by_one = propose(SPACE, known, 6, 5), []
    for _ in range(6):
        one_by_one += propose(SPACE, [*known, *(Seen(params, 0.0) for params in one_by_one)], 1, 5)
    assert one_by_one == together


def test_a_grid_has_as_many_values_as_fit_those_of_the_first_parameters_first():
    rate, solver, momentum, units, batch = race_strategies.coarse(SPACE, 40)
    assert [len(each["choices"]) for each in (rate, solver, momentum, units, batch)] == [3, 3, 2, 2, 1]
    assert rate["choices"] == pytest.approx([10**-4.166667, 10**-2.5, 10**-0.833333], rel=1e-5)
    assert momentum["choices"] == pytest.approx([0.3, 0.7])
    assert momentum["when"] == {"solver": ["sgd"]}
    assert solver == {"name": "solver", "type": "choice", "choices": ["sgd", "adam", "lbfgs"]}
    assert batch["choices"] == [32]


def test_a_grid_ends_with_its_last_point():
    space = [{"name": "a", "type": "int", "low": 1, "high": 3}, {"name": "b", "type": "choice", "choices": ["p", "q"]}]
    known = [Seen({"a": 1, "b": "p"}, 0.0)] * DESIGN
    found = race_strategies.grid(space, known, 40, 0)
    assert found == [{"a": a, "b": b} for a in (1, 2, 3) for b in ("p", "q")]
    assert race_strategies.grid(space, [*known, *(Seen(params, 0.0) for params in found)], 40, 0) == []


def test_a_race_that_goes_on_is_told_at_each_mark(monkeypatch):
    monkeypatch.setattr(race_long, "problem", lambda name: replace(problem(), name="smooth-0"))
    engine = Midway(most=60)
    medians, seconds = race_long.regrets(engine, "smooth-0", 1)
    assert len(medians) == len(race_long.MARKS)
    assert medians[0] == medians[-1]
    assert engine.asked[0] == (10, 8)
    assert engine.asked[-1] == (60, 8)
    assert seconds == 0.25 * len(engine.asked)


def test_ours_says_which_of_the_history_it_believes_in():
    known = history()
    assert known[race_ours.recommended(SPACE, known, 0)].value < np.median([s.value for s in known if s.value])


def test_tuned_scikit_optimize_does_not_repeat_points_of_a_finite_space():
    space = [{"name": "a", "type": "ordinal", "choices": [1, 2, 3]}, {"name": "b", "type": "int", "low": 0, "high": 2}]
    known = [Seen({"a": a, "b": b}, float(a + b)) for a in (1, 2, 3) for b in (0, 1)]
    found = race_skopt.proposed(space, known, 3, 0)
    assert sorted(params["a"] for params in found) == [1, 2, 3]


def test_native_values_stand_for_points_and_back():
    params = {"rate": 0.01, "solver": "sgd", "momentum": 0.2, "units": 7, "batch": 64}
    natives = {d.name: d.native(params[d.name]) for d in dimensions(SPACE)}
    assert natives == {"rate": 0.01, "solver": 0, "momentum": 0.2, "units": 7, "batch": 2}
    assert params_of(SPACE, natives) == params
    assert params_of(SPACE, {**natives, "solver": 1, "rate": 1.0000001, "units": 7.2}) == {
        "rate": 1.0, "solver": "adam", "units": 7, "batch": 64
    }  # fmt: skip
    assert completed(SPACE, {"rate": 0.1, "solver": "adam", "units": 7, "batch": 64})["momentum"] == 0.5


def test_an_engine_answers_from_a_process_of_its_own(tmp_path):
    with Engine("random", tmp_path) as engine:
        found = engine.ask(SPACE, history(), 2, 5)
        assert found.params == race_random.proposed(SPACE, history(), 2, 5)
        assert 0 <= found.seconds < 10
        assert engine.recommend(SPACE, history(), 5) is None


def test_an_engine_that_breaks_down_says_why_and_answers_again(tmp_path):
    with Engine("random", tmp_path) as engine:
        with pytest.raises(EngineError, match="KeyError: 'low'"):
            engine.ask([{"name": "x", "type": "uniform"}], [], 1, 0)
        engine._process.kill()
        engine._process.wait()
        assert len(engine.ask(SPACE, [], 2, 0).params) == 2


def test_an_engine_whose_process_ends_is_said_to_have_died(tmp_path):
    with Engine("random", tmp_path, "false") as engine, pytest.raises(EngineError, match="died with status 1"):
        engine.ask(SPACE, [], 1, 0)


def test_an_older_package_is_taken_from_git(tmp_path, monkeypatch):
    (tmp_path / "abc1234" / "workflow" / "snaketune").mkdir(parents=True)
    started = []
    monkeypatch.setattr(race_engines.subprocess, "Popen", lambda command, **options: started.append((command, options)))
    Engine("ours@abc1234:before", tmp_path, "python-of-old")
    (command, options), = started  # fmt: skip
    assert command[0] == "python-of-old"
    assert command[-1] == "ours"
    assert options["env"]["PYTHONPATH"] == str(tmp_path / "abc1234" / "workflow")
    assert options["env"]["OMP_NUM_THREADS"] == "1"


def test_names_of_engines():
    assert kind_of("ours@abc:x") == kind_of("ours:y") == kind_of("ours") == "ours"


def started(path, *options):
    sys.argv = ["race.py", str(path), "--engines", "random", "--q", "8", "--seeds", "1", *options]
    race.main()


def test_a_race_goes_on_where_it_was_stopped(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [])
    path = tmp_path / "race.csv"
    started(path, "--problems", "smooth-0")
    whole = path.read_text()
    assert whole.splitlines()[0] == ",".join(race.COLUMNS)
    path.write_text(whole + "random,smooth-3,smo")
    started(path, "--problems", "smooth")
    assert "1 runs to do" in capsys.readouterr().out
    rows = race.read_rows(path)
    assert [(row["problem"], row["family"], row["half"]) for row in rows] == [
        ("smooth-0", "smooth", "choose"), ("smooth-3", "smooth", "choose")
    ]  # fmt: skip
    with path.open(newline="") as file:
        assert len(list(csv.reader(file))) == 4


def test_parts_and_jobs_share_the_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", [])
    for part in ("1/2", "2/2"):
        started(tmp_path / "race.csv", "--problems", "smooth", "valleys", "--part", part)
    started(tmp_path / "jobs.csv", "--problems", "smooth", "valleys", "--jobs", "2")
    parts, jobs = (race.read_rows(tmp_path / name) for name in ("race.csv", "jobs.csv"))
    assert sorted(row["problem"] for row in parts) == sorted(row["problem"] for row in jobs)
    assert {row["best_50"] for row in parts} == {row["best_50"] for row in jobs}
    assert len({row["problem"] for row in parts}) == len(parts) == 4


@pytest.mark.parametrize(
    ("options", "said"),
    [(["--engines", "bogus"], "no engine"), (["--part", "3/2"], "part such as"), (["--python", "x"], "ENGINE=PATH")],
)
def test_what_a_race_does_not_take(tmp_path, monkeypatch, capsys, options, said):
    monkeypatch.setattr(sys, "argv", [])
    with pytest.raises(SystemExit):
        started(tmp_path / "race.csv", *options)
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("kind", race_cost.SPACES)
def test_costs_are_those_of_a_round_of_eight_in_twenty_parameters(kind):
    space = race_cost.SPACES[kind]
    known = race_cost.history(space, 100)
    assert [len(space), len(known), sum(seen.value is None for seen in known)] == [20, 100, 2]
    engine = Midway(most=200)
    assert race_cost.cost(engine, space, known, 2) == 0.25
    assert engine.asked == [(100, 8), (100, 8)]
