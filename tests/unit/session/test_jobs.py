"""What became of jobs that leave no result is said in one line each, from what Snakemake's log says."""

import logging

import pytest
from snakemake_interface_logger_plugins.common import LogEvent
from snaketune.layout import Layout
from snaketune.results.store import Store
from snaketune.session import JobWatch

APPENDED = "For further error details see the cluster/cloud log and the log files of the involved rule(s)."
SBATCH = "SLURM sbatch failed. The error message was 'sbatch: error: {}'.\n    sbatch call:\n        sbatch -p x\n"


@pytest.fixture(params=[True])
def watch(tmp_path, monkeypatch, request):
    """A watch over a study, listening, on a cluster without Slurm or (False) here; what it gave up is in `given_up`."""
    monkeypatch.setenv("PATH", "/nowhere")
    state = tmp_path / ".snakemake"
    state.mkdir()
    found = JobWatch(
        *(Store(Layout(tmp_path / "results" / "s"), None), state, 3),
        lambda search, number, index: [f"t{i}/r0" for i in range(4)],
        lambda number: found.given_up.append(number),
    )
    found.given_up = []
    logger = logging.Logger("test")
    logger.addHandler(logging.NullHandler())
    found.logger = logger
    found.begin(logger, cluster=request.param)
    return found


def fail(watch, *, number=7, job=None, message=None, output="results/s/trials/t1/r0/result.json (update)", log=()):
    """Says that Snakemake's job `number` has failed, as Snakemake does; the record as a handler would get it."""
    about = {"rule_name": "trial", "rule_msg": message, "jobid": number, "log": list(log), "output": [output]}
    aux = {"external_jobid": job} if job else {}
    record = watch.logger.makeRecord(
        *("", logging.ERROR, "", 0, "Error in rule trial", (), None),
        extra={**about, "aux": aux, "event": LogEvent.JOB_ERROR},
    )
    watch.logger.handle(record)
    return record


def test_a_cancelled_job_by_the_message_of_the_plugin(watch, capsys):
    message = f"SLURM-job '31' failed, SLURM status is: 'CANCELLED'. Detailed failure reason unavailable.{APPENDED}"
    assert fail(watch, job="31", message=message).told
    assert capsys.readouterr().err == ("[snaketune] t1/r0: its job 31 was cancelled; it is submitted again (2 of 3)\n")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("CANCELLED by 1000", "was cancelled"),
        ("PREEMPTED", "was preempted"),
        ("NODE_FAIL", "lost its node"),
        ("TIMEOUT", "reached its time limit"),
        ("OUT_OF_MEMORY", "exceeded its memory"),
        ("UNKNOWN", "is lost"),
        ("FAILED", "ended without a result (failed: exit code 1"),
    ],
)
def test_the_end_of_a_job_as_the_status_script_noted_it(watch, tmp_path, capsys, state, words):
    log = tmp_path / "runner.log"
    log.write_text("2030-01-01T00:00:00.000Z attempt 1 on h\n2030-01-01T00:00:00.000Z failed: exit code 1\n")
    (watch.state / "snaketune-ended").write_text(f"8 FAILED\n31 {state}\n131 FAILED\n")
    fail(watch, job="31", message=APPENDED, log=[str(log)])
    assert f"[snaketune] t1/r0: its job 31 {words}" in capsys.readouterr().err


@pytest.mark.parametrize("watch", [False], indirect=True)
def test_attempts_are_counted_and_the_last_one_is_named_at_the_end(watch, tmp_path, capsys):
    log = tmp_path / "runner.log"
    log.write_text("2030-01-01T00:00:00.000Z attempt 1 on h: [train]\n")
    for _ in range(3):
        assert fail(watch, log=[str(log)]).told
    said = capsys.readouterr().err.splitlines()
    killed = f"ended without a result (its processes were killed; log: {log})"
    assert said == [
        f"[snaketune] t1/r0: its attempt {killed}; it is started again (2 of 3)",
        f"[snaketune] t1/r0: its attempt {killed}; it is started again (3 of 3)",
        f"[snaketune] t1/r0: its attempt {killed}; that was the last of 3 attempts",
    ]
    assert watch.end() == [f"no result of t1/r0: the last of 3 attempts {killed}"]
    assert watch.given_up == []


def test_a_permanent_refusal_is_given_up_and_its_reason_repeated_at_the_end(watch, capsys):
    message = SBATCH.format("Batch job submission failed: Invalid partition name specified") + APPENDED
    for number in range(7):
        output = f"results/s/trials/t{number}/r0/result.json (update)"
        assert fail(watch, number=number, message=message, output=output).told
    assert capsys.readouterr().err.splitlines() == [
        "[snaketune] t0/r0: its job is refused, and not submitted again: Invalid partition name specified"
    ]
    assert watch.given_up == list(range(7))
    reason, remedy = watch.end()
    assert reason == ("7 jobs were refused by the scheduler, and not submitted again: Invalid partition name specified")
    assert remedy.strip().startswith("t0/r0, t1/r0, t2/r0, t3/r0, t4/r0 and 2 more: mend objective.resources")


