"""Runs that are recorded, to those who need their files: a runner of its own, a training alone, the user."""

import json
import subprocess
import sys

import pytest
from snaketune.runner import states
from snaketune.runner.left import left_by, left_in
from snaketune.runner.record_file import RecordFile
from snaketune.runner.records import Records
from snaketune.runner.unfold import unfold

pytestmark = pytest.mark.alone  # a worker takes records as they are

PRINTS = (
    "echo start >> starts; echo 'loss: 1'; echo 'acc: 2'; printf '\\377' >&2; echo '{\"x\": 1}' > $SNAKETUNE_HISTORY"
)
LOSS = {"patterns": {"loss": r"loss: (\S+)"}, "metrics_wanted": ["loss"], "training": "t"}
ACC = {"patterns": {"acc": r"acc: (\S+)"}, "metrics_wanted": ["acc"], "contract": "c2", "training": "t"}


def starts(bench) -> int:
    return len((bench.root / "starts").read_text().splitlines())


def fold(bench) -> dict:
    """Makes a record of the bench's finished run, and removes its files; the record."""
    record = {name: value for name, value in bench.result().items() if name != "digest"}
    line = left_in(str(bench.folder), str(bench.log), record).recorded(record)
    file = RecordFile(str(bench.study))
    file.append(line)
    file.close()
    for path in (*bench.folder.rglob("*"), *bench.log.rglob("*")):
        path.unlink()
    bench.folder.rmdir()
    (bench.trial / "params.json").unlink()
    return line


def files(folder, *others) -> dict[str, bytes]:
    names = {"result.json", "history.jsonl", ".training.json", "stdout.log", "stderr.log"}
    return {path.name: path.read_bytes() for path in (*folder.iterdir(), *others) if path.name in names}


@pytest.fixture
def recorded(bench):
    """A run that is recorded, and what its files were."""
    bench.run(["sh", "-c", PRINTS], {"n": 1}, **LOSS)
    logs = [bench.log / "stdout.log", bench.log / "stderr.log"]
    before = files(bench.folder, *logs)
    assert before["stderr.log"] == b"\xff" and json.loads(before["history.jsonl"]) == {"x": 1}
    return bench, before, fold(bench)


def test_a_runner_writes_the_files_instead_of_training(recorded):
    bench, before, _ = recorded
    result = bench.run(["false"], {"n": 1}, **LOSS)
    assert (result["status"], result["metrics"], starts(bench)) == ("complete", {"loss": 1.0}, 1)
    now = files(bench.folder, bench.log / "stdout.log", bench.log / "stderr.log")
    assert {name: now[name] for name in now if name != "result.json"} == {
        name: before[name] for name in before if name != "result.json"
    }
    former = json.loads(before["result.json"])
    assert {**result, "digest": ""} == {**former, "digest": ""}
    # A changed training begins in an empty folder, as after a run that had files from the start.
    bench.run(["sh", "-c", "ls -A > seen"], {"n": 1}, **{**LOSS, "training": "other", "contract": "c9"})
    assert (bench.folder / "attempts" / "1" / "history.jsonl").exists()


def test_a_result_that_is_there_is_computed_again_if_somebody_wants_it(recorded):
    bench, *_ = recorded
    bench.run(["false"], {"n": 1}, **LOSS)
    assert bench.run(["sh", "-c", "echo loss: 7"], {"n": 1}, **LOSS)["metrics"] == {"loss": 7.0}


def test_what_was_in_the_folder_is_left_behind(recorded):
    bench, *_ = recorded
    bench.folder.mkdir()
    (bench.folder / "checkpoint").write_text("of another training")
    assert bench.run(["false"], {"n": 1}, **LOSS)["metrics"] == {"loss": 1.0}
    assert (bench.folder / "attempts" / "1" / "checkpoint").exists()


def test_metrics_are_read_again_from_a_record(recorded):
    bench, *_ = recorded
    result = bench.run(["false"], {"n": 1}, **ACC)
    assert (result["metrics"], result["contract"], starts(bench)) == ({"acc": 2.0}, "c2", 1)
    assert "read again" in result["notes"][-1]
    assert (bench.log / "stdout.log").read_text() == "loss: 1\nacc: 2\n"


