"""Samplers propose parameter sets: `ask(history, n)`. One class per file; heavy libraries are imported where used."""

from snaketune.samplers.base import Observation, Part, Proposal, Rung, Sampler
from snaketune.samplers.registry import sampler_for

__all__ = ["Observation", "Part", "Proposal", "Rung", "Sampler", "sampler_for"]
