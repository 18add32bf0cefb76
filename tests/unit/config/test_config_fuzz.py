"""Whatever is done to a configuration: it is read, or refused with a message; never anything else."""

import copy
import datetime
import os

import pytest
from good_configs import LARGE, SMALL, folder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from snaketune.config import Study, load_study, read_study, save_study
from snaketune.errors import StudyError

EXAMPLES = int(os.environ.get("SNAKETUNE_FUZZ", 150))

WORDS = [
    "", " ", "x", "true", "null", "1e-5", "1e999", "nan", "-1", "0", "{x}", "{", "}}", "{args}", "{seed}",
    "--x={args}",
    "[1, 2", "[1, 2]", "(1, 10, 2)", "uniform(0, 1)", "uniform(0, 1, 3)", "loguniform(-1, 1, 3)",
    "choice([1], 5)",
    "normal(0, -1, 5)", "range(3)", "linspace(0, 1, 3)", "geomspace(-1, 1, 3)", "logspace(0, 999, 3)",
    "foo(bar)",
    "f(g(1), 2)", "zipf(0.5, 3)", "__import__('os').system('touch pwned')", "x > 1", "x > 'a'", "1 / 0 > x",
    "x +",
    "a.b.c", "../..", "/", "~", "*", "**", "[a", "train.py", "data", "train.py:evaluate", "nothing.py:f",
    "python",
    "grid", "random", "list", "sobol", "lhs", "categorical", "int", "uniform", "normal", "constant",
    "minimize",
    "20%", "0.5%", "2h", "4GB", "1KB", "best", "mean_last_3", "r\n", "\0", "\ud800", "ü", "a" * 300, "%d",
    "'", '"', "\\",
    "10 ** 999 ** 9", "round(x, -99999999)", "'%999999999d' % x", "not " * 200 + "x", "(" * 300,
    "x" + " + x" * 900,
]  # fmt: skip
SCALARS = st.one_of(
    st.sampled_from(WORDS),
    st.none(),
    st.booleans(),
    st.integers(-3, 20),
    st.sampled_from([10**9, -(10**18), 2**63, 10**308, 10**400]),
    st.floats(),
    st.sampled_from([b"bytes", datetime.date(2020, 1, 1), datetime.datetime(2020, 1, 1), {1, 2}, (1, 2), 3 + 4j]),
    st.text(max_size=5),
)
KEY_WORDS = [
    "type", "low", "high", "log", "step", "choices", "value", "when", "mu", "sigma", "x", "y", "seed",
    "study", "name", "take", "metric", "max", "min", "strategy", "space", "n_trials", "points", "file",
    "constraints", "zip", "command", "function", "objective", "top", "where", "status",
]  # fmt: skip
KEYS = st.one_of(
    st.sampled_from(KEY_WORDS),
    st.text(max_size=3),
    st.sampled_from([1, True, None, 2.5]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def spoiled(draw):
    """A good configuration after some random edits."""
    config = copy.deepcopy(draw(st.sampled_from([SMALL, LARGE])))
    for _ in range(draw(st.integers(1, 4))):
        nodes = list(containers(config))
        node = nodes[draw(st.integers(0, len(nodes) - 1))]
        places = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not places:
            continue
        place = draw(st.sampled_from(places))
        match draw(st.sampled_from(["replace", "replace", "delete", "rename", "add", "swap"])):
            case "replace":
                node[place] = draw(VALUES)
            case "delete":
                del node[place]
            case "rename" if isinstance(node, dict):
                node[draw(KEYS)] = node.pop(place)
            case "add" if isinstance(node, dict):
                node[draw(KEYS)] = draw(VALUES)
            case "swap":
                other = draw(st.sampled_from(places))
                node[place], node[other] = node[other], node[place]
    return config


def containers(value):
    if isinstance(value, (dict, list)):
        yield value
        for item in list(value.values() if isinstance(value, dict) else value):
            yield from containers(item)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return folder(tmp_path_factory.mktemp("fuzz"))


@settings(max_examples=EXAMPLES, deadline=20_000, suppress_health_check=[HealthCheck.too_slow])
@given(config=spoiled())
def test_a_spoiled_configuration_is_read_or_refused(root, config):
    before = copy.deepcopy(config)
    try:
        study = read_study(config, root)
    except StudyError as error:
        assert str(error).strip()
        assert "Traceback" not in str(error)
    else:
        assert isinstance(study, Study)
        saved = root / "study.json"
        save_study(study, saved)
        assert load_study(saved).reading == study.reading
    assert repr(config) == repr(before)
    assert not (root / "pwned").exists()


@settings(max_examples=EXAMPLES, deadline=20_000)
@given(config=VALUES)
def test_anything_at_all_is_refused(root, config):
    with pytest.raises(StudyError):
        read_study(config, root)


@pytest.mark.parametrize("config", [SMALL, LARGE])
def test_the_configurations_that_are_spoiled_are_good(root, config):
    assert isinstance(read_study(config, root), Study)
