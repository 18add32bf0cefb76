import json


def test_status_says_how_far_the_study_is(snaketune, begun):
    study = begun()
    study.finish(lambda params, run: {"loss": float(params["x"])})
    done = snaketune("status")
    assert done.exit_code == 0
    assert "s: 13 of 13 trials done" in done.stdout
    assert snaketune("status", "s").stdout == snaketune("status", "--study", "results/s").stdout == done.stdout


def test_status_as_a_document(snaketune, begun):
    study = begun()
    first, second, *_ = study.propose("grid")
    study.run(first.trial, "r0", {"loss": 1.0})
    study.run(second.trial, "r0", {"status": "failed", "reason": "exit code 1"})
    told = json.loads(snaketune("status", "--json").stdout)
    assert (told["complete"], told["at_work"], told["trials"]) == (False, None, {"done": 2, "total": 13})
    assert told["statuses"] == {"complete": 1, "failed": 1}
    assert told["searches"]["grid"] == {"done": 2, "total": 9, "ended_early": None}
    assert (told["best"]["trial"], told["best"]["metrics"]) == (first.trial, {"loss": 1.0})


def test_status_of_nothing(snaketune):
    done = snaketune("status", "mine")
    assert done.exit_code == 1
    assert done.stderr.startswith("snaketune: There is no study 'mine'. No study has begun in this folder")
