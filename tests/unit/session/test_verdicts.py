"""Which refusals of a scheduler are for good, and how the reason reads."""

import pytest
from snaketune.session.verdicts import refusal

GENERIC = "Error submitting jobscript (exit code 1):\n{}\nFor further error details see the cluster/cloud log …"
PLUGIN = "SLURM sbatch failed. The error message was '{}'.\n    sbatch call:\n        sbatch --comment 'invalid'\n"

# What sbatch 22.05 says, tried on a real Slurm.
PERMANENT = {
    "sbatch: error: invalid partition specified: nope\n"
    "sbatch: error: Batch job submission failed: Invalid partition name specified": (
        "invalid partition specified: nope; Invalid partition name specified"
    ),
    "sbatch: error: Memory specification can not be satisfied\n"
    "sbatch: error: Batch job submission failed: Requested node configuration is not available": (
        "Memory specification can not be satisfied; Requested node configuration is not available"
    ),
    "sbatch: error: CPU count per node can not be satisfied": "CPU count per node can not be satisfied",
    "sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified": (
        "Invalid account or account/partition combination specified"
    ),
    "sbatch: error: Batch job submission failed: Invalid qos specification": "Invalid qos specification",
    "sbatch: error: Batch job submission failed: Invalid feature specification": "Invalid feature specification",
    "sbatch: error: Invalid generic resource (gres) specification": "Invalid generic resource (gres) specification",
    "sbatch: error: Invalid --mem specification": "Invalid --mem specification",
    "sbatch: unrecognized option '--foo=1'\nTry \"sbatch --help\" for more information": (
        "unrecognized option '--foo=1'"
    ),
    "sbatch: error: Batch job submission failed: Requested reservation is invalid": "Requested reservation is invalid",
    "sbatch: error: Batch job submission failed: User's group not permitted to use this partition": (
        "User's group not permitted to use this partition"
    ),
    "sbatch: error: Batch job submission failed: Requested time limit is invalid (missing or exceeds some limit)": (
        "Requested time limit is invalid (missing or exceeds some limit)"
    ),
}
# What the manuals of others give.
PERMANENT |= {
    "qsub: Unknown queue": "Unknown queue",
    "qsub: Job violates queue and/or server resource limits": "Job violates queue and/or server resource limits",
    'Unable to run job: Job was rejected because job requests unknown queue "x".': (
        'Unable to run job: Job was rejected because job requests unknown queue "x".'
    ),
    'error: The Job "snaketune-1" is invalid: spec.template: Required value': (
        'The Job "snaketune-1" is invalid: spec.template: Required value'
    ),
}
PASSING = {
    "sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)": (
        "Unable to contact slurm controller (connect failure)"
    ),
    "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size "
    "and/or time limits)": ("Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)"),
    "sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying.": (
        "Slurm temporarily unable to accept job, sleeping and retrying."
    ),
    "": "the scheduler gave no reason here",
}


@pytest.mark.parametrize("form", [GENERIC, PLUGIN])
@pytest.mark.parametrize(("said", "reason"), [*PERMANENT.items(), *PASSING.items()])
def test_refusals_of_sbatch(form, said, reason):
    found = refusal(form.format(said))
    assert (found.reason, found.permanent) == (reason, said in PERMANENT)


def test_a_refusal_of_the_plugin_itself():
    message = "Job submission failed with exception: The given account x appears to be invalid. Available accounts:\na"
    found = refusal(message + "For further error details see the log")
    assert found.permanent
    assert found.reason == "The given account x appears to be invalid. Available accounts:; a"
