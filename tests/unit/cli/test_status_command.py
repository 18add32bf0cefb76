def test_status_says_how_far_the_study_is(snaketune, begun):
    study = begun()
    study.finish(lambda params, run: {"loss": float(params["x"])})
    done = snaketune("status")
    assert done.exit_code == 0
    assert "s: 13 of 13 trials done" in done.stdout
    assert snaketune("status", "s").stdout == snaketune("status", "--study", "results/s").stdout == done.stdout


def test_status_of_nothing(snaketune):
    done = snaketune("status", "mine")
    assert done.exit_code == 1
    assert done.stderr.startswith("snaketune: There is no study 'mine'. No study has begun in this folder")
