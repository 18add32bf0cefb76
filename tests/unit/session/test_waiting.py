"""Jobs in the queue that can never start are cancelled, and those that Slurm has put back are named."""

import pytest
from snaketune.session.waiting import Queue


@pytest.fixture
def looking(tmp_path):
    """A look at the queue of this folder, and what it has found."""
    hopeless, back = {}, []
    return Queue(tmp_path, hopeless.__setitem__, back.append), hopeless, back


def line(tmp_path, number, state, reason, name="snaketune-trial"):
    return f"{number}|{state}|{reason}|{name}|(null)|{tmp_path}"


def test_a_job_that_waits_in_vain_twice_on_end_is_cancelled(tmp_path, slurm, looking):
    queue, hopeless, _ = looking
    never, passing = "PartitionConfig", "Resources"
    slurm.queue(
        line(tmp_path, 1, "PENDING", never), line(tmp_path, 2, "PENDING", passing),
        line(tmp_path, 3, "PENDING", never, "mine"), line(tmp_path / "other", 4, "PENDING", never),
    )  # fmt: skip
    queue.look()
    assert slurm.cancelled == []
    queue.look()
    assert slurm.cancelled == ["--state=PENDING", "1"]
    assert list(hopeless) == ["1"]
    assert hopeless["1"].endswith("(PartitionConfig)")


def test_a_reason_that_passes_does_no_harm(tmp_path, slurm, looking):
    queue, hopeless, _ = looking
    for reason in ("PartitionTimeLimit", "Priority", "PartitionTimeLimit", "BadConstraints"):
        slurm.queue(line(tmp_path, 1, "PENDING", reason))
        queue.look()
    slurm.silent()
    queue.look()
    assert (slurm.cancelled, hopeless) == ([], {})


def test_a_job_that_slurm_has_put_back_is_named_once(tmp_path, slurm, looking):
    queue, _, back = looking
    for state in ("PENDING", "RUNNING", "PENDING", "PENDING", "RUNNING"):
        slurm.queue(line(tmp_path, 1, state, "None"))
        queue.look()
    assert back == ["1"]
