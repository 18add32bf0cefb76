"""Writes the study's one page.

Usage: page.py STUDY_JSON OUTPUT [WORD OF THE SNAKEMAKE COMMAND]...
"""

import sys
from pathlib import Path

from snaketune.config import load_study
from snaketune.entry import entry_point
from snaketune.layout import Layout
from snaketune.page.write import write_page
from snaketune.results.study import read_results


@entry_point
def main(study_json: str, output: str, *snakemake: str) -> None:
    layout = Layout(Path(study_json).parent)
    write_page(read_results(layout, load_study(layout.study)), Path(output), snakemake)


if __name__ == "__main__":
    main(*sys.argv[1:])
