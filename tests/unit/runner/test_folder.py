"""What a run finds in its folder: all of earlier attempts of its training, whose history goes on, or nothing."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from snaketune.runner.folder import open_folder
from snaketune.runner.history import continued, marked, parse_rows


def lines(*rows: object) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def steps(first: int, last: int, **more: object) -> list[dict]:
    return [{"step": step, **more} for step in range(first, last + 1)]


@pytest.mark.parametrize(
    ("before", "added", "expected"),
    [
        (steps(0, 4), [], steps(0, 4)),
        (steps(0, 4, a=1), steps(3, 6, a=2), [*steps(0, 2, a=1), *steps(3, 6, a=2)]),
        (steps(0, 4, a=1), steps(5, 6, a=2), [*steps(0, 4, a=1), *steps(5, 6, a=2)]),
        (steps(0, 4, a=1), steps(0, 1, a=2), steps(0, 1, a=2)),
        (steps(1, 4, a=1), steps(1, 1), steps(1, 1)),
        ([{"loss": 1}, {"loss": 2}], [{"loss": 3}], [{"loss": 3}]),
        ([{"loss": 1}], [], [{"loss": 1}]),
        ([{"head": 1}, *steps(0, 2), {"mean": 1}], steps(1, 1), [{"head": 1}, {"step": 0}, {"step": 1}]),
        ([{"head": 1}, *steps(0, 2)], steps(0, 0), [{"step": 0}]),
        ([{"epoch": 1}, {"epoch": 2}], [{"epoch": 2, "a": 1}, {"note": "x"}], [{"epoch": 1}, {"epoch": 2, "a": 1},
                                                                              {"note": "x"}]),
        ([{"step": 5, "val": 1}, {"step": 3, "train": 1}], steps(4, 4), [{"step": 3, "train": 1}, {"step": 4}]),
        ([{"step": "NaN"}], [{"step": "NaN", "a": 1}], [{"step": "NaN", "a": 1}]),
    ],
)  # fmt: skip
def test_a_history_that_goes_on(before, added, expected):
    """Whether the program appends to what is there or writes a file of its own."""
    begun = marked(lines(*before))
    assert continued(begun, begun + lines(*added)) == lines(*expected)
    if added:
        assert continued(begun, lines(*added)) == lines(*expected)


def test_a_line_that_was_cut():
    half = b'{"step": 2, "lo'
    assert continued(b"", lines(*steps(0, 1)) + half) == lines(*steps(0, 1))
    assert continued(b"", half) == b""
    assert continued(b"", b'{"step": 0}') == b'{"step": 0}\n'


ROWS = st.lists(st.fixed_dictionaries({"loss": st.integers(0, 2)}, optional={"step": st.integers(0, 4)}))


@given(ROWS, ROWS)
def test_a_kill_while_the_histories_are_put_together_does_no_harm(before, added):
    """Of the two files, the history is written first."""
    begun = marked(lines(*before))
    once = continued(begun, begun + lines(*added))
    assert parse_rows(continued(begun, marked(once))) == parse_rows(once)
    assert continued(marked(once), marked(once)) == once
    if added:
        assert continued(begun, lines(*added)) == once


RESUMES = """
import json, os, signal, sys, time
folder = os.environ["SNAKETUNE_DIR"]
checkpoint = os.path.join(folder, "ckpt")
first = int(open(checkpoint).read()) if os.path.exists(checkpoint) else 0
with open(os.environ["SNAKETUNE_HISTORY"], MODE, buffering=1) as history:
    for step in range(first, 6):
        history.write(json.dumps({"step": step, "loss": [9, 1, 5, 4, 3, 2][step]}) + "\\n")
        if step % 2:
            with open(checkpoint, "w") as file:
                file.write(str(step + 1))
        if step == first + 2 and step < 5:
            history.write('{"st')
            END
