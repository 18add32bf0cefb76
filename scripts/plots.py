"""Draws plots of one search, or of the whole study.

Usage: plots.py STUDY_JSON SEARCH FILE...

SEARCH is "" for the whole study; each FILE is named after its plot: history.png, slice.svg, …
"""

import sys
from pathlib import Path

from snaketune.config import load_study
from snaketune.entry import entry_point
from snaketune.layout import Layout
from snaketune.plots.support.draw import look_of, save
from snaketune.plots.support.read import read_source


@entry_point
def main(study_json: str, search: str, *files: str) -> None:
    layout = Layout(Path(study_json).parent)
    study = load_study(layout.study)
    paths: dict[str, list[Path]] = {}
    for file in files:
        paths.setdefault(Path(file).stem, []).append(Path(file))
    source = read_source(layout, study, search or None, paths)
    for plot, wanted in paths.items():
        save(plot, source, look_of(study.plots, plot), wanted)


if __name__ == "__main__":
    main(*sys.argv[1:])
