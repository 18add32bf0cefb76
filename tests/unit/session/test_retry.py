"""What is asked for by --config retry=… is run again, and nothing else, whichever form its results have."""

import pytest
from snaketune.config.retry import read_retry
from snaketune.errors import ConfigError, StudyError
from snaketune.session.retry import set_aside

UNKNOWN = "t0123456789abcdef"


@pytest.fixture
def study(made):
    """Nine trials with two runs each: in folders the first four, recorded the others; of each third one fails."""
    found = made(objective={"replicates": 2})
    found.rows = found.propose("grid")
    for number, row in enumerate(found.rows):
        for run in ("r0", "r1"):
            leave = found.run if number < 4 else found.fold
            failed = number % 3 == 0 and run == "r1"
            leave(row.trial, run, {"status": "invalid", "reason": "x"} if failed else {"loss": 1.0})
    return found


def again(study, retry) -> tuple[list[str], set[tuple[str, str]]]:
    """What is said, and the runs that are to be done again."""
    before = set(study.store.runs())
    said = set_aside(study.store, study.study, read_retry(retry))
    return said, before - set(study.store.runs())


def test_by_status(study):
    said, runs = again(study, "invalid")
    assert said == ["3 runs with status invalid will be tried again"]
    assert runs == {(study.rows[number].trial, "r1") for number in (0, 3, 6)}
    assert again(study, "failed,invalid") == (["0 runs with status failed, invalid will be tried again"], set())


@pytest.mark.parametrize("number", [1, 5], ids=["in a folder", "recorded"])
def test_by_trial_whatever_became_of_it(study, number):
    trial = study.rows[number].trial
    said, runs = again(study, trial)
    assert said == [f"2 runs of {trial} will be tried again"]
    assert runs == {(trial, "r0"), (trial, "r1")}
    assert again(study, trial)[1] == set()


def test_by_several(study):
    one, other = study.rows[0].trial, study.rows[8].trial
    said, runs = again(study, [one, "all-failed", other])
    assert said[0] == "2 runs with status all-failed will be tried again"
    assert sorted(said[1:]) == sorted(f"2 runs of {trial} will be tried again" for trial in (one, other))
    assert len(runs) == 6


def test_results_that_could_be_taken_again_are_set_aside_too(study):
    trial = study.rows[1].trial
    for run, name in (("r0", "result.adopt.json"), ("r1", "result.outdated.json")):
        study.layout.result(trial, run).rename(study.layout.run(trial, run) / name)
    assert set_aside(study.store, study.study, read_retry(trial)) == [f"2 runs of {trial} will be tried again"]
    assert {path.name for path in study.layout.run(trial, "").rglob("*.json")} == {"params.json", "result.1.json"}


def test_a_trial_that_is_none(study):
    before = set(study.store.runs())
    with pytest.raises(StudyError, match=rf"retry: {UNKNOWN} is no trial of the study s; the column 'trial' of .*csv"):
        again(study, f"all-failed,{UNKNOWN}")
    assert set(study.store.runs()) == before


def test_a_trial_that_has_no_result_yet(study):
    row = study.propose("few")[0]
    study.store.set_aside([(row.trial, "r0"), (row.trial, "r1")])
    assert again(study, row.trial)[0] == [f"0 runs of {row.trial} will be tried again"]


@pytest.mark.parametrize("word", ["fialed", "t123", "T0123456789abcdef", ""])
def test_a_word_that_is_nothing(word):
    with pytest.raises(ConfigError, match=r"retry: '.*' is not one of the known words"):
        read_retry(f"failed,{word}")


def test_pruned_runs_as_long_as_the_pruner_is_the_same(made):
    """Only what had given up by itself is run again: the others would be stopped where they were."""
    changes = {"searches": {"few": {"strategy": "random", "n_trials": 4, "batch_size": 2}}, "pruner": "median"}
    study = made(**changes)
    one, other = study.propose("few")
    study.run(one.trial, "r0", {"status": "pruned", "reason": "x", "pruned_at": 5})
    study.run(other.trial, "r0", {"status": "complete", "metrics": {"loss": 1.0}})
    with pytest.raises(StudyError, match=r"retry: 1 run would be stopped .* pruner=none retry=pruned"):
        again(study, "pruned")
    study.gather("few")
    by_itself, _ = study.propose("few", 1)
    study.run(by_itself.trial, "r0", {"status": "pruned", "reason": "y"})
    said, runs = again(study, "pruned")
    assert said[0] == "1 run with status pruned will be tried again"
    assert said[1].startswith("1 run would be stopped at the same steps by the same pruner, and stays pruned;")
    assert runs == {(by_itself.trial, "r0")}
    changed = made(**changes | {"pruner": {"type": "median", "n_warmup_steps": 9}})
    assert again(changed, "pruned") == (["1 run with status pruned will be tried again"], {(one.trial, "r0")})


def test_pruned_is_none_of_the_failed():
    assert "pruned" not in read_retry("all-failed").statuses
