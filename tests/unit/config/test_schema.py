"""Every key of the configuration: what it takes, what it refuses and with which words."""

import pytest
from good_configs import LARGE, SMALL, edited, problems_of, study_of
from snaketune.config import schema
from snaketune.errors import ConfigError

# path of the key -> (good values, bad values with a part of the message)
KEYS = {
    "study": (["a", "A-1_b"], [("", "form"), ("a/b", "form"), ("..", "form"), ("a\n", "form"), ("x" * 65,
        "form"), (1, "must be text; found 1")]),
    "seed": ([0, 7, 2**53 - 1], [(-1, "0 or more; found -1"), (1.0, "a whole number; found 1.0"), ("1",
        "a whole number"), (True, "a whole number"), (2**53, "or less")]),
    "top": ([1], [(0, "1 or more"), (None, "found null")]),
    "spreadsheet": ([True, False], [("yes", "must be true or false")]),
    "summary_by": ([["x"], ["search", "status"], []], [(["z"], "not a parameter"), ("x", "must be a list")]),
    "exports": ([[], "json", ["optuna", "parquet"], {"optuna": {"storage": "journal"}, "json": None}],
        [("optunna", "Did you mean 'optuna'?"), (["json", "json"], "non-unique"),
         ({"optuna": {"storage": "x"}}, "Allowed"), ({"csv": {}}, "unknown key 'csv'"), (3, "must be")]),
    "filter": ([{}, {"status": ["failed"]}, {"where": "x > 1"}, {"tags": ["a"]}],
               [({"status": []}, "must not be empty"), ({"status": ["fialed"]}, "Did you mean 'failed'?"),
                ({"where": "x >"}, "not an expression"), ({"wher": ""}, "Did you mean 'where'?")]),
    "outcome_constraints": ([{"metric": "m", "max": 1}], [({"metric": "m", "min": 2, "max": 1}, "min 2.0 is above")]),
    "constraint": ([{"metric": "m", "max": 1}, [{"metric": "m", "min": "1e-3"}]],
                   [({"metric": "m"}, "at least 2"), ({"metric": "m", "max": "a"}, "form"), ({"metric": "m",
                    "min": 2, "max": 1}, "min 2.0 is above max 1.0"), ({"metric": "m", "max": float("nan")},
                    "finite")]),
    "constraints": ([["x > y"]], [(["x <"], "not an expression"), (["z > 1"], "'z' is not a parameter"),
        ("x > y", "must be a list"), (["x > 5"], "no parameter set"), (["x > 'a'"], "can't be computed")]),
    "zip": ([[["x", "w"]]], [([["x"]], "must not be empty (at least 2)"), ([["x", "z"]],
        "'z' is not a parameter"), ([["x", "y"]], "too many values")]),
    "imported": ([[]], [({"file": "a.csv"}, "must be a list"), ([{}], "'file' is missing"), ([{"file": "none.csv"}],
        "none.csv can't be read"), ([{"file": "train.py"}], "train.py has no column 'loss'"), ([{"file": "a",
         "count": "yes"}], "true or false or a list"), ([{"file": "a", "column": {}}], "Did you mean 'columns'?")]),
    "budget": ([], [({"min": 1}, "'max' is missing"), ({"min": 3, "max": 1}, "must be below max"), (0, "from 1e-06"),
        ({"max": 9, "name": "x"}, "is a parameter"), ({"max": 9, "name": "a/b"}, "form"), ({"max": [1]}, "must be"),
]),
    "name": (["{x}-{number}", "{{x"], [("{z}", "{z} is neither a parameter nor a known word")]),
    "tags": ([["{x}", "t"]], [(["{}"], "{} is neither"), ("t", "must be a list")]),
    "description": (["{study} {search} {trial}"], [("{y:.2f}", "is neither"), (1, "must be text")]),
    "max_failures": ([1, "20%", "0.5%"], [(0, "1 or more"), ("20", "form"), ("120%", "form"), ("20%\n",
        "form")]),
    "on_failure": (["stop", "continue"], [("halt", "Allowed: continue, stop")]),
    "progress": ([0, 1.5], [(-1, "0 or more"), (float("inf"), "finite"), ("10", "a number")]),
    "retry": (["failed", "all-failed"], [("fail", "Did you mean 'failed'?")]),
    "studies": ([["digits", "digits-v2"]], [(["one"], "at least 2"), ("a-b", "must be a list"), (["../a", "b"], "form"),
        (["a", "a"], "non-unique")]),
    "final": ([{}, {"top": 1, "replicates": 2, "overrides": {"epochs": 3}}], [({"top": 0}, "1 or more"),
        ({"overrides": {"1": 2}}, "can't be a name")]),
    "plots": ([{}, {"choose": []}, {"format": ["svg"]}, {"sizes": {"history": {"width": 9}}}],
              [({"choose": ["histori"]}, "Did you mean 'history'?"), ({"format": "gif"},
               "Allowed: pdf, png, svg"), ({"parameters": ["z"]}, "not a parameter"), ({"dpi": 1},
               "50 or more")]),
    "objective.command": (["prog", ["prog", "a b"], "prog {args}"], [("", "must not be empty"), ([],
        "must not be empty"), (["a", 1], "must be text"), ("a 'b", "can't be split")]),
    "objective.metric": (["m", {"name": "m", "take": "mean_last_5"}], [("", "must not be empty"),
        ({"take": "best"}, "'name' is missing"), ({"name": "m", "take": "bset"}, "form"), ({"name": "m",
         "take": "mean_last_0"}, "form")]),
    "objective.direction": (["maximize"], [("maximise", "Did you mean 'maximize'?"), ("max",
        "Allowed: maximize, minimize")]),
    "objective.metrics": ([["a"], {"a": "a=(.*)"}], [({"a": "("}, "no regular expression"), ({"a": "x"},
        "one pair of parentheses"), ({"a": "(?:x){99999999999}"}, "no regular expression"), ("a",
        "a list or a mapping")]),
    "objective.code": ([["train.py"], ["*.py"], ["data/**"], []], [(["nope.py"], "no file or folder nope.py"),
        (["*.R"], "no file or folder"), (["/dev/zero"], "no file or folder"), (["a" * 300], "no file")]),
    "objective.data": ([["data"]], [(["nope"], "no file or folder nope")]),
    "objective.inputs": ([["made_later.csv"], []], [("data", "must be a list"), ([""], "must not be empty")]),
    "objective.base_config": ([{}, {"a": {"b": 1}}], [("nope.yaml", "can't be read: No such file"), ("data",
        "can't be read: Is a directory"), (3, "text or a mapping")]),
    "objective.workdir": (["data", "."], [("nope", "there is no folder nope"), ("a" * 300, "no folder"),
        ("train.py", "no folder")]),
    "objective.env": ([{"A": 1, "b_2": "x", "C": True}], [({"1A": "x"}, "can't be a name"), ({"A": None},
        "found null"), ({"A": "x\0"}, "NUL")]),
    "objective.optimum": ([0, -1.5, "1e-3"], [("low", "form"), ([0], "must")]),
    "objective.seed_flag": (["--seed", "-s", "--seed="], [("seed", "form"), ("-", "form")]),
    "objective.timeout": ([3, 0.5, "90s", "2h", "1.5 d", "30min"], [(0, "above 0"), ("2 hours",
        "a duration such as"), ("-1s", "a duration"), ("0s", "above 0"), ("9999999999999999999d",
        "absurdly large")]),
    "objective.memory": ([1000, "4GB", "1.5GiB", "500M"], [("4 gigs", "a size such as"), (1.5,
        "a whole number or text"), (0, "above 0")]),
    "objective.output_limit": (["1MB", 5], [("x", "a size")]),
    "objective.checkpoints": ([{}, {"keep": "all"}, {"keep": {"best": 3}, "max_disk": "200GB"}, {"max_disk": 1000}],
        [({"keep": "best"}, "Allowed: all, promotable"), ({"keep": {"best": 0}}, "1 or more"), ({"keep": {}},
         "'best' is missing"), ({"keep": 3}, "text or a mapping"), ({"max_disk": "much"}, "a size such as"),
         ({"max_disk": 0}, "above 0"), ({"kep": "all"}, "Did you mean 'keep'?")]),
    "objective.isolated": (["fork", "process"], [("thread", "one of")]),
    "objective.grace": ([0, 2.5], [(-1, "0 or more"), (float("nan"), "finite")]),
    "objective.resume": ([True, False], [("yes please", "true or false"), (1, "true or false")]),
    "objective.retries": ([0, 20], [(21, "20 or less"), (1.5, "a whole number")]),
    "objective.replicates": ([3], [(0, "1 or more"), (1001, "1000 or less")]),
    "objective.folds": ([2], [(1, "2 or more")]),
    "objective.aggregate": (["median", "last"], [("avg", "Allowed: last, max, mean, median, min")]),
    "objective.min_runs": ([1], [(2, "at most the number of runs, 1; found 2")]),
    "objective.conda": (["env.yaml"], [(1, "must be text")]),
    "objective.container": (["docker://x"], [(1, "must be text")]),
    "objective.envmodules": ([["a/1"]], [("a", "must be a list")]),
    "objective.threads": ([2], [(0, "1 or more")]),
    "objective.trials_per_job": ([1, 1000, "auto"], [(0, "1 or more"), ("some", "form"), (1.5, "a whole number")]),
    "objective.devices": ([[0, "GPU-1a2b"]], [([], "at least 1"), (["0,1"], "without spaces and commas")]),
    "objective.resources": ([{"mem_mb": 5}, {"gpu": 0.5}], [({"mem-mb": 5}, "can't be a name")]),
    "search.strategy": (["random", "sobol", "halton", "lhs"], [("randm", "Did you mean 'random'?"), (None,
        "not one of")]),
    "search.n_trials": ([1, 1000], [(0, "1 or more"), (10**7, "1000000 or less"), ("ten", "a whole number"),
        (3.0, "found 3.0")]),
    "search.seed": ([0], [(-1, "0 or more")]),
    "search.batch_size": ([1], [(0, "1 or more"), (10**30, "or less")]),
    "pruner": (["median", "none", {"type": "patient", "patience": 3}, {"type": "threshold", "lower": "1e-3"}],
        [("medain", "Did you mean 'median'?"), ({"type": "threshold"}, "needs 'lower' or 'upper'"),
         ({"type": "median", "lower": 1}, "does not go with"), ({"type": "median", "over": "folds"},
          "is folds, of which a trial has one"), ({"type": "percentile", "percentile": 101}, "must be 100 or less")]),
    "search.space": ([{"y": [1]}], [({}, "must not be empty"), ({"y": []}, "choices is empty")]),
    "space": ([{"x": 1}], [({}, "must not be empty"), ({"1x": 1}, "can't be a name"), ({"a b": 1},
        "can't be a name"), ({"a..b": 1}, "can't be a name"), ({"../x": 1}, "can't be a name"), ({"x\n": 1},
        "can't be a name"), ([1], "must be a mapping"), ({True: 1}, "YAML reads on, off")]),
    "space.x": ([[1], {"choices": [1]}, {"type": "uniform", "low": "1e-5", "high": 1}],
                [({"type": "unifrom"}, "Did you mean 'uniform'?"), ({"type": "uniform"},
                 "'low' and 'high' are missing"), ({"type": "uniform", "low": 0, "hi": 1},
                 "unknown key 'hi'"),
                 ({"type": "loguniform", "low": 1, "high": 2, "log": True}, "unknown key 'log'"), ({"low": 0,
                  "high": 1}, "'choices' is missing (found low, high)"),
                 ({"choices": [1], "when": {}}, "must not be empty"), ({"choices": 3}, "must be a list"),
                  ({"type": "uniform", "low": "x", "high": 1}, "form")]),
}  # fmt: skip


