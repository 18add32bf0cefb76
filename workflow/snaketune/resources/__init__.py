"""What a run asks of a cluster (memory, minutes, a partition, …), from its parameters or from what runs have used."""

from snaketune.resources.demands import Resource, for_job, run_values
from snaketune.resources.jobs import asked_by_job
from snaketune.resources.totals import Totals, totals_of
from snaketune.resources.usage import Usage

__all__ = ["Resource", "Totals", "Usage", "asked_by_job", "for_job", "run_values", "totals_of"]
