"""Reads what an export is made of."""

from dataclasses import replace

from snaketune.errors import StudyError, did_you_mean
from snaketune.exporting.described import Described, described
from snaketune.layout import Layout
from snaketune.proposing.told import load_told_by_now
from snaketune.results.so_far import SoFar

__all__ = ["read_described"]


def read_described(layout: Layout, search: str | None = None) -> Described:
    """What there is of the study, or of one of its searches, now: it may be running, killed or finished.

    Raises:
        StudyError: there is no study, or no such search.
    """
    if not layout.study.is_file():
        raise StudyError(f"{layout.root} holds no study.json; give a study that was started, such as results/digits")
    study = load_told_by_now(layout)
    if search is not None and search not in study.searches:
        raise StudyError(f"the study {study.name} has no search '{search}'.{did_you_mean(search, study.searches)}")
    results = SoFar(layout, study).results()
    if search is not None:
        results = replace(results, searches={search: results.searches[search]})
    return described(results)
