"""Where results that were told by hand have their place: in the first batch of their search that is not proposed yet.

That is found out when a workflow begins, which then notes it: what a workflow has proposed stays as it is, however
much was told while it was at work.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import count, takewhile
from pathlib import Path
from typing import Any

from snaketune.config.read import load_study, read_saved
from snaketune.config.study import Search, Study
from snaketune.config.told import with_told
from snaketune.layout import Layout
from snaketune.results.rounds import proposed_ids
from snaketune.results.told import Told, ToldBook, opened, read_told
from snaketune.sums import DamagedFile
from snaketune.values import trial_id

__all__ = ["load_told_by_now", "note_places", "study_with_told", "with_told_at_start", "with_told_by_now"]

_MOST_NAMED = 5


def with_told_by_now(study: Study, layout: Layout) -> Study:
    """The study with all that was told by now, and notices of it."""
    book = read_told(layout.told)
    found = study_with_told(study, layout, book)
    return replace(found, notices=(*found.notices, *_notices(found, layout, book)))


def load_told_by_now(layout: Layout) -> Study:
    """The study as it was started last, with all that was told by now; raises what `read_saved` raises."""
    return with_told_by_now(load_study(layout.study), layout)


def with_told_at_start(study: Study, layout: Layout) -> Study:
    """The study with what the workflow that is at work began with, as study.json says."""
    try:
        rows = read_saved(layout.study)["config"].get("told", [])
    except (OSError, DamagedFile):
        rows = []
    return _with_rows(study, rows)


def study_with_told(study: Study, layout: Layout, book: ToldBook) -> Study:
    """The study with what a book says was told."""
    tables = _Tables(study, layout)
    return _with_rows(study, [_row(told if told.noted else tables.placed(told)) for told in book.told.values()])


def note_places(study: Study, layout: Layout) -> None:
    """Notes where a workflow that begins finds what was told."""
    rows = {row["trial"]: row for row in study.config.get("told", ())}
    if not rows:
        return
    with opened(layout.told) as file:
        new = [told for told in file.book.told.values() if not told.noted and told.trial in rows]
        places = [replace(told, batch=rows[told.trial]["batch"], found=rows[told.trial]["found"]) for told in new]
        if places:
            file.add([told.place for told in places])


def _with_rows(study: Study, rows: Sequence[Mapping[str, Any]]) -> Study:
    if not rows:
        return study
    searches = {name: with_told(search, rows) for name, search in study.searches.items()}
    return replace(study, searches=searches, config={**study.config, "told": rows})


def _row(told: Told) -> dict[str, Any]:
    """A row of the configuration, as `config.told` reads it."""
    row = {name: value for name, value in vars(told).items() if name != "noted"}
    return row | {"found": {name: list(numbers) for name, numbers in told.found.items()}}


class _Tables:
    """What is proposed by now."""

    def __init__(self, study: Study, layout: Layout):
        self._study, self._layout = study, layout

    def placed(self, told: Told) -> Told:
        """What was told, with its place."""
        found = {name: [n for n, ids in enumerate(rounds) if told.trial in ids] for name, rounds in self._ids.items()}
        found = {name: numbers for name, numbers in found.items() if numbers}
        search = self._study.searches.get(told.search or "")
        if told.batch is None and search is not None and search.name not in found and not _has(search, told.trial):
            told = replace(told, batch=self._batches(search))
        return replace(told, found=found)

    @cached_property
    def _ids(self) -> dict[str, list[set[str]]]:
        """The trials of each round of each search."""
        return {name: [_ids_in(path) for path in self._tables(name)] for name in self._study.searches}

    def _tables(self, search: str) -> Iterator[Path]:
        return takewhile(Path.exists, (self._layout.proposed(search, number) for number in count()))

    def _batches(self, search: Search) -> int:
        """How many batches of new trials are proposed."""
        return sum(not search.round(number).step.below for number in range(len(self._ids[search.name])))


def _has(search: Search, trial: str) -> bool:
    """Whether the search comes to the trial anyway, all of whose trials are known."""
    if search.n_trials is not None:
        return False
    return "points" not in search.options or trial in set(map(trial_id, search.options["points"]))


def _ids_in(path: Path) -> set[str]:
    try:
        return set(proposed_ids(path))
    except DamagedFile:  # it is set aside and made again
        return set()


def _notices(study: Study, layout: Layout, book: ToldBook) -> Iterator[str]:
    """What the user should know of it, a line each."""
    for line in book.damaged:
        yield f"{layout.told}, line {line}, is damaged: what was told there is not known any more"
    known = {trial for search in study.searches.values() for trial in search.imported}
    for trial in [trial for trial in book.told if trial not in known][:_MOST_NAMED]:
        yield f"{trial}, of which a result was told, is in the space of no search any more; it is left out"
    asked: dict[str, list[str]] = {}
    for each in book.open.values():
        asked.setdefault(each.search, []).append(each.trial)
    for search, trials in asked.items():
        named = ", ".join(trials[:_MOST_NAMED]) + (", …" if len(trials) > _MOST_NAMED else "")
        yield (
            f"{search}: of {len(trials)} trials that were asked for nothing has been told yet ({named}): they are not "
            "waited for, and may be run here too"
        )
