"""Makes an endless stream of points of the unit cube into distinct parameter sets."""

from collections.abc import Callable, Iterable, Iterator

from snaketune.errors import StudyError
from snaketune.space import Space
from snaketune.values import digest, trial_id

__all__ = ["distinct"]

# So many points in a row that bring nothing new end the stream: the space has hardly any more to give.
PATIENCE = 2000
LARGEST_ENUMERATION = 1_000_000


def distinct(space: Space, points: Iterable[Callable[[str], float]], seed: int) -> Iterator[dict]:
    """The parameter sets at `points`, each once, without those that the constraints rule out.

    Each point is a function from an axis' name to u in [0, 1). Where the points run dry in a finite space, its
    remaining parameter sets follow in an order drawn from `seed`.

    Raises:
        StudyError: hardly any point satisfies the constraints of an infinite space.
    """
    seen: set[str] = set()
    idle = 0
    for unit_of in points:
        params = space.from_units(unit_of)
        trial = trial_id(params)
        if trial in seen or not space.allows(params):
            idle += 1
            if idle >= PATIENCE:
                break
            continue
        idle = 0
        seen.add(trial)
        yield params
    if space.size is not None and space.size <= LARGEST_ENUMERATION:
        rest = [params for params in space.grid() if trial_id(params) not in seen]
        yield from sorted(rest, key=lambda params: digest([seed, params]))
    elif idle >= PATIENCE:
        raise StudyError(
            f"{PATIENCE} parameter sets drawn in a row were repetitions or violated the constraints after "
            f"{len(seen)} good ones; loosen the constraints or ask for fewer trials (n_trials)"
        )
