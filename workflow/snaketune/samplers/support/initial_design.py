"""How a Bayesian search begins: with the user's points, then with a design that fills the space."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from snaketune.samplers.base import Proposal
from snaketune.samplers.support.designs import DESIGNS, Row, design
from snaketune.samplers.support.encoding import Encoding
from snaketune.samplers.support.evaluated import Evaluated
from snaketune.values import canonical

__all__ = ["InitialDesign", "checked_points", "model_options"]

# Rows of the design that are looked at to find those that are allowed and new.
_PATIENCE = 4096


@dataclass(frozen=True)
class InitialDesign:
    """Given `points`, then a design (`sobol`, `lhs`, `halton`, `random`) until there are `count` trials.

    Raises:
        ValueError: an unknown design, a count below 1, a point outside the space.
    """

    encoding: Encoding
    design: str
    count: int
    seed: int
    points: tuple[dict[str, Any], ...] = field(default=())

    def __post_init__(self) -> None:
        if self.design not in DESIGNS:
            raise ValueError(f"initial must be one of {', '.join(DESIGNS)}; found {self.design!r}")
        if self.count < 1:
            raise ValueError(f"n_initial_points must be 1 or more; found {self.count}")
        checked_points(self.encoding, self.points)

    def proposals(self, evaluated: Evaluated) -> Iterator[Proposal]:
        """What is still to be proposed, in order; each is noted in `evaluated` as it is taken."""
        for params in self.points:
            if evaluated.add(params):
                yield Proposal(params, "given")
        if len(evaluated) >= self.count:
            return
        for row in self._rows():
            for point in self.encoding.realise(row[None]):
                params = self.encoding.params(point)
                if evaluated.add(params):
                    yield Proposal(params, "initial")
            if len(evaluated) >= self.count:
                return

    def _rows(self) -> Iterator[Row]:
        """Rows (width,) that fill the space evenly; where the user believes something, every other one as that says.

        The first of these is the user's best guess. A wrong belief leaves half a design that knows nothing of it.
        """
        width = self.encoding.width
        rows = islice(design(self.design, self.count, max(width, 1), self.seed), _PATIENCE)
        for i, row in enumerate(rows):
            if not self.encoding.believes or i % 2:
                yield row[:width]
            else:
                yield self.encoding.believed(row[:width]) if i else self.encoding.centred(row[:width])


def checked_points(encoding: Encoding, points: Iterable[Mapping[str, object]]) -> None:
    """Raises ValueError for a point that is not in the space."""
    for point in points:
        if why := encoding.space.why_outside(point):
            raise ValueError(f"the point {canonical(point)} is not in the space: {why}")


def model_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """The search's options that engines with a model and an initial design take, as keywords of their samplers."""
    acquisition = dict(options["acquisition"])
    return {
        "acquisition": acquisition.pop("type"),
        **acquisition,
        **{key: options[key] for key in ("initial", "n_initial_points", "points")},
    }
