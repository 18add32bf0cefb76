import threading
import time

import pytest
from snaketune.errors import StudyError
from snaketune.looking import printed
from snaketune.looking.printed import chosen_runs, follow, has_begun, kept_of, last_lines
from snaketune.looking.seen import look
from snaketune.runner.run_id import RunId

GRID = {"grid": {"strategy": "grid"}}


def test_last_lines():
    assert last_lines(b"a\nb\nc", 2) == b"b\nc"
    assert last_lines(b"a\nb\n", 9) == b"a\nb\n"
    assert last_lines(b"a\nb\n", 0) == b""
    assert last_lines(b"a\n", None) == b"a\n"


def test_runs_by_name(begun):
    study = begun(objective={"replicates": 2}, searches=GRID)
    trial = study.propose("grid")[0].trial
    results = look(study.layout).results
    assert chosen_runs(results, trial, None) == [RunId(0), RunId(1)]
    assert chosen_runs(results, trial, "r1") == [RunId(1)]
    with pytest.raises(StudyError, match="has no run 'r2'"):
        chosen_runs(results, trial, "r2")


def test_what_is_kept_in_files_or_in_records(begun):
    study = begun(searches=GRID)
    first, second = (row.trial for row in study.propose("grid")[:2])
    study.fold(first, "r0", {"loss": 1.0}, stdout="one\ntwo\n")
    logs = study.layout.run_logs(second, "r0")
    logs.mkdir(parents=True)
    (logs / "stderr.log").write_bytes(b"\xff\n")
    store = study.store
    assert kept_of(store, first, RunId(0), ["stdout", "stderr"], 1) == {"stdout": b"two\n", "stderr": b""}
    assert kept_of(store, second, RunId(0), ["stdout", "stderr"], None) == {"stderr": b"\xff\n"}


def test_a_run_is_followed_through_its_attempts_to_its_end(begun, monkeypatch):
    monkeypatch.setattr(printed, "_PAUSE", 0.01)
    study = begun(searches=GRID)
    trial = study.propose("grid")[0].trial
    logs = study.layout.run_logs(trial, "r0")
    logs.mkdir(parents=True)
    file = logs / "stdout.log"
    file.write_text("1\n2\n3\n")

    def go_on():
        for text in ("1\n2\n3\n4\n", "anew\n", "anew\nend\n"):
            time.sleep(0.1)
            file.write_text(text)
        study.run(trial, "r0", {"loss": 1.0})

    writer = threading.Thread(target=go_on)
    writer.start()
    found = b"".join(content for _, content in follow(study.store, trial, RunId(0), ["stdout"], 1))
    writer.join()
    # A look may find the file just emptied.
    assert found.startswith(b"3\n")
    assert found.endswith(b"anew\nend\n")
    assert found.count(b"4\n") >= 1


def test_a_run_that_is_recorded_in_the_end_is_followed_too(begun, monkeypatch):
    monkeypatch.setattr(printed, "_PAUSE", 0.01)
    study = begun(searches=GRID)
    trial = study.propose("grid")[0].trial
    store = study.store
    assert not has_begun(store, trial, RunId(0))
    timer = threading.Timer(0.1, lambda: study.fold(trial, "r0", {"loss": 1.0}, stdout="all\n"))
    timer.start()
    assert list(follow(store, trial, RunId(0), ["stdout"], 10)) == [("stdout", b"all\n")]
    timer.join()
    assert has_begun(store, trial, RunId(0))
