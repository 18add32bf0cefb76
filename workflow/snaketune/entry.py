"""The edge of every stage's script: a user's mistake ends it with its message and no traceback."""

import functools
import sys
from collections.abc import Callable

from snaketune.errors import StudyError

__all__ = ["entry_point"]


def entry_point(main: Callable[..., None]) -> Callable[..., None]:
    """`main`, ended with exit status 1 and the message alone where it raises a StudyError."""

    @functools.wraps(main)
    def guarded(*arguments: str) -> None:
        try:
            main(*arguments)
        except StudyError as error:
            sys.exit(f"[snaketune] {error}")

    return guarded
