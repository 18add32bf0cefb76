"""A hopeless search is told from one that goes on, whatever order, ids, values and sessions there are."""

import json
from pathlib import Path

import pytest
from snaketune.runner import stopping
from snaketune.runner.files import Refused
from snaketune.runner.record_file import RecordFile
from snaketune.runner.records import Records
from snaketune.runner.spec import RunSpec
from snaketune.runner.stopping import Patience, failing, hopeless, note_failure, same_reason

SPEC = RunSpec(contract="c", metrics_wanted=["loss"])
IMPORT = "exit code 1: ModuleNotFoundError: No module named 'torhc'"


class Runs:
    """A study's folder, in which runs end one after the other."""

    def __init__(self, study: Path):
        self.study = study
        self.count = 0

    def end(self, status="failed", reason=IMPORT, **record) -> Path:
        self.count += 1
        folder = self.study / "trials" / f"t{self.count:016x}" / "r0"
        folder.mkdir(parents=True)
        record = {"status": status, "reason": reason, "contract": "c", "exit_code": 1, "params": {}, **record}
        (folder / "result.json").write_text(json.dumps(record))
        if status not in ("complete", "pruned"):
            note_failure(str(self.study), folder.parent.name, "r0", str(folder))
        return folder / "result.json"

    def session(self, patience=3, setting="s") -> None:
        (self.study / "session.json").write_text(json.dumps({"patience": patience, "setting": setting}))

    def hopeless(self, spec=SPEC, **options) -> int:
        """How many runs show that the search is hopeless."""
        return len(hopeless(str(self.study), spec, **options) or [])


@pytest.fixture
def runs(tmp_path):
    (tmp_path / "trials").mkdir()
    return Runs(tmp_path)


def refused(runs, result, spec=SPEC) -> None:
    """Asks as a run does before it starts."""
    Patience(str(runs.study), spec).refuse_if_stopped(result)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("exit code 1: bad 0.1 in /tmp/a/t.py", {}), ("exit code 1: bad 1e-05 in /b/t.py", {})),
        (("exit code 1: no optimizer 'adam'", {"o": "adam"}), ("exit code 1: no optimizer 'sgd'", {"o": "sgd"})),
        (("no results/s/trials/t0123456789abcdef/r0/x", {}), ("no results/s/trials/tffff456789abcdef/r1/x", {})),
        (("t.py: error: unrecognized arguments: --lr 0.1 --m 0.9", {"lr": 0.1, "m": 0.9}),
         ("t.py: error: unrecognized arguments: --lr 0.2", {"lr": 0.2})),
        (("bad sizes 64 32", {"s": [64, 32]}), ("bad sizes 16", {"s": [16]})),
        (("KeyError: True", {"b": True}), ("KeyError: False", {"b": False})),
    ],
)  # fmt: skip
def test_reasons_that_are_the_same(one, other):
    first, second = ({"status": "failed", "reason": reason, "params": params} for reason, params in (one, other))
    assert same_reason(first) == same_reason(second)


@pytest.mark.parametrize(
    "change",
    [{"status": "invalid"}, {"exit_code": 2}, {"signal": "SIGSEGV"}, {"reason": IMPORT.replace("torhc", "numpi")}],
)
def test_reasons_that_are_not(change):
    record = {"status": "failed", "reason": IMPORT, "exit_code": 1, "params": {"x": "a"}}
    assert same_reason(record) != same_reason({**record, **change})


def test_the_first_runs_decide_and_any_other_end_is_hope(runs):
    assert not runs.hopeless()
    last = [runs.end() for _ in range(3)][-1]
    assert runs.hopeless() == 3
    with pytest.raises(Refused, match="all 3 runs so far ended alike: exit code 1: ModuleNotFoundError") as refusal:
        refused(runs, "a/new/run")
    assert refusal.value.code == 3
    refused(runs, str(last))  # whoever is run again is not among those that have ended
    assert not runs.hopeless(spec=RunSpec(contract="c", on_failure="continue"))
    assert not runs.hopeless(spec=RunSpec(contract="other"))
    runs.end(reason="exit code 1: KeyError: 'a'")
    assert not runs.hopeless()


