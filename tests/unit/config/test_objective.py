"""The objective: files, base configuration, function, limits, and the contract that results depend on."""

import os
import textwrap

import pytest
from good_configs import LARGE, SMALL, problems_of, study_of


def contract(root, **changes) -> str:
    return study_of(root, LARGE, **changes).objective["contract"]


def test_what_the_runner_is_told(root):
    told = study_of(root, LARGE).objective
    assert told["argv"] == ["python", "train.py", "{args}", "--seed", "{seed}"]
    assert (told["timeout"], told["memory"], told["output_limit"], told["grace"]) == (
        7200.0,
        1_500_000_000,
        1_000_000,
        3,
    )
    assert told["env"] == {"A": "1", "B": "true"}
    assert told["takes"] == {"loss": "best:maximize"}
    assert told["metrics_wanted"] == ["loss"]
    assert told["patterns"] == {"accuracy": "acc: ([0-9.]+)"}
    assert told["n_folds"] == 3


def test_the_contract_is_what_results_depend_on(root):
    first = contract(root)
    assert contract(root) == first
    for change in ({"objective__command": "python train.py {args}"}, {"objective__env": {}},
    {"objective__workdir": "data"},
                   {"objective__base_config": {}}, {"objective__seed_flag": "--s"},
                    {"objective__conda": "e.yaml"},
                   {"objective__metrics": ["a"]}):  # fmt: skip
        assert contract(root, **change) != first, change
    for change in ({"objective__timeout": 5}, {"objective__retries": 0}, {"objective__memory": ...},
    {"objective__direction": "minimize"},
                   {"objective__aggregate": "mean"}, {"seed": 4}, {"top": 1}, {"tags": []},
                    {"objective__threads": 2}):  # fmt: skip
        assert contract(root, **change) == first, change


def test_the_contract_follows_content_not_time(root):
    first = contract(root)
    os.utime(root / "train.py", (1, 1))
    assert contract(root) == first
    (root / "train.py").write_text("other")
    second = contract(root)
    assert second != first
    (root / "data" / "deep").mkdir()
    (root / "data" / "deep" / "part").write_bytes(b"2")
    assert contract(root) not in (first, second)


def test_the_contract_does_not_depend_on_where_one_stands(root, monkeypatch, tmp_path_factory):
    first = contract(root)
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert contract(root) == first


def test_large_files_are_hashed_again_when_they_change(root):
    large = root / "data" / "large"
    large.write_bytes(b"1" * 1_500_000)
    first = contract(root)
    assert (root / ".snakemake" / "snaketune-digests.json").exists()
    large.write_bytes(b"2" * 1_500_000)
    assert contract(root) != first
    (root / ".snakemake" / "snaketune-digests.json").write_text("broken {")
    large.write_bytes(b"1" * 1_500_000)
    assert contract(root) == first


def test_code_by_default_is_what_the_command_names(root):
    first = study_of(root).objective["contract"]
    (root / "train.py").write_text("changed")
    assert study_of(root).objective["contract"] != first
    assert study_of(root, objective__code=[]).objective["contract"] != first
    assert study_of(root, objective__command="prog " + "x" * 5000)


def test_patterns_of_files(root):
    (root / "[odd] name.py").write_text("1")
    first = contract(root, objective__code=["*.py"])
    assert contract(root, objective__code=["[odd] name.py"]) != first
    assert contract(root, objective__code=[str(root / "*.py")]) == first
    assert contract(root, objective__code=["**/*.py"]) == first


@pytest.mark.parametrize(
    ("function", "words"),
    [
        ("train.py:evalute", "train.py defines no 'evalute'. Did you mean 'evaluate'?"),
        ("trian.py:evaluate", "there is no file trian.py. Did you mean 'train.py'?"),
        ("/nowhere/x.py:f", "there is no file /nowhere/x.py"),
        ("data.py/x.py:f", "there is no file"),
        ("a" * 300 + ".py:f", "there is no file"),
        ("binary.py:f", "can't be read"),
        ("train.py", "form"),
    ],
)
def test_a_function_that_is_not_there(root, function, words):
    (root / "binary.py").write_bytes(b"\xff\xfe")
    objective = {"function": function, "metric": "m"}
    assert words in problems_of(root, SMALL, objective=objective)["objective.function"]


def test_a_function(root):
    study = study_of(root, objective={"function": "train.py:evaluate", "metric": "m"})
    assert study.objective["function"] == "train.py:evaluate"
    assert study.objective["argv"] is None
    (root / "train.py").write_text("from other import evaluate\n")
    other = study_of(root, objective={"function": "train.py:evaluate", "metric": "m"})
    assert other.objective["contract"] != study.objective["contract"]


