"""No parameter set twice: which ones have been, and streams without repetitions."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from snaketune.errors import StudyError
from snaketune.space import Space
from snaketune.values import digest, trial_id

__all__ = ["Distinct", "distinct"]

# So many points in a row that bring nothing new end the stream: the space has hardly any more to give.
PATIENCE = 2000
LARGEST_ENUMERATION = 1_000_000


class Distinct:
    """A set of parameter sets; two are the same if they have the same trial id."""

    def __init__(self, sets: Iterable[Mapping[str, Any]] = ()):
        self._trials = set(map(trial_id, sets))

    def __len__(self) -> int:
        return len(self._trials)

    def __contains__(self, params: Mapping[str, Any]) -> bool:
        return trial_id(params) in self._trials

    def add(self, params: Mapping[str, Any]) -> bool:
        """Notes a parameter set; whether it is new."""
        before = len(self._trials)
        self._trials.add(trial_id(params))
        return len(self._trials) > before


def distinct(space: Space, points: Iterable[Callable[[str], float]], seed: int) -> Iterator[dict[str, Any]]:
    """The parameter sets at `points`, each once, without those that the constraints rule out.

    Each point is a function from an axis' name to u in [0, 1). Where the points run dry in a finite space, its
    remaining parameter sets follow in an order drawn from `seed`.

    Raises:
        StudyError: hardly any point satisfies the constraints of an infinite space.
    """
    seen = Distinct()
    idle = 0
    for unit_of in points:
        params = space.from_units(unit_of)
        if space.allows(params) and seen.add(params):
            idle = 0
            yield params
            continue
        idle += 1
        if idle >= PATIENCE:
            break
    if space.size is not None and space.size <= LARGEST_ENUMERATION:
        rest = [params for params in space.grid() if params not in seen]
        yield from sorted(rest, key=lambda params: digest([seed, params]))
    elif idle >= PATIENCE:
        raise StudyError(
            f"{PATIENCE} parameter sets drawn in a row were repetitions or violated the constraints after "
            f"{len(seen)} good ones; loosen the constraints or ask for fewer trials (n_trials)"
        )
