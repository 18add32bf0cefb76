"""Results are the same to whoever reads them, whether each is in a folder of its own or a line of a record file."""

import pytest
from snaketune.files import write_text
from snaketune.results.frames import history_frame
from snaketune.results.parameters import Parameters
from snaketune.results.records import record_from
from snaketune.results.runs import read_run
from snaketune.results.so_far import SoFar
from snaketune.results.store import UNFOLD, Store
from snaketune.results.study import read_results
from snaketune.runner.seal import sealed

HISTORY = '{"step": 1, "loss": 2.0}\n{"step": 2, "loss": 1.0}\n'


def put(study, trial: str, run: str, result: dict, folded: bool) -> None:
    """Leaves a result, its output and its history in one of the two forms."""
    if folded:
        study.fold(trial, run, result, stdout="said\n", reported=HISTORY)
        return
    study.run(trial, run, result)
    study.layout.history(trial, run).write_text(HISTORY)
    logs = study.layout.run_logs(trial, run)
    logs.mkdir(parents=True)
    (logs / "stdout.log").write_text("said\n")


@pytest.fixture(params=[False, True], ids=["in folders", "recorded"])
def put_in(request):
    return lambda *arguments: put(*arguments, folded=request.param)


def test_a_result_and_what_belongs_to_it(made, put_in):
    study = made()
    put_in(study, "t1", "r0", {"loss": 1.0})
    store = study.store
    assert store.done("t1", "r0") and not store.done("t1", "r1")
    assert store.record("t1", "r0").metrics == {"loss": 1.0}
    assert store.history("t1", "r0") == HISTORY.encode()
    assert store.printed("t1", "r0", "stdout") == b"said\n"
    assert store.printed("t1", "r0", "stdout", most=3) == b"id\n"
    assert list(store.runs()) == [("t1", "r0")]
    with pytest.raises(FileNotFoundError):
        store.record("t1", "r1")
    assert store.history("t1", "r1") is store.printed("t1", "r1", "stdout") is store.version("t1", "r1") is None


def test_what_no_program_printed_or_reported(made):
    study = made()
    study.fold("t1", "r0", {"loss": 1.0})
    assert study.store.printed("t1", "r0", "stdout") == b""
    assert study.store.history("t1", "r0") is None


def test_bytes_that_are_no_text_come_back(made):
    study, said = made(), b"\xff\xfe\n\x00"
    study.fold("t1", "r0", {"loss": 1.0}, stdout=said.decode("utf-8", "surrogateescape"))
    assert study.store.printed("t1", "r0", "stdout") == said


def test_a_studys_tables_do_not_depend_on_the_form(made, tmp_path):
    found = []
    for folded in (False, True):
        study = made(study=f"s{folded}", objective={"metric": {"name": "loss", "take": "best"}, "replicates": 2})
        for search in study.study.searches:
            for row in study.propose(search):
                for run in ("r0", "r1"):
                    if not study.store.done(row.trial, run):
                        put(study, row.trial, run, {"metrics": {}, "status": "invalid", "log": ""}, folded)
            study.gather(search)
        results = read_results(study.layout, study.study)
        so_far = SoFar(study.layout, study.study).results()
        histories = [(id, run, results.store.history(id, run)) for id in results.run_ids for run in ("r0", "r1")]
        assert so_far.trials_of == results.trials_of
        assert so_far.runs() == results.runs()
        found.append((results.trials_of, results.runs(), history_frame(histories).to_csv()))
        assert {trial.metrics["loss"] for trial in results.trials} == {1.0}, "it is taken from the history"
    assert found[0] == found[1]


def test_of_several_results_one_counts(made):
    study = made()
    contract = study.study.run_spec.contract
    store = Store(study.layout, contract)

    def counts() -> object:
        store.refresh()
        ((trial, run),) = store.runs()
        return store.record(trial, run).metrics["loss"]

    study.fold("t1", "r0", {"metrics": {"loss": 1}, "status": "complete", "contract": "a", "finished": "2030-01-01"})
    assert counts() == 1
    study.fold("t1", "r0", {"metrics": {"loss": 2}, "status": "complete", "contract": "b", "finished": "2030-01-02"})
    assert counts() == 2, "the latest"
    assert not store.done("t1", "r0"), "under the present contract"
    study.run("t1", "r0", {"metrics": {"loss": 3}, "status": "complete", "contract": "a"})
    assert counts() == 3
    assert store.done("t1", "r0")
    study.fold("t1", "r0", {"metrics": {"loss": 4}, "status": "complete", "contract": contract, "finished": "2029"})
    assert counts() == 4, "that of the present contract"
    store.set_aside([("t1", "r0")])
    assert not list(Store(study.layout, contract).runs())
    assert (study.layout.run("t1", "r0") / "result.1.json").exists()
    assert study.layout.records.exists()


def test_results_of_an_earlier_contract_count_until_a_workflow_has_begun(made):
    study = made()
    study.fold("t1", "r0", {"metrics": {"loss": 1}, "status": "complete", "contract": "earlier"})
    so_far = SoFar(study.layout, study.study)
    assert study.store.version("t1", "r0") is not None
    write_text(study.layout.session, sealed({"patience": 3, "contract": study.study.run_spec.contract}))
    so_far.results()
    assert study.store.version("t1", "r0") is None
    assert not list(study.store.runs())
    with pytest.raises(FileNotFoundError):
        read_run(study.store, study.study, "t1", "r0")


def test_where_the_logs_are(made):
    study = made()
    study.fold("t1", "r0", {"loss": 1.0})
    shown = study.layout.shown_logs("t1")
    assert study.store.shown_logs("t2") == study.layout.shown_logs("t2")
    assert study.store.shown_logs("t1") == f"{shown} when they are unfolded: {UNFOLD} {study.layout.trials / 't1'}"
    study.layout.trial_logs("t1").mkdir(parents=True)
    assert study.store.shown_logs("t1") == shown


def test_what_is_recorded_meanwhile_is_read_once(made, monkeypatch):
    study = made()
    rows = study.propose("grid")
    so_far, read = SoFar(study.layout, study.study), []
    monkeypatch.setattr("snaketune.results.store.record_from", lambda found: read.append(found) or record_from(found))
    for number, row in enumerate(rows, 1):
        study.fold(row.trial, "r0", {"loss": 1.0})
        assert len(so_far.results().trials) == number
    assert len(read) == len(rows)
    trials = so_far.results().trials
    assert all(one is other for one, other in zip(trials, so_far.results().trials, strict=True))


def test_parameters_come_from_a_file_or_from_the_rounds_table(made):
    study = made()
    rows = study.propose("grid")
    study.layout.params(rows[0].trial).unlink()
    of = Parameters(study.layout).of
    assert [of(row.trial) for row in rows] == [row.params for row in rows]
    with pytest.raises(FileNotFoundError, match="no round has proposed t1"):
        of("t1")
