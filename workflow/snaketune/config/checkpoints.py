"""Which checkpoints stay on the disk: those of runs with a budget, from which trials go on with a larger one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from snaketune.config.units import bytes_from
from snaketune.errors import ConfigError

__all__ = ["Checkpoints", "read_checkpoints"]


@dataclass(frozen=True)
class Checkpoints:
    """Which checkpoints are kept: those of which there may be need, and of the last rung those of the `best`.

    `best` is None for all of the last rung, `everything` keeps those of which there is no need as well. All together
    are to be of at most `max_disk` bytes (None: of any size).
    """

    everything: bool = False
    best: int | None = None
    max_disk: int | None = None


def read_checkpoints(raw: Mapping[str, Any]) -> Checkpoints:
    """What `objective.checkpoints` says, checked by the schema; nothing in studies from before there was such a key.

    Raises:
        ConfigError: it names no size.
    """
    keep = raw.get("keep", "promotable")
    try:
        most = bytes_from(raw["max_disk"]) if "max_disk" in raw else None
    except ValueError as error:
        raise ConfigError("objective.checkpoints.max_disk", str(error)) from None
    return Checkpoints(keep == "all", keep["best"] if isinstance(keep, Mapping) else None, most)