def placed(path: str, value: object) -> dict:
    config = edited(SMALL, space__w=[5, 6])
    if path == "retry":
        return config | {"retry": value}
    node = config
    *above, last = path.split(".")
    for key in above:
        node = node.setdefault(key, {})
    node[last] = value
    return config


@pytest.mark.parametrize(("path", "value"), [(path, value) for path, (good, _) in KEYS.items() for value in good])
def test_good(root, path, value):
    assert study_of(root, placed(path, value)).name


@pytest.mark.parametrize(("path", "value", "words"), [(path, *bad) for path, (_, bads) in KEYS.items() for bad in bads])
def test_bad(root, path, value, words):
    problems = problems_of(root, placed(path, value))
    where = [place for place in problems if path in place or place.startswith("searches.random")]
    assert where or path in ("zip",), problems
    assert any(words in text for text in problems.values()), problems
    assert all("\n" not in text for text in problems.values())


def test_no_key_is_left_out():
    rules = schema.load_schema()
    top = set(rules["properties"]) - {"objective", "objectives", "search", "searches"}
    objective = {f"objective.{key}" for key in rules["$defs"]["objective"]["properties"]} - {
        "objective.function",
    }
    assert top | objective <= set(KEYS)


@pytest.mark.parametrize("node", ["", "objective", "search", "filter", "plots", "final"])
def test_unknown_keys(root, node):
    config = edited(SMALL)
    (config.setdefault(node, {}) if node else config)["studdy"] = 1
    assert any(place == node and "unknown key 'studdy'" in text for place, text in problems_of(root, config).items())


