"""A study that is written reads back as what was meant, whatever its values are."""

import copy

import yaml
from hypothesis import given
from hypothesis import strategies as st
from snaketune.config.command import argv_from
from snaketune.space import space_from_config
from snaketune.sweeping.draft import Constant, Draft, Parameter, command_text, yaml_text

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
SCALAR = (
    TEXT | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False) | st.booleans() | st.none()
)
CHOICES = st.lists(SCALAR | st.lists(SCALAR, max_size=3), min_size=1, max_size=5)
RANGE = st.sampled_from(["uniform(0, 1)", "loguniform(1e-5, 1e-1)", "int(1, 5)", "uniform(0, 1, 3)", "choice(a, b)"])
NAME = st.from_regex(r"[a-z][a-z0-9_]{0,8}(-[a-z0-9]{1,3})?", fullmatch=True) | st.sampled_from(
    ["on", "no", "null", "y"]
)


def same(one, other):
    return one.to_config() == other.to_config()


@given(SCALAR | CHOICES | st.dictionaries(TEXT, SCALAR, max_size=3))
def test_a_value_on_one_line(value):
    line = yaml_text(value)
    assert line.isprintable()
    assert yaml.safe_load(f"key: {line}")["key"] == value


@given(
    st.dictionaries(NAME, CHOICES | RANGE, min_size=1, max_size=4), st.lists(TEXT, min_size=1, max_size=4), TEXT, TEXT
)
def test_a_study_reads_back_with_the_same_space(space, words, comment, told):
    draft = Draft(
        "study",
        [comment, told],
        {"command": command_text(["python", *words]), "metric": "loss", "direction": "minimize"},
        [Parameter(name, form, comment, told) for name, form in space.items()],
        {"strategy": "random", "n_trials": 3},
        constants=[Constant("other", told, comment)],
        asides=[told],
        comments={"objective.metric": comment},
    )
    read = yaml.safe_load(draft.text)
    assert read == draft.config
    assert argv_from(read["objective"]["command"]) == ["python", *words]
    meant, found = (space_from_config(copy.deepcopy(it), seed=0).parameters for it in (space, read["space"]))
    assert all(same(meant[name], found[name]) for name in space)


def test_a_command_is_one_line_where_that_can_be():
    assert command_text(["python", "train.py", "{args}", "--x={x}"]) == "python train.py {args} --x={x}"
    assert command_text(["a", "b c", "$HOME", "it's"]) == """a 'b c' '$HOME' 'it'"'"'s'"""
    assert command_text(["a", "|", "b"]) == ["a", "|", "b"]
    assert command_text(["a", "x\ny"]) == ["a", "x\ny"]
