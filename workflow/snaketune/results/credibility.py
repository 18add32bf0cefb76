"""How far a search's model is to be believed: how well it predicts results that it does not know."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import StatisticsError, correlation

from snaketune.runner.signed_rank import ranks_of
from snaketune.samplers.explained import INTERVAL, Explained

__all__ = ["Credibility", "credibility_of", "said_of_models"]

# Of fewer results nothing is said.
_FEWEST = 10
# Rank correlations from which on a model is believed, and from which on roughly: after 15 to 50 trials of five
# functions it is .6 to .98 without noise, .4 to .95 with a tenth of the range, and within .5 of 0 where all is noise.
_GOOD, _ROUGH = 0.7, 0.4


@dataclass(frozen=True)
class Credibility:
    """The rank correlation of predictions with results (0 if one of them does not vary), and how many are `inside`."""

    count: int
    correlation: float
    inside: int

    @property
    def ranks(self) -> bool:
        """Whether the model can tell which of two trials is better, by and large."""
        return self.correlation >= _GOOD

    @property
    def roughly(self) -> bool:
        """Whether it does so better than chance would."""
        return self.correlation >= max(_ROUGH, 2 / math.sqrt(max(self.count - 1, 1)))

    @property
    def narrow(self) -> bool:
        """Whether there are fewer results inside their intervals than chance explains, and 3 % less."""
        return self.inside < (INTERVAL - 0.03) * self.count - 2 * math.sqrt(INTERVAL * (1 - INTERVAL) * self.count)

    @property
    def enough(self) -> bool:
        """Whether there are results enough to say anything."""
        return self.count >= _FEWEST

    @property
    def believed(self) -> bool:
        """Whether there is nothing to be wary of."""
        return self.enough and self.ranks and not self.narrow

    @property
    def figures(self) -> str:
        """The two figures in words."""
        held = f"{100 * INTERVAL:.0f} % intervals hold {100 * self.inside / max(self.count, 1):.0f} % of {self.count}"
        return f"a rank correlation of {self.correlation:.2f}, and its {held}"

    @property
    def verdict(self) -> str:
        """What to make of them."""
        if self.ranks:
            return "it can be believed" + (" in what is better, but its intervals are too narrow" * self.narrow)
        if self.roughly:
            narrow = ", and its intervals are too narrow" if self.narrow else ""
            return f"it can be believed roughly: where good trials are, not which of them is the best{narrow}"
        return (
            "it can't be believed: compare with a random search; more trials, replicates where results are noisy, or a"
            " wider space may help"
        )

    @property
    def said(self) -> str:
        """The figures and the verdict as what follows upon `the model`."""
        if not self.enough:
            return f"has too few results ({self.count}) to say whether it can be believed"
        return f"predicts left-out trials with {self.figures}: {self.verdict}"


def credibility_of(explained: Explained) -> Credibility:
    """How far a model is to be believed, by the results that were left out."""
    predicted, _ = ranks_of([each.belief.mean for each in explained.left_out])
    observed, _ = ranks_of([each.observed for each in explained.left_out])
    try:
        found = correlation(predicted, observed)
    except StatisticsError:  # fewer than two, or all the same
        found = 0.0
    return Credibility(len(observed), found, sum(each.inside for each in explained.left_out))


def said_of_models(models: Mapping[str, Explained]) -> list[str]:
    """A sentence of each search's model, of how far it is to be believed or why there is none."""
    return [
        f"There is no model of {name}: {explained.why}."
        if explained.why
        else f"The model of {name} {credibility_of(explained).said}."
        for name, explained in models.items()
    ]
