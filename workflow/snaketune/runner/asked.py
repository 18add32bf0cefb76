"""How many GPUs runs ask for, and among which: as the words that start a runner say it."""

from __future__ import annotations

__all__ = ["asked_of", "found_of"]


def asked_of(devices: str | None, attempt: int) -> float | None:
    """How many GPUs a run asks for in an attempt, from a number for each attempt, or one for all; None if not said."""
    numbers = list(map(float, devices.split(","))) if devices else []
    return numbers[:attempt][-1] if numbers else None


def found_of(among: str | None) -> list[str] | None:
    """The ids of the GPUs that were found on this machine, or "none"; None if nobody has looked."""
    return None if among is None else [] if among == "none" else among.split(",")
