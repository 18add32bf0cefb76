"""Budgets of searches: what can't be trained in rungs is told before any job, by its key and with what to do."""

import pytest
from good_configs import problems_of, study_of
from snaketune.samplers.brackets import Budget

BUDGET = {"name": "epochs", "min": 1, "max": 27}
HALVING = {"strategy": "halving", "n_trials": 9, "budget": BUDGET}
IN_RUNGS = [HALVING, HALVING | {"strategy": "asha"}, {"strategy": "hyperband", "budget": BUDGET}]


def problems(root, search=HALVING, command="python train.py {budget} {args}") -> dict[str, str]:
    """What is said of a study with this search, by the paths of its keys."""
    return problems_of(root, search=..., searches={"s": search}, objective__command=command)


@pytest.mark.parametrize("search", IN_RUNGS, ids=lambda search: search["strategy"])
@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"eta": 1}, "eta", "must be above 1; found 1"),
        ({"eta": 0.5}, "eta", "must be above 1; found 0.5"),
        ({"budget": BUDGET | {"min": 81}}, "budget.min", "must be below max (27); found 81"),
        ({"budget": BUDGET | {"min": 27}}, "budget.min", "must be below max (27); found 27"),
        ({"budget": BUDGET | {"min": 0}}, "budget.min", "must be a number from 1e-06 to 1e+09; found 0"),
        ({"budget": BUDGET | {"max": -3}}, "budget.max", "must be a number from 1e-06 to 1e+09; found -3"),
        (
            {"budget": BUDGET | {"name": "x"}},
            "budget.name",
            "'x' is a parameter: the search gives the budget; remove it",
        ),
        ({"budget": {"name": "epochs", "max": 27}}, "budget.min", "is missing: what {strategy} begins with, such as 1"),
        ({"budget": 27}, "budget.min", "is missing: what {strategy} begins with, such as 1"),
        ({"budget": ...}, "budget", "is missing: {strategy} needs to know how much training its runs get"),
    ],
)
def test_what_can_not_be_a_ladder(root, search, changes, path, words):
    search = {key: value for key, value in (search | changes).items() if value is not ...}
    found = problems(root, search)
    assert [*found] == [f"searches.s.{path}"]
    assert words.format(strategy=search["strategy"]) in found[f"searches.s.{path}"]


def test_the_budget_of_all_searches_is_found_to_be_wrong_in_each(root):
    searches = {"h": {"strategy": "halving", "n_trials": 9}, "r": {"strategy": "random", "n_trials": 9}}
    changes = {"objective__command": "python train.py {budget}", "budget": {"min": 9, "max": 1}}
    found = problems_of(root, search=..., searches=searches, **changes)
    assert {*found} == {"searches.h.budget.min", "searches.r.budget.min"}


@pytest.mark.parametrize("search", [*IN_RUNGS, {"strategy": "random", "n_trials": 3, "budget": 27}])
@pytest.mark.parametrize(
    "command", ["python train.py", "python train.py {args}", "python train.py {x} {y} {max_budget}", ["prog", "{seed}"]]
)
def test_a_command_that_ignores_its_budget(root, search, command):
    found = problems(root, search, command)
    assert [*found] == ["objective.command"]
    assert (
        "does not tell the program its budget, so that all runs would train as long: add {budget}"
        in found["objective.command"]
    )


@pytest.mark.parametrize("word", ["budget", "from_budget", "max_budget", "previous"])
def test_a_search_without_a_budget_beside_one_that_has_one(root, word):
    searches = {"h": HALVING, "r": {"strategy": "random", "n_trials": 9}}
    changes = {"search": ..., "searches": searches, "objective__command": f"python train.py {{{word}}} {{args}}"}
    assert problems_of(root, **changes) == {
        "objective.command": f"{{{word}}} has no value in this study: the search 'r' has no budget; one at the top of "
        "the file is that of all searches"
    }


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("python train.py --epochs={budget} {args}", ""),
        ("python train.py", "import os\nepochs = int(os.environ['SNAKETUNE_BUDGET'])\n"),
        ("python train.py", "import snaketune\nload, save = snaketune.checkpoint()\n"),
    ],
)
def test_a_program_that_can_know_its_budget(root, command, code):
    (root / "train.py").write_text(code)
    study = study_of(root, search=HALVING, objective__command=command, objective__code=["train.py"])
    assert study.searches["halving"].budget == Budget("epochs", 1, 27)


@pytest.mark.parametrize(
    ("arguments", "fits"), [("x, y", False), ("x, y, budget", True), ("x, **rest", True), ("x, y, budgets", False)]
)
def test_a_function_takes_its_budget(root, arguments, fits):
    (root / "train.py").write_text(f"def train({arguments}):\n    return 1\n")
    changes = {"objective__command": ..., "objective__function": "train.py:train", "search": HALVING}
    if fits:
        assert study_of(root, **changes).budget == Budget("epochs", 1, 27)
        return
    words = "train.py:train takes no argument 'budget': all runs would train as long"
    assert problems_of(root, **changes) == {"objective.function": words}
