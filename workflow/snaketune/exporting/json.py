"""The study as one JSON document, for whatever reads JSON."""

from collections.abc import Mapping
from pathlib import Path

from snaketune.exporting.described import Described
from snaketune.exporting.document import document_text
from snaketune.exporting.places import Written, put

__all__ = ["write"]


def write(found: Described, place: Path, options: Mapping[str, object]) -> Written:
    """Writes the document as the file `place`; there are no options."""
    content = document_text(found).encode("utf-8", "backslashreplace")
    return Written(str(place), put(place, content))
