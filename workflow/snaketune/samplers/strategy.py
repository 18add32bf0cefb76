"""What the rest of SnakeTune asks about a strategy, so that nothing else needs to know which one it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from snaketune.samplers.base import Sampler
from snaketune.samplers.brackets import Budget
from snaketune.samplers.libraries import Library
from snaketune.samplers.schedule import Schedule
from snaketune.space import Space

__all__ = ["WHOLE", "Given", "Strategy", "called"]

WHOLE = 1_000_000  # trials: no search has more


@dataclass(frozen=True)
class Given:
    """A search as the configuration gives it.

    `options` are the strategy's own keys with their defaults, `several` says that the study has several objectives;
    relative paths start at `root`.
    """

    options: Mapping[str, Any]
    space: Space
    several: bool
    root: Path


def _any_space(space: Space) -> None:
    return None


def _as_given(given: Given) -> dict[str, Any]:
    return dict(given.options)


def _at_most(space: Space, n_trials: int | None, options: Mapping[str, Any]) -> int:
    """So many trials as were asked for, unless the space has fewer parameter sets."""
    if n_trials is None:
        raise ValueError("a strategy without n_trials has to say how many trials it plans")
    return n_trials if space.size is None else min(space.size, n_trials)


def _nothing(options: Mapping[str, Any]) -> tuple[Library, ...]:
    return ()


def _never(options: Mapping[str, Any]) -> bool:
    return False


def _one_batch(batch_size: int, options: Mapping[str, Any]) -> int:
    return batch_size


def _all(options: Mapping[str, Any]) -> int:
    return WHOLE


@dataclass(frozen=True)
class Strategy:
    """An entry of the registry. Its functions are light: reading a study calls them, in every job of a cluster.

    `sampler` names the function that builds the sampler, as `module:function`; it is imported when a sampler is built,
    and is called as `function(space, seed=…, n_trials=…, options=…)`.
    """

    sampler: str
    # Whether the proposals depend on results; if not, a sampler may count the history and look at nothing else.
    learns: bool = False
    # Whether the proposals depend on `n_trials` as a whole, so that more trials are other trials.
    whole: bool = False
    # Raises ConfigError for a space that the strategy can't search.
    check: Callable[[Space], None] = _any_space
    # The options as samplers and stages use them; raises ConfigError where they don't fit together.
    read: Callable[[Given], dict[str, Any]] = _as_given
    # At most how many trials there will be, known without a look at the space's constraints.
    most: Callable[[Space, int | None, Mapping[str, Any]], int] = _at_most
    # How many trials there will be, as far as that can be told quickly; without it, `most` is the answer.
    count: Callable[[Space], int | None] | None = None
    # The size of the first round of a search that starts without results.
    first_round: Callable[[int, Mapping[str, Any]], int] = _one_batch
    # In which rounds a search with a budget comes, of its budget, its number of trials, how many it has in a round, the
    # rounds that it does not wait for and the options; without it, in rounds of trials that are trained once.
    schedule: Callable[[Budget, int | None, int, int, Mapping[str, Any]], Schedule] | None = None
    # How many new trials a round has where the configuration does not say it.
    batch_size: Callable[[Mapping[str, Any]], int] = _all
    # Whether what the user believes of parameters (`prior`) has an effect.
    uses_priors: Callable[[Mapping[str, Any]], bool] = _never
    # Whether its sampler's model can say what it believes (`Explaining`).
    explains: Callable[[Mapping[str, Any]], bool] = _never

    # The libraries that the options need beside those that are always there.
    needs: Callable[[Mapping[str, Any]], tuple[Library, ...]] = _nothing

    def build(self, space: Space, *, seed: int, n_trials: int | None, options: Mapping[str, Any]) -> Sampler:
        """The strategy's sampler over a space.

        Raises:
            ValueError: the options don't fit together.
            ImportError: a library that it needs is missing.
        """
        sampler: Sampler = called(self.sampler)(space, seed=seed, n_trials=n_trials, options=options)
        return sampler

    def planned(self, space: Space, n_trials: int | None, options: Mapping[str, Any]) -> int:
        """How many trials a search has unless it ends early."""
        counted = self.count(space) if self.count else None
        return self.most(space, n_trials, options) if counted is None else counted


def called(name: str) -> Callable[..., Any]:
    """The function that `module:function` names; the module, which may be heavy, is imported now."""
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found
