"""Reads every form in which a parameter can be written: a list, a mapping, a one-line expression, a plain value."""

from collections.abc import Callable

from snaketune.errors import ConfigError, did_you_mean
from snaketune.space.draws import DISTRIBUTIONS, draw, wants_count
from snaketune.space.grammar import Call, is_expression, parse
from snaketune.space.parameters import Categorical, Constant, Float, Integer, Normal, Parameter
from snaketune.values import number_from_text, problem_with, shortened_text, text, yaml_number

__all__ = ["LARGEST_LIST", "parameter_from"]

LARGEST_LIST = 1_000_000


def parameter_from(raw: object, *, name: str, seed: int) -> Parameter:
    """The parameter that `raw`, a value from the configuration, describes.

    `name` and `seed` fix what a NumPy distribution with a count draws.

    Raises:
        ConfigError: the form can't be read; its path is relative to the parameter.
    """
    try:
        match raw:
            case dict():
                return _from_mapping(raw)
            case list():
                return _categorical(raw)
            case str() if is_expression(raw):
                return _from_expression(raw, name, seed)
        return Constant(_checked(yaml_number(raw)))
    except (ValueError, OverflowError) as error:
        found = "" if isinstance(raw, (list, dict)) else f" (in {shortened_text(raw)})"
        raise ConfigError("", f"{error}{found}") from None


def _checked(value: object) -> object:
    why = problem_with(value)
    if why:
        raise ValueError(why)
    return value


def _categorical(choices: list | tuple) -> Categorical:
    return Categorical(tuple(_checked(yaml_number(choice)) for choice in choices))


# --- mappings -----------------------------------------------------------------------------------------------------


def _from_mapping(raw: dict) -> Parameter:
    kind = raw.get("type", "categorical")
    return _TYPES[kind]({key: value for key, value in raw.items() if key not in ("type", "when")})


def _float(raw: dict, log: bool = False) -> Float:
    step = raw.get("step")
    return Float(
        _number(raw, "low"),
        _number(raw, "high"),
        log=log or raw.get("log", False),
        step=None if step is None else _number(raw, "step"),
    )


def _integer(raw: dict) -> Integer:
    step = _whole(raw, "step") if raw.get("step") is not None else 1
    return Integer(_whole(raw, "low"), _whole(raw, "high"), log=raw.get("log", False), step=step)


def _normal(raw: dict, log: bool = False) -> Normal:
    return Normal(_number(raw, "mu"), _number(raw, "sigma"), log=log)


_TYPES: dict[str, Callable[[dict], Parameter]] = {
    "categorical": lambda raw: _categorical(raw["choices"]),
    "uniform": _float,
    "float": _float,
    "loguniform": lambda raw: _float(raw, log=True),
    "int": _integer,
    "normal": _normal,
    "lognormal": lambda raw: _normal(raw, log=True),
    "constant": lambda raw: Constant(_checked(yaml_number(raw["value"]))),
}


def _number(raw: dict, field: str) -> int | float:
    found = raw[field]
    value = _checked(number_from_text(found) if isinstance(found, str) else found)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{field} must be a number; found {shortened_text(found)}")
    return value


def _whole(raw: dict, field: str) -> int:
    value = _number(raw, field)
    if value != int(value):
        raise ValueError(f"{field} of an int parameter must be a whole number; found {text(value)}")
    return int(value)


# --- one-line expressions -----------------------------------------------------------------------------------------


def _from_expression(raw: str, name: str, seed: int) -> Parameter:
    expression = parse(raw)
    match expression:
        case Call():
            return _from_call(expression, name, seed)
        case tuple():
            return _range(expression)
        case list():
            return _categorical(expression)
    raise ValueError("expected a list, a range or a call such as uniform(0, 1)")


def _from_call(call: Call, name: str, seed: int) -> Parameter:
    if wants_count(call):
        return _categorical(draw(call, name=name, seed=seed))
    form = _CALLS.get(call.name)
    if form is None:
        if call.name in DISTRIBUTIONS:
            raise ValueError(
                f"{call.name}(…) needs a count as its last argument, as in "
                f"{call.name}({', '.join([*map(text, call.args), '5'])}), which draws five values"
            )
        raise ValueError(
            f"'{call.name}' is no known form.{did_you_mean(call.name, [*_CALLS, *DISTRIBUTIONS])} "
            "If it is text: {type: constant, value: …}"
        )
    fields, build = form
    return build(_bound(call, fields))