def test_a_refusal_that_may_pass_is_an_attempt(watch, capsys):
    message = f"Error submitting jobscript (exit code 1):\nsbatch: error: Socket timed out\n{APPENDED}"
    fail(watch, message=message)
    assert capsys.readouterr().err == (
        "[snaketune] t1/r0: its job could not be submitted (Socket timed out); it is submitted again (2 of 3)\n"
    )
    assert watch.given_up == []


@pytest.mark.parametrize("note", ["search stopped: all 3 runs so far ended alike: boom", "t1/r0 ended: exit code 3"])
def test_runs_of_a_stopped_search_are_given_up_without_a_word(watch, tmp_path, capsys, note):
    log = tmp_path / "run.log"
    log.write_text(f"2030-01-01T00:00:00.000Z {note}\n")
    assert fail(watch, number=4, job="31", message=APPENDED, log=[str(log)]).told
    assert capsys.readouterr().err == ""
    assert watch.given_up == [4]
    assert watch.end() == []


def test_a_block_is_named_with_what_of_it_is_done(watch, capsys):
    result = watch.store.layout.result("t2", "r0")
    result.parent.mkdir(parents=True)
    result.touch()
    (watch.state / "snaketune-ended").write_text("31 CANCELLED\n")
    fail(watch, job="31", message=APPENDED, output="results/s/random/rounds/4/blocks/2.done")
    assert "block 2 of round 4 of random (1 of its 4 runs done): its job 31 was cancelled" in capsys.readouterr().err


def test_many_lines_at_once_are_bounded(watch, capsys):
    for number in range(40):
        assert fail(watch, number=number, job=str(number), message=APPENDED).told
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 11
    assert said[-1].endswith("in Snakemake's log alone")


def test_control_characters_of_a_log_do_not_reach_the_terminal(watch, tmp_path, capsys):
    log = tmp_path / "runner.log"
    log.write_text("2030-01-01T00:00:01.000Z stopped by SIGTERM: no \x1bresult\n")
    fail(watch, log=[str(log)])
    assert "(stopped by SIGTERM: no  result; log:" in capsys.readouterr().err


def test_a_result_that_does_not_appear(watch, capsys):
    """The job has ended well, so that Snakemake reports no error of it, but an exception."""
    info = {"rule_name": "trial", "jobid": 12, "output": ["results/s/trials/t1/r0/result.json (update)"]}
    started = watch.logger.makeRecord(
        *("", logging.INFO, "", 0, "rule trial", (), None), extra={**info, "event": LogEvent.JOB_INFO}
    )
    missing = watch.logger.makeRecord(
        *("", logging.ERROR, "", 0),
        "MissingOutputException in rule trial in file /x/trial.smk, line 6:\nJob 12  completed successfully, but some "
        "output files are missing. Missing files after 5 seconds:\nresults/s/trials/t1/r0/result.json",
        *((), None),
        extra={"event": LogEvent.ERROR, "exception": "MissingOutputException"},
    )
    for _ in range(3):
        watch.logger.handle(started)
        watch.logger.handle(missing)
    assert missing.told
    how = "ended, but no result has appeared in the time of latency-wait"
    assert capsys.readouterr().err.splitlines() == [
        f"[snaketune] t1/r0: its job {how}; it is submitted again (2 of 3)",
        f"[snaketune] t1/r0: its job {how}; it is submitted again (3 of 3)",
        f"[snaketune] t1/r0: its job {how}; that was the last of 3 attempts",
    ]
    assert watch.end() == [f"no result of t1/r0: the last of 3 attempts {how}"]


def test_what_is_not_about_runs_or_not_understood_stays_as_it_is(watch, capsys):
    for extra in (
        {"event": LogEvent.JOB_ERROR, "rule_name": "check", "output": ["x"]},
        {"event": LogEvent.JOB_ERROR, "rule_name": "trial"},
        {"event": LogEvent.JOB_ERROR, "rule_name": "trial", "output": [], "rule_msg": None, "aux": {}, "log": []},
        {},
    ):
        record = watch.logger.makeRecord(*("", logging.ERROR, "", 0, "Error", (), None), extra=extra)
        watch.logger.handle(record)
        assert not getattr(record, "told", False)
    assert capsys.readouterr().err == ""


def test_echoes_of_an_error_are_told(watch):
    for message, told in {
        "Trying to restart job 5.": True,
        "Cannot restore mine.txt: no backup found.": False,
        "Exception in run_job for rule trial: no such account": True,
        "Exception in run_job for rule mine: no such account": False,
    }.items():
        record = watch.logger.makeRecord("", logging.WARNING, "", 0, message, (), None)
        watch.logger.handle(record)
        assert record.told is told
