"""Several finished studies side by side: joined into one study whose searches are called study/search.

Trials are called study/trial in it: the same parameters may have other results in another study. Values of different
budgets are not compared, as little as within a study.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from snaketune.config import load_study
from snaketune.config.study import Filter, Labels, Study
from snaketune.errors import StudyError, did_you_mean
from snaketune.layout import Layout
from snaketune.results.budgets import with_budget
from snaketune.results.markdown import number, one_line
from snaketune.results.ranking import ranked
from snaketune.results.searched import SearchResults, read_search
from snaketune.results.tables import Row, header_of, labels_of, trial_rows
from snaketune.results.trials import Trial
from snaketune.space.expressions import Expression
from snaketune.values import text

__all__ = [
    "JoinedLayout",
    "check_finished",
    "comparison_header",
    "comparison_rows",
    "join",
    "joined_results",
    "read_studies",
    "winner",
]


def check_finished(names: Sequence[str], results: Path) -> None:
    """Sees that all of the studies have their tables in the folder `results`.

    Raises:
        StudyError: one of them has none.
    """
    finished = [path.parent.name for path in results.glob("*/study.json") if path.with_name("results.csv").is_file()]
    for name in names:
        if name in finished:
            continue
        if (results / name / "study.json").is_file():
            why = f"the study '{name}' has no results.csv yet; it is written when the study's searches have ended"
        else:
            why = f"there is no study '{name}' in {results}/.{did_you_mean(name, finished)}"
        raise StudyError(f"studies: {why}")


def read_studies(names: Sequence[str], results: Path) -> dict[str, Study]:
    """The studies by name, as their folders in `results` have them.

    Raises:
        StudyError: one is missing, or they can't be measured against each other.
    """
    if not names:
        raise StudyError("say which studies to compare: snakemake --cores 1 compare --config 'studies=[one, other]'")
    check_finished(names, results)
    studies = {name: load_study(Layout(results / name).study) for name in names}
    (first, study), *others = studies.items()
    for name, other in others:
        if _goals(other) != _goals(study):
            raise StudyError(
                "studies with different objectives can't be compared: "
                f"{first} is to {_goals(study)}, {name} is to {_goals(other)}"
            )
        if set(other.outcome_constraints) != set(study.outcome_constraints):
            raise StudyError(
                f"{first} and {name} have different outcome constraints (the key 'constraint'), so that what is good "
                "in one is not in the other; give them the same ones and run both again, which trains nothing"
            )
    return studies


def join(studies: Mapping[str, Study]) -> Study:
    """The study of all searches of `studies`, with all their parameters; everything else is as in the first."""
    units = {study.budget.name for study in studies.values() if study.budget}
    unit = units.pop() if len(units) == 1 else "budget"
    searches = {}
    for owner, study in studies.items():
        for search in study.searches.values():
            labels = search.labels
            own = [_own(template, owner, search.name) for template in (labels.name, *labels.tags, labels.description)]
            name = f"{owner}/{search.name}"
            budget = replace(search.budget, name=unit) if search.budget else None
            labels = Labels(f"{owner}/{own[0]}", tuple(own[1:-1]), own[-1])
            # Studies may have different runs.
            searches[name] = replace(search, name=name, labels=labels, budget=budget, runs=())
    return replace(
        next(iter(studies.values())),
        name=" and ".join(studies),
        searches=searches,
        top=max(study.top for study in studies.values()),
        summary_by=("search",),
        filter=Filter(("complete",), (), Expression("true")),
        final=None,
    )


def joined_results(studies: Mapping[str, Study], results: Path) -> dict[str, SearchResults]:
    """The results of all searches, by study/search."""
    found = {}
    full = _full_budgets(studies)
    for owner, study in studies.items():
        layout = Layout(results / owner)
        for search in study.searches.values():
            read = read_search(layout, study, search.name)
            trials, rungs = (
                [_joined(trial, owner, full[owner]) for trial in each] for each in (read.trials, read.rungs)
            )
            found[f"{owner}/{search.name}"] = SearchResults(trials, read.ending, rungs, rungs)
    return found


def comparison_header(joined: Study) -> tuple[str, ...]:
    """The fixed columns of a comparison's results.csv."""
    return ("study", *header_of(joined))


def comparison_rows(trials_of: Mapping[str, Sequence[Trial]], joined: Study) -> list[Row]:
    """A row per trial and search with its study in the first column, and else called as its study calls it."""
    rows = []
    for row in trial_rows(trials_of, joined, reserved=("study",)):
        owner = str(row["search"]).partition("/")[0]
        names = {column: str(row[column]).removeprefix(f"{owner}/") for column in ("trial", "name", "search")}
        rows.append({"study": owner} | row | names)
    return rows


def winner(names: Sequence[str], results: Path) -> list[str]:
    """What a comparison of studies comes to, a line each: the best trial of all, that of each study, where to look.

    Raises:
        StudyError: one is missing, or they can't be measured against each other.
    """
    studies = read_studies(names, results)
    joined = join(studies)
    trials_of = {search: found.trials for search, found in joined_results(studies, results).items()}
    best = ranked([trial for listed in trials_of.values() for trial in listed], joined)
    metric = one_line(joined.metric.name)
    lines = []
    if best:
        where = next(search for search, listed in trials_of.items() if best[0] in listed)
        name = one_line(labels_of(best[0], where, joined)[0])
        params = ", ".join(f"{key} = {one_line(text(value))}" for key, value in best[0].params.items())
        value = _value(best[0], studies[where.partition("/")[0]])
        lines.append(f"Best {metric}: {value} of {name} ({best[0].trial}): {params}")
    for owner, study in studies.items():
        own = next((trial for trial in best if trial.trial.startswith(f"{owner}/")), None)
        value = "no trial is complete" if own is None else f"{metric} {_value(own, study)}"
        count = len({t.trial for listed in trials_of.values() for t in listed if t.trial.startswith(f"{owner}/")})
        lines.append(f"  {owner}: {value}, {count} trials")
    folder = results / "+".join(names)
    return [*lines, f"Table, summary and plots: {folder}/ (start with {folder}/summary.md)"]


@dataclass(frozen=True)
class JoinedLayout(Layout):
    """The folder of a comparison, beside those of its studies."""

    def trial_logs(self, trial: str) -> Path:
        owner, _, own = trial.partition("/")
        return Layout(self.root.with_name(owner)).trial_logs(own)


def _full_budgets(studies: Mapping[str, Study]) -> dict[str, float | None]:
    """By study that of which its trials' budgets are shares: the largest of all with this unit; None without budgets.

    What differs by its unit can't be told apart by how much it is: in each unit the largest is training in full.
    """
    budgets = {owner: study.budget for owner, study in studies.items()}
    largest: dict[str, float] = {}
    for budget in budgets.values():
        if budget:
            largest[budget.name] = max(budget.max, largest.get(budget.name, 0.0))
    return {owner: largest[budget.name] if budget else None for owner, budget in budgets.items()}


def _joined(trial: Trial, owner: str, full: float | None) -> Trial:
    rung = replace(trial.rung, max_budget=full) if trial.rung and full else trial.rung
    return replace(trial, trial=f"{owner}/{trial.trial}", rung=rung)


def _value(trial: Trial, study: Study) -> str:
    return number(trial.metrics[study.metric.name]) + with_budget(trial, study.budget)


def _goals(study: Study) -> str:
    return " and ".join(f"{metric.direction} {one_line(metric.name)}" for metric in study.metrics)


def _own(template: str, study: str, search: str) -> str:
    return template.replace("{study}", study).replace("{search}", search)
