"""Of what Snakemake says, the terminal shows errors and what its options ask for; its own formatter and filter stay."""

import io
import logging

import pytest
from snakemake.logging import ColorizingTextHandler, DefaultFilter, DefaultFormatter
from snakemake.settings.types import OutputSettings
from snakemake_interface_logger_plugins.common import LogEvent
from snaketune.session import on_nothing_to_do, quieten

LOGGER = logging.getLogger("snakemake.logging")


@pytest.fixture
def terminal():
    """Snakemake's logger with its terminal, which is a text here."""
    text = io.StringIO()
    handler = ColorizingTextHandler(nocolor=True, stream=text, formatter=DefaultFormatter())
    handler.addFilter(DefaultFilter(None, False, False, False, False))
    before, level = LOGGER.handlers[:], LOGGER.level
    LOGGER.handlers[:] = [handler]
    LOGGER.setLevel(logging.INFO)
    yield text
    LOGGER.handlers[:] = before
    LOGGER.setLevel(level)


def speak() -> None:
    """What Snakemake says around a job."""
    LOGGER.info("Building DAG of jobs...")
    LOGGER.info("Execute 1 jobs...", extra={"event": LogEvent.JOB_STARTED})
    LOGGER.info(None, extra={"event": LogEvent.PROGRESS, "done": 1, "total": 2})
    LOGGER.info("Finished jobid: 1 (Rule: trial)", extra={"event": LogEvent.JOB_FINISHED})
    LOGGER.info("Select jobs to execute...")
    LOGGER.info("A message that nobody has heard of")
    LOGGER.warning("A warning")
    LOGGER.error("LockException: somebody else")
    LOGGER.info("Complete log(s): x.log")


def lose(number: int, rule: str = "trial", log: str = "none.log") -> None:
    """Says that a job has failed, as Snakemake does."""
    about = {"rule_name": rule, "rule_msg": None, "jobid": number, "input": [], "log": [log], "conda_env": None}
    output = [f"results/s/trials/t{number}/r0/result.json"]
    about |= {"output": output, "shellcmd": "train", "aux": {}, "event": LogEvent.JOB_ERROR}
    LOGGER.error(f"Error in rule {rule}, jobid: {number}", extra=about)


def test_errors_and_unknown_words_alone(terminal):
    quieten(OutputSettings(), looking=False)
    speak()
    said = terminal.getvalue().split("\n")
    assert said[:-1] == [
        "A message that nobody has heard of", "A warning", "LockException: somebody else", "Complete log(s): x.log",
    ]  # fmt: skip


def test_of_a_target_that_looks_not_even_where_the_log_is(terminal):
    quieten(OutputSettings(), looking=True)
    speak()
    assert "Complete log" not in terminal.getvalue()
    assert "LockException" in terminal.getvalue()


@pytest.mark.parametrize("option", ["printshellcmds", "verbose", "dryrun", "debug_dag", "show_failed_logs"])
def test_whoever_says_how_much_to_show_gets_that(terminal, option):
    quieten(OutputSettings(**{option: True}), looking=False)
    speak()
    assert "Finished jobid: 1" in terminal.getvalue()


def test_settings_that_are_not_there_hide_nothing(terminal):
    quieten(None, looking=False)
    speak()
    assert "Finished jobid: 1" in terminal.getvalue()


def test_a_lost_run_is_a_line_with_its_reason_and_many_are_bounded(terminal, tmp_path, capsys):
    log = tmp_path / "runner.log"
    log.write_text(
        "2030-01-01T00:00:00.000Z attempt 1 on h\n2030-01-01T00:00:01.000Z stopped by SIGTERM: no \x1bresult\n"
    )
    quieten(OutputSettings(), looking=False)
    lose(0, log=str(log))
    LOGGER.info("Trying to restart job 0.")
    assert capsys.readouterr().err.splitlines() == [
        f"[snaketune] t0/r0 has ended without a result: stopped by SIGTERM: no  result; log: {log}",
        "[snaketune] t0/r0 is tried again",
    ]
    for number in range(1, 40):
        lose(number)
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 10
    assert said[-1].endswith("in Snakemake's log alone")
    assert terminal.getvalue() == ""
    lose(40, rule="check")  # a stage's error is Snakemake's own
    assert "Error in rule check" in terminal.getvalue()


def test_nothing_to_be_done_is_heard_once_it_is_said(terminal):
    heard = []
    on_nothing_to_do(lambda: heard.append(terminal.getvalue()))
    LOGGER.info("Select jobs to execute...")
    LOGGER.info("Nothing to be done (all requested files are present and up to date).")
    assert len(heard) == 1
    assert "Nothing to be done" in heard[0]


def test_runs_of_a_stopped_search_say_nothing(terminal, tmp_path, capsys):
    """The session says why, once; that each of them is tried again and has left nothing is no news."""
    quieten(OutputSettings(), looking=False)
    (tmp_path / "run.log").write_text("2030-01-01T00:00:00.000Z search stopped: all 3 runs so far ended alike: boom\n")
    (tmp_path / "block.log").write_text("2030-01-01T00:00:00Z t1/r0 ended: exit code 3\n")
    for number, name in enumerate(("run.log", "block.log")):
        LOGGER.error(
            "RuleException:\nCalledProcessError in file trial.smk, line 32:\nCommand 'set -e; python "
            "runner/start.py run' returned non-zero exit status 3."
        )
        lose(number, log=str(tmp_path / name))
        LOGGER.error("Cannot restore results/s/trials/t1/r0/result.json: no backup found.")
        LOGGER.info(f"Trying to restart job {number}.")
    assert terminal.getvalue() == ""
    assert capsys.readouterr().err == ""
