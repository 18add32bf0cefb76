"""What can become of a run or a trial, and the groups that others ask for."""

COMPLETE = "complete"  # ended well, with the metrics that are asked for
FAILED = "failed"  # the program ended with an error, or could not be started
TIMEOUT = "timeout"  # it took too long
OOM = "oom"  # it used too much memory
INVALID = "invalid"  # it ended well, but its metrics are missing or no numbers
PRUNED = "pruned"  # it stopped early because it saw no hope

STATUSES = (COMPLETE, FAILED, TIMEOUT, OOM, INVALID, PRUNED)
# Ended as it should: nothing is tried again.
FINISHED_WELL = frozenset({COMPLETE, PRUNED})
# Ended without what was wanted, for whatever reason.
FAILURES = (FAILED, TIMEOUT, OOM, INVALID)
