"""Whose the words of a command line are."""

import pytest
from snaketune.errors import StudyError
from snaketune.sweeping.divided import Divided, check_doubtful, divided
from snaketune.sweeping.option import Interface, Option

BEFORE = {"--trials": True, "--seed": True, "--minimize": False, "-c": True}


def of(line):
    return divided(line.split(), BEFORE, ("--trials", "--minimize"))


def test_before_the_script_all_options_are_ours_behind_it_some():
    found = of("--seed 1 train.py --seed 2 --trials 3 data --lr=1 --minimize -x : --trials 5 -- y")
    assert found == Divided(
        ["--seed", "1", "--trials", "3", "--minimize"], "train.py", ["--seed", "2", "data", "--lr=1", "-x"],
        ["--trials", "5", "--", "y"], [], ["--trials", "--minimize"],
    )  # fmt: skip
    assert of("-c 4 t.py --trials=3 -- --profile slurm") == Divided(
        ["-c", "4", "--trials=3"], "t.py", [], [], ["--profile", "slurm"], ["--trials"]
    )
    assert of("--seed 1").target is None


def test_an_option_of_ours_without_its_value():
    with pytest.raises(StudyError, match="--trials needs a value"):
        of("train.py --trials")
    with pytest.raises(StudyError, match="--trials needs a value"):
        of("train.py --trials -- x")


def test_an_option_that_is_the_scripts_too_has_to_be_said_whose_it_is():
    interface = Interface("argparse", (Option(("--trials",), "int"),))
    with pytest.raises(StudyError, match=r"both SnakeTune and t.py have an option --trials: write it before t.py"):
        check_doubtful(of("t.py --trials 3"), interface, "t.py")
    check_doubtful(of("--trials 3 t.py : --trials 3"), interface, "t.py")
    check_doubtful(of("t.py --trials 3"), None, "t.py")
