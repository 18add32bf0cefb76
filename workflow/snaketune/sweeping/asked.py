"""What the user asks of a search beside the space: strategy, trials, metric, and how they become keys of a study."""

import re
from dataclasses import dataclass
from typing import Any

from snaketune.config.hints import instead_of
from snaketune.config.schema import keys_of_strategy
from snaketune.errors import StudyError, did_you_mean
from snaketune.samplers.registry import STRATEGIES, strategy_named
from snaketune.values import number_from_text

__all__ = ["DEFAULT_STRATEGY", "DEFAULT_TRIALS", "Asked"]

DEFAULT_STRATEGY, DEFAULT_TRIALS = "bayes", 30
_BUDGET = re.compile(r"([A-Za-z_][\w-]*)=([^:]+):([^:]+)\Z")


@dataclass(frozen=True)
class Asked:
    """What is said of a search by options; None is what is not said.

    `budget` is `epochs=1:27`, the option that says how long the program trains, with the least and the most.
    """

    strategy: str = DEFAULT_STRATEGY
    trials: int | None = None
    metric: str | None = None
    direction: str | None = None
    study: str | None = None
    seed: int | None = None
    batch_size: int | None = None
    budget: str | None = None
    timeout: str | None = None

    def search(self) -> dict[str, Any]:
        """The study's key `search`.

        Raises:
            StudyError: there is no such strategy, it has no number of trials or no rounds, or it lacks a budget.
        """
        if self.strategy not in STRATEGIES:
            instead = instead_of(self.strategy) or did_you_mean(self.strategy, STRATEGIES)
            raise StudyError(f"--strategy: there is no '{self.strategy}'.{instead}")
        known = keys_of_strategy(self.strategy)
        if self.strategy == "list":
            raise StudyError("--strategy list runs points that a study lists: write it as YAML, or sweep with grid")
        search: dict[str, Any] = {"strategy": self.strategy}
        if "n_trials" in known:
            search["n_trials"] = DEFAULT_TRIALS if self.trials is None else self.trials
        elif self.trials is not None:
            reason = "runs every combination" if self.strategy == "grid" else "follows from its budget how many it runs"
            raise StudyError(f"--trials: {self.strategy} {reason}: leave it out, or take --strategy random")
        if self.batch_size is not None:
            search["batch_size"] = self.batch_size
        if self.budget is not None:
            search["budget"] = self._budget()
        elif strategy_named(self.strategy).schedule is not None:
            raise StudyError(
                f"--strategy {self.strategy} trains many trials a little: say by --budget epochs=1:27 which option of "
                "the script says how long, and the least and the most"
            )
        return search

    def _budget(self) -> dict[str, Any]:
        match = _BUDGET.match(self.budget or "")
        least, most = (number_from_text(match[end]) for end in (2, 3)) if match else (None, None)
        if match is None or least is None or most is None:
            raise StudyError(
                f"--budget: name an option and its least and largest value, epochs=1:27; found {self.budget}"
            )
        return {"name": match[1].replace("-", "_"), "min": least, "max": most}

    @property
    def budget_words(self) -> list[str]:
        """How the program is told of its budget."""
        return [f"--{self.budget.partition('=')[0]}", "{budget}"] if self.budget else []
