"""What of a Snakemake's output is shown."""

from snaketune.driving.said import Said, errors_in


def test_our_lines_are_said_as_they_come_and_others_when_it_has_failed():
    said = Said()
    assert said.take(["[snaketune] s: 1 of 2 trials done", "Building"], ending=False) == [
        "[snaketune] s: 1 of 2 trials done"
    ]
    assert said.take(["MissingInputException in rule x:"], ending=False) == []
    assert said.errors == ["Building", "MissingInputException in rule x:"]


def test_jobs_that_are_stopped_at_the_end_are_no_news():
    stopped = "[snaketune] t1/r0: its attempt ended without a result; it is started again (2 of 3)"
    lost = "[snaketune] no result of t1/r0: the last of 3 attempts ended without a result"
    for line in (stopped, lost):
        assert Said().take([line], ending=False) == [line]
        assert Said().take([line], ending=True) == []


def test_errors_are_without_places_in_our_files():
    said = ['WorkflowError in file "/a/workflow/rules/common.smk", line 36:', "The search is hopeless:", "  x", ""]
    said += ['  File "/a/workflow/rules/common.smk", line 36, in checked', "Complete log(s): /a/b.log"]
    assert errors_in(said) == ["The search is hopeless:", "  x"]


def test_a_plugin_that_is_not_there_is_installed_how():
    (said,) = errors_in(["__main__.py: error: argument --executor/-e: invalid choice: 'slurm' (choose from 'local')"])
    assert said.endswith("pip install 'snaketune[hpc]'")


def test_of_wrong_options_the_reason_is_enough():
    assert errors_in(["usage: snakemake [-h]", "  [--foo]", "__main__.py: error: unrecognized arguments: --fo"]) == [
        "Snakemake: unrecognized arguments: --fo"
    ]
