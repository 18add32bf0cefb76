"""Every form in which a parameter can be written, and what is said of those that can't be read."""

import json

import pytest
import yaml
from snaketune.errors import ConfigError
from snaketune.space import Categorical, Constant, Float, Integer, Normal
from snaketune.space.draws import DISTRIBUTIONS
from snaketune.space.forms import parameter_from
from snaketune.values import canonical


def read(form, name="x", seed=0):
    return parameter_from(form, name=name, seed=seed)


def written(text, **options):
    """The parameter that a line of YAML describes."""
    return read(yaml.safe_load(text), **options)


def message(form) -> str:
    with pytest.raises(ConfigError) as caught:
        read(form)
    assert "\n" not in str(caught.value)
    return str(caught.value)


SAME = [
    (
        Categorical((1, 2, 3)),
        ["[1, 2, 3]", "'[1, 2, 3]'", "'[1 2 3]'", "{choices: [1, 2, 3]}",
         "{type: categorical, choices: [1, 2, 3]}",
         "Categorical([1, 2, 3])", "choice([1, 2, 3])", "choice(1, 2, 3)", "(1, 4)", "'(1, 4, 1)'", "range(1, 4)",
         "Categorical(choices=[1, 2, 3])",
         "range(start=1, stop=4)", "[1, 2, 2, 3, 1]", "'  [ 1 , 2,3 ] '"],
    ),
    (Categorical((1, 3, 5, 7, 9)), ["(1, 10, 2)", "range(1, 10, 2)", "[1, 3, 5, 7, 9]"]),
    (Categorical((0, 1, 2)), ["(3)", "'(3,)'", "range(3)"]),
    (Categorical((3, 2, 1)), ["(3, 0, -1)"]),
    (
        Categorical(("resnet18", "transformer", "resnet50")),
        ["\"['resnet18' 'transformer', 'resnet50']\"", "[resnet18, transformer, resnet50]",
         "'[resnet18, transformer resnet50]'", "\"Categorical(['resnet18', 'transformer', 'resnet50'])\""],
    ),
    (Categorical((1e-5, 1e-4)), ["[1e-5, 1e-4]", "[0.00001, 1.0e-4]", "'[1e-5, 0.0001]'",
     "{choices: [1e-5, '1e-4']}"]),
    (Categorical((True, False, None)), ["[true, false, null]", "'[True, False, None]'",
     "'[true false null]'"]),
    (Categorical(("a b", 'say "x"', "it's", "", "[1, 2]", "f(x)")),
     ["['a b', 'say \"x\"', \"it's\", '', '[1, 2]', f(x)]"]),
    (Categorical(([64, 32], [128])), ["[[64, 32], [128]]", "'[[64, 32], [128]]'", "'[(64 32) (128)]'"]),
    (
        Float(1e-5, 0.1, log=True),
        ["loguniform(1e-5, 1e-1)", "{type: loguniform, low: 1e-5, high: 1e-1}",
         "{type: float, low: 1e-5, high: 0.1, log: true}",
         "{type: uniform, low: 1e-5, high: 0.1, log: true}", "Real(1e-5, 1e-1, log=True)",
         "Real(1e-5, 0.1, 'log-uniform')",
         "Real(1e-5, 0.1, prior=log-uniform)", "float(1e-5, 0.1, log=true)",
         "loguniform(low=1e-5, high=0.1)"],
    ),
    (
        Float(0.0, 0.99),
        ["uniform(0.0, 0.99)", "{type: uniform, low: 0.0, high: 0.99}", "{type: float, low: 0, high: 0.99}",
         "Real(0, 0.99)",
         "Real(0.0, 0.99, prior='uniform')", "uniform(high=0.99, low=0)", "float(0, 0.99)"],
    ),
    (Float(0, 1, step=0.25), ["{type: uniform, low: 0, high: 1, step: 0.25}", "quniform(0, 1, 0.25)",
     "float(0, 1, step=0.25)"]),
    (
        Integer(32, 256, log=True),
        ["Integer(32, 256, log=True)", "logint(32, 256)", "{type: int, low: 32, high: 256, log: true}",
         "int(32, 256, log=true)",
         "Integer(32, 256, prior='log-uniform')", "{type: int, low: 32.0, high: '256', log: true}"],
    ),
    (Integer(1, 9), ["Integer(1, 9)", "int(1, 9)", "{type: int, low: 1, high: 9}", "randint(1, 10)",
     "{type: int, low: 1, high: 9, step: 1}"]),
    (Integer(1, 9, step=2), ["{type: int, low: 1, high: 9, step: 2}", "int(1, 9, step=2)"]),
    (Normal(0, 1), ["normal(0, 1)", "{type: normal, mu: 0, sigma: 1}", "normal(mu=0, sigma=1)"]),
    (Normal(-3.5, 0.5, log=True), ["lognormal(-3.5, 0.5)", "{type: lognormal, mu: -3.5, sigma: 0.5}"]),
    (Constant(7), ["7", "{type: constant, value: 7}"]),
    (Constant(1e-5), ["1e-5", "0.00001", "{type: constant, value: 1e-5}"]),
    (Constant("adam"), ["adam", "{type: constant, value: adam}"]),
    (Constant(None), ["null", "~", "{type: constant, value: null}"]),
    (Constant("1"), ["'1'"]),
    (Constant("uniform(0, 1)"), ["{type: constant, value: 'uniform(0, 1)'}"]),
    (Constant({"type": "x"}), ["{type: constant, value: {type: x}}"]),
    (Categorical((0.0, 0.5, 1.0)), ["linspace(0, 1, 3)"]),
    (Categorical((0.001, 0.01, 0.1)), ["geomspace(1e-3, 1e-1, 3)", "logspace(-3, -1, 3)"]),
]  # fmt: skip


