"""A command becomes the study that it means, and a file that says something else is not overwritten."""

import shlex

import pytest
import yaml
from snaketune.errors import StudyError
from snaketune.sweeping.asked import Asked
from snaketune.sweeping.divided import divided
from snaketune.sweeping.sweep import swept
from snaketune.sweeping.written import put

SCRIPT = """
import argparse, json
p = argparse.ArgumentParser()
p.add_argument("--alpha", type=float)
p.add_argument("--beta", type=int)
p.add_argument("--epochs", type=int)
p.add_argument("--metric")
p.add_argument("--do_something", action="store_true")
a = p.parse_args()
print(json.dumps({"loss": a.alpha}))
"""
BEHIND = ("--metric",)


@pytest.fixture
def sweep(tmp_path):
    (tmp_path / "train.py").write_text(SCRIPT)

    def make(line, **asked):
        words = divided(shlex.split(line), {}, BEHIND)
        return swept(words.target, words, Asked(**asked), tmp_path, f"snaketune run {line}")

    return make


def test_the_study_that_a_command_means(sweep):
    line = 'train.py --alpha "uniform(1e-5, 1e-1, 3)" --beta "[1, 2, 3, 4]" --do_something'
    draft = sweep(line, strategy="random", trials=3)
    assert yaml.safe_load(draft.text) == {
        "study": "train",
        "objective": {"command": "python train.py {args} --do_something", "metric": "loss", "direction": "minimize"},
        "space": {"alpha": "uniform(1e-5, 1e-1, 3)", "beta": [1, 2, 3, 4]},
        "search": {"strategy": "random", "n_trials": 3},
    }
    assert f"# Written by: snaketune run {line}\n" in draft.text
    assert "3 values, drawn once" in draft.text
    assert "the only metric found" in draft.text
    assert "less is better, by its name" in draft.text


def test_what_is_asked_for(sweep):
    asked = {"seed": 3, "batch_size": 2, "timeout": "5m", "study": "mine", "metric": "acc"}
    config = sweep('train.py --alpha "uniform(0, 1)"', **asked).config
    assert config["seed"] == 3
    assert config["study"] == "mine"
    assert config["objective"]["timeout"] == "5m"
    assert (config["objective"]["metric"], config["objective"]["direction"]) == ("acc", "maximize")
    assert config["search"] == {"strategy": "bayes", "n_trials": 30, "batch_size": 2}
    assert sweep('train.py --alpha "[1, 2]"', strategy="grid").config["search"] == {"strategy": "grid"}
    rungs = sweep('train.py --alpha "uniform(0, 1)"', strategy="hyperband", budget="epochs=1:27").config
    assert rungs["search"] == {"strategy": "hyperband", "budget": {"name": "epochs", "min": 1, "max": 27}}
    assert rungs["objective"]["command"] == "python train.py {args} --epochs {budget}"


@pytest.mark.parametrize(
    ("line", "asked", "message"),
    [
        ("train.py --alpha 1", {}, "nothing to search: no option of train.py is given a range or a list. Write one in"),
        ("train.py --alpha 1,2", {}, "--alpha 1,2 is passed on as it is: a list has brackets."),
        ('train.py --alhpa "[1, 2]"', {}, "train.py has no option --alhpa. Did you mean '--alpha'?"),
        ('train.py --alpha "[1, 2]" --trails 3', {}, "has no option --trails. Did you mean SnakeTune's --trials?"),
        ('train.py --alpha "[1, 2]" --metric x', {}, "both SnakeTune and train.py have an option --metric"),
        ('train.py --alpha "unifrom(1, 2)"', {}, "--alpha: 'unifrom' is no known form."),
        ('trian.py --alpha "[1, 2]"', {}, "there is no script or program trian.py"),
        (
            'train.py --alpha "[1, 2]"',
            {"strategy": "tpe"},
            "--strategy: there is no 'tpe'. Instead there is: strategy: bay",
        ),
        ('train.py --alpha "[1, 2]"', {"strategy": "randm"}, "there is no 'randm'. Did you mean 'random'?"),
        ('train.py --alpha "[1, 2]"', {"strategy": "grid", "trials": 3}, "--trials: grid runs every combination"),
        ('train.py --alpha "[1, 2]"', {"strategy": "asha"}, "say by --budget epochs=1:27"),
        ('train.py --alpha "[1, 2]"', {"budget": "3"}, "--budget: name an option"),
        ('train.py --alpha "[1, 2]"', {"metric": "speed"}, "is less or more speed better?"),
        ('train.py --alpha "uniform(0, 1)"', {"strategy": "grid"}, "--strategy: a grid needs parameters with finitely"),
        ('train.py --alpha "[1, 2]"', {"study": "a/b"}, "--study: "),
        ('train.py --alpha "[1, 2]"', {"timeout": "soon"}, "--timeout: "),
    ],
)
def test_mistakes_get_one_line(sweep, tmp_path, line, asked, message):
    with pytest.raises(StudyError) as caught:
        put(sweep(line, **asked), tmp_path / "train.yaml", overwrite=False)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "train.yaml").exists()


def test_a_file_is_written_once_and_kept_if_it_says_something_else(sweep, tmp_path):
    path = tmp_path / "train.yaml"
    draft = sweep('train.py --alpha "uniform(0, 1)"')
    assert put(draft, path, overwrite=False)
    path.write_text(path.read_text().replace("bayes", "bayes   # mine"))
    before = path.read_text()
    assert not put(draft, path, overwrite=False), "the same, but for a comment"
    with pytest.raises(StudyError) as caught:
        put(sweep('train.py --alpha "uniform(0, 2)" --beta "[1, 2]"', trials=50), path, overwrite=False)
    for part in (
        'space.alpha: "uniform(0, 1)" in the file, the command means "uniform(0, 2)"',
        "space.beta: the file has none, the command means [1, 2]", "search.n_trials: 30 in the file",
        "snaketune run", "--overwrite",
    ):  # fmt: skip
        assert part in str(caught.value)
    assert path.read_text() == before
    assert put(sweep('train.py --alpha "uniform(0, 2)"'), path, overwrite=True)
    path.write_text("some: thing")
    with pytest.raises(StudyError, match="holds no study: name another one by --study"):
        put(draft, path, overwrite=False)
    assert path.read_text() == "some: thing"


def test_values_reach_no_shell_and_are_no_places(sweep, tmp_path):
    line = """train.py --alpha "uniform(0, 1)" --do_something '$(touch x)' 'a b' '{alpha}' "it's" '|'"""
    command = yaml.safe_load(sweep(line).text)["objective"]["command"]
    assert command == ["python", "train.py", "{args}", "--do_something", "$(touch x)", "a b", "{{alpha}}", "it's", "|"]


@pytest.mark.parametrize("started", ["python train.py", "env -u X python train.py", '"python -u train.py"'])
def test_a_script_that_another_program_starts(sweep, started):
    draft = sweep(f'{started} --alpha "[1, 2]" --epochs 3')
    command = " ".join(shlex.split(started))
    assert draft.config["objective"]["command"] == f"{command} {{args}} --epochs 3"
    assert (draft.study, draft.config["objective"]["metric"]) == ("train", "loss")
