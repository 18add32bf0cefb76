"""The waves of a round: consecutive runs that are done by the same kind of jobs.

They go by the places of runs in the round, whatever is done already, so that they stay the same while a study grows.
What was known when the round was proposed is noted in its round.json, what was planned later in waves/1.json, ….
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from snaketune.files import write_text
from snaketune.layout import Layout
from snaketune.sums import DamagedFile, read_whole

__all__ = ["Wave", "Waves", "blocks_of", "later_waves", "read_waves", "write_waves"]


@dataclass(frozen=True)
class Wave:
    """The runs of a round from `start` to before `stop`, in jobs of `per_job` runs; None: each in a job of its own."""

    start: int
    stop: int
    per_job: int | None


@dataclass(frozen=True)
class Waves:
    """Waves that were planned together, for runs of a contract and a `trials_per_job`."""

    contract: str | None
    trials_per_job: int | str
    waves: tuple[Wave, ...]

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "Waves":
        """Raises LookupError, TypeError or ValueError for anything else than what `to_json` gives."""
        waves = tuple(Wave(int(start), int(stop), size and int(size)) for start, stop, size in found["waves"])
        return cls(found["contract"], found["trials_per_job"], waves)

    def to_json(self) -> dict[str, Any]:
        waves = [[wave.start, wave.stop, wave.per_job] for wave in self.waves]
        return {"contract": self.contract, "trials_per_job": self.trials_per_job, "waves": waves}


def blocks_of(waves: Sequence[Wave]) -> list[tuple[int, int]]:
    """The blocks of packed runs by their numbers: where in the round each begins, and before what it ends."""
    return [
        (begin, min(begin + wave.per_job, wave.stop))
        for wave in waves
        if wave.per_job
        for begin in range(wave.start, wave.stop, wave.per_job)
    ]


def write_waves(path: Path, waves: Waves) -> None:
    """Writes a waves/<n>.json."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(waves.to_json()) + "\n")


def read_waves(path: Path) -> Waves:
    """What a waves/<n>.json says.

    Raises:
        FileNotFoundError: there is none.
        DamagedFile: it is not what was written.
    """
    try:
        return Waves.from_json(json.loads(read_whole(path)))
    except (LookupError, TypeError, ValueError, AttributeError):
        raise DamagedFile(path, "it does not say how runs are packed") from None


def later_waves(layout: Layout, search: str, number: int) -> list[Waves]:
    """What was planned of a round after it was proposed, in its order; raises DamagedFile."""
    found: list[Waves] = []
    while (path := layout.wave(search, number, len(found) + 1)).exists():
        found.append(read_waves(path))
    return found
