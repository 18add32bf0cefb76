"""What a whole workflow is to make."""

from pathlib import Path

from snaketune.config.study import Study
from snaketune.layout import Layout
from snaketune.plots.catalog import PLOTS, files_of, names_of
from snaketune.results.explained import NAME as MODEL

__all__ = ["exported_of", "models_of", "outputs_of", "report_labels", "shown_of", "tables_of_some"]

# What the tables are called in Snakemake's report.
_TITLES = {"results": "All trials", "top": "The best trials", "summary": "Summary"}
_IMPORTANCES = ("importances.csv", "interactions.csv")
_TABLES = ("results.csv", "best.yaml", "summary.md", "top.csv")


def outputs_of(study: Study, layout: Layout) -> list[Path]:
    """All that is shown, what is for other tools, and the verdict on it."""
    return [*shown_of(study, layout), *exported_of(study, layout), layout.file("outcome.json")]


def exported_of(study: Study, layout: Layout) -> list[Path]:
    """The files for other tools (`exports`); of an export that is a folder those that are always there."""
    return [layout.exports() / name for wanted in study.exports.wanted for name in wanted.files]


def shown_of(study: Study, layout: Layout) -> list[Path]:
    """All tables, texts and pictures of the study and of its searches, what they are made from, and the page."""
    owners = [None, *study.searches]
    tables = [
        layout.file(name, owner) for owner in owners for name in (*_TABLES, *_names_of_some(study, owner).values())
    ]
    drawn = [owner for owner in owners if names_of(study, owner)]
    tables += [layout.file(name, owner) for owner in drawn for name in _IMPORTANCES]
    final = [layout.file(name, "final") for name in _TABLES[:3] if study.final]
    pictures = [Path(path) for owner in owners for path in files_of(study, str(layout.root), owner)]
    return [*tables, *final, *pictures, *map(layout.file, ("runs.csv", "report.html"))]


def tables_of_some(study: Study, layout: Layout, search: str | None = None) -> dict[str, Path]:
    """What not every study has, by what it is: tables of several objectives, of rungs, for spreadsheets; the model."""
    found = {what: layout.file(name, search) for what, name in _names_of_some(study, search).items()}
    return found | ({"spreadsheet": layout.file("spreadsheet.csv")} if study.spreadsheet and not search else {})


def models_of(study: Study, layout: Layout, search: str | None = None) -> list[Path]:
    """What the models of a study's searches believe, or that of one search, if it has one."""
    return [layout.file(MODEL, owner) for owner in study.explaining if search in (None, owner)]


def _names_of_some(study: Study, search: str | None) -> dict[str, str]:
    """The names of what not every study has: where there is one, so has each of its searches; these alone the model."""
    several = {"pareto": "pareto.csv"} if len(study.metrics) > 1 else {}
    rungs = {"rungs": "rungs.csv"} if study.in_rungs else {}
    return several | rungs | ({"model": MODEL} if search and study.explaining else {})


def report_labels(path: Path) -> dict[str, str]:
    """What Snakemake's report says of a table, text or picture."""
    title = {"table": _TITLES[path.stem]} if path.stem in _TITLES else {"plot": PLOTS[path.stem].title}
    return {**title, "format": path.suffix[1:]}
