"""The tables that `snaketune.load` gives as Parquet files, with the types of their columns."""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from snaketune.exporting.described import Described
from snaketune.exporting.places import Written, put
from snaketune.results.frames import frame_of_rows, history_frame, types_of
from snaketune.results.rungs import HEADER as RUNGS
from snaketune.results.rungs import rung_rows
from snaketune.results.tables import header_of, run_header, runs_table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["frames_of", "write"]


def write(found: Described, place: Path, options: Mapping[str, object]) -> Written:
    """Writes trials, runs, history and rungs into the folder `place`, a file each; there are no options.

    Columns whose values are of several types, or lists, hold JSON; a line says which.
    """
    written, mixed = [], []
    for name, frame in frames_of(found).items():
        spelled = [str(column) for column in frame.columns if frame[column].dtype == object]
        for column in spelled:
            frame[column] = _as_json(frame[column])
        mixed += [f"{name}.{column}" for column in spelled]
        buffer = io.BytesIO()
        frame.to_parquet(buffer, engine="pyarrow", index=False)
        written.append(put(place / f"{name}.parquet", buffer.getvalue()))
    note = f"hold values of several types, as JSON: {', '.join(mixed)}"
    return Written(str(place), any(written), (note,) if mixed else ())


def frames_of(found: Described) -> dict[str, "pd.DataFrame"]:
    """The tables of what there is, by name; runs are those of finished trials."""
    results, study = found.results, found.study
    types = types_of(study)
    runs = [run for listed in results.runs().values() for run in listed]
    histories = ((run.trial, run.run, results.store.history(run.trial, run.run)) for run in runs)
    return {
        "trials": frame_of_rows(results.rows, header_of(study), types),
        "runs": frame_of_rows(runs_table(runs, results.trials_of, study), run_header(study), types),
        "history": history_frame(histories),
        "rungs": frame_of_rows(rung_rows(results.searches, study), RUNGS, types),
    }


def _as_json(values: "pd.Series") -> "pd.Series":
    """Each value's JSON; null is one, what is missing stays so."""
    import pandas as pd

    return pd.Series(
        [value if value is pd.NA else json.dumps(value, ensure_ascii=False) for value in values], dtype="string"
    )
