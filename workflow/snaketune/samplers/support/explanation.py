"""What a surrogate believes along each axis of the space, and of each result that it does not know.

Of the surrogate it asks two things alone, `band` and `left_out`, whatever that is made of.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from snaketune.samplers.base import Observation
from snaketune.samplers.explained import BAND, Belief, Explained, LeftOut, Slice
from snaketune.samplers.support.arrays import Bools, Floats
from snaketune.samplers.support.encoding import Encoding
from snaketune.samplers.support.fidelity import Results, is_complete
from snaketune.samplers.support.surrogate import Surrogate, is_feasible

__all__ = ["explanation"]

# Places at which a curve is computed, and up to so many values of an axis that has no more.
_PLACES = 61
# Up to so many numbers stand alone, more of them are a curve.
_SEPARATE = 12


def explanation(encoding: Encoding, surrogate: Surrogate, results: Results) -> Explained:
    """What a surrogate of these `results` believes of the metric, in its units."""
    told = results.observations
    here = [is_complete(o) and place == 0 for o, place in zip(told, results.places.tolist(), strict=True)]
    share = max((o.budget for o, own in zip(told, here, strict=True) if own), default=1.0)
    left_out = tuple(_left_out(surrogate, told, here))
    slices = tuple(_slices(encoding, surrogate, _best_first(encoding, surrogate, told, here)))
    return Explained("", share, sum(here), slices, left_out)


def _left_out(surrogate: Surrogate, told: Sequence[Observation], here: Sequence[bool]) -> Iterator[LeftOut]:
    """The results at the budget that the model looks at: a pruned one has no value there."""
    places, beliefs, below = surrogate.left_out()
    for place, belief, chance in zip(places.tolist(), beliefs.T.tolist(), below.tolist(), strict=True):
        if here[place]:
            yield LeftOut(told[place].params, told[place].measured[0], Belief(*belief), chance)


def _best_first(encoding: Encoding, surrogate: Surrogate, told: Sequence[Observation], here: Sequence[bool]) -> Floats:
    """The points (b, width) of the results by what the model believes of them; first those that may be the best."""
    points = encoding.points([o.params for o in told])
    allowed = [own and is_feasible(o) for o, own in zip(told, here, strict=True)]
    return points[np.lexsort((surrogate.means(points), ~np.array(allowed, bool)))]


def _slices(encoding: Encoding, surrogate: Surrogate, best: Floats) -> Iterator[Slice]:
    """The slices along all axes that are active in some trial.

    Each goes through the best trial with the axis; what becomes active on the way has the value of the best with it.
    """
    known = ~np.isnan(best)
    reserve = np.where(known.any(axis=0), best[known.argmax(axis=0), np.arange(encoding.width)], 0.5)
    for i in np.flatnonzero(known.any(axis=0)).tolist():
        base = best[known[:, i].argmax()]
        places = _places(encoding, i)
        rows = np.repeat(np.where(np.isnan(base), reserve, base)[None], len(places), axis=0)
        rows[:, i] = places
        sets = [encoding.params(row) for row in rows]
        allowed: Bools = np.array([encoding.space.allows(params) for params in sets], bool)
        names = encoding.axes[i].names
        beliefs: list[Belief | None] = [None] * len(sets)
        inside = np.flatnonzero(allowed).tolist()
        if inside:
            found = surrogate.band(encoding.points([sets[k] for k in inside]), BAND)
            for k, belief in zip(inside, found.T.tolist(), strict=True):
                beliefs[k] = Belief(*belief)
        separate = bool(encoding.unordered[i] or 0 < encoding.choices[i] <= _SEPARATE)
        values = tuple(tuple(params[name] for name in names) for params in sets)
        yield Slice(names, values, tuple(beliefs), encoding.params(base), separate)


def _places(encoding: Encoding, i: int) -> Floats:
    """Where along an axis the slice is computed: where its values are, or an even choice of them."""
    places = encoding.parameters[i].places()
    if places is None:
        return np.linspace(0.0, 1.0, _PLACES)
    chosen = np.unique(np.linspace(0, len(places) - 1, min(_PLACES, len(places))).round().astype(int)).tolist()
    return np.array([places[k] for k in chosen])
