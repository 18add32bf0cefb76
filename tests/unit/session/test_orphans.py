"""Jobs that a killed Snakemake left in the queue: those that have not begun go, of this folder and study alone."""

from pathlib import Path

import pytest
from snaketune.session.orphans import remember, tidy_queue

ROOT = Path("results/s")
RESULT = "results/{}/trials/t{}/r0/result.json"


@pytest.fixture
def state(tmp_path):
    folder = tmp_path / "project" / ".snakemake"
    folder.mkdir(parents=True)
    return folder


def noted(*numbers, study="s"):
    return {Path(RESULT.format(study, place)): number for place, number in enumerate(numbers)}


def test_waiting_jobs_are_cancelled_running_ones_named(state, slurm):
    here = state.parent
    slurm.queue(
        f"11|PENDING|Priority|snaketune-trial|(null)|{here}",
        f"12|PENDING|Resources|abc-uuid|rule_trial_wildcards_t1_r0|{here}",
        f"13|RUNNING|None|abc-uuid|rule_tune_block_wildcards_0|{here}",
        f"14|PENDING|Priority|snaketune-trial|(null)|{here}/elsewhere",  # the number is known, the folder another
        f"15|PENDING|Priority|mine|(null)|{here}",  # nor is every job in this folder ours
        f"16|PENDING|Priority|snaketune-trial|(null)|{here}",  # of a study that nobody goes on with now
        "cut|PENDING",
    )
    remember(state, noted("11", "12", "", "14", "15"))
    remember(state, noted("16", study="other"))
    assert tidy_queue(state, ROOT) == (
        "of a start that was killed, 2 jobs (11, 12) had not begun, and are cancelled, and submitted anew; "
        "1 job (13) still runs, and the results are taken"
    )
    assert slurm.cancelled == ["--state=PENDING", "11", "12"]
    assert tidy_queue(state, ROOT) is None, "once is enough"
    tidy_queue(state, Path("results/other"))
    assert slurm.cancelled[3:] == ["--state=PENDING", "16"]


def test_a_scheduler_that_cannot_be_asked(state, slurm):
    slurm.silent()
    remember(state, noted("11"))
    assert tidy_queue(state, ROOT) == "1 job (11) of a start that was killed may still wait in the cluster's queue"
    remember(state, noted(""))
    assert tidy_queue(state, ROOT) is None
    assert slurm.cancelled == []


def test_nothing_is_asked_where_no_run_was_under_way(state, slurm):
    slurm.silent()
    remember(state, {Path("results/s/results.csv"): "5"})
    assert list(state.iterdir()) == []
    (state / "snaketune-jobs.json").write_text("{")  # cut short
    assert tidy_queue(state, ROOT) is None
