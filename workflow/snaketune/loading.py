"""Reads a study's results into data frames: `snaketune.load("results/digits")`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from snaketune.errors import StudyError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Results", "load"]


@dataclass(frozen=True)
class Results:
    """A study's results.

    `trials` has a row per trial and search, `runs` one per run, `history` one per line that a run reported
    (`trial`, `run`, `line` counted from 0, then the reported columns), `rungs` one per trial and rung, where searches
    train in rungs (else it has no row). Columns are typed (Int64, Float64,
    boolean, string, UTC times); an empty cell is missing and leaves a column's type as it is. A parameter whose
    values are of several types, or null or lists, comes as Python objects: 1 is not 1.0, null is None, and missing
    (pandas.NA) means inactive. `study` is the configuration.
    """

    name: str
    study: Mapping[str, object]
    trials: "pd.DataFrame"
    runs: "pd.DataFrame"
    history: "pd.DataFrame"
    rungs: "pd.DataFrame"


def load(folder: str | Path) -> Results:
    """The results in a study's folder, such as results/digits.

    Raises:
        StudyError: the folder holds no study, or its tables are not written yet or damaged.
    """
    root = Path(folder)
    study_json = root / "study.json"
    if not study_json.is_file():
        raise StudyError(f"{root} holds no study.json; give the folder of a study, such as results/digits")
    for name in ("results.csv", "runs.csv"):
        if not (root / name).is_file():
            raise StudyError(f"{root} has no {name} yet; it is written when the study's searches have ended")
    from snaketune.config.read import read_saved
    from snaketune.layout import Layout
    from snaketune.results.frames import frame_of_rows, history_frame, read_frame
    from snaketune.results.rungs import HEADER as RUNGS
    from snaketune.results.store import Store
    from snaketune.space import space_from_config
    from snaketune.space.cells import cells_by_parameter
    from snaketune.values import yaml_number

    saved = read_saved(study_json)
    config = saved["config"]
    # Not the whole study: it may name files of the folder that it was started in.
    searches = config["searches"].values()
    raw = [config["space"], *({**config["space"], **search.get("space", {})} for search in searches)]
    points = [
        *(point for search in searches for point in search.get("points", ())),
        config.get("final", {}).get("overrides", {}),
    ]
    given = [{name: yaml_number(value) for name, value in point.items()} for point in points]
    metrics = [item["metric"] for item in config.get("objectives") or [config["objective"]]]
    names = [metric["name"] if isinstance(metric, dict) else metric for metric in metrics]
    cells = cells_by_parameter((space_from_config(space, seed=config["seed"]) for space in raw), given)
    types = dict.fromkeys(names, "Float64") | cells
    trials, runs = (read_frame(root / name, types) for name in ("results.csv", "runs.csv"))
    store = Store(Layout(root), saved["objective"].get("contract"))
    pairs = zip(runs["trial"], runs["run"], strict=True)
    history = history_frame((trial, run, store.history(trial, run)) for trial, run in pairs)
    table = root / "rungs.csv"
    rungs = read_frame(table, types) if table.is_file() else frame_of_rows([], RUNGS, types)
    return Results(config["study"], config, trials, runs, history, rungs)
