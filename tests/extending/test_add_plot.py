"""A plot is added from outside with its module, a line of the catalog, the schema and the manual."""

import sys

import pytest
import yaml
from copies import Copy

MODULE = '''"""How long trials took, as a histogram."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from snaketune.plots.support.drawing import Drawing
from snaketune.plots.support.source import Source
from snaketune.plots.support.theme import Look

__all__ = ["DRAWING", "Durations", "durations_data", "durations_figure"]


@dataclass(frozen=True)
class Durations:
    """The trials' times in seconds."""

    seconds: np.ndarray


def durations_data(source: Source) -> Durations:
    """The times of all distinct trials."""
    return Durations(source.distinct["seconds"].to_numpy(float))


def durations_figure(data: Durations, look: Look) -> Figure:
    figure, (panel,) = look.panels(1, 4.6)
    panel.hist(data.seconds, bins=10, color=look.colour(0))
    panel.set_xlabel("seconds")
    return figure


DRAWING = Drawing(durations_data, durations_figure)
'''
PACKAGE = "workflow/snaketune"
SCHEMA = f"{PACKAGE}/config/config.schema.yaml"
CATALOG = f"{PACKAGE}/plots/catalog.py"
MANUAL = "config/README.md"

STUDY = {
    "study": "s",
    "objective": {"command": f"{sys.executable} train.py", "metric": "loss", "code": ["train.py"]},
    "space": {"x": [1, 2, 3]},
    "searches": {"grid": {"strategy": "grid"}, "few": {"strategy": "random", "n_trials": 2}},
    "plots": {"choose": ["durations", "edf"], "format": ["png", "svg"]},
    "progress": 0,
}


@pytest.fixture
def project(tmp_path):
    """A copy with the plot `durations`, and a study that wants it."""
    copy = Copy.new(tmp_path)
    copy.add(f"{PACKAGE}/plots/durations.py", MODULE)
    copy.edit(
        CATALOG,
        '    "timeline": Plot(',
        '    "durations": Plot("How long trials took", "durations"),\n    "timeline": Plot(',
    )
    copy.edit(SCHEMA, "      - timeline\n", "      - timeline\n      - durations\n")
    copy.edit(MANUAL, " and `timeline`.", ", `timeline` and `durations`.")
    assert copy.touched == {f"{PACKAGE}/plots/durations.py", CATALOG, SCHEMA, MANUAL}
    (tmp_path / "train.py").write_text("import sys\nprint('{\"loss\": %s}' % sys.argv[2])\n")
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(STUDY))
    return copy


def test_it_is_drawn_where_it_is_chosen(project):
    project.snakemake("--configfile", "mine.yaml")
    results = project.root / "results" / "s"
    for folder in (results, results / "grid", results / "few"):
        for form, start in (("png", b"\x89PNG"), ("svg", b"<?xml")):
            assert (folder / "plots" / f"durations.{form}").read_bytes().startswith(start)
    assert "Nothing to be done" in project.snakemake("--configfile", "mine.yaml")
