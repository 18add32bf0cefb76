"""What Snakemake no longer knows: files of which it keeps no note of what they were made from.

It takes such a file for good whatever has changed since. So they are compared here by what they say themselves: results
by their contract, proposals by the search's fingerprint; everything else is made again, which trains nothing.
"""

import base64
import os
from collections.abc import Iterator
from pathlib import Path

from snaketune.config.study import Round, Search, Study
from snaketune.layout import Layout
from snaketune.results.rounds import proposed_ids, read_round, rounds_there
from snaketune.results.store import Store
from snaketune.runner import states
from snaketune.session.outputs import exported_of, outputs_of

__all__ = ["Notes", "judge_unnoted"]

_LONGEST_NAME = 255


class Notes:
    """Snakemake's notes in its folder `state` (.snakemake): a file for each output, named after it in base64."""

    def __init__(self, state: Path):
        self._folder = state / "metadata"
        self.any = self._folder.is_dir() and any(self._folder.iterdir())

    def has(self, output: Path) -> bool:
        """Whether there is a note of how an output was made."""
        name = base64.urlsafe_b64encode(output.as_posix().encode()).decode()
        size = _LONGEST_NAME - 1
        *folders, last = [name[i : i + size] for i in range(0, len(name), size)]
        note = self._folder.joinpath(*(f"@{folder}" for folder in folders), last)
        try:
            return os.stat(note).st_size > 0  # noqa: PTH116  thousands of them
        except OSError:
            return False


def judge_unnoted(study: Study, store: Store, notes: Notes) -> list[str]:
    """Outdates, or removes, what there is no note of and what may be of another configuration.

    Returns what to say of it, where all notes are gone.
    """
    layout = store.layout
    kept = outdated = 0
    for result in layout.root.glob(f"trials/*/*/{states.RESULT}"):
        if notes.has(result):
            continue
        if states.is_of(result, study.run_spec.contract):
            kept += 1
        else:
            states.outdate(result.parent)
            outdated += 1
    for path in list(_tables(study, layout)):
        if not notes.has(path):
            path.unlink(missing_ok=True)
    for path in exported_of(study, layout):
        if path.exists() and not notes.has(path):
            os.utime(path, (0, 0))  # older than all results, and so brought up to date
    kept += 0 if notes.any else sum(store.recorded(*run) for run in store.runs())
    if notes.any or not kept + outdated:
        return []
    others = f", {outdated} of other code, data or command are done again" if outdated else ""
    return [
        f"Snakemake's notes of what files were made from (.snakemake) are gone: {kept} finished runs are taken over by "
        f"their contract{others}; tables and plots are made again"
    ]


def _tables(study: Study, layout: Layout) -> Iterator[Path]:
    """What the workflow makes of results, and rounds whose proposals are not those of the present search."""
    exported = set(exported_of(study, layout))
    yield from (path for path in outputs_of(study, layout) if path not in exported)
    yield layout.finalists
    for search in study.searches.values():
        for round_ in rounds_there(layout, search):
            proposed, ending = layout.proposed(search.name, round_.number), layout.ending(search.name, round_.number)
            yield layout.gathered(search.name, round_.number)
            yield from layout.block(search.name, round_.number, 0).parent.glob("*.done")
            if not _holds(proposed, ending, search, round_):
                yield from (proposed, ending)


def _holds(proposed: Path, ending: Path, search: Search, round_: Round) -> bool:
    """Whether a round is what the search would propose now."""
    if not ending.exists():
        return False
    note = read_round(ending)
    if search.in_rungs:  # how many there should be, and of which kind, its note does not say
        return False
    # The last round of a search without a number of trials has as many as its space.
    ended = search.n_trials is None or note.ending is not None
    return note.fingerprint == search.fingerprint and (ended or len(proposed_ids(proposed)) == round_.size)
