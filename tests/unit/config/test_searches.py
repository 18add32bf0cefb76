"""Searches: their spaces, their points, their labels, and what makes a new proposal."""

import pytest
from good_configs import LARGE, SMALL, edited, problems_of, study_of
from snaketune.config import load_study, save_study
from snaketune.proposing.propose import sampler_of


def one(root, search: dict, **changes):
    study = study_of(root, search=..., searches={"s1": search}, **changes)
    return study.searches["s1"]


def wrong(root, search: dict, **changes) -> dict:
    return problems_of(root, SMALL, search=..., searches={"s1": search}, **changes)


RANDOM = {"strategy": "random", "n_trials": 5}


def test_a_single_search_is_called_by_its_strategy(root):
    assert list(study_of(root).searches) == ["random"]


def test_search_or_searches(root):
    assert "not both" in problems_of(root, SMALL, searches={"a": RANDOM})["searches"]
    assert "'search' (or 'searches') is missing" in problems_of(root, SMALL, search=...)[""]


@pytest.mark.parametrize("name", ["trials", "plots", "final"])
def test_names_of_other_folders(root, name):
    assert "choose another name" in problems_of(root, SMALL, search=..., searches={name: RANDOM})[f"searches.{name}"]


@pytest.mark.parametrize("name", ["..", "a/b", "", "1a", "a b", "a\n", ".a", "a" * 65, "-a"])
def test_names_that_would_leave_the_folder(root, name):
    assert "can't be a name here" in problems_of(root, SMALL, search=..., searches={name: RANDOM})["searches"]


def test_a_grid_names_its_continuous_parameters(root):
    text = wrong(root, {"strategy": "grid"}, space__z="normal(0, 1)")["searches.s1.space"]
    assert "these are continuous: y, z" in text
    assert "list" in text and "step" in text and "loguniform(1e-4, 1e-1, 5)" in text


def test_a_grid_that_is_too_large(root):
    space = {"x": "int(1, 100000)", "y": "int(1, 100000)"}
    text = wrong(root, {"strategy": "grid", "space": space})["searches.s1.space"]
    assert "10000000000 points" in text and "x 100000, y 100000" in text
    huge = {"x": {"type": "int", "low": 0, "high": 10**15}, "y": 1}
    assert "above the limit" in wrong(root, {"strategy": "grid", "space": huge})["searches.s1.space"]


def test_a_search_replaces_parameters_and_keeps_the_rest(root):
    search = one(root, RANDOM | {"space": {"y": [0.5]}, "constraints": ["x > y"]}, constraints=["x < 9"])
    assert list(search.space.parameters) == ["x", "y"]
    assert search.space.size == 2
    assert [c.text for c in search.space.constraints] == ["x < 9", "x > y"]


def test_a_search_can_undo_the_pairs_of_the_study(root):
    changes = {"space": {"x": [1, 2], "y": [3, 4]}, "zip": [["x", "y"]]}
    assert one(root, {"strategy": "grid"}, **changes).space.size == 2
    assert one(root, {"strategy": "grid", "zip": []}, **changes).space.size == 4


def test_what_makes_new_proposals(root):
    first = one(root, RANDOM).fingerprint
    same = [
        ({"n_trials": 50}, {}),
        ({"name": "{x}"}, {}),
        ({"tags": ["a"]}, {}),
        ({}, {"objective__metric": "other"}),
        ({}, {"top": 1}),
    ]
    new = [({"seed": 9}, {}), ({}, {"seed": 9}), ({"space": {"x": [1]}}, {}), ({"constraints": ["x > 0"]},
    {}), ({"strategy": "sobol"}, {}),
           ({"batch_size": 2}, {})]  # fmt: skip
    for search, changes in same:
        assert one(root, RANDOM | search, **changes).fingerprint == first
    for search, changes in new:
        assert one(root, RANDOM | search, **changes).fingerprint != first


@pytest.mark.parametrize("constraint", ["x > 5", "x < 0 and y < 0", "x != x"])
def test_constraints_that_nothing_satisfies(root, constraint):
    assert "no parameter set satisfies" in wrong(root, RANDOM, constraints=[constraint])["searches.s1.constraints"]


def test_a_constraint_that_one_point_of_many_satisfies(root):
    space = {"x": "int(1, 300)", "y": "int(1, 300)"}
    assert one(root, RANDOM, space=space, constraints=["x == 123 and y == 45"])
    far = {"x": "int(1, 99999999)", "y": "int(1, 99999999)"}
    assert (
        "no parameter set"
        in wrong(root, RANDOM, space=far, constraints=["x == 5 and y == 5"])["searches.s1.constraints"]
    )


