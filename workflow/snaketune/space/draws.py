"""NumPy distributions with a count: `normal(0, 1, 5)` is five values, drawn once and then a finite list."""

from collections.abc import Callable
from typing import Any

from snaketune.space.grammar import Call
from snaketune.space.parameters import Float
from snaketune.values import digest, shortened

__all__ = ["DISTRIBUTIONS", "draw", "wants_count"]

# Methods of numpy.random.Generator that draw single numbers -> how many values stand before the count.
DISTRIBUTIONS = {
    "beta": 2, "binomial": 2, "chisquare": 1, "choice": 1, "exponential": 1, "f": 2, "gamma": 2, "geometric": 1,
    "gumbel": 2, "hypergeometric": 3, "integers": 2, "laplace": 2, "logistic": 2, "lognormal": 2, "logseries": 1,
    "loguniform": 2, "negative_binomial": 2, "noncentral_chisquare": 2, "noncentral_f": 3, "normal": 2, "pareto": 1,
    "poisson": 1, "power": 1, "randint": 2, "random": 0, "rayleigh": 1, "standard_cauchy": 0,
    "standard_exponential": 0, "standard_gamma": 1, "standard_normal": 0, "standard_t": 1, "triangular": 3,
    "uniform": 2, "vonmises": 2, "wald": 2, "weibull": 1, "zipf": 1,
}  # fmt: skip
_MOST = 100_000


def wants_count(call: Call) -> bool:
    """Whether the call is a distribution with a count, by position or as `size=`; choice(5, 7) is one of two values."""
    if call.name == "choice" and not isinstance(next(iter(call.args), None), (list, tuple)):
        return "size" in call.options
    return call.name in DISTRIBUTIONS and ("size" in call.options or len(call.args) == DISTRIBUTIONS[call.name] + 1)


def draw(call: Call, *, name: str, seed: int) -> list[Any]:
    """The values that the call draws for the parameter `name` from the study's `seed`.

    `choice` draws without replacement unless `replace=true` says otherwise.

    Raises:
        ValueError: the count or an argument is not one that the distribution takes.
    """
    import numpy as np

    options = dict(call.options)
    *args, count = call.args if "size" not in options else (*call.args, options.pop("size"))
    if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= _MOST:
        raise ValueError(f"the count of {call.name} must be a whole number from 1 to {_MOST}; found {count!r}")
    rng = np.random.default_rng(int(digest([seed, name, call.name]), 16))
    try:
        if call.name == "loguniform":
            build: Callable[..., Float] = Float  # checks its arguments itself
            wanted = build(*args, log=True, **options)
            return [wanted.from_unit(u) for u in rng.random(count).tolist()]
        if call.name == "choice":
            (choices,) = args
            if not isinstance(choices, list | tuple):
                raise ValueError(f"a list to choose from is needed; found {choices!r}")
            picks = rng.choice(len(choices), count, replace=options.pop("replace", False), **options)
            return [choices[i] for i in picks]
        method = getattr(rng, "integers" if call.name == "randint" else call.name)
        values = method(*args, size=count, **options)
    except (TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"{call.name}: {error}") from None
    return [shortened(v) if isinstance(v, float) else v for v in values.tolist()]
