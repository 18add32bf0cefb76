"""Writes the study's one page.

Usage: page.py STUDY_JSON OUTPUT [WORD OF THE SNAKEMAKE COMMAND]...
"""

import sys
from pathlib import Path

from snaketune.config import load_study
from snaketune.entry import entry_point
from snaketune.layout import Layout
from snaketune.page.write import write_page
from snaketune.plots.catalog import names_of
from snaketune.results.explained import read_models
from snaketune.results.study import read_results


@entry_point
def main(study_json: str, output: str, *snakemake: str) -> None:
    layout = Layout(Path(study_json).parent)
    study = load_study(layout.study)
    importances = layout.file("importances.csv")
    write_page(
        read_results(layout, study),
        Path(output),
        snakemake,
        importances=importances if "importances" in names_of(study) and importances.exists() else None,
        models=read_models(layout, study, study.searches),
        final=layout.results("final") if study.final and layout.results("final").exists() else None,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
