"""The pruner.json of a round, by which its runs are judged."""

from __future__ import annotations

import os

from snaketune.runner.files import Refused, read_bytes
from snaketune.runner.json_numbers import loads
from snaketune.runner.seal import digest_of

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from typing import Any

__all__ = ["NAME", "PrunerFile", "pruner_beside"]

NAME = "pruner.json"


class PrunerFile:
    """The `rule` that a file holds (see `pruning`), and the `digest` of it; `path` is absolute.

    Raises:
        Refused: it can't be read.
    """

    def __init__(self, path: str):
        self.path = os.path.abspath(path)
        content = read_bytes(self.path)
        try:
            if content is None:
                raise ValueError("it is not there")
            self.rule: dict[str, Any] = dict(loads(content))
        except (TypeError, ValueError) as error:
            raise Refused(1, f"{path} can't be read: {error}") from None
        self.digest = digest_of(content)


def pruner_beside(table: str | None) -> PrunerFile | None:
    """The pruner of the round whose trials.csv this is; None if it has none.

    Raises:
        Refused: it can't be read.
    """
    path = os.path.join(os.path.dirname(table), NAME) if table else ""
    found = PrunerFile(path) if table and os.path.exists(path) else None
    return found if found and found.rule else None