"""


@pytest.mark.parametrize("mode", ["a", "w"])
@pytest.mark.parametrize("end", ["os.kill(os.getppid(), signal.SIGKILL); time.sleep(9)", "sys.exit(1)"])
def test_a_run_that_resumes_keeps_its_history(bench, mode, end):
    (bench.root / "program.py").write_text(RESUMES.replace("MODE", repr(mode)).replace("END", end))
    options = {"takes": {"loss": "best:minimize"}, "metrics_wanted": ["loss"], "retries": 2}
    program = [sys.executable, str(bench.root / "program.py")]
    for code in (-9, -9) if "kill" in end else (1, 1):
        assert bench.run(program, code=code, **options) is None
    result = bench.run(program, **options)
    assert (result["status"], result["metrics"]["loss"]) == ("complete", 1)
    rows = parse_rows((bench.folder / "history.jsonl").read_bytes())
    assert [row["step"] for row in rows] == [0, 1, 2, 3, 4, 5]
    assert sorted(file.name for file in bench.folder.iterdir() if "history" in file.name) == ["history.jsonl"]
    assert (bench.folder / "attempts" / "1" / "history.jsonl").exists()


def test_a_run_that_had_ended_well_reports_anew(bench):
    report = ["sh", "-c", "echo '{\"loss\": 1}' >> $SNAKETUNE_HISTORY; touch $SNAKETUNE_DIR/ckpt"]
    bench.run(report, metrics_wanted=["loss"])
    bench.run(["false"])
    assert not (bench.folder / "history.jsonl").exists()
    assert (bench.folder / "ckpt").exists()


NOTES = ["sh", "-c", "ls -A $SNAKETUNE_DIR > found; mkdir -p $SNAKETUNE_DIR/sub; touch $SNAKETUNE_DIR/ckpt; exit 1"]


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ({"contract": "a"}, {"contract": "a"}, ["ckpt", "sub"]),
        ({"contract": "a"}, {"contract": "b"}, []),
        ({"contract": "a", "training": "t"}, {"contract": "b", "training": "t"}, ["ckpt", "sub"]),
        ({"contract": "a", "training": "t"}, {"contract": "b", "training": "u"}, []),
        ({"contract": "a", "training": None}, {"contract": "a", "training": "t"}, ["ckpt", "sub"]),
        ({"contract": "a", "training": None}, {"contract": "b", "training": "t"}, []),
    ],
)
def test_a_run_of_another_training_begins_in_an_empty_folder(bench, first, second, found):
    bench.run(NOTES, code=1, retries=2, **first)
    bench.run(NOTES, code=1, retries=2, **second)
    ours = {".lock", ".training.json", "attempts.jsonl", "attempts", "params.json"}
    assert sorted(set((bench.root / "found").read_text().split()) - ours) == found
    if not found:
        assert {file.name for file in (bench.folder / "attempts" / "1").iterdir()} == {"ckpt", "sub", ".training.json"}


def test_killed_before_the_program_has_begun_it_is_known_what_the_files_belong_to(bench):
    """The note is there first; and without one, in a folder of before, the attempts tell."""
    bench.run(NOTES, code=1, retries=1)
    (bench.folder / ".training.json").unlink()
    bench.run(NOTES, code=1, retries=1, contract="other")
    assert "ckpt" not in (bench.root / "found").read_text()
    assert json.loads((bench.folder / ".training.json").read_text())["contract"] == "other"


def test_results_that_were_set_aside_stay_where_they_are(bench):
    bench.run(["false"])
    (bench.folder / "result.json").rename(bench.folder / "result.1.json")
    (bench.folder / "result.outdated.json").write_text("{}")
    bench.run(["true"], contract="other")
    assert (bench.folder / "result.1.json").exists()
    assert (bench.folder / "attempts" / "1" / "result.outdated.json").exists()


def test_a_file_in_the_place_of_the_folder(tmp_path):
    (tmp_path / "r0").write_text("x")
    open_folder(str(tmp_path / "r0"))
    assert (tmp_path / "r0").is_dir()
    assert (tmp_path / "r0.1").read_text() == "x"


def test_a_folder_that_cannot_be_written_is_made_ours_again():
    script = "import os\nfrom snaketune.runner.folder import open_folder\nif os.geteuid() == 0: os.setuid(65534)\n"
    script += "os.mkdir('t'); os.mkdir('t/r0'); os.chmod('t/r0', 0); os.chmod('t', 0o555)\n"
    script += "open_folder(os.path.abspath('t/r0')); open('t/r0/x', 'w'); open('t/y', 'w')\n"
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        workflow = str(Path(open_folder.__code__.co_filename).parents[2])
        done = subprocess.run(
            [sys.executable, "-S", "-c", script],
            cwd=folder,
            env={"PYTHONPATH": workflow},
            capture_output=True,
            text=True,
        )
    assert done.returncode == 0, done.stderr
