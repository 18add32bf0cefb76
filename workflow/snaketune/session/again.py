"""The command that a study was started with last, as its session.json has it."""

from snaketune.layout import Layout
from snaketune.runner.stopping import session_of

__all__ = ["again"]


def again(layout: Layout) -> list[str]:
    """The words of the command that goes on with the study; none if nobody has noted them."""
    words = session_of(str(layout.root)).get("again")
    return [str(word) for word in words] if isinstance(words, list) else []