def test_every_key_has_a_description():
    def nodes(node, path=""):
        if isinstance(node, dict):
            for name, below in node.get("properties", {}).items():
                yield f"{path}.{name}", below
            for name, below in node.items():
                yield from nodes(below, f"{path}.{name}")

    rules = schema.load_schema()
    bare = [
        path
        for path, node in nodes(rules)
        if node
        and "description" not in node
        and "$ref" not in node
        and "const" not in node
        and set(node) - {"enum", "x-reruns"}
    ]
    assert bare == []


def test_defaults(root):
    config = study_of(root).config
    assert {key: config[key] for key in ("seed", "top", "name", "tags", "summary_by",
    "constraints", "zip")} == {
        "seed": 0, "top": 10, "name": "{search}-{number}", "tags": [], "summary_by": [],
        "constraints": [], "zip": [],
    }  # fmt: skip
    assert config["filter"] == {"status": ["complete"], "tags": [], "where": "true"}
    assert "on_failure" not in config  # unset is not continue
    assert config["objective"]["direction"] == "minimize"
    assert config["objective"]["replicates"] == 1
    assert "batch_size" not in config["searches"]["random"]
    assert config["objective"]["trials_per_job"] == "auto"
    assert config["searches"]["random"]["name"] == "{search}-{number}"


