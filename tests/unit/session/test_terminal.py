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


def test_what_others_have_told_is_not_said_twice(terminal):
    quieten(OutputSettings(), looking=False)
    LOGGER.error("Error in rule trial", extra={"told": True})
    LOGGER.error("Error in rule check")
    assert terminal.getvalue() == "Error in rule check\n"


def test_nothing_to_be_done_is_heard_once_it_is_said(terminal):
    heard = []
    on_nothing_to_do(lambda: heard.append(terminal.getvalue()))
    LOGGER.info("Select jobs to execute...")
    LOGGER.info("Nothing to be done (all requested files are present and up to date).")
    assert len(heard) == 1
    assert "Nothing to be done" in heard[0]


def test_what_an_error_of_a_run_says_beside_its_report_is_no_news(terminal):
    quieten(OutputSettings(), looking=False)
    for end in ("returned non-zero exit status 3.", "died with <Signals.SIGKILL: 9>."):
        LOGGER.error(
            f"RuleException:\nCalledProcessError in file trial.smk:\nCommand 'python runner/start.py run' {end}"
        )
    LOGGER.error("Cannot restore results/s/trials/t1/r0/result.json: no backup found.")
    assert terminal.getvalue() == ""
    LOGGER.error(
        "RuleException:\nCalledProcessError in file check.smk:\nCommand 'check.py' returned non-zero exit status 1."
    )
    assert "check.py" in terminal.getvalue()
