"""A study's results as data frames, also while it is unfinished."""

from itertools import chain
from typing import TYPE_CHECKING

from snaketune.results.rungs import HEADER, rung_rows
from snaketune.results.study import StudyResults
from snaketune.results.tables import header_of, run_header, runs_table

if TYPE_CHECKING:
    from snaketune.loading import Results

__all__ = ["frames_of"]


def frames_of(found: StudyResults) -> "Results":
    """What `snaketune.load` gives, of the results that there are."""
    from snaketune.loading import Results
    from snaketune.results.frames import frame_of_rows, history_frame, types_of

    study, types = found.study, types_of(found.study)
    runs = list(chain.from_iterable(found.runs().values()))
    histories = ((run.trial, run.run, found.store.history(run.trial, run.run)) for run in runs)
    return Results(
        study.name,
        study.config,
        frame_of_rows(found.rows, header_of(study), types),
        frame_of_rows(runs_table(runs, found.trials_of, study), run_header(study), types),
        history_frame(histories),
        frame_of_rows(rung_rows(found.searches, study), HEADER, types),
    )
