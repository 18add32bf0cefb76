"""Names of parameters in any script, and one spelling of each."""

import unicodedata

import pytest
from snaketune.config import read_study
from snaketune.errors import ConfigError
from snaketune.runner.command import fill

NAMES = ["größe", "学習率", "हिन्दी", "λ", "é.β", "naïve-x", "_ü", "x2é"]
NFD = unicodedata.normalize("NFD", "größe")


def study_of(root, **changes):
    config = {
        "study": "s",
        "objective": {"command": "true", "metric": "loss", "code": []},
        "space": {"größe": [1, 2]},
        "searches": {"grid": {"strategy": "grid"}},
    }
    return read_study(config | changes, root)


@pytest.mark.parametrize("name", NAMES)
def test_letters_of_any_script(tmp_path, name):
    objective = {"command": f"true --x={{{name}}} {{{{{name}}}}}", "metric": "loss", "code": []}
    study = study_of(tmp_path, space={name: [1, 2]}, objective=objective, name=f"n-{{{name}}}", summary_by=[name],
                     plots={"parameters": [name]}, final={"overrides": {name: 3}})  # fmt: skip
    assert study.parameters == (name,)
    assert fill(study.run_spec.argv, {name: 5}) == ["true", "--x=5", f"{{{name}}}"]


def test_one_spelling_everywhere(tmp_path):
    assert NFD != "größe"
    space = {NFD: [1, 2, 3], "k": {"choices": [0, 1], "when": {NFD: [1, 2]}}, "z": [1, 2, 3],
             "l": {"choices": ["a"], "when": f"{NFD} > 1"}}  # fmt: skip
    (tmp_path / "points.csv").write_text(f"{NFD},z,k\n1,1,0\n")
    searches = {
        "grid": {"strategy": "grid", "name": f"n{{{NFD}}}"},
        "list": {"strategy": "list", "points": [{NFD: 1, "k": 1, "z": 1}], "zip": []},
        "file": {"strategy": "list", "file": "points.csv", "zip": []},
    }
    study = study_of(
        tmp_path, space=space, searches=searches, constraints=[f"{NFD} < 3"], zip=[[NFD, "z"]], summary_by=[NFD],
        plots={"parameters": [NFD]}, final={"overrides": {NFD: 9}}, filter={"where": f"{NFD} == 1"},
        tags=[f"{{{NFD}}}"],
        objective={"command": f"true {{{NFD}}} {NFD} {{args}}", "metric": "loss", "code": []},
    )  # fmt: skip
    assert "größe" in study.parameters
    assert NFD not in study.parameters
    assert [params["größe"] for params in study.searches["grid"].space.grid()] == [1, 1, 2, 2]
    assert study.searches["list"].options["points"] == [{"größe": 1, "k": 1, "z": 1}]
    assert study.searches["file"].options["points"] == [{"größe": 1, "k": 0, "z": 1}]
    assert study.final.overrides == {"größe": 9}
    assert list(study.run_spec.argv[1:3]) == ["{größe}", NFD], "a word that is no place may be a file's name"


@pytest.mark.parametrize(
    ("space", "message"),
    [
        ({NFD: [1], "größe": [2]}, "two spellings"),
        ({"ｌｒ": [1]}, "write 'lr'"),
        ({"x²": [1]}, "write 'x2'"),
        ({"a→b": [1]}, "letters"),
        ({"😀": [1]}, "letters"),
        ({"größe.→": [1]}, "letters"),
        ({"größe a": [1]}, "can't be a name"),
        ({"a/ü": [1]}, "can't be a name"),
        ({"\u0301a": [1]}, "letters"),
    ],
)
def test_names_that_are_none(tmp_path, space, message):
    with pytest.raises(ConfigError, match=message):
        study_of(tmp_path, space=space)
