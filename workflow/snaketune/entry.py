"""The edge of every stage's script: what a user has to mend ends it with its message and no traceback."""

import errno
import functools
import sys
from collections.abc import Callable

from snaketune.errors import StudyError
from snaketune.garbage import collect_seldom

__all__ = ["entry_point"]

_NOTHING_WRITTEN = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)


def entry_point(main: Callable[..., None]) -> Callable[..., None]:
    """`main`, ended with exit status 1 and a message alone where it raises a StudyError, or nothing can be written."""

    @functools.wraps(main)
    def guarded(*arguments: str) -> None:
        collect_seldom()
        try:
            main(*arguments)
        except StudyError as error:
            sys.exit(f"[snaketune] {error}")
        except OSError as error:
            if error.errno not in _NOTHING_WRITTEN:
                raise
            sys.exit(f"[snaketune] {error.filename or 'a file'} can't be written: {error.strerror}")

    return guarded
