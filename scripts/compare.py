"""Compares finished studies: one table, one summary, and plots in which each search of each study is a line.

Usage: compare.py STUDY_JSON FOLDER STUDY...

STUDY_JSON is the configured study, whose options the plots follow; the STUDYs are folders beside FOLDER.
"""

import sys
from pathlib import Path

from snaketune.config import load_study
from snaketune.entry import entry_point
from snaketune.files import write_text
from snaketune.plots.catalog import compared_files, drop_others
from snaketune.plots.support.compared import compared_source
from snaketune.plots.support.draw import look_of, save
from snaketune.results.comparison import (
    JoinedLayout,
    comparison_header,
    comparison_rows,
    join,
    joined_results,
    read_studies,
)
from snaketune.results.summary import summary_md
from snaketune.results.tables import write_table


@entry_point
def main(study_json: str, folder: str, *names: str) -> None:
    root = Path(folder)
    studies = read_studies(names, root.parent)
    joined = join(studies)
    read = joined_results(studies, root.parent)
    trials_of = {search: found.trials for search, found in read.items()}
    endings = {search: found.ending for search, found in read.items()}
    write_table(root / "results.csv", comparison_rows(trials_of, joined), comparison_header(joined))
    logs = JoinedLayout(root).shown_logs
    write_text(root / "summary.md", summary_md(trials_of, joined, logs, endings, searches=read))
    configured = load_study(Path(study_json))
    paths: dict[str, list[Path]] = {}
    files = compared_files(configured, folder)
    drop_others(root / "plots", files)
    for file in files:
        paths.setdefault(Path(file).stem, []).append(Path(file))
    source = compared_source(studies, joined, read, root.parent)
    for plot, wanted in paths.items():
        save(plot, source, look_of(configured.plots, plot), wanted)


if __name__ == "__main__":
    main(*sys.argv[1:])
