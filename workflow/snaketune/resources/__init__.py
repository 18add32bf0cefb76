"""What a run asks of a cluster or of this machine, from its parameters or from what runs have used."""

from snaketune.resources.demands import Resource, for_job, run_values
from snaketune.resources.gpus import Gpus, gpu_resource, gpus_here
from snaketune.resources.jobs import Jobs
from snaketune.resources.profile import Given, read_given
from snaketune.resources.totals import Totals, totals_of
from snaketune.resources.usage import Usage

__all__ = [
    "Given",
    "Gpus",
    "Jobs",
    "Resource",
    "Totals",
    "Usage",
    "for_job",
    "gpu_resource",
    "gpus_here",
    "read_given",
    "run_values",
    "totals_of",
]
