"""Which runs are to be tried again: `--config retry=…` names what became of them, or their trials."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from snaketune.errors import ConfigError, did_you_mean
from snaketune.runner.status import FAILURES, PRUNED

__all__ = ["STATUSES", "Retry", "read_retry"]

_GROUPS: Mapping[str, tuple[str, ...]] = {
    **{status: (status,) for status in (*FAILURES, PRUNED)},
    "all-failed": FAILURES,
}
STATUSES = frozenset(_GROUPS)  # the words that are no trials
_TRIAL = re.compile(r"t[0-9a-f]{16}")


@dataclass(frozen=True)
class Retry:
    """Runs with one of `statuses`, and all runs of some `trials` whatever became of them; `words` are the user's."""

    words: tuple[str, ...]
    statuses: frozenset[str]
    trials: frozenset[str]


def read_retry(given: str | list[str]) -> Retry:
    """What is asked for by a word, or several with commas between them or as a list: statuses and trials' ids.

    Raises:
        ConfigError: a word is neither.
    """
    listed = given if isinstance(given, list) else given.split(",")
    words = tuple(dict.fromkeys(word.strip() for word in listed))
    trials = frozenset(word for word in words if _TRIAL.fullmatch(word))
    for word in words:
        if word not in trials and word not in _GROUPS:
            hint = did_you_mean(word, _GROUPS).removesuffix(".")
            raise ConfigError("retry", f"'{word}' is not one of the known words.{hint}, and the ids of trials.")
    return Retry(words, frozenset(status for word in words for status in _GROUPS.get(word, ())), trials)
