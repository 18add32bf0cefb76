"""What is said of a hopeless search: the reason, the log's end, what to change, and the command that goes on."""

import json

import pytest
from made_up import record
from snaketune.command import command_with
from snaketune.errors import StudyError
from snaketune.runner.spec import RunSpec
from snaketune.runner.stopping import note_failure
from snaketune.session.hopeless import hopeless_text, note_session
from snaketune.session.remedies import remedy_for

COMMAND = ["snakemake", "--cores", "4", "--config", "progress=0"]


def failed(made, count=3, **fields):
    """A study whose first runs have failed, and its folder of results."""
    study = made()
    study.layout.root.mkdir(parents=True, exist_ok=True)
    note_session(study.layout, study.study, 1, here=True)
    for row in study.propose("grid")[:count]:
        values = {"status": "failed", "reason": "exit code 1: boom", "stderr_tail": ["a", "", "boom"], **fields}
        study.run(row.trial, "r0", {"contract": study.study.run_spec.contract, **values})
        folder = study.layout.run(row.trial, "r0")
        note_failure(str(study.layout.root), row.trial, "r0", str(folder))
    return study


def test_the_text(made):
    study = failed(made)
    text = hopeless_text(study.layout, study.study, COMMAND)
    assert text.startswith("Stopped: all 3 runs so far ended without success and for the same reason:\n")
    assert "  failed: exit code 1: boom\n" in text
    assert "/r0/stderr.log ends with:\n    a\n    boom\n" in text
    assert "Then go on with: snakemake --cores 4 --config progress=0\n" in text
    assert "--config retry=failed progress=0" in text
    assert "on_failure: continue" in text


def test_a_part_of_another_workflow_is_asked_to_retry_below_its_key(made):
    study = failed(made)
    note_session(study.layout, study.study, 1, here=True, config_key="tune")
    retry = "--config 'tune={retry: [failed]}' progress=0"
    assert retry in hopeless_text(study.layout, study.study, COMMAND)
    note_session(study.layout, study.study, 1, here=True, config_key=None)
    assert "retry" not in hopeless_text(study.layout, study.study, COMMAND)


def test_patience_lasts_while_nothing_is_mended(made, tmp_path):
    study = failed(made)
    note_session(study.layout, study.study, 8, here=True)
    assert json.loads(study.layout.session.read_text())["patience"] == 3
    mended = made(space={"x": [1, 2, 3, 4]})
    note_session(mended.layout, mended.study, 8, here=True)
    assert json.loads(study.layout.session.read_text())["patience"] == 8
    assert hopeless_text(mended.layout, mended.study, COMMAND) is None


def test_a_session_begins_only_with_hope(made, tmp_path):
    from test_session import begun

    study = failed(made)
    with pytest.raises(StudyError, match="Stopped: all 3 runs"):
        begun(study, tmp_path / "state")
    begun(study, tmp_path / "looks", looking={"status"})
    begun(study, tmp_path / "dry", dry_run=True)
    begun(study, tmp_path / "again", retry="failed")
    assert hopeless_text(study.layout, study.study, COMMAND) is None


@pytest.mark.parametrize(
    ("reason", "words", "again"),
    [
        ("exit code 1: ModuleNotFoundError: No module named 'sklearn'", "pip install scikit-learn", True),
        ("exit code 2: t.py: error: unrecognized arguments: --lr 0.1 --bs 3", "does not know --lr, --bs", False),
        ("exit code 2: t.py: error: the following arguments are required: --data", "give --data", False),
        ("exit code 2: Error: No such option: --lr Did you mean --lrate?", "does not know --lr", False),
        ("exit code 2: Error: Missing option '--data'.", "give '--data'", False),
        ("cannot start 'trian': program not found", "there is no program 'trian'", True),
        ("exit code 2: python: can't open file '/a/trian.py': [Errno 2] No such file", "path '/a/trian.py'", True),
        ("exit code 1: FileNotFoundError: [Errno 2] No such file or directory: 'a.csv'", "the path 'a.csv'", True),
        ("cannot start './t.sh': Permission denied", "chmod +x", True),
        ("exit code 7", "mend what the log says", False),
    ],
)
def test_remedies(reason, words, again):
    what, asked_again = remedy_for(record("t1", "r0", {"status": "failed", "reason": reason}), RunSpec())
    assert words in what
    assert asked_again is again


def test_remedies_for_metrics():
    spec = RunSpec(metrics_wanted=["acuracy"])
    found = {"status": "invalid", "reason": "metric 'acuracy' is missing (…)", "metrics": {"accuracy": 1, "loss": 2}}
    assert "gives no 'acuracy'. Did you mean 'accuracy'? Allowed: accuracy, loss." in remedy_for(found, spec)[0]
    nothing = {"status": "invalid", "reason": "metric 'x' is missing (the program gave no metrics)", "metrics": {}}
    assert '{"acuracy": 0.5}' in remedy_for(nothing, spec)[0]


def test_a_command_with_one_more_setting():
    assert command_with(["snakemake", "plan"], "retry=failed") == ["snakemake", "plan", "--config", "retry=failed"]
    again = command_with(["snakemake", "--config", "retry=oom", "seed=1", "--cores", "2"], "retry=failed")
    assert again == ["snakemake", "--config", "retry=failed", "seed=1", "--cores", "2"]