def _bound(call: Call, fields: tuple[str, ...]) -> dict:
    """The call's arguments by name; `fields` are the positional names, those with a `?` may be left out."""
    names = [field.rstrip("?") for field in fields]
    if len(call.args) > len(names):
        raise ValueError(f"{call.name} takes at most {len(names)} values ({', '.join(names)}); found {len(call.args)}")
    bound = dict(zip(names, call.args, strict=False))
    for field, value in call.options.items():
        if field not in names:
            raise ValueError(f"{call.name} has no option '{field}'.{did_you_mean(field, names)}")
        if field in bound:
            raise ValueError(f"{call.name} is given '{field}' twice")
        bound[field] = value
    missing = [field for field in fields if not field.endswith("?") and field not in bound]
    if missing:
        raise ValueError(f"{call.name}({', '.join(names)}) lacks '{missing[0]}'")
    return bound


def _with_prior(raw: dict) -> dict:
    """skopt's `prior='log-uniform'` said as `log`."""
    prior = raw.pop("prior", None)
    if prior not in (None, "uniform", "log-uniform"):
        raise ValueError(f"prior must be 'uniform' or 'log-uniform'; found {text(prior)}")
    log = raw.pop("log", False) or prior == "log-uniform"
    if not isinstance(log, bool):
        raise ValueError(f"log must be true or false; found {text(log)}")
    return {**raw, "log": log}


def _listed(raw: dict) -> Parameter:
    choices = raw["choices"]
    if not isinstance(choices, (list, tuple)):
        raise ValueError(f"a list of choices is needed; found {text(choices)}")
    return _categorical(choices)


def _below(raw: dict) -> Parameter:
    """NumPy's and Ray's convention for randint: high is excluded."""
    return Integer(_whole(raw, "low"), _whole(raw, "high") - 1)


def _range(arguments: tuple) -> Categorical:
    if not 1 <= len(arguments) <= 3 or not all(isinstance(a, int) and not isinstance(a, bool) for a in arguments):
        raise ValueError(
            "a range is (stop), (start, stop) or (start, stop, step) in whole numbers, stop not included; for other "
            "numbers list them, or use {type: uniform, low: …, high: …, step: …}"
        )
    if len(arguments) == 3 and arguments[2] == 0:
        raise ValueError("a range's step must not be 0")
    numbers = range(*arguments)
    if len(numbers) > LARGEST_LIST:
        raise ValueError(f"a range of {len(numbers)} values is too long (at most {LARGEST_LIST}); use a type: int")
    if not numbers:
        raise ValueError(f"the range {arguments} is empty")
    return Categorical(tuple(numbers))


def _range_of(raw: dict) -> Categorical:
    if "step" in raw and "stop" not in raw:
        raise ValueError("range(start, stop, step) lacks 'stop'")
    return _range(tuple(raw[field] for field in ("start", "stop", "step") if field in raw))


def _spaced(raw: dict, at: Callable[[float, float, float], float]) -> Categorical:
    low, high, count = _number(raw, "low"), _number(raw, "high"), _whole(raw, "count")
    if not 1 <= count <= LARGEST_LIST:
        raise ValueError(f"count must be from 1 to {LARGEST_LIST}; found {count}")
    places = [i / (count - 1) for i in range(count)] if count > 1 else [0.0]
    return _categorical([float(f"{at(low, high, t):.12g}") for t in places])


def _geometric(raw: dict) -> Categorical:
    low, high = _number(raw, "low"), _number(raw, "high")
    if not low * high > 0:
        raise ValueError(f"both ends of a geomspace need to be above 0; found {low} and {high}")
    return _spaced(raw, lambda a, b, t: a * (b / a) ** t)


_SKOPT = ("low", "high", "prior?", "log?")
_CALLS: dict[str, tuple[tuple[str, ...], Callable[[dict], Parameter]]] = {
    "uniform": (("low", "high"), _float),
    "loguniform": (("low", "high"), lambda raw: _float(raw, log=True)),
    "quniform": (("low", "high", "step"), _float),
    "float": (("low", "high", "log?", "step?"), lambda raw: _float(_with_prior(raw))),
    "Real": (_SKOPT, lambda raw: _float(_with_prior(raw))),
    "int": (("low", "high", "log?", "step?"), lambda raw: _integer(_with_prior(raw))),
    "Integer": (_SKOPT, lambda raw: _integer(_with_prior(raw))),
    "randint": (("low", "high"), _below),
    "Categorical": (("choices",), _listed),
    "choice": (("choices",), _listed),
    "normal": (("mu", "sigma"), _normal),
    "lognormal": (("mu", "sigma"), lambda raw: _normal(raw, log=True)),
    "range": (("start", "stop?", "step?"), _range_of),
    "linspace": (("low", "high", "count"), lambda raw: _spaced(raw, lambda a, b, t: a + (b - a) * t)),
    "geomspace": (("low", "high", "count"), _geometric),
    "logspace": (("low", "high", "count"), lambda raw: _spaced(raw, lambda a, b, t: 10.0 ** (a + (b - a) * t))),
}
