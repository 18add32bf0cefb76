"""Records: many runs in few files, whatever happens to a writer or to a file."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from snaketune.runner.record_file import RecordFile
from snaketune.runner.records import FOLDER, Records, search


def record(trial="t1", run="r0", contract="c1", **more):
    return {"version": 1, "trial": trial, "run": run, "finished": "2026-01-01", "contract": contract, **more}


def write(study, *records):
    file = RecordFile(str(study))
    for each in records:
        file.append(each)
    file.close()


def files(study):
    return sorted(path for path in (study / FOLDER).iterdir())


def test_nothing_is_made_before_the_first_record(tmp_path):
    RecordFile(str(tmp_path)).close()
    records = Records(str(tmp_path))
    assert not list(tmp_path.iterdir())
    assert not records.has("t1", "r0", "c1")
    assert records.find("t1", "r0") is None


def test_what_was_written_is_found(tmp_path):
    text = "ü \udcff \u2028 \x00"
    write(tmp_path, record(printed={"stdout": text, "stderr": ""}, params={"x": 0.1 + 0.2}))
    found = Records(str(tmp_path)).find("t1", "r0")
    assert found == record(printed={"stdout": text, "stderr": ""}, params={"x": 0.1 + 0.2})


def test_a_reader_sees_what_is_added(tmp_path):
    file, reader = RecordFile(str(tmp_path)), Records(str(tmp_path))
    for number in range(3):
        file.append(record(f"t{number}"))
        assert not reader.has(f"t{number}", "r0", "c1")
        reader.refresh()
        assert reader.has(f"t{number}", "r0", "c1")
        assert not reader.has(f"t{number}", "r1", "c1")
    assert list(reader.runs()) == [("t0", "r0"), ("t1", "r0"), ("t2", "r0")]


def test_writers_at_the_same_time_have_files_of_their_own_and_later_ones_take_them_over(tmp_path):
    first, second = RecordFile(str(tmp_path)), RecordFile(str(tmp_path))
    first.append(record("t1"))
    second.append(record("t2"))
    assert len(files(tmp_path)) == 2
    first.close()
    second.close()
    write(tmp_path, record("t3"))
    assert len(files(tmp_path)) == 2
    assert len(list(Records(str(tmp_path)).runs())) == 3


def test_the_contract_that_is_asked_for_goes_before_the_latest(tmp_path):
    write(
        tmp_path,
        record(finished="2026-01-02", seed=2),
        record(finished="2026-01-01", seed=1),
        record(contract="c2", finished="2026-01-03", seed=3),
        record(contract=None, finished="2026-01-04", seed=4),
    )
    records = Records(str(tmp_path))
    assert records.find("t1", "r0", "c1")["seed"] == 2
    assert records.find("t1", "r0", "c2")["seed"] == 3
    assert records.find("t1", "r0", "c3")["seed"] == 4
    assert records.has("t1", "r0", "c2")
    assert not records.has("t1", "r0", "c3")


def test_what_is_forgotten_can_be_recorded_again(tmp_path):
    write(tmp_path, record("t1", seed=1), record("t2"))
    reader = Records(str(tmp_path))
    Records(str(tmp_path)).forget([("t1", "r0"), ("t3", "r0")])
    reader.refresh()
    assert not reader.has("t1", "r0", "c1")
    assert reader.has("t2", "r0", "c1")
    write(tmp_path, record("t1", seed=2))
    reader.refresh()
    assert reader.find("t1", "r0")["seed"] == 2


@pytest.mark.parametrize("left", [b'{"trial":"t9","run":"r0","contr', b"\0" * 50])
def test_the_rest_of_a_line_that_was_cut_harms_no_other(tmp_path, left):
    write(tmp_path, record("t1"))
    with files(tmp_path)[0].open("ab") as file:
        file.write(left)
    assert not Records(str(tmp_path)).damaged, "it may still be being written"
    write(tmp_path, record("t2"))
    records = Records(str(tmp_path))
    assert list(records.runs()) == [("t1", "r0"), ("t2", "r0")]
    assert [(each.path, each.line) for each in records.damaged] == [(str(files(tmp_path)[0]), 2)]


def test_a_full_disk_is_an_error_and_harms_no_other_record(tmp_path, monkeypatch):
    file = RecordFile(str(tmp_path))
    file.append(record("t1"))
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, data[:20]))
    with pytest.raises(OSError, match="space"):
        file.append(record("t2"))
    monkeypatch.undo()
    file.append(record("t3"))
    assert list(Records(str(tmp_path)).runs()) == [("t1", "r0"), ("t3", "r0")]


def test_a_killed_writer_has_lost_nothing(tmp_path):
    program = (
        "import os, signal, sys\nfrom snaketune.runner.record_file import RecordFile\n"
        "file = RecordFile(sys.argv[1])\n"
        "for n in range(100): file.append({'trial': f't{n}', 'run': 'r0', 'contract': 'c', 'finished': ''})\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", program, tmp_path], check=False).returncode == -9
    assert len(list(Records(str(tmp_path)).runs())) == 100
    write(tmp_path, record("t100"))
    assert len(files(tmp_path)) == 1


def test_a_file_that_was_set_aside_is_read_no_more(tmp_path):
    write(tmp_path, record("t1"), record("t2"))
    reader = Records(str(tmp_path))
    path = files(tmp_path)[0]
    lines = path.read_bytes().splitlines(keepends=True)
    path.rename(path.with_suffix(".damaged"))
    reader.refresh()
    assert not list(reader.runs())
    path.write_bytes(lines[1])
    reader.refresh()
    assert list(reader.runs()) == [("t2", "r0")]


@given(st.data())
def test_exactly_the_damaged_lines_are_missing(tmp_path_factory, data):
    study = tmp_path_factory.mktemp("study")
    write(study, *(record(f"t{n}", params={"x": n}) for n in range(5)))
    path = files(study)[0]
    content = bytearray(path.read_bytes())
    starts = [0, *(n + 1 for n, byte in enumerate(content[:-1]) if byte == 10)]
    place = data.draw(st.integers(0, len(content) - 1).filter(lambda n: content[n] != 10))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte not in (content[place], 10)))
    content[place] = byte
    path.write_bytes(content)
    hit = max(n for n, start in enumerate(starts) if start <= place)
    records = Records(str(study))
    assert list(records.runs()) == [(f"t{n}", "r0") for n in range(5) if n != hit]
    assert all(records.find(f"t{n}", "r0")["params"] == {"x": n} for n in range(5) if n != hit)
    assert [each.line for each in records.damaged] == [hit + 1]


def test_a_line_is_json_with_the_whole_record(tmp_path):
    write(tmp_path, record(status="complete"))
    (line,) = Path(files(tmp_path)[0]).read_text().splitlines()
    assert json.loads(line).items() >= record(status="complete").items()


@given(data=st.data())
def test_a_single_run_is_found_as_among_all(tmp_path_factory, data):
    study = tmp_path_factory.mktemp("study")
    runs, contracts = st.sampled_from(["t1", "t11", "t2"]), st.sampled_from(["c1", "c2", None])
    drawn = data.draw(st.lists(st.tuples(runs, contracts, st.integers(1, 9)), max_size=6))
    write(study, *(record(trial, contract=of, seed=n, finished=f"2026-01-0{n}") for trial, of, n in drawn))
    if drawn and data.draw(st.booleans()):
        Records(str(study)).forget([(data.draw(runs), "r0")])
        write(study, record("t2", seed=0))
    for trial in ("t1", "t11", "t2", "t3"):
        for contract in ("c1", None):
            expected = Records(str(study)).find(trial, "r0", contract)
            assert search(str(study), trial, "r0", contract) == expected
