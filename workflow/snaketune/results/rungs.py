"""rungs.csv: how far each trial was trained, how good it was among those trained as far, and whether it went on."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from snaketune.config.study import Study
from snaketune.results.markdown import table
from snaketune.results.ranking import best_of_rung
from snaketune.results.searched import SearchResults
from snaketune.results.tables import Row
from snaketune.results.trials import Trial

__all__ = ["HEADER", "rung_rows", "rungs_md"]

HEADER = (
    "trial", "number", "search", "bracket", "rung", "budget", "from_budget", "round", "status", "value", "rank",
    "promoted", "seconds",
)  # fmt: skip
_Place = tuple[int, int]  # bracket and rung


def rung_rows(searches: Mapping[str, SearchResults], study: Study) -> list[Row]:
    """A row per trial and rung of the searches in rungs: by search, bracket, rung and rank, those without one last."""
    return [
        row
        for name, found in searches.items()
        if study.searches[name].in_rungs
        for (bracket, rung), trials in sorted(_by_rung(found.rungs).items())
        for row in _rows_of(name, trials, _begun(found).get((bracket, rung + 1), set()), study)
    ]


def rungs_md(rows: Sequence[Row], study: Study) -> str:
    """The rungs with their numbers of trials, as a table; `rows` are those of `rung_rows`."""
    of_rung: dict[tuple[str, int, int], list[Row]] = defaultdict(list)
    for row in rows:
        of_rung[row["search"], row["bracket"], row["rung"]].append(row)
    name = study.budget.name if study.budget else "budget"
    header = ["search", "bracket", "rung", name, "trials", "complete", "promoted", f"best {study.metric.name}"]
    listed = [
        [
            search, bracket, rung, listed[0]["budget"], len(listed),
            sum(row["status"] == "complete" for row in listed),
            sum(row["promoted"] == "yes" for row in listed),
            next((row["value"] for row in listed if row["rank"] == 1), None),
        ]
        for (search, bracket, rung), listed in of_rung.items()
    ]  # fmt: skip
    return table(header, listed)


def _by_rung(trials: Sequence[Trial]) -> dict[_Place, list[Trial]]:
    """The trials that have a rung by where it is; one whose result was imported has none."""
    found: dict[_Place, list[Trial]] = defaultdict(list)
    for trial in trials:
        if trial.rung:
            found[trial.rung.bracket, trial.rung.rung].append(trial)
    return found


def _begun(found: SearchResults) -> dict[_Place, set[str]]:
    """The trials that have been proposed for each rung, whether their runs have ended or not."""
    begun: dict[_Place, set[str]] = defaultdict(set)
    for row in found.proposed:
        if row.rung:
            begun[row.rung.bracket, row.rung.rung].add(row.trial)
    return begun


def _rows_of(search: str, trials: Sequence[Trial], further: set[str], study: Study) -> list[Row]:
    """The rows of a rung, of whose trials some went `further`."""
    order = best_of_rung(trials, study, len(trials))
    rank = {trial.number: place for place, trial in enumerate(order, 1)}
    unranked = sorted((trial for trial in trials if trial.number not in rank), key=lambda trial: trial.number)
    return [
        {
            "trial": trial.trial,
            "number": trial.number,
            "search": search,
            **{name: getattr(trial.rung, name) for name in ("bracket", "rung", "budget", "from_budget")},
            "round": trial.round,
            "status": trial.status,
            "value": trial.value(study),
            "rank": rank.get(trial.number),
            "promoted": "yes" if trial.trial in further else "no",
            "seconds": trial.seconds,
        }
        for trial in [*order, *unranked]
    ]
