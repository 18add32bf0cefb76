"""In which parts the trials of a search do their folds or replicates, where a pruner looks at them in between."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from snaketune.config.pruner import Pruner
from snaketune.errors import ConfigError
from snaketune.runner.run_id import RunId
from snaketune.samplers.base import Part

__all__ = ["Parts", "parts_from"]


@dataclass(frozen=True)
class Parts:
    """Trials do their folds (or replicates, `over` says which) up to each of `ends`, one part after the other."""

    over: str
    ends: tuple[int, ...]

    def runs_of(self, part: Part, runs: Sequence[RunId]) -> tuple[RunId, ...]:
        """Those of a trial's runs that are a part; of several replicates those of the same folds, or the other way."""
        places = (run.fold if self.over == "folds" else run.replicate for run in runs)
        return tuple(
            run
            for run, place in zip(runs, places, strict=True)
            if place is not None and part.start <= place < part.stop
        )


def parts_from(pruner: Pruner | None, objective: Mapping[str, Any], *, budget: bool) -> Parts | None:
    """The parts for a pruner; None if it does not look at trials between their runs.

    Raises:
        ConfigError: trials have too few runs for it, or their runs have a `budget`.
    """
    if pruner is None or pruner.over is None:
        return None
    over, total = pruner.over, objective.get(pruner.over, 1)
    if budget:
        raise ConfigError(
            "pruner.over",
            f"{over} can't be pruned in a search with a budget, which trains trials further or not as a whole; "
            "leave out one of the two (a search without a pruner says pruner: none)",
        )
    if total < 2:
        raise ConfigError(
            "pruner.over", f"is {over}, of which a trial has one: set objective.{over} to 2 at least, or remove 'over'"
        )
    others = {"folds": objective["replicates"], "replicates": objective.get("folds", 1)}
    looks = pruner.looks(total, others[over])
    return Parts(over, (*looks, total))
