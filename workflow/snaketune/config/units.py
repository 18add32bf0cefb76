"""Durations and sizes as people write them."""

import re

from snaketune.runner.sizes import UNITS

__all__ = ["bytes_from", "seconds_from"]

_SECONDS = {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}
_BYTES = UNITS | {unit[:-1]: size for unit, size in UNITS.items() if not unit.endswith("iB")}
_QUANTITY = re.compile(r"\s*(\d+(?:\.\d+)?|\.\d+)\s*([A-Za-z]*)\s*\Z")


def seconds_from(duration: str | int | float) -> float:
    """Seconds of `90`, `90s`, `30m`, `2h`, `1.5d`. Raises ValueError for anything else, and for 0."""
    return float(_amount(duration, _SECONDS, "a duration such as 90s, 30m, 2h or 1d"))


def bytes_from(size: str | int) -> int:
    """Bytes of `1000`, `500MB`, `4GB`, `2GiB`. Raises ValueError for anything else, and for 0."""
    return max(1, int(_amount(size, _BYTES, "a size such as 500MB, 4GB or 2GiB")))


def _amount(quantity: str | int | float, units: dict[str, int], meaning: str) -> float:
    match = _QUANTITY.match(str(quantity))
    by_case = {name.lower(): factor for name, factor in units.items()}
    if not match or match[2].lower() not in by_case:
        raise ValueError(f"{quantity!r} is not {meaning}")
    amount = float(match[1]) * by_case[match[2].lower()]
    if not 0 < amount < 1e18:
        raise ValueError(f"{quantity!r} is not {meaning}: it must be above 0 and not absurdly large")
    return amount
