"""What is typed behind a script: places for parameters, and everything else as it is."""

import ast
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st
from snaketune.errors import ConfigError
from snaketune.runner.command import fill
from snaketune.sweeping.interface import interface_of
from snaketune.sweeping.typed import literal, typed

SCRIPT = """
import argparse
p = argparse.ArgumentParser()
p.add_argument("data")
p.add_argument("--lr", "-l", type=float)
p.add_argument("--fast", action="store_true")
"""


def words(line, interface=None):
    found = typed(shlex.split(line), interface=interface)
    return found.words, found.space


@pytest.mark.parametrize(
    ("line", "command", "space"),
    [
        ('--a "uniform(0, 1)" --b "[1, 2]" --c', ["{args}", "--c"], {"a": "uniform(0, 1)", "b": [1, 2]}),
        ('--epochs 5 --a "[x, y]" --name x', ["--epochs", "5", "{args}", "--name", "x"], {"a": ["x", "y"]}),
        ('-l "[1, 2]" --x="[1, 2]"', ["-l", "{l}", "--x={x}"], {"l": [1, 2], "x": [1, 2]}),
        ('lr="loguniform(1e-5, 1)" +model.depth="int(1, 3)"', ["lr={lr}", "+model.depth={model.depth}"],
         {"lr": "loguniform(1e-5, 1)", "model.depth": "int(1, 3)"}),
        ('fit d.csv "[1, 2]"', ["fit", "d.csv", "{argument3}"], {"argument3": [1, 2]}),
        ('--a "[1, 2]" fit --b "[1, 2]"', ["--a", "{a}", "fit", "{args}"], {"a": [1, 2], "b": [1, 2]}),
        ('--a "[[1, 2], [3]]" x.csv', ["x.csv", "{args}"], {"a": [[1, 2], [3]]}),
        ('--shift -0.5 --a "[1, 2]"', ["--shift", "-0.5", "{args}"], {"a": [1, 2]}),
        ('--db/x@y "[1, 2]"', ["--db/x@y", "{db_x_y}"], {"db_x_y": [1, 2]}),
        ('--text "{lr} {{x}}" --a "[1, 2]"', ["--text", "{{lr}} {{{x}}}", "{args}"], {"a": [1, 2]}),
        ("--a '[\"true\", false]'", ["{args}"], {"a": ["true", False]}),
    ],
)  # fmt: skip
def test_parameters_stand_where_they_were_typed(line, command, space):
    assert words(line) == (command, space)


def test_nothing_stands_behind_a_list_that_would_take_it_in():
    command, _ = words('--layers "[[1, 2], [3]]" --fast', None)
    assert command == ["--fast", "{args}"]
    assert fill(command, {"layers": [1, 2]}) == ["--fast", "--layers", "1", "2"]


def test_what_the_script_says_of_its_options_is_used():
    interface = interface_of(ast.parse(SCRIPT))
    assert words('--fast d.csv -l "[1, 2]"', interface) == (["--fast", "d.csv", "-l", "{lr}"], {"lr": [1, 2]})
    assert words('"[a, b]"', interface) == (["{data}"], {"data": ["a", "b"]})


def test_words_behind_the_colon_are_passed_on_as_they_are():
    found = typed(["--a", "[1, 2]"], ["--pattern", "[ab]", "f(x)", "{a}"])
    assert found.words == ["{args}", "--pattern", "[ab]", "f(x)", "{{a}}"]
    assert list(found.space) == ["a"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('--lr "unifrom(0, 1)"', "--lr: 'unifrom' is no known form. Did you mean 'uniform'?"),
        ('--lr "uniform(1)"', "--lr: uniform(low, high) lacks 'high'"),
        ('--lr "uniform(2, 1)"', "--lr: low must be below high"),
        ("--lr [1, 2]", '--lr: the shell has cut it into several words: quote it, "[1, 2]"'),
        ('--lr "[1, 2"', "--lr: ']' is missing"),
        ('--lr "[1, 2]" -lr "[1, 2]"', "-lr: is given twice"),
        ('--a "[1, 2]" fit -b "[true, false]"', "-b: true, false, null and lists can't be placed here"),
    ],
)
def test_mistakes_name_the_option(line, message):
    with pytest.raises(ConfigError) as caught:
        words(line)
    assert message in str(caught.value)


def test_a_list_without_brackets_is_noticed():
    assert typed(["--lr", "0.1,0.01"]).listed == "--lr 0.1,0.01"
    assert typed(["--lr", "0.1"]).listed == ""


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")) | st.text("{}ax.- \n"))
def test_a_constant_reaches_the_program_as_it_was_typed(word):
    assert fill([literal(word)], {"a": 1}, {"x": 2}) == [word]
