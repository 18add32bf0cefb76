"""Writes an export by its format's name."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from snaketune.config.exports import FORMATS
from snaketune.errors import StudyError
from snaketune.exporting.described import Described
from snaketune.exporting.places import Written, held
from snaketune.samplers.libraries import missing

__all__ = ["check_libraries", "export"]


def check_libraries(form: str) -> None:
    """Raises a StudyError that says how to install what a format needs and is not there."""
    if lacking := missing(FORMATS[form].libraries):
        raise StudyError(f"export {form} {lacking}")


def export(form: str, found: Described, place: Path, options: Mapping[str, object]) -> Written:
    """Writes what there is of a study in one of the `FORMATS`; whoever exports the same study meanwhile waits.

    Raises:
        StudyError: a library is missing, or something else is at that place, or it can't be written.
    """
    check_libraries(form)
    module = import_module(f"snaketune.exporting.{form}")
    try:
        with held(found.results.layout):
            written: Written = module.write(found, place, options)
    except OSError as error:
        raise StudyError(f"{error.filename or place} can't be written: {error.strerror or error}") from error
    return written
