"""Devices are taken in turns, all at once, and given back however their holders end."""

import json
import os
import signal
import sys
import time
from datetime import datetime

import pytest
from snaketune.runner.slots import choose, slots_folder, take

PROGRAM = """\
import os, time
open("at." + os.environ["CUDA_VISIBLE_DEVICES"], "w").write(str(os.getpid()))
time.sleep({})
"""


def request(of="01", count=1, share=1.0, held=None):
    return {"of": list(of), "count": count, "share": share, "held": None if held is None else list(held), "who": "w"}


@pytest.mark.parametrize(
    ("wanted", "others", "expected"),
    [
        (request(), [], "0"),
        (request(), [(True, request(held="0"))], "1"),
        (request(), [(True, request(held="0")), (True, request(held="1"))], None),
        (request(count=2), [(True, request(held="0"))], None),
        (request(count=2), [], "01"),
        (request(share=0.5), [(True, request(share=0.5, held="0"))], "1"),
        (request(share=0.5), [(True, request(share=0.5, held="0")), (True, request(share=0.7, held="1"))], "0"),
        (request("0", share=1 / 3), 2 * [(True, request("0", share=1 / 3, held="0"))], "0"),
        (request("0", share=0.1), 9 * [(True, request("0", share=0.1, held="0"))], "0"),
        (request("0", share=0.34), 2 * [(True, request("0", share=0.34, held="0"))], None),
        (request(), [(True, request(count=2))], None),  # one that came before waits for both
        (request(), [(False, request(count=2))], "0"),
        (request("2"), [(True, request(count=2))], "2"),  # it wants others
        (request(), [(True, request("23", held="23"))], "0"),
        (request(), [(False, None)], None),
    ],
)
def test_who_gets_which(wanted, others, expected):
    assert choose(wanted, others) == (expected and list(expected))


def test_taken_and_given_back(tmp_path):
    notes = []
    one = take(str(tmp_path), ["0", "1"], 1, 1.0, "one", notes.append)
    two = take(str(tmp_path), ["0", "1"], 1, 1.0, "two", notes.append)
    assert (one.ids, two.ids, notes) == (["0"], ["1"], [])
    one.release()
    assert take(str(tmp_path), ["0", "1"], 1, 1.0, "three", notes.append).ids == ["0"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2", "3", "lock"]


def test_a_ticket_that_nobody_holds_does_not_count(tmp_path):
    (tmp_path / "7").write_text(json.dumps(request("0", held="0")) + "\n")
    assert take(str(tmp_path), ["0"], 1, 1.0, "one", print).ids == ["0"]
    assert not (tmp_path / "7").exists()


def test_the_folder_is_ours(tmp_path, monkeypatch):
    folder = slots_folder({"SNAKETUNE_DEVICES_DIR": str(tmp_path / "here")})
    assert folder == str(tmp_path / "here" / f"devices-{os.uname().nodename}")
    assert slots_folder({}).startswith(f"/tmp/snaketune-{os.getuid()}/")


def told(bench, run):
    """The run's log so far."""
    file = bench.log.with_name(run) / "runner.log"
    return file.read_text() if file.exists() else ""


@pytest.fixture
def start(bench, monkeypatch):
    """Starts a runner that asks for devices among 0 and 1, whose program stays for some seconds."""
    monkeypatch.setenv("SNAKETUNE_DEVICES_DIR", str(bench.root / "slots"))
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)

    def start(run, asked, seconds=30.0, **objective):
        argv = [sys.executable, "-c", PROGRAM.format(seconds)]
        return bench.start(argv, run=run, more=["--devices", asked, "--among", "0,1"], **objective)

    return start


def test_a_killed_runner_holds_its_devices_until_its_program_is_gone(bench, start, processes):
    wait_for, alive = processes
    first = start("r0", "2")
    program = bench.pid_from("at.0,1")
    second = start("r1", "0.5", 0.1)
    wait_for(lambda: "r0 (process" in told(bench, "r1"))
    killed = time.time()
    bench.kill(first)
    assert second.wait(20) == 0
    assert not alive(program)
    result = bench.result("r1")
    assert result["devices"] == ["0"]
    assert datetime.fromisoformat(result["started"]).timestamp() > killed - 0.01, "waiting counts as running"


def test_who_waits_can_be_stopped_and_loses_its_turn(bench, start, processes):
    wait_for, _ = processes
    start("r0", "1,2")  # 2 at the second attempt
    bench.pid_from("at.0")
    both = start("r1", "2", timeout=0.2)
    wait_for(lambda: "waiting for 2 of the devices 0, 1" in told(bench, "r1"))
    behind = start("r2", "1", 0.1)
    time.sleep(0.5)
    assert behind.poll() is None, "it has gone before one that came earlier"
    both.send_signal(signal.SIGTERM)
    assert both.wait(5) == (128 + signal.SIGTERM if bench.packed else -signal.SIGTERM)
    assert behind.wait(10) == 0
    assert bench.result("r2")["devices"] == ["1"]
    assert bench.result("r1") is None


def test_by_attempt_at_most_all_and_none(bench, monkeypatch):
    monkeypatch.setenv("SNAKETUNE_DEVICES_DIR", str(bench.root / "slots"))
    for name in ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "SLURM_JOB_ID"):
        monkeypatch.delenv(name, raising=False)
    show = [sys.executable, "-c", "import os; print(os.environ.get('CUDA_VISIBLE_DEVICES'))"]
    for attempt, asked, among, printed, devices in [
        (2, "1,2", "0,1", "0,1", ["0", "1"]),
        (9, "1,2", "0,1", "0,1", ["0", "1"]),
        (1, "4", "0,1", "0,1", ["0", "1"]),
        (1, "0", "0,1", "", []),
        (1, "1", "none", "None", None),
    ]:
        bench.start(show, attempt=attempt, more=["--devices", asked, "--among", among]).communicate()
        assert bench.read_log("stdout").strip() == printed
        assert bench.result()["devices"] == devices
        bench.forget()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,5")
    bench.run(show, env={"CUDA_VISIBLE_DEVICES": "5"})
    assert (bench.read_log("stdout").strip(), bench.result()["devices"]) == ("5", None), "nobody has asked"
    bench.forget()
    bench.start(show, more=["--devices", "1"], env={"CUDA_VISIBLE_DEVICES": "5"}).communicate()
    assert bench.result()["devices"] == ["5"], "what the study sets counts as given"