def test_a_success_is_found_once(runs):
    good = runs.end("complete", None, metrics={"loss": 1.0})
    for _ in range(3):
        runs.end()
    assert not runs.hopeless()
    journal = runs.study / "failures.jsonl"
    assert json.loads(journal.read_text().splitlines()[-1]) == {"success": str(good.relative_to(runs.study))}
    size = journal.stat().st_size
    assert not runs.hopeless()
    assert journal.stat().st_size == size
    good.unlink()
    assert runs.hopeless() == 3


@pytest.mark.parametrize(
    ("record", "hope"),
    [
        ({}, True),
        ({"status": "pruned", "metrics": {}}, True),
        ({"contract": "other"}, False),
        ({"metrics": {"lossy": 1.0}}, False),
    ],
)
def test_a_record_is_hope(runs, record, hope):
    line = {"trial": "t9", "run": "r0", "contract": "c", "status": "complete", "metrics": {"loss": 1.0}}
    file = RecordFile(str(runs.study))
    file.append({**line, "finished": "2030", **record})
    file.close()
    for _ in range(3):
        runs.end()
    assert runs.hopeless() == (0 if hope else 3)
    successes = [json.loads(line) for line in (runs.study / "failures.jsonl").read_text().splitlines()][3:]
    assert successes == [{"success": "t9/r0"}] * hope
    assert runs.hopeless() == (0 if hope else 3)
    Records(str(runs.study)).forget([("t9", "r0")])
    assert runs.hopeless() == 3


def test_who_asks_often_reads_each_failure_once(runs, monkeypatch):
    read = []
    unsealed = stopping.unsealed
    monkeypatch.setattr(stopping, "unsealed", lambda content: read.append(content) or unsealed(content))
    patience = Patience(str(runs.study), RunSpec(contract="c", on_failure="continue", max_failures=9))
    for count in range(1, 9):
        runs.end(reason=f"x{count}")
        patience.refuse_if_stopped("a/new/run")
        patience.refuse_if_stopped("a/new/run")
        assert len(read) == count
    mended = next(runs.study.glob("trials/*/*/result.json"))
    mended.unlink()  # it is tried again, by somebody else
    runs.end()
    patience.refuse_if_stopped("a/new/run")
    runs.end()
    with pytest.raises(Refused, match=r"9 runs failed \(max_failures: 9\)"):
        patience.refuse_if_stopped("a/new/run")


def test_a_pruned_run_is_no_failure(runs):
    runs.end("pruned", "the program stopped early")
    for _ in range(3):
        runs.end()
    assert not runs.hopeless()


def test_a_session_with_more_cores_is_more_patient(runs):
    runs.session(patience=5)
    for _ in range(4):
        runs.end()
    assert not runs.hopeless()
    runs.end()
    assert runs.hopeless() == 5
    runs.session(patience=5, setting="mended")
    assert not runs.hopeless()
    (runs.study / "session.json").write_text("{")
    assert not runs.hopeless(), "what can't be read says nothing"


def test_a_mended_metric_mends_the_results(runs):
    for value in range(3):
        reason = "metric 'los' is missing (there are: loss)"
        runs.end("invalid", reason, exit_code=0, metrics={"loss": value})
    assert not runs.hopeless()
    mistyped = RunSpec(contract="c", metrics_wanted=["lossy"])
    assert runs.hopeless(spec=mistyped) == 3
    assert next(failing(str(runs.study), mistyped))["reason"] == "metric 'lossy' is missing (there are: loss)"


def test_failures_of_another_contract_do_not_stop_a_search(runs):
    runs.end(contract="old")
    refused(runs, "a/new/run", RunSpec(contract="c", on_failure="stop"))
    runs.end()
    with pytest.raises(Refused, match="on_failure: stop"):
        refused(runs, "a/new/run", RunSpec(contract="c", on_failure="stop"))


def test_a_run_that_fails_again_counts_under_the_setting_that_it_failed_under_last(runs):
    """It stands in the journal twice: before something of the configuration was changed, and behind it."""
    runs.session(setting="before")
    first = runs.end()
    runs.session(setting="now")
    runs.end()
    runs.end()
    assert runs.hopeless() == 0
    note_failure(str(runs.study), first.parts[-3], "r0", str(first.parent))
    assert runs.hopeless() == 3
    assert [record["path"] for record in failing(str(runs.study), SPEC)][-1] == str(first)
