"""Rounds of studies that were begun when a search without a `batch_size` came in rounds of 250 trials.

They keep that size, so that none of their rounds is proposed again and their tables stay what they are.
"""

from dataclasses import replace

from snaketune.config.searches import FORMER_ROUND
from snaketune.config.study import Study
from snaketune.layout import Layout
from snaketune.results.rounds import read_round
from snaketune.sums import DamagedFile

__all__ = ["with_former_rounds"]


def with_former_rounds(study: Study, layout: Layout) -> Study:
    """The study, in which searches that were begun in such rounds and say nothing of their size go on in them."""
    given = study.config["searches"]
    in_batches = [name for name, search in study.searches.items() if not (search.in_rungs or search.compares)]
    former = [name for name in in_batches if "batch_size" not in given[name] and _begun_so(layout, name)]
    if not former:
        return study
    searches = {name: replace(study.searches[name], batch_size=FORMER_ROUND) for name in former}
    raw = {name: {**given[name], "batch_size": FORMER_ROUND} for name in former}
    return replace(
        study,
        searches={**study.searches, **searches},
        config={**study.config, "searches": {**given, **raw}},
    )


def _begun_so(layout: Layout, search: str) -> bool:
    """Whether the first round was proposed as one of so many, or before its size was noted."""
    if not layout.proposed(search, 0).exists():
        return False
    try:
        return read_round(layout.ending(search, 0)).batch_size in (None, FORMER_ROUND)
    except (FileNotFoundError, DamagedFile):
        return layout.proposed(search, 1).exists()
