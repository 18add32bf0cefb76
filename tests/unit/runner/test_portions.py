"""Portions of a block's runs: who takes which, what becomes of those of the dead, and where nothing can be locked."""

import contextlib
import fcntl
import os
import signal
import time
from pathlib import Path

import pytest
from snaketune.layout import Layout
from snaketune.runner import portions as module
from snaketune.runner.portions import Portions, owner_lives
from snaketune.session.markers import drop_dead_portions

RUNS = [f"t{number}/r0" for number in range(8)]
KIND = {"contract": "c"}


@pytest.fixture
def own(tmp_path):
    portions = Portions.begin(str(tmp_path / "0.portions"), KIND, RUNS, {RUNS[0], RUNS[7]})
    yield portions
    portions.remove()


@contextlib.contextmanager
def helper(path, most=1):
    """Another process that has taken runs, until it is killed; gives what it has taken."""
    ears, mouth = os.pipe()
    pid = os.fork()
    if not pid:
        with contextlib.suppress(BaseException):
            portion = Portions.of_another(path).take_last(most)
            os.write(mouth, " ".join(portion.runs if portion else ()).encode() + b"\n")
            signal.pause()
        os._exit(1)
    os.close(mouth)
    try:
        yield os.read(ears, 1000).decode().split()
    finally:
        os.close(ears)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def test_the_owner_takes_the_first_ones_and_others_the_last_ones(own):
    assert (own.free, own.codes) == (6, [0, 0])
    first = own.take_first(2)
    assert first.runs == RUNS[1:3]
    with helper(own.path, 100) as taken:
        assert taken == RUNS[5:7], "half of what is free"
        assert own.take_first(100).runs == RUNS[3:4]
        first.give_back([0])
        assert own.take_first(1).runs == RUNS[2:3], "what was not done is free again"


def test_what_the_dead_had_is_free_again(own):
    with helper(own.path, 2) as taken:
        assert len(taken) == 2
        assert not own.reclaim(), "it lives"
        assert own.free == 4
    assert own.free == 4
    assert own.reclaim()
    assert own.free == 6
    while own.free:
        portion = own.take_first(8)
        portion.give_back([0] * len(portion.runs))
    assert own.codes == [0] * 8


def test_what_dead_jobs_left_is_cleared_away(tmp_path):
    layout = Layout(tmp_path)
    dead, alive = (layout.block("grid", 0, index).with_suffix(".portions") for index in range(2))
    dead.parent.mkdir(parents=True)
    half = dead.with_name("0.portions.host.1.tmp")
    for path in (dead, half):
        path.write_bytes(b"")
    pid = os.fork()
    if not pid:
        Portions.begin(str(alive), KIND, RUNS, set())
        signal.pause()
    while not owner_lives(str(alive)):
        time.sleep(0.01)
    drop_dead_portions(layout)
    assert [path.exists() for path in (dead, half, alive)] == [False, False, True]
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def test_how_runs_have_ended(own):
    portion = own.take_first(3)
    portion.give_back([0, 1, 143])
    own.end(RUNS[4], 2)
    assert own.codes == [0, 0, 1, 143, 2, 0]


def test_nobody_helps_a_dead_or_a_finished_job(tmp_path, own):
    pid = os.fork()
    if not pid:
        Portions.begin(str(tmp_path / "1.portions"), KIND, RUNS, set())
        os._exit(0)
    os.waitpid(pid, 0)
    dead = str(tmp_path / "1.portions")
    with helper(dead) as taken:
        assert taken == []
    assert not owner_lives(dead)
    left = Portions.begin(str(tmp_path / "2.portions"), KIND, RUNS, set())
    Path(left.path).unlink()
    assert Portions.of_another(left.path) is None
    left.remove()


@pytest.mark.parametrize("content", [b"", b"{}\n", b"no JSON", b'{"kind": {}, "ru', b"[1]\n\0"])
def test_what_is_not_what_was_written_is_passed_over(tmp_path, content):
    path = tmp_path / "0.portions"
    path.write_bytes(content)
    assert Portions.of_another(str(path)) is None


def test_a_job_goes_on_alone_where_there_are_no_locks(tmp_path, monkeypatch):
    lockf, named = fcntl.lockf, []

    def without(file, *words):
        path = str(Path(f"/proc/self/fd/{file}").readlink())
        if str(tmp_path) in path:
            named.append(path)
            raise OSError(37, "No locks available")
        return lockf(file, *words)

    monkeypatch.setattr(module.fcntl, "lockf", without)
    own = Portions.begin(str(tmp_path / "0.portions"), KIND, RUNS, set())
    assert named
    assert not list(Path(tmp_path).iterdir())
    own.take_first(8).give_back([0] * 4)
    assert own.free == 4
    own.remove()


def test_a_job_goes_on_where_nothing_can_be_written(tmp_path):
    own = Portions.begin(str(tmp_path / "no" / "folder" / "0.portions"), KIND, RUNS, set())
    assert own.take_first(1).runs == RUNS[:1]
    own.remove()
