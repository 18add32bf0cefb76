"""Writes what there is of a study so far: tables, texts, pictures and the page, in a folder that nothing else reads.

Usage: peek.py STUDY_JSON [WORD OF THE SNAKEMAKE COMMAND]...
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from snaketune.config import load_study
from snaketune.entry import entry_point
from snaketune.errors import StudyError
from snaketune.importance.study import importances_of
from snaketune.importance.tables import IMPORTANCES, INTERACTIONS, importance_rows, interaction_rows
from snaketune.layout import Layout
from snaketune.page.write import write_page
from snaketune.plots.catalog import files_of, names_of
from snaketune.plots.support.draw import look_of, save
from snaketune.plots.support.read import source_of
from snaketune.proposing.explained import explained_of
from snaketune.results.level import with_one_budget
from snaketune.results.so_far import SoFar
from snaketune.results.study import StudyResults
from snaketune.results.tables import write_table
from snaketune.results.writing import write_runs, write_summary, write_tables
from snaketune.samplers.explained import Explained


@entry_point
def main(study_json: str, *snakemake: str) -> None:
    layout = Layout(Path(study_json).parent)
    if not layout.study.exists():
        raise StudyError(f"{layout.root} has no results yet; start the study with: snakemake --cores all")
    results = SoFar(layout, load_study(layout.study)).results()
    if not results.trials:
        raise StudyError(f"No trial of the study {results.study.name} is done yet; there is nothing to show")
    folder = layout.peek
    folder.mkdir(exist_ok=True)
    write_tables(results, folder)
    write_runs(results, folder)
    models = explained_of(results)
    write_page(results, folder / "report.html", snakemake, models=models)
    write_importances(results, folder)
    importances = folder / "importances.csv" if "importances" in names_of(results.study) else None
    write_summary(results, folder, importances, models)
    print(f"[snaketune] {results.incomplete or 'All trials are done.'}")
    print(f"[snaketune] What there is so far: {folder}/ (start with {folder}/summary.md or {folder}/report.html)")
    draw(results, folder, models)


def write_importances(results: StudyResults, folder: Path) -> None:
    """Writes importances.csv and interactions.csv."""
    study = results.study
    found = importances_of(with_one_budget(results.rungs), list(study.searches.values()), study.metric.name)
    write_table(folder / "importances.csv", importance_rows(found), IMPORTANCES)
    write_table(folder / "interactions.csv", interaction_rows(found), INTERACTIONS)


def draw(results: StudyResults, folder: Path, models: Mapping[str, Explained]) -> None:
    """Draws the study's plots, and removes those that it no longer has."""
    paths: dict[str, list[Path]] = {}
    for file in map(Path, files_of(results.study, str(folder))):
        paths.setdefault(file.stem, []).append(file)
    source = source_of(results, paths, folder, models)
    for plot, wanted in paths.items():
        save(plot, source, look_of(results.study.plots, plot), wanted)
    kept = {path for wanted in paths.values() for path in wanted}
    for path in (folder / "plots").glob("[!.]*"):
        if path not in kept:
            path.unlink()


if __name__ == "__main__":
    main(*sys.argv[1:])