@pytest.mark.parametrize(("parameter", "form"), [(p, form) for p, forms in SAME for form in forms])
def test_equal_meanings_are_equal_parameters(parameter, form):
    assert written(form) == parameter
    assert repr(written(form)).split("(")[0] == type(parameter).__name__


def test_different_meanings_are_different_parameters():
    different = [[1, 2], [1.0, 2.0], ["1", "2"], [True, 2], [2, 1], 1, 1.0, True, "1"]
    parameters = [read(form) for form in different]
    assert all(a != b for i, a in enumerate(parameters) for b in parameters[:i])
    assert len(set(parameters)) == len(parameters)


@pytest.mark.parametrize("parameter", [parameter for parameter, _ in SAME])
def test_a_parameter_can_be_written_back(parameter):
    assert read(json.loads(json.dumps(parameter.to_config()))) == parameter


def test_types_are_kept():
    values = written("[1, 1.0, true, '1', 1e0]").values()
    assert [type(value) for value in values] == [int, float, bool, str]
    assert written("'[1, 1.0, true, \"1\"]'").values() == values
    assert [type(v) for v in written("{type: uniform, low: 0, high: 1, step: 0.5}").values()] == [float] * 3
    assert [type(v) for v in written("(1, 4)").values()] == [int] * 3


def test_digits_are_kept():
    values = written("[0.1, 1e-5, 100000000000000000000, 0.30000000000000004]").values()
    assert [canonical(value) for value in values] == [
        "0.1", "1e-05", "100000000000000000000", "0.30000000000000004",
    ]  # fmt: skip
    assert written("{type: uniform, low: 0.1, high: 0.7, step: 0.1}").values() == (
        0.1,
        0.2,
        0.3,
        0.4,
        0.5,
        0.6,
        0.7,
    )


def test_escapes_in_quotes():
    assert read(r"""["a\"b", 'it\'s', "tab\t", "line\nend", "C:\dir", "back\\slash"]""").values() == (
        'a"b', "it's", "tab\t", "line\nend", r"C:\dir", "back\\slash",
    )  # fmt: skip


# --- draws ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "values"),
    [
        ("uniform(1e-5, 1e-1, 3)", (0.09930834962, 0.05489453394, 0.002591218037)),
        ("normal(0, 1, 2)", (0.07173992935, -0.09341192201)),
        ("choice([1, 2, 3], 2)", (1, 2)),
        ("loguniform(1e-5, 1e-1, 2)", (0.002152119568, 5.478514588e-05)),
        ("integers(0, 1000, 2)", (942, 706)),
    ],
)
def test_draws_never_change(form, values):
    assert read(form, name="x", seed=0).values() == values


def arguments(name: str) -> str:
    """Arguments that the distribution takes, without the count."""
    special = {"choice": ["[1, 2, 3, 4]"], "hypergeometric": ["5", "5", "5"], "integers": ["0", "1000000000"],
    "randint": ["0", "1000000000"],
               "triangular": ["0", "1", "2"], "logseries": ["0.5"], "geometric": ["0.5"], "zipf": ["2"],
               "binomial": ["10", "0.5"],
               "negative_binomial": ["3", "0.5"], "loguniform": ["1", "10"]}  # fmt: skip
    return "".join(f"{value}, " for value in special.get(name, ["1", "2", "3"][: DISTRIBUTIONS[name]]))


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_every_distribution_draws_as_many_values_as_asked_for(name):
    for form in (f"{name}({arguments(name)}4)", f"{name}({arguments(name)}size=4)"):
        parameter = read(form)
        assert isinstance(parameter, Categorical)
        assert 1 <= len(parameter.values()) <= 4
        assert read(form) == parameter
        if name not in (
            "choice",
            "binomial",
            "geometric",
            "logseries",
            "zipf",
            "poisson",
            "hypergeometric",
            "negative_binomial",
        ):
            assert len(parameter.values()) == 4
            assert read(form, seed=1) != parameter
            assert read(form, name="y") != parameter


def test_a_longer_draw_begins_with_the_shorter_one():
    assert read("uniform(0, 1, 9)").values()[:3] == read("uniform(0, 1, 3)").values()


def test_choice_is_without_replacement():
    assert sorted(read("choice([5, 6, 7], 3)").values()) == [5, 6, 7]
    assert "choice: " in message("choice([1, 2], 3)")
    assert len(read("choice([1, 2], 10, replace=true)").values()) == 2


