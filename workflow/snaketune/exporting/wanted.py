"""Writes the exports that a study's configuration wants."""

import os
import traceback

from snaketune.errors import StudyError
from snaketune.exporting.described import Described
from snaketune.exporting.formats import export

__all__ = ["write_wanted"]


def write_wanted(found: Described) -> tuple[list[str], list[str]]:
    """Writes all of them; what is to be said of them, and of those that could not be written, a line each.

    All files get the present time: they are those of the present results, though they may have been so before.
    """
    notes, failed = [], []
    folder = found.results.layout.exports()
    for wanted in found.study.exports.wanted:
        try:
            written = export(wanted.form, found, folder / wanted.place, wanted.options)
            for name in wanted.files:
                os.utime(folder / name)
        except (StudyError, OSError) as error:
            failed.append(f"export {wanted.form}: {error}")
        except Exception as error:  # of a library, which is no reason to have none of the others
            traceback.print_exc()
            failed.append(f"export {wanted.form}: {type(error).__name__}: {error}")
        else:
            notes += [f"export {wanted.form}: {note}" for note in written.notes]
    return notes, failed
