"""Sizes in bytes, as people write them."""

from __future__ import annotations

import math

__all__ = ["UNITS", "in_decimal", "in_unit", "unit_of"]

# Decimal and binary; the bytes that each stands for.
UNITS = {"B": 1}
UNITS.update((f"{letter}B", 1000**power) for power, letter in enumerate("kMGT", 1))
UNITS.update((f"{letter}iB", 1024**power) for power, letter in enumerate("KMGT", 1))


def unit_of(size: int) -> str:
    """The largest unit of which `size` is a whole number: the one in which somebody has written it."""
    return max((unit for unit in UNITS if size % UNITS[unit] == 0), key=lambda unit: UNITS[unit])


def in_unit(size: int, unit: str) -> str:
    """`size` in a unit, with up to two digits behind the point, rounded up: it exceeds what it exceeded before."""
    return f"{math.ceil(size * 100 / UNITS[unit]) / 100:.12g} {unit}"


def in_decimal(size: int) -> str:
    """`size` in the decimal unit that fits it."""
    return in_unit(size, [unit for unit in UNITS if not unit.endswith("iB") and UNITS[unit] <= max(size, 1)][-1])