def test_defaults_leave_the_configuration_alone(root):
    config = edited(LARGE)
    study_of(root, config)
    assert config == LARGE
    rules = schema.load_schema()
    schema.with_defaults(edited(SMALL), rules)["filter"]["status"].append("failed")
    assert rules["properties"]["filter"]["properties"]["status"]["default"] == ["complete"]


def test_several_mistakes_are_told_together(root):
    config = edited(SMALL, study="a b", objective__direction="up", space__x={"type": "unifrom"})
    assert set(problems_of(root, config)) == {"study", "objective.direction", "space.x.type"}


@pytest.mark.parametrize("config", [None, [], "text", 3, {}, {"study": "a"}, True, {None: 1}])
def test_what_is_no_configuration(root, config):
    from snaketune.config import read_study

    with pytest.raises(ConfigError):
        read_study(config, root)


def test_a_message_names_path_find_and_remedy(root):
    config = edited(SMALL, objective__direction="maximise")
    assert problems_of(root, config) == {
        "objective.direction": '"maximise" is not one of the known words. '
        "Did you mean 'maximize'? Allowed: maximize, minimize."
    }
    config = edited(SMALL, objective__comand="x", objective__command=...)
    assert problems_of(root, config)["objective"].startswith("unknown key 'comand'. Did you mean 'command'? Allowed: ")
