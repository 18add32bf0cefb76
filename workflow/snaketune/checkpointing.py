"""Where a training script finds what it can go on from, and where it saves that.

Only the standard library is imported, and only when needed, so that a training script may import this at no
cost.
"""

import collections

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Checkpoint", "checkpoint"]


class Checkpoint(collections.namedtuple("Checkpoint", "load save")):
    """Two folders: `load` holds what to go on from, and is None if there is nothing; `save` is for what to save."""

    __slots__ = ()
    load: "Path | None"
    save: "Path"


def checkpoint() -> Checkpoint:
    """The folders of this run's checkpoints; that of `save` is there. Outside of a search: None, and ./checkpoint.

    What is in `load` was saved by an earlier attempt at this run, which was killed (then it is that of `save`), or
    by the run of the same trial with the budget before, which is to be read only. A kill may come at any moment: write
    a file beside the one that it is to replace, by a name that ends in .tmp, and rename it (os.replace).

    Raises:
        OSError: the folder can't be made.
    """
    import os
    from pathlib import Path

    load, save = os.environ.get("SNAKETUNE_RESUME"), Path(os.environ.get("SNAKETUNE_CHECKPOINT", "checkpoint"))
    save.mkdir(parents=True, exist_ok=True)
    return Checkpoint(Path(load) if load else None, save)
