import pytest
import yaml

SCRIPT = """
import argparse, json
p = argparse.ArgumentParser()
p.add_argument("--lr", type=float)
p.add_argument("--seed", type=int)
print(json.dumps({"loss": p.parse_args().lr}))
"""


@pytest.fixture
def sweep(snaketune, tmp_path):
    (tmp_path / "train.py").write_text(SCRIPT)
    return lambda *words: snaketune("run", *words, "--only-write")


def test_a_command_is_written_as_the_study_that_it_means(sweep, tmp_path):
    done = sweep("--seed", "7", "train.py", "--lr", "uniform(0, 1)", "--seed", "3", "--trials", "5")
    assert done.exit_code == 0, done.output
    assert done.stdout == "train.yaml\n"
    text = (tmp_path / "train.yaml").read_text()
    config = yaml.safe_load(text)
    assert config["seed"] == 7, "before the script it is SnakeTune's"
    assert config["objective"]["command"] == "python train.py {args} --seed 3", "behind it, the script's"
    assert config["search"] == {"strategy": "bayes", "n_trials": 5}
    assert '# Written by: snaketune run --seed 7 --trials 5 train.py --lr "uniform(0, 1)" --seed 3\n' in text
    assert sweep("train.py", "--lr", "uniform(0, 1)").exit_code == 1
    assert (tmp_path / "train.yaml").read_text() == text
    assert sweep("--overwrite", "train.py", "--lr", "uniform(0, 1)").exit_code == 0
    assert sweep("--study", "other", "train.py", "--lr", "uniform(0, 1)").stdout == "other.yaml\n"


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ([], 2, "Name STUDY.yaml or SCRIPT."),
        (["train.py"], 1, 'no option of train.py is given a range or a list. Write one in quotes, as in --lr "loguni'),
        (["train.py", "--lr", "[1, 2"], 1, "--lr: ']' is missing"),
        (["train.py", "--lr", "[1, 2]", "--trials", "x"], 2, "'x' is not a valid integer"),
        (["--tirals", "3", "train.py"], 2, "No such option"),
        (["mine.yaml", "--trials", "3"], 2, "it is for scripts: write it into mine.yaml"),
    ],
)
def test_wrong_usage_gets_a_line(sweep, words, code, message):
    done = sweep(*words)
    assert done.exit_code == code
    assert message in done.stderr
    assert "Traceback" not in done.output


def test_help_says_whose_the_options_are(snaketune):
    done = snaketune("run", "--help")
    assert done.exit_code == 0
    assert "Whose is which option?" in done.output
    assert "snaketune run study.yaml" in done.output
    assert snaketune("run", "train.py", "--help").output == done.output