def test_command_or_function(root):
    both = {"function": "train.py:evaluate", "command": "a", "metric": "m"}
    assert "not both" in problems_of(root, SMALL, objective=both)["objective"]
    assert "lacks 'command'" in problems_of(root, SMALL, objective={"metric": "m"})["objective"]


def base_from(root, name: str, content: str) -> dict:
    (root / name).write_text(textwrap.dedent(content))
    return study_of(root, objective__base_config=name).objective


def test_a_base_configuration_from_a_file(root):
    told = base_from(root, "base.yaml", "a: {b: 1}\nlr: 1e-5\n")
    assert told["base_config"] == {"a": {"b": 1}, "lr": 1e-5}
    assert told["config_file"] == "config.yaml"
    told = base_from(root, "base.json", '{"lr": 1e-5, "text": "1e-5"}')
    assert told["base_config"] == {"lr": 1e-5, "text": "1e-5"}
    assert told["config_file"] == "config.json"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("- 1", "must hold a mapping"), ("", "must hold a mapping"), ("a: [", "not valid"), ("a: .nan",
         "nan is not a finite number"),
        ("a: 2020-01-01", "a date can't be written as JSON"), ("1: 2", "a key must be text"),
         ("a: !!python/object:os.system {}", "not valid"),
        ("a: !!timestamp x", "not valid"), ("a: !!int ''", "not valid"), ("a: &x [*x]", "part of itself"),
         ("a: 1e999", "inf is not a finite number"),
        ("a: b: c", "not valid"), ("a: 2020-13-45", "not valid"),
    ],
)  # fmt: skip
def test_a_base_configuration_that_cannot_be_used(root, content, words):
    (root / "base.yaml").write_text(content)
    assert words in problems_of(root, SMALL, objective__base_config="base.yaml")["objective.base_config"]


@pytest.mark.parametrize(("base", "space", "words"), [
    ({"optimizer": "sgd"}, {"optimizer.lr": [1]},
     'needs \'optimizer\' to be a mapping, but it is "sgd" in base_config'),
    ({"a": {"b": [1]}}, {"a.b.c": [1]}, "needs 'a.b' to be a mapping, but it is [1] in base_config"),
    ({}, {"a": [1], "a.b": [2]}, "needs 'a' to be a mapping, but it is a parameter"),
])  # fmt: skip
def test_names_that_do_not_fit_the_base_configuration(root, base, space, words):
    found = problems_of(root, SMALL, objective__base_config=base, space=space)
    assert words in next(iter(found.values()))


@pytest.mark.parametrize(("limit", "count"), [("10%", 6), ("1%", 1), ("100%", 60), (7, 7)])  # 10 trials of 6 runs each
def test_max_failures_counts_planned_runs(root, limit, count):
    study = study_of(root, objective__replicates=2, objective__folds=3, search__n_trials=10, max_failures=limit)
    assert study.objective["max_failures"] == count


def test_max_failures_of_searches_that_end_with_their_space(root):
    searches = {"g": {"strategy": "grid", "space": {"y": [1, 2]}}, "l": {"strategy": "list",
    "points": [{"x": 1, "y": 0.5}] * 3},
                "r": {"strategy": "random", "n_trials": 50, "space": {"y": [1]}}}  # fmt: skip
    study = study_of(root, search=..., searches=searches, max_failures="100%")
    assert study.objective["max_failures"] == 4 + 1 + 2


def test_max_failures_counts_all_trials_of_a_search_that_begins_with_given_points(root):
    search = {"strategy": "bayes", "n_trials": 30, "points": [{"x": 1, "y": 0.5}]}
    assert study_of(root, search=search, max_failures="20%").objective["max_failures"] == 6


@pytest.mark.parametrize("path", ["/", "/**", "/**/*.py"])
def test_code_is_not_the_whole_disk(root, path):
    assert "whole disk" in problems_of(root, objective__code=[path])["objective.code"]


@pytest.mark.parametrize("path", ["many", "many/*"])
def test_code_is_not_too_many_files(root, monkeypatch, path):
    monkeypatch.setattr("snaketune.config.code._MOST", 3)
    (root / "many").mkdir()
    for name in "abcd":
        (root / "many" / name).touch()
    assert "more than 3 files and folders" in problems_of(root, objective__code=[path])["objective.code"]
    (root / "many" / "d").unlink()
    assert study_of(root, objective__code=[path])


def test_a_base_configuration_of_aliases(root):
    aliases = (f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 3)}]\n" for i in range(1, 15))
    (root / "aliases.yaml").write_text("a0: &a0 [1, 1, 1]\n" + "".join(aliases))
    problems = problems_of(root, objective__base_config="aliases.yaml")
    assert "more than 1,000,000 values" in problems["objective.base_config"]
