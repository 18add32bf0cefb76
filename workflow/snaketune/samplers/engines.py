"""All engines of Bayesian search by name: the one place that lists them. Importing it imports nothing heavy."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from snaketune.samplers.base import Sampler
from snaketune.samplers.libraries import Library
from snaketune.samplers.strategy import called
from snaketune.space import Space

__all__ = ["ENGINES", "Engine", "engines_with"]


_SKOPT = Library("skopt", "scikit-optimize>=0.10.2")
_OPTUNA = Library("optuna", "optuna>=4.5")
# What Optuna itself does not install.
_OF_SAMPLERS = {
    "GPSampler": (Library("torch", "torch"),),
    "CmaEsSampler": (Library("cmaes", "cmaes>=0.12"),),
}


def _nothing(options: Mapping[str, Any]) -> tuple[Library, ...]:
    return ()


def _skopt(options: Mapping[str, Any]) -> tuple[Library, ...]:
    return (_SKOPT,)


def _optuna(options: Mapping[str, Any]) -> tuple[Library, ...]:
    return (_OPTUNA, *_OF_SAMPLERS.get(options.get("sampler", {}).get("type"), ()))


@dataclass(frozen=True)
class Engine:
    """An entry of the registry.

    `sampler` names the function that builds the sampler, as `module:function`, which is imported when one is built
    and called as `function(space, seed=…, options=…)`. `options` are the keys that not all engines know, `required`
    those of them without which there is nothing to do, with an example; `acquisitions` the kinds that it takes;
    `several` whether it takes several objectives, `priors` whether what the user believes of parameters has an effect,
    `explains` whether its model can say what it believes (`Explaining`).
    """

    sampler: str
    options: tuple[str, ...] = ()
    required: Mapping[str, str] = field(default_factory=dict)
    acquisitions: tuple[str, ...] = ()
    several: bool = True
    priors: bool = False
    explains: bool = False
    # The libraries that it needs with the options of a search.
    needs: Callable[[Mapping[str, Any]], tuple[Library, ...]] = _nothing

    def build(self, space: Space, *, seed: int, options: Mapping[str, Any]) -> Sampler:
        """The engine's sampler over a space; `options` are those of the search.

        Raises:
            ValueError: the options don't fit together.
            ImportError: a library that it needs is missing.
        """
        sampler: Sampler = called(self.sampler)(space, seed=seed, options=options)
        return sampler


ENGINES: Mapping[str, Engine] = {
    "gp": Engine(
        "snaketune.samplers.gp:build",
        ("acquisition",),
        acquisitions=("ei", "lcb", "pi"),
        priors=True,
        explains=True,
    ),
    "skopt": Engine(
        "snaketune.samplers.skopt:build",
        ("acquisition", "surrogate", "batch"),
        acquisitions=("ei", "lcb", "pi", "gp_hedge"),
        several=False,
        priors=True,
        needs=_skopt,
    ),
    "optuna": Engine(
        "snaketune.samplers.optuna:build", ("sampler",), required={"sampler": "{type: TPESampler}"}, needs=_optuna
    ),
}


def engines_with(option: str) -> Iterator[str]:
    """The names of the engines that know an option."""
    return (name for name, engine in ENGINES.items() if option in engine.options)
