SCRIPT = """
import argparse, json
p = argparse.ArgumentParser()
p.add_argument("--lr", type=float, default=0.1)
print(json.dumps({"loss": p.parse_args().lr}))
"""


def test_init_writes_a_study_and_says_what_to_type_next(snaketune, tmp_path):
    (tmp_path / "train.py").write_text(SCRIPT)
    done = snaketune("init", "train.py", "--trials", "5", "-o", "mine.yaml")
    assert done.exit_code == 0, done.output
    assert done.stdout == "mine.yaml\n"
    assert "Next: snaketune plan mine.yaml, then snaketune run mine.yaml" in done.stderr
    written = (tmp_path / "mine.yaml").read_text()
    assert "study: train" in written
    assert "# snaketune run mine.yaml" in written
    again = snaketune("init", "train.py", "--trials", "6", "-o", "mine.yaml")
    assert again.exit_code == 1
    assert "mine.yaml is there already: --force overwrites it" in again.stderr
    assert (tmp_path / "mine.yaml").read_text() == written
    assert snaketune("init", "--force", "train.py", "--trials", "6", "-o", "mine.yaml").exit_code == 0
    assert "n_trials: 6" in (tmp_path / "mine.yaml").read_text()


def test_init_of_a_configuration(snaketune, tmp_path):
    (tmp_path / "train.py").write_text(SCRIPT)
    (tmp_path / "c.yaml").write_text("lr: 0.1\n")
    done = snaketune("init", "c.yaml", "--command", "python train.py {args}")
    assert done.exit_code == 0, done.output
    assert "lr: loguniform(0.001, 1)" in (tmp_path / "train.yaml").read_text()


def test_wrong_usage_of_init(snaketune, tmp_path):
    (tmp_path / "train.py").write_text(SCRIPT)
    assert "Name SCRIPT" in snaketune("init").stderr
    assert snaketune("init").exit_code == 2
    assert snaketune("init", "train.py", "--metric").exit_code == 2
    gone = snaketune("init", "trian.py")
    assert gone.exit_code == 1
    assert "Did you mean 'train.py'" in gone.stderr
    assert list(tmp_path.glob("*.yaml")) == []
