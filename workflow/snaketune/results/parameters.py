"""The parameters of trials that have been proposed, whether they have a file of their own or not."""

import json
from collections.abc import Mapping
from pathlib import Path

from snaketune.layout import Layout
from snaketune.results.rounds import proposed_tables, read_proposed

__all__ = ["Parameters"]


class Parameters:
    """Those of a study's trials: from their params.json, else from the tables of rounds, each of which is read once.

    A trial is named after its parameters, so that what has been read of it stays true.
    """

    def __init__(self, layout: Layout):
        self._layout = layout
        self._known: dict[str, Mapping[str, object]] = {}
        self._read: set[tuple[Path, int]] = set()

    def of(self, trial: str) -> Mapping[str, object]:
        """The parameters of a trial.

        Raises:
            FileNotFoundError: no round has proposed it.
        """
        if trial not in self._known:
            try:
                self._known[trial] = json.loads(self._layout.params(trial).read_bytes())
            except FileNotFoundError:
                self._read_tables()
        if trial not in self._known:
            raise FileNotFoundError(f"no round has proposed {trial}")
        return self._known[trial]

    def _read_tables(self) -> None:
        for table in proposed_tables(self._layout):
            version = table, table.stat().st_mtime_ns
            if version not in self._read:
                self._known.update((row.trial, row.params) for row in read_proposed(table))
                self._read.add(version)
