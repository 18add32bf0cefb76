"""Hypothesis strategies for spaces of every kind, and for parameters."""

from hypothesis import strategies as st
from snaketune.space import Categorical, Float, Integer, Normal, Space, space_from_config

FINITE_FLOATS = st.floats(-1e6, 1e6, allow_nan=False)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4).filter(
    lambda text: not text.strip().startswith(("[", "(")) and "e" not in text.lower()
)
CHOICES = st.lists(
    st.none() | st.booleans() | st.integers(-5, 5) | FINITE_FLOATS | TEXTS | st.lists(st.integers(0, 3), max_size=2),
    min_size=1,
    max_size=4,
)


@st.composite
def floats(draw):
    low = draw(FINITE_FLOATS)
    high = low + draw(st.floats(1e-3, 1e6))
    return Float(low, high)


@st.composite
def log_floats(draw):
    low = draw(st.floats(1e-30, 1e30))
    return Float(low, low * draw(st.floats(1.01, 1e20)), log=True)


@st.composite
def stepped_floats(draw):
    low = draw(st.integers(-1000, 1000)) / 100
    step = draw(st.integers(1, 500)) / 1000
    return Float(low, low + draw(st.integers(1, 40)) * step + 1e-9, step=step)


@st.composite
def integers(draw):
    low = draw(st.integers(-(10**12), 10**12))
    return Integer(low, low + draw(st.integers(1, 10**6)), step=draw(st.integers(1, 7)))


@st.composite
def log_integers(draw):
    low = draw(st.integers(1, 10**6))
    return Integer(low, low + draw(st.integers(1, 10**6)), log=True)


@st.composite
def normals(draw):
    log = draw(st.booleans())
    return Normal(draw(st.floats(-10, 10)), draw(st.floats(0.01, 5)), log=log)


categoricals = CHOICES.map(lambda choices: Categorical(tuple(choices)))
PARAMETERS = st.one_of(floats(), log_floats(), stepped_floats(), integers(), log_integers(), normals(), categoricals)
_CONTINUOUS = [
    {"type": "uniform", "low": -1.5, "high": 2},
    {"type": "loguniform", "low": "1e-5", "high": 10},
    {"type": "normal", "mu": 0, "sigma": 2},
]
_SMALL = [
    [1, 2, 3],
    ["a", "b"],
    [True, None, "x", 1.5],
    {"type": "int", "low": 1, "high": 4},
    {"type": "int", "low": 1, "high": 5, "log": True},
    {"type": "uniform", "low": 0, "high": 1, "step": 0.5},
    5,
]
_CONSTRAINTS = ["p0 != 1", "p0 != p1", "not (p0 == 2 and p1 == 3)", "p1 == p1 or p2 > 0"]


@st.composite
def space_configs(draw, finite: bool = False) -> dict:
    """The arguments of `space_from_config`: up to five parameters, nested conditions, constraints, a pair."""
    forms = st.sampled_from(_SMALL if finite else _SMALL + _CONTINUOUS)
    raw: dict = {}
    for i in range(draw(st.integers(1, 5))):
        form = draw(forms)
        if raw and draw(st.booleans()):
            parent = draw(st.sampled_from(list(raw)))
            values = list(_small_values(raw[parent]))
            if values:
                kept = draw(st.lists(st.sampled_from(values), min_size=1, max_size=2))
                form = dict(form) if isinstance(form, dict) else {"choices": form if isinstance(form, list) else [form]}
                form["when"] = {parent: kept}
        raw[f"p{i}"] = form
    pairs = []
    if draw(st.booleans()):
        raw |= {"z0": [1, 2, 2], "z1": ["u", "v", "w"]}
        pairs = [["z1", "z0"]]
    constraints = [
        c for c in _CONSTRAINTS if draw(st.booleans()) and all(n in raw for n in ("p0", "p1", "p2") if n in c)
    ]
    names = draw(st.permutations(list(raw)))
    return {"raw": {name: raw[name] for name in names}, "constraints": constraints, "pairs": pairs, "seed": 0}


def _small_values(form):
    if isinstance(form, list):
        return form
    return form["choices"] if isinstance(form, dict) and "choices" in form else []


def built(config: dict) -> Space:
    """The space of a drawn configuration."""
    config = dict(config)
    return space_from_config(config.pop("raw"), **config)