def test_expressions_that_cannot_be_computed(root):
    assert "can't be computed" in wrong(root, RANDOM, constraints=["1 / (x - 1) > 0"])["searches.s1.constraints"]
    found = wrong(root, RANDOM, space__z={"choices": [1], "when": "x > 'a'"})
    assert '"x > \'a\'" can\'t be computed for {"x": ' in found["searches.s1.space"]


def test_a_condition_that_is_never_met(root):
    space = {
        "optimizer": ["adam", "sgd"],
        "n": "int(1, 5)",
        "y": {"choices": [1], "when": {"optimizer": ["sgd", "sdg"], "n": 2.0}},
    }
    found = problems_of(root, SMALL, space=space)
    assert found == {
        "space.y.when": "'optimizer' is never \"sdg\". Did you mean 'sgd'? Allowed: 1, 2, 3, 4, 5, adam, sgd."
    } or found == {"space.y.when": "'optimizer' is never \"sdg\". Did you mean 'sgd'? Allowed: adam, sgd."}
    space["y"]["when"] = {"optimizer": "sgd", "n": 9}
    assert "'n' is never 9" in problems_of(root, SMALL, space=space)["space.y.when"]
    space["y"]["when"] = {"optimizer": "rms"}
    searches = {"a": RANDOM, "b": RANDOM | {"space": {"optimizer": ["rms"]}}}
    assert study_of(root, search=..., searches=searches, space=space)


def points(root, listed: list, **changes):
    return one(root, {"strategy": "list", "points": listed}, **changes).options["points"]


def test_points(root):
    found = points(root, [{"y": "1e-3", "x": 1}, {"x": 7, "y": 0.5}, {"x": 1, "y": 0.001}], space__one=[3])
    assert found == [{"x": 1, "y": 0.001, "one": 3}, {"x": 7, "y": 0.5, "one": 3}]
    assert list(found[0]) == ["x", "y", "one"]


@pytest.mark.parametrize(
    ("point", "words"),
    [
        ({"x": 1}, "the parameter 'y' is missing"),
        ({"x": 1, "yy": 1}, "'yy' is not a parameter. Did you mean 'y'?"),
        ({"x": 1, "y": 1, "z": 5}, "'z' is inactive here"),
        ({"x": 2, "y": 5, "z": 5}, "violates a constraint"),
        ({"x": "a", "y": 1}, "can't be computed"),
    ],
)
def test_points_that_are_none(root, point, words):
    changes = {"space__z": {"choices": [5, 6], "when": {"x": 2}}, "constraints": ["x + y < 6"]}
    assert words in wrong(root, {"strategy": "list", "points": [point]}, **changes)["searches.s1.points[0]"]


def from_file(root, text: str, **changes):
    (root / "points.csv").write_text(text)
    return one(root, {"strategy": "list", "file": "points.csv"}, **changes).options["points"]


def test_points_from_a_file_have_the_parameters_types(root):
    space = {
        "x": "float(0, 1)",
        "n": [1, 2],
        "f": [1.0, 2.0],
        "s": ["1", "a,b"],
        "b": [True, False],
        "o": [None, "x"],
        "c": {"choices": [3, 4], "when": {"n": 2}},
    }
    text = '\ufeffx,n,f,s,b,o,c,other\n1e-5,1,1.0,1,true,null,,9\n0.5,2,2.0,"a,b",false,x,3,9\n'
    assert from_file(root, text, space=space) == [
        {"x": 1e-5, "n": 1, "f": 1.0, "s": "1", "b": True, "o": None},
        {"x": 0.5, "n": 2, "f": 2.0, "s": "a,b", "b": False, "o": "x", "c": 3},
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [("x,y\n", "holds no row"), ("", "holds no row"), ("a,b\n1,2\n", "no column that is a parameter (x, y)"),
     ("x,y\n1," + "9" * 5000, "not a finite number"), ("x,y\n1\n", "'y' is missing")],
)  # fmt: skip
def test_files_that_hold_no_points(root, text, words):
    (root / "points.csv").write_text(text)
    assert words in str(wrong(root, {"strategy": "list", "file": "points.csv"}))


