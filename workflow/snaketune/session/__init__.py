"""What happens beside the jobs: one live workflow per folder, leftovers of a killed one, progress, lost jobs."""

from snaketune.command import command_again
from snaketune.session.caller import Caller
from snaketune.session.jobs import JobWatch
from snaketune.session.outputs import exported_of, models_of, outputs_of, report_labels, shown_of, tables_of_some
from snaketune.session.session import LOOKING, Session, begin
from snaketune.session.sharing import jobs_of
from snaketune.session.terminal import on_nothing_to_do, quieten
from snaketune.session.timers import drop_timers

__all__ = [
    "LOOKING", "Caller", "JobWatch", "Session", "begin", "command_again", "drop_timers", "exported_of", "jobs_of",
    "models_of", "on_nothing_to_do", "outputs_of", "quieten", "report_labels", "shown_of", "tables_of_some",
]  # fmt: skip
