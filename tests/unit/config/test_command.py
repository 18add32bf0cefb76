"""How a command passes parameters on: checked before anything runs, by the runner's own idea of a place."""

import inspect

import pytest
from good_configs import SMALL, problems_of, study_of
from hypothesis import given
from hypothesis import strategies as st
from snaketune.config.command import WORDS, argv_from, places_in
from snaketune.runner import command, origin, run
from snaketune.runner.command import fill

CONDITIONAL = {"x": [1, 2], "y": {"choices": [1], "when": {"x": 1}}}


def problem(root, command, **changes) -> str:
    found = problems_of(root, SMALL, objective__command=command, **changes)
    assert set(found) == {"objective.command"}
    return found["objective.command"]


@pytest.mark.parametrize(
    ("command", "argv"),
    [
        ("python main.py", ["python", "main.py"]),
        ("python 'my main.py' --a=\"b c\"", ["python", "my main.py", "--a=b c"]),
        ("python\n  main.py", ["python", "main.py"]),
        (["a b", "$(id)", ";"], ["a b", "$(id)", ";"]),
        (r"a b\ c", ["a", "b c"]),
        ("# a", ["#", "a"]),
    ],
)
def test_words(command, argv):
    assert argv_from(command) == argv


@pytest.mark.parametrize(
    ("command", "flags"),
    [
        ("prog", True),
        ("prog {metrics} {seed} {dir}", True),
        ("prog {args}", False),
        ("prog {overrides}", False),
        ("prog {config}", False),
        ("prog --p={params}", False),
        ("prog {x} {y}", False),
        ("prog {x} {args}", False),
        ("prog {{x}}", True),
        ("prog {} {1} { x }", True),
        ("bash -c 'prog \"$@\"' _ {args}", False),
    ],
)
def test_flags_are_appended_where_the_command_places_nothing(root, command, flags):
    assert study_of(root, objective__command=command).objective["flags"] is flags


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("prog {z}", "{z} is neither a parameter nor a known word"),
        ("prog {arg}", "Did you mean 'args'?"),
        ("prog {z}", "Write {{z}} for literal braces"),
        ("prog {x}", "does not pass on y: place each as {y}, or all that is left as {args}"),
        ("prog | tee log", "no shell runs the command"),
        ("a && b", "'&&' has no meaning here"),
        ("prog --all={args}", "{args} stands for several words"),
        ("prog x{overrides}", "{overrides} stands for several words"),
        ("prog {fold} {args}", "{fold} has no value in this study"),
        ("prog {n_folds} {args}", "its runs have no folds"),
        ("'' prog", "names no program"),
        ("bash -c 'prog {x}' {y}", "a value could be read as code"),
        ("/bin/sh -ec 'prog {x} {y}'", "a value could be read as code"),
        ("env A=1 python3.11 -c 'print({x})' {args}", "a value could be read as code"),
        ("python -c'print({x})' {args}", "a value could be read as code"),
        ("perl -ne 'print {x}' {args}", "a value could be read as code"),
        ("Rscript -e 'cat({x})' {args}", "a value could be read as code"),
        (["bash", "-x", "-c", "{x} {y}"], "a value could be read as code"),
    ],
)
def test_what_would_go_wrong_is_said_beforehand(root, command, words):
    assert words in problem(root, command)


@pytest.mark.parametrize("command", ["bash -c 'prog $1 $2' _ {x} {y}", "python -m pkg.train -c {x} {y}",
"bash run.sh -c {x} {y}",
                                     "python train.py -e {x} {y}", "cat -e {x} {y}"])  # fmt: skip
def test_values_as_arguments_are_fine(root, command):
    assert study_of(root, objective__command=command)


def test_a_conditional_parameter_cannot_be_placed_by_name(root):
    assert "absent from some trials" in problem(root, "prog {x} {y}", space=CONDITIONAL)
    assert study_of(root, objective__command="prog {x} {args}", space=CONDITIONAL)


def test_folds_can_be_placed_where_there_are_some(root):
    assert study_of(root, objective__command="prog {fold} {n_folds} {args}", objective__folds=3)


def test_a_parameter_goes_before_a_word_of_the_same_name(root):
    study = study_of(root, objective__command="prog {seed} {args}", space={"seed": [1, 2], "args": ["a"]})
    assert fill(study.objective["argv"], {"seed": 2, "args": "a"}, {"seed": 9}) == ["prog", "2", "a"]


def test_a_value_within_json_is_placed(root):
    study = study_of(root, objective__command=["prog", '{"x": {x}, "y": {y}}'])
    assert study.objective["flags"] is False
    assert fill(study.objective["argv"], {"x": 1, "y": 0.5}) == ["prog", '{"x": 1, "y": 0.5}']


@given(st.lists(st.text(alphabet="{}xy a-.=", max_size=12), max_size=3))
def test_places_are_those_that_the_runner_fills(words):
    """What is found here is what the runner asks for, and nothing else."""
    asked = []

    class Asked(dict):
        def __contains__(self, name):
            return True

        def __getitem__(self, name):
            asked.append(name)
            return "v"

    fill([word for word in words if word not in ("{args}", "{overrides}")], Asked(), {})
    assert asked == places_in(words)


def test_every_word_is_known_to_the_runner():
    source = "".join(map(inspect.getsource, (command, run, origin)))
    assert all(f'"{word}":' in source or f'"{{{word}}}"' in source for word in WORDS)


@pytest.mark.parametrize(
    "value",
    [
        "; touch pwned",
        "$(id)",
        "`id`",
        "'\"",
        "a b\n",
        "-x",
        "../..",
        "{x}",
        "{{y}}",
        "ü",
        "%s",
        "a" * 10_000,
    ],
)
def test_values_arrive_as_they_are(root, value):
    study = study_of(root, objective__command="prog {x} --y={y}", space={"x": {"choices": [value]}, "y": [1]})
    params = next(study.space.grid())
    assert fill(study.objective["argv"], params) == ["prog", value, "--y=1"]
    assert study.space.parameters["x"].values() == (value,)