# --- errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ([], "the list of choices is empty"),
        ("[]", "the list of choices is empty"),
        ("unifrom(0, 1)", "Did you mean 'uniform'?"),
        ("Loguniform(1, 2)", "Did you mean 'loguniform'?"),
        ("relu(x)", "{type: constant"),
        ("uniform(0)", "lacks 'high'"),
        ("uniform(0, 1, 2, 3)", "takes at most 2 values (low, high); found 4"),
        ("uniform(0, 1, high=2)", "given 'high' twice"),
        ("uniform(low=0, low=1)", "'low=' is given twice"),
        ("Real(0, 1, logg=true)", "no option 'logg'. Did you mean 'log'?"),
        ("Real(0, 1, log=maybe)", "log must be true or false; found maybe"),
        ("Real(1, 2, prior=normal)", "prior must be 'uniform' or 'log-uniform'; found normal"),
        ("uniform(1, 0)", "low must be below high; found low 1 and high 0"),
        ("uniform(a, b)", 'low must be a number; found "a"'),
        ("loguniform(0, 1)", "a log scale needs low above 0; found 0"),
        ("loguniform(-1, 1, 3)", "a log scale needs low above 0; found -1"),
        ("loguniform(1e-300, 1e300)", "too wide"),
        ("uniform(-1e308, 1e308)", "too wide"),
        ("uniform(0, 1e999)", "inf is not a finite number"),
        ("quniform(0, 1, 0)", "step must be above 0"),
        ("int(1, 2.5)", "high of an int parameter must be a whole number; found 2.5"),
        ("Integer(0, 9, log=True)", "a log scale needs low above 0"),
        ("normal(0, 0)", "sigma must be above 0"),
        ("normal(0, -1, 3)", "normal: "),
        ("lognormal(0, 1000)", "no floating-point number can hold"),
        ("beta(2, 3)", "needs a count as its last argument, as in beta(2, 3, 5)"),
        ("uniform(0, 1, 0)", "must be a whole number from 1 to 100000; found 0"),
        ("uniform(0, 1, 2.5)", "must be a whole number from 1 to 100000; found 2.5"),
        ("uniform(0, 1, 999999999)", "must be a whole number from 1 to 100000"),
        ("choice(abc, size=2)", "a list to choose from is needed; found 'abc'"),
        ("choice(abc)", "a list of choices is needed; found abc"),
        ("(1, 2.5)", "in whole numbers"),
        ("(1, 2, 3, 4)", "a range is"),
        ("(1, 10, 0)", "a range's step must not be 0"),
        ("(5, 1)", "is empty"),
        ("(1, 99999999)", "too long"),
        ("range(1, step=2)", "lacks 'stop'"),
        ("geomspace(-1, 1, 3)", "both ends of a geomspace need to be above 0; found -1 and 1"),
        ("linspace(0, 1, 0)", "count must be from 1"),
        ("logspace(0, 999, 3)", ""),
        ("[1, 2", "']' is missing"),
        ("[1, 2) ", "unexpected ')'"),
        ("[1] 2", "unexpected '2' after the end"),
        ("[1,, 2]", "unexpected ','"),
        ("['a]", "is a quote left open?"),
        ("[a=1]", "'a=' has no meaning in a list"),
        ("[uniform(0, 1)]", "can't stand inside another expression"),
        ("uniform(normal(0, 1), 1)", "can't stand inside another expression"),
        ("[" * 30 + "]" * 30, "nested deeper"),
        ("[" + "1," * 60_000 + "]", "too long"),
        (float("nan"), "not a finite number"),
        (["a\0b"], "NUL"),
        ({"type": "uniform", "low": 1, "high": "x"}, 'high must be a number; found "x"'),
        ({"type": "uniform", "low": True, "high": 2}, "low must be a number; found true"),
        ({"type": "uniform", "low": 1, "high": 2, "log": True, "step": 1}, "step and log exclude each other"),
        ({"type": "int", "low": 1, "high": 1}, "low must be below high"),
    ],
)
def test_what_is_wrong_is_said(form, words):
    assert words in message(form)


@pytest.mark.parametrize(
    "code",
    [
        "__import__('os').system('touch pwned')",
        "[__import__('os').system('touch pwned')]",
        "choice([__import__('os').system('touch pwned')], 1)",
        "uniform(0, __import__('os').system('touch pwned'))",
        'eval(\'open("pwned", "w")\')',
        "exec(open('pwned', 'w'))",
        "(lambda: open('pwned', 'w'))()",
        "[open('pwned', 'w') for _ in range(1)]",
        "uniform.__class__(0, 1)",
        "normal(0, 1, size=__import__('os').getpid())",
        "choice([1, 2], 1, p=open('pwned', 'w'))",
        "bytes(5)",
        "shuffle([1, 2])",
        "bit_generator(1)",
    ],
)
def test_nothing_is_evaluated(code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    message(code)
    assert list(tmp_path.iterdir()) == []
