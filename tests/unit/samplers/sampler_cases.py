"""Spaces and histories that the samplers' tests share."""

from snaketune.samplers.base import Observation
from snaketune.samplers.gp import GPSampler
from snaketune.samplers.testing import SMALL, SPACES, complete, history, value

__all__ = ["SMALL", "SPACES", "complete", "history", "spread", "value"]


def spread(space, n: int, seed: int = 0) -> list[Observation]:
    """`n` complete observations spread over a space, from an engine without a model."""
    sampler = GPSampler(space, seed=seed, n_initial_points=n, initial="halton")
    return [complete(proposal.params) for proposal in sampler.ask([], n)]