@pytest.mark.parametrize("change", [{"training": "other"}, {"training": None}])
def test_another_training_is_done(recorded, change):
    bench, *_ = recorded
    result = bench.run(["sh", "-c", "echo acc: 5"], {"n": 1}, **{**ACC, **change})
    assert result["metrics"] == {"acc": 5.0}


def test_what_a_program_gave_is_read_again_too(bench):
    bench.run(["sh", "-c", 'echo \'{"loss": 1, "acc": 2}\' > $SNAKETUNE_METRICS'], **LOSS)
    fold(bench)
    assert bench.run(["false"], **ACC)["metrics"]["acc"] == 2
    assert json.loads((bench.folder / "metrics.json").read_text()) == {"loss": 1, "acc": 2}


def run_module(bench, name, *words):
    command = [sys.executable, "-P", "-m", f"snaketune.runner.{name}", *words]
    return subprocess.run(command, cwd=bench.root, capture_output=True, text=True, errors="replace", check=False)


def test_a_recorded_run_is_run_alone(recorded):
    bench, _, line = recorded
    done = run_module(bench, "alone", "results/s/trials/t0/r0", "own")
    assert (done.returncode, done.stdout) == (0, "loss: 1\nacc: 2\n")
    assert "loss = 1.0; the search found 1.0" in done.stderr
    assert json.loads((bench.root / "own" / "t0" / "params.json").read_text()) == line["params"] == {"n": 1}
    assert not bench.folder.exists()


def test_a_run_that_has_only_been_proposed_is_run_alone(recorded):
    bench, *_ = recorded
    table = bench.study / "g" / "rounds" / "0" / "trials.csv"
    table.parent.mkdir(parents=True)
    table.write_text('trial,params\nt7,"{""n"": 3}"\n')
    assert run_module(bench, "alone", "results/s/trials/t7/r0", "own").returncode == 0
    assert json.loads((bench.root / "own" / "t7" / "params.json").read_text()) == {"n": 3}
    done = run_module(bench, "alone", "results/s/trials/t8/r0")
    assert done.returncode == 2 and "no parameters of t8 are there" in done.stderr


def test_the_user_has_the_files_written(recorded):
    bench, before, _ = recorded
    done = run_module(bench, "unfold", "results/s/trials/t0")
    assert done.returncode == 0 and str(bench.folder) in done.stderr
    now = files(bench.folder, bench.log / "stdout.log", bench.log / "stderr.log")
    assert now.keys() == before.keys()
    assert json.loads((bench.trial / "params.json").read_text()) == {"n": 1}
    assert "is there already" in run_module(bench, "unfold", "results/s/trials/t0/r0").stderr
    for wrong, said in (
        ("results/s/trials/t9", "nothing of"),
        ("results/s", "is no trial"),
        ("x/trials/t1", "study.json"),
    ):
        done = run_module(bench, "unfold", wrong)
        assert done.returncode == 2 and said in done.stderr and "Traceback" not in done.stderr
    assert run_module(bench, "unfold").returncode == 2


def test_a_kill_while_files_are_written_leaves_no_result(recorded, monkeypatch):
    """The result comes last: whatever else is there is left behind by the next one."""
    bench, _, line = recorded

    def killed(path, content):
        raise KeyboardInterrupt

    monkeypatch.setattr("snaketune.runner.unfold.replace_file", killed)
    with pytest.raises(KeyboardInterrupt):
        unfold(line, str(bench.folder), str(bench.log))
    monkeypatch.undo()
    assert not (bench.folder / states.RESULT).exists()
    assert bench.run(["false"], {"n": 1}, **LOSS)["metrics"] == {"loss": 1.0}


def test_what_is_left_comes_back(bench):
    bench.run(["sh", "-c", "printf '\\377\\0x'; echo y > $SNAKETUNE_HISTORY"])
    line = fold(bench)
    found = Records(str(bench.study)).find("t0", "r0")
    assert found == line
    left = left_by(found)
    assert (left.printed["stdout"], left.printed["stderr"], left.reported, left.gave) == (b"\xff\0x", b"", b"y\n", None)
