"""How and where a study was started last, as its session.json has it; and who is at work there."""

from pathlib import Path

from snaketune.layout import Layout
from snaketune.runner.stopping import session_of
from snaketune.session.lock import LOCK, owner_of

__all__ = ["again", "at_work", "place_of"]


def again(layout: Layout) -> list[str]:
    """The words of the command that goes on with the study; none if nobody has noted them."""
    words = session_of(str(layout.root)).get("again")
    return [str(word) for word in words] if isinstance(words, list) else []


def place_of(layout: Layout) -> Path:
    """The folder in which the study was started: that of results/, or above that for a part of another workflow."""
    return layout.root.joinpath(str(session_of(str(layout.root)).get("place") or "../..")).resolve()


def at_work(layout: Layout) -> str | None:
    """Describes who is at work in the folder in which the study was started, None if nobody is."""
    return owner_of(place_of(layout) / ".snakemake" / LOCK)
