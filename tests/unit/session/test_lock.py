"""One process at a time holds the lock, and a dead one holds none."""

import os
import signal
import subprocess
import sys

from snaketune.session.lock import acquire

HOLDER = """\
import sys, time
from pathlib import Path
from snaketune.session.lock import acquire
held = acquire(Path(sys.argv[1]))
print(held.granted, flush=True)
time.sleep(60)
"""


def test_two_processes_and_a_dead_owner(tmp_path):
    lock = tmp_path / "folder" / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(lock)], stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout.readline().strip() == "True"
            second = acquire(lock)
            assert not second.granted
            assert f"process {holder.pid} on " in second.owner
        finally:
            os.kill(holder.pid, signal.SIGKILL)
    third = acquire(lock)
    assert third.granted
    assert third.owner is None
    third.file.close()


def test_a_claim_is_refused_within_one_process_too(tmp_path):
    first = acquire(tmp_path / "lock")
    assert first.granted
    assert not acquire(tmp_path / "lock").granted
    first.file.close()
    assert acquire(tmp_path / "lock").granted


def test_an_owner_that_has_not_said_who_it_is(tmp_path):
    first = acquire(tmp_path / "lock")
    (tmp_path / "lock").write_text("")
    assert acquire(tmp_path / "lock").owner == "a process that has just started"
    first.file.close()
