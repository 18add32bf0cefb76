"""What the command line tells the Snakemake that it starts: what was typed, and that it shows the progress itself."""

import json
from collections.abc import MutableMapping, Sequence
from dataclasses import asdict, dataclass

__all__ = ["Caller"]

_NAME = "SNAKETUNE_CALLER"


@dataclass(frozen=True)
class Caller:
    """Who has started Snakemake; `words` are the command that goes on with the study, none if it was Snakemake's own.

    One that `follows` says by itself how far the search is while it runs.
    """

    words: Sequence[str] = ()
    follows: bool = False

    def environment(self) -> dict[str, str]:
        """The variables by which Snakemake knows its caller."""
        return {_NAME: json.dumps(asdict(self))}

    @classmethod
    def taken_from(cls, environment: MutableMapping[str, str]) -> "Caller":
        """The caller as the environment has it, from which it is removed: it is nothing to jobs."""
        told = environment.pop(_NAME, None)
        return cls(**json.loads(told)) if told else cls()
