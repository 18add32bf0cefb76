"""Which trial a word means: its id, the beginning of that, its name, its number in a search, or `best`."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from snaketune.errors import StudyError
from snaketune.results.by_name import file_names
from snaketune.results.ranking import ranked
from snaketune.results.study import StudyResults
from snaketune.results.tables import labels_of
from snaketune.results.trials import Proposed

__all__ = ["BEST", "names_beginning", "proposals", "trial_named"]

BEST = "best"
_FEWEST = 1 + 3  # characters of the beginning of an id: t and three digits
_LISTED = 5


def trial_named(word: str, results: StudyResults) -> str:
    """The id of the trial that a word means, of those that have been proposed, whether they are done or not.

    Raises:
        StudyError: it means none, or several; or the best one is asked for and no trial is complete.
    """
    study = results.study.name
    if word == BEST:
        best = ranked(results.trials, results.study)[:1]
        if not best:
            raise StudyError(f"No trial of {study} is complete, so there is no best one")
        return best[0].trial
    rows = list(proposals(results))
    if any(row.trial == word for _, row in rows):
        return word
    for found in (_called(word, rows, results), _numbered(word, rows), _beginning(word, rows)):
        if len(found) == 1:
            return found[0][1].trial
        if found:
            raise StudyError(f"'{word}' means several trials of {study}: {_listed(found)}; give the id of one")
    if not rows:
        raise StudyError(f"No trial of {study} has been proposed yet")
    trials = results.layout.trials
    if trials.exists() and word in {path.name for path in trials.iterdir()}:
        raise StudyError(
            f"{word} is none of the searches' trials: it is of the final training ({results.layout.final}/) or of an "
            f"earlier configuration; its files are in {trials / word}/"
        )
    near = get_close_matches(word, names_beginning("", results), n=3)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise StudyError(
        f"{study} has no trial '{word}'.{hint} A trial is named by its id, the beginning of that (t and three digits "
        "at least), its name, its number in its search, or best"
    )


def names_beginning(word: str, results: StudyResults) -> list[str]:
    """The words that name trials and begin so: best, names and ids."""
    rows = list(proposals(results))
    names = [labels_of(row, search, results.study)[0] for search, row in rows]
    return [each for each in dict.fromkeys([BEST, *names, *(row.trial for _, row in rows)]) if each.startswith(word)]


def proposals(results: StudyResults) -> Iterator[tuple[str, Proposed]]:
    """All that has been proposed, each trial of a search once, as it was first: the search and the row."""
    for search, found in results.searches.items():
        first: dict[str, Proposed] = {}
        for row in [*found.proposed, *found.trials]:
            first.setdefault(row.trial, row)
        for row in first.values():
            yield search, row


Rows = Sequence[tuple[str, Proposed]]


def _called(word: str, rows: Rows, results: StudyResults) -> Rows:
    """Those of that name, or found by it in by-name/."""
    named = [(labels_of(row, search, results.study)[0], row.trial) for search, row in rows]
    found = {trial for name, trial in named if name == word} or {file_names(named).get(word, "")}
    return _once(each for each in rows if each[1].trial in found)


def _numbered(word: str, rows: Rows) -> Rows:
    return _once(each for each in rows if word.isdecimal() and each[1].number == int(word))


def _beginning(word: str, rows: Rows) -> Rows:
    return _once(each for each in rows if len(word) >= _FEWEST and each[1].trial.startswith(word))


def _once(rows: Iterable[tuple[str, Proposed]]) -> Rows:
    """Each trial once, with the first search that has it."""
    found: dict[str, tuple[str, Proposed]] = {}
    for search, row in rows:
        found.setdefault(row.trial, (search, row))
    return list(found.values())


def _listed(rows: Rows) -> str:
    shown = ", ".join(f"{row.trial} (number {row.number} of {search})" for search, row in rows[:_LISTED])
    return shown + (f" and {len(rows) - _LISTED} more" if len(rows) > _LISTED else "")
