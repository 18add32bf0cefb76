"""What is proposed for scripts of all kinds is a study that can be read as it is, and looked at before it runs."""

import pytest
import yaml
from snaketune.config import read_study
from snaketune.config.preflight.check import findings
from snaketune.errors import StudyError
from snaketune.sweeping.asked import Asked
from snaketune.sweeping.divided import divided
from snaketune.sweeping.from_config import proposed_from_config
from snaketune.sweeping.proposed import proposed
from test_readers import ABSL, ARGPARSE, CLICK, FIRE, HF, SUBCOMMANDS, TYPER, TYRO

SCRIPTS = {
    "argparse": (ARGPARSE + "parser.parse_args()\n", "data.csv --text x"),
    "click": (CLICK, "data.csv"),
    "typer": (TYPER, "data.csv --needed 1.5"),
    "fire": (FIRE, ""),
    "tyro": (TYRO, ""),
    "data class": (HF, ""),
    "absl": (ABSL, ""),
    "sub-command": (SUBCOMMANDS["argparse"], "train"),
    "sub-command of click": (SUBCOMMANDS["click"], "train"),
    "short": ('import argparse\np = argparse.ArgumentParser()\np.add_argument("-l", type=float, default=1)\n', ""),
    "odd texts": (
        'import argparse\np = argparse.ArgumentParser()\np.add_argument("--lr", type=float, help="a: b # {x}\\n\\tc")\n'
        'p.add_argument("--kind", choices=["a b", "it\'s", "{x}", "$HOME", "f(x)", "1", "true", "- x"])\n'
        'p.add_argument("--text", default="uniform(0, 1)")\n', "",
    ),
}  # fmt: skip


def made(folder, script, line="", **asked):
    (folder / "train.py").write_text(script)
    words = divided(["train.py", *line.split()], {}, ())
    return proposed("train.py", words, Asked(**{"metric": "loss", **asked}), folder)


@pytest.mark.parametrize("kind", SCRIPTS)
def test_a_proposal_reads_back_and_nothing_is_wrong_with_its_options(kind, tmp_path):
    draft = made(tmp_path, *SCRIPTS[kind])
    config = yaml.safe_load(draft.text)
    assert config == draft.config
    study = read_study(config, tmp_path)
    assert study.space.parameters
    wrong = [it.text for it in findings(study, tmp_path, remote=False) if "imports" not in it.text]
    assert wrong == []
    # Each line that is left out can be taken in.
    lines = [
        line.replace("  # ", "  ", 1)
        for line in draft.text.splitlines()
        if line.startswith("  # ") and "    # " in line
    ]
    space = yaml.safe_load("\n".join(line for line in lines if "seed_flag" not in line)) or {}
    read_study({**config, "space": {**config["space"], **space}}, tmp_path)


def test_what_a_proposal_says(tmp_path):
    script = """
import argparse, json
p = argparse.ArgumentParser()
p.add_argument("--lr", type=float, default=1e-3, help="the rate")
p.add_argument("--bn", action=argparse.BooleanOptionalAction, default=True)
p.add_argument("--epochs", type=int, default=10)
p.add_argument("--seed", type=int, default=0)
p.parse_args()
print(json.dumps({"val_acc": 1}))
"""
    text = made(tmp_path, script, "--epochs 5", metric=None, trials=7).text
    assert "# snaketune run train.yaml" in text
    assert "  command: python train.py --epochs 5 {args}" in text
    assert "  direction: maximize                         # more is better, by its name" in text
    assert "  # the rate\n  lr: loguniform(1e-5, 0.1)" in text
    assert "  no-bn: [true, false]" in text, "what is on by default is switched off"
    assert "  # seed: 0    # the seed" in text
    assert "  # seed_flag: --seed" in text
    assert "# epochs" not in text, "it is given"
    assert "n_trials: 7" in text


@pytest.mark.parametrize(
    ("script", "line", "message"),
    [
        ("print(1)", "", "train.py reads no options"),
        ("import sys\nlr = float(sys.argv[1])", "", "train.py reads sys.argv itself"),
        ("print(", "", "train.py is no Python that can be read: '(' was never closed (line 1)"),
        (SUBCOMMANDS["argparse"], "", "train.py has the sub-commands train, test: say which"),
        (CLICK, "", "train.py needs FILE: snaketune init train.py FILE"),
        (TYPER, "x.csv", "train.py needs --needed: snaketune init train.py x.csv --needed VALUE"),
        (SUBCOMMANDS["argparse"], "test", "train.py has no option that could be searched (left alone: file)"),
        ('@hydra.main(config_path="conf")\ndef main(cfg): ...', "",
         'init conf/config.yaml --command "python train.py {overrides}"'),
    ],
)  # fmt: skip
def test_what_can_not_be_proposed_is_said_with_what_to_do(script, line, message, tmp_path):
    with pytest.raises(StudyError) as caught:
        made(tmp_path, script, line)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_program_that_is_no_python_is_not_run_unless_that_is_asked_for(tmp_path):
    (tmp_path / "run.sh").write_text('touch ran\necho "  --lr LR  rate (default: 0.1)"\n')
    line = divided(["run.sh"], {}, ())
    with pytest.raises(StudyError, match="--from-help reads what it prints"):
        proposed("run.sh", line, Asked(metric="loss"), tmp_path)
    assert not (tmp_path / "ran").exists()
    draft = proposed("run.sh", line, Asked(metric="loss"), tmp_path, from_help=True)
    assert draft.config["space"] == {"lr": "loguniform(0.001, 1)"}
    read_study(draft.config, tmp_path)


CONFIG = "model: {hidden: 64, dropout: 0.1, bias: true, sizes: [1, 2]}\noptim: {lr: 1e-3, name: adam}\nseed: 1\n"


@pytest.mark.parametrize("command", ["python t.py --config {config}", "python t.py {overrides}", "python t.py {args}"])
def test_a_configuration_with_usual_values(command, tmp_path):
    (tmp_path / "t.py").write_text("")
    (tmp_path / "c.yaml").write_text(CONFIG)
    draft = proposed_from_config(tmp_path / "c.yaml", command, Asked(metric="loss"), tmp_path)
    assert draft.config["space"] == {
        "model.hidden": [16, 32, 64, 128, 256], "model.dropout": "uniform(0, 0.5)", "model.bias": [True, False],
        "optim.lr": "loguniform(1e-5, 0.1)",
    }  # fmt: skip
    assert ("base_config" in draft.config["objective"]) == ("{config}" in command)
    assert read_study(yaml.safe_load(draft.text), tmp_path).name == "t"


@pytest.mark.parametrize(
    ("content", "command", "message"),
    [
        (CONFIG, None, "say how the program takes it"),
        (CONFIG, "python t.py", "say where the values go"),
        ("[1, 2]", "python t.py {config}", "holds no values"),
        ("a: [", "python t.py {config}", "is not valid"),
        ("name: x", "python t.py {config}", "no value that could be searched (left alone: name)"),
        ("objective: {}\nspace: {}", None, "is a study already"),
    ],
)
def test_a_configuration_that_will_not_do(content, command, message, tmp_path):
    (tmp_path / "c.yaml").write_text(content)
    with pytest.raises(StudyError) as caught:
        proposed_from_config(tmp_path / "c.yaml", command, Asked(metric="loss"), tmp_path)
    assert message in str(caught.value)
