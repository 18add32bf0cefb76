"""The package's default engine in a race: whichever version of it Python finds."""

from collections.abc import Sequence
from typing import Any

from collection.spaces import Space, configuration
from race_engines import Seen
from snaketune.samplers.base import Observation
from snaketune.samplers.gp import GPSampler
from snaketune.space import space_from_config


def proposed(space: Space, history: Sequence[Seen], n: int, seed: int) -> list[dict[str, Any]]:
    """The next parameter sets; failures are told as such."""
    return [proposal.params for proposal in _sampler(space, seed).ask(observed(history), n)]


def recommended(space: Space, history: Sequence[Seen], seed: int) -> int | None:
    """The index of what the model believes to be the best."""
    return _sampler(space, seed).model_best(observed(history))


def observed(history: Sequence[Seen]) -> list[Observation]:
    """A history as samplers see it."""
    return [
        Observation(params, "failed") if value is None else Observation(params, "complete", (value,))
        for params, value in history
    ]


def _sampler(space: Space, seed: int) -> GPSampler:
    return GPSampler(space_from_config(configuration(space), seed=seed), seed=seed)