def test_a_file_of_points_that_is_missing_or_broken(root):
    assert "can't be read" in wrong(root, {"strategy": "list", "file": "nope.csv"})["searches.s1.file"]
    (root / "points.csv").write_bytes(b"x,y\n\xff,1\n")
    assert "can't be read" in wrong(root, {"strategy": "list", "file": "points.csv"})["searches.s1.file"]
    assert "either 'points' or 'file'" in wrong(root, {"strategy": "list"})["searches.s1.points"]


def test_a_saved_study_needs_no_file_of_the_users(root, tmp_path_factory, monkeypatch):
    (root / "points.csv").write_text("x,y\n1,0.5\n")
    (root / "base.yaml").write_text("a: 1\n")
    config = edited(LARGE, objective__base_config="base.yaml")
    config["searches"]["file"] = {
        "strategy": "list",
        "file": "file.csv",
        "space": dict.fromkeys(LARGE["space"], 1),
        "zip": [],
    }
    (root / "file.csv").write_text("a\n5\n")
    study = study_of(root, config)
    saved = tmp_path_factory.mktemp("elsewhere") / "study.json"
    save_study(study, saved)
    monkeypatch.chdir(saved.parent)
    loaded = load_study(saved)
    assert loaded.objective == study.objective
    assert loaded.reading == study.reading
    assert loaded.searches["file"].options["points"][0]["a"] == 5
    for name, search in study.searches.items():
        assert loaded.searches[name].fingerprint == search.fingerprint
        assert loaded.searches[name].space == search.space
    first = saved.read_bytes()
    save_study(loaded, saved)
    assert saved.read_bytes() == first


def test_rounds(root):
    grid = one(root, {"strategy": "grid", "batch_size": 4, "space": {"y": [1]}})
    assert [grid.round(i).size for i in range(3)] == [4, 4, 4]
    random = one(root, RANDOM | {"batch_size": 2})
    assert [random.round(i).size for i in range(5)] == [2, 2, 1, 0, 0]
    assert [random.round(i).start for i in range(3)] == [0, 2, 4]


def test_labels_belong_to_the_study_unless_a_search_has_its_own(root):
    searches = {"a": RANDOM, "b": RANDOM | {"name": "mine", "tags": []}}
    study = study_of(root, search=..., searches=searches, name="all", tags=["t"])
    assert (study.searches["a"].labels.name, study.searches["a"].labels.tags) == ("all", ("t",))
    assert (study.searches["b"].labels.name, study.searches["b"].labels.tags) == ("mine", ())


def test_a_warm_start_that_is_no_file(root):
    search = {"strategy": "bayes", "n_trials": 5, "warm_start": ["a" * 300]}
    assert "there is no file" in wrong(root, search)["searches.s1.warm_start[0]"]


@pytest.mark.parametrize("startup", ["five", -1, 2.5, True])
def test_how_many_trials_are_drawn_at_random_is_a_number(root, startup):
    sampler = {"type": "TPESampler", "n_startup_trials": startup}
    search = {"strategy": "bayes", "n_trials": 30, "engine": "optuna", "sampler": sampler}
    assert "whole number, 0 or more" in wrong(root, search)["searches.s1.sampler.n_startup_trials"]


def test_the_first_round_of_a_sampler_with_its_own_number(root):
    sampler = {"type": "TPESampler", "n_startup_trials": 5}
    search = {"strategy": "bayes", "n_trials": 30, "engine": "optuna", "sampler": sampler}
    assert [one(root, search).round(number).size for number in (0, 1)] == [5, 4]


def test_a_prior_that_has_no_effect_is_named(root):
    space = {"y": {"type": "uniform", "low": 0, "high": 1, "prior": {"at": 0.5}}}
    searches = {"r": RANDOM, "b": {"strategy": "bayes", "n_trials": 5}}
    optuna = {"strategy": "bayes", "n_trials": 5, "engine": "optuna", "sampler": {"type": "TPESampler"}}
    study = study_of(root, search=..., searches=searches | {"o": optuna}, space=space)
    assert study.notices == ("the prior of y has no effect on r, o: bayes with engine gp or skopt makes use of it",)
    assert study_of(root, search=searches["b"], space=space).notices == ()


def test_a_prior_of_one_parameter_leaves_other_searches_as_they_are(root):
    """A random draw is the same with and without one."""
    space = {"y": {"type": "uniform", "low": 0, "high": 1}}
    believed = {"y": space["y"] | {"prior": {"at": 0.5}}}
    drawn = [sampler_of(one(root, RANDOM, space=s), one(root, RANDOM, space=s).space) for s in (space, believed)]
    assert drawn[0].ask([], 5) == drawn[1].ask([], 5)
