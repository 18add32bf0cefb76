"""Writes an export by its format's name."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from snaketune.config.exports import FORMATS
from snaketune.errors import StudyError
from snaketune.exporting.described import Described
from snaketune.exporting.places import Written, held
from snaketune.samplers.libraries import missing

__all__ = ["export"]


def export(form: str, found: Described, place: Path, options: Mapping[str, object]) -> Written:
    """Writes what there is of a study in one of the `FORMATS`.

    Raises:
        StudyError: a library is missing, or something else is at that place.
    """
    if lacking := missing(FORMATS[form].libraries):
        raise StudyError(f"export {form} {lacking}")
    with held(place.parent):
        written: Written = import_module(f"snaketune.exporting.{form}").write(found, place, options)
    return written
