"""The command, its environment and the configuration that a program gets."""

import json
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from snaketune.runner.command import fill, run_seed
from snaketune.runner.configuration import dump_yaml_safe_json, merge

SHOW = "import json, os, sys; json.dump({'argv': sys.argv[1:], 'env': dict(os.environ), 'cwd': os.getcwd(), 'params': open(os.environ['SNAKETUNE_PARAMS']).read()}, open(os.environ['SNAKETUNE_DIR'] + '/seen.json', 'w')); print('{\"loss\": 1}')"  # noqa: E501  one argument

NASTY = [
    "; touch pwned", "$(touch pwned)", "`touch pwned`", "a 'b' \"c\"", "line\nbreak", "naïve ☃ 🐍",
    "--lead", "-x", "", " ", "*", "~", "../../etc/passwd", "{lr}", "{{lr}}", "%s", "\\", "x" * 100_000,
]  # fmt: skip


def seen(bench, tokens, params, **options):
    """What a program that was started with `tokens` saw of its command line and environment."""
    bench.run([sys.executable, "-c", SHOW, *tokens], params, **options)
    return json.loads((bench.folder / "seen.json").read_text())


@pytest.mark.parametrize(
    ("argv", "params", "expected"),
    [
        (["x", "{lr}"], {"lr": 1e-5}, ["x", "1e-05"]),
        (["--lr={lr},{n}"], {"lr": 0.1, "n": 3}, ["--lr=0.1,3"]),
        (
            ["{{lr}}", "{", "}", "{ lr }", "{1}", "${HOME}x{}"],
            {"lr": 1},
            ["{lr}", "{", "}", "{ lr }", "{1}", None],
        ),
        (["{opt.lr}"], {"opt.lr": 2}, ["2"]),
        (["{seed}"], {"seed": 5}, ["5"]),
        (["{flag}", "{none}"], {"flag": True, "none": None}, ["true", "null"]),
        (["{l}"], {"l": [1, "a", {"b": 0.5}]}, ['[1,"a",{"b":0.5}]']),
        (["{args}", "end"], {"a": 1, "b": "x y"}, ["--a", "1", "--b", "x y", "end"]),
        (["{b}", "{args}"], {"a": 1, "b": 2}, ["2", "--a", "1"]),
        (["{overrides}"], {"a": [1, [2, "x"]], "b": None, "c": False}, ["a=[1,[2,x]]", "b=null", "c=false"]),
        (["{args}"], {"args": 7}, ["7"]),
    ],
)
def test_fill(argv, params, expected):
    if None in expected:
        argv, expected = argv[:-1], expected[:-1]
    assert fill(argv, params, {"seed": 1}) == expected


def test_flags_follow_what_no_placeholder_placed():
    params = {
        "lr": 1e-5,
        "on": True,
        "off": False,
        "no": None,
        "l": [1, "b"],
        "s": "-v",
        "m": "-3",
        "d": {"k": 1},
    }
    assert fill(["p", "{lr}"], params, flags=True) == [
        *["p", "1e-05", "--on", "--l", "1", "b", "--s=-v", "--m", "-3", "--d", '{"k":1}']
    ]


def test_values_are_not_filled_again():
    assert fill(["{a}"], {"a": "{b}", "b": "x"}) == ["{b}"]


@pytest.mark.parametrize(("word", "say"), [("nope", "is unknown"), ("fold", "has no value in this run")])
def test_unknown_placeholder_is_refused(bench, word, say):
    assert bench.run(["true", "{" + word + "}"], code=2) is None
    assert f"{{{word}}} {say}" in bench.err
    assert len(bench.err.splitlines()) == 1


@pytest.mark.parametrize("value", NASTY, ids=lambda value: repr(value[:12]))
def test_no_value_is_ever_interpreted(bench, value):
    there = seen(bench, ["{v}", "--v={v}", "{{v}}"], {"v": value})
    assert there["argv"] == [value, f"--v={value}", "{v}"]
    assert not list(bench.root.rglob("pwned"))
    assert bench.result()["params"] == {"v": value}


def test_environment(bench):
    os.environ["SNAKETUNE_STALE"] = "left by an outer run"
    try:
        there = seen(
            bench,
            [],
            {"a.b": 1},
            run="r0",
            env={"ALPHA": "x y", "N": 3},
            n_folds=5,
            attempt=2,
            base_config={"c": 2},
        )
    finally:
        del os.environ["SNAKETUNE_STALE"]
    env = there["env"]
    assert (env["ALPHA"], env["N"], env["SNAKETUNE_ATTEMPT"], env["SNAKETUNE_N_FOLDS"]) == (
        "x y",
        "3",
        "2",
        "5",
    )
    assert (env["SNAKETUNE_STUDY"], env["SNAKETUNE_TRIAL"], env["SNAKETUNE_RUN"]) == ("s", "t0", "r0")
    assert env["SNAKETUNE_DIR"] == str(bench.folder)
    assert env["SNAKETUNE_METRICS"] == str(bench.folder / "metrics.json")
    assert env["SNAKETUNE_HISTORY"] == str(bench.folder / "history.jsonl")
    assert json.loads(there["params"]) == {"a.b": 1}
    assert yaml.safe_load(Path(env["SNAKETUNE_CONFIG"]).read_text()) == {"c": 2, "a": {"b": 1}}
    assert env["SNAKETUNE_SEED"] == str(bench.result()["seed"]) == str(run_seed(0, "t0", 0))
    assert not {"SNAKETUNE_STALE", "SNAKETUNE_FOLD", "SNAKETUNE_BUDGET"} & set(env)
    assert bench.result()["attempt"] == 2


def test_fold_budget_and_seed_flag(bench):
    script = 'echo "{\\"fold\\": $1, \\"budget\\": $2, \\"seed\\": $4}"'
    bench.run(["sh", "-c", script, "sh", "{fold}", "{budget}"],
              run="r1f3b27", seed_flag="--seed", n_folds=5, metrics_wanted=["seed"])  # fmt: skip
    result = bench.result("r1f3b27")
    assert (result["replicate"], result["fold"], result["budget"]) == (1, 3, 27)
    assert result["metrics"] == {"fold": 3, "budget": 27, "seed": run_seed(0, "t0", 1)}


def test_python_on_the_path_is_the_one_that_runs_the_workflow(bench):
    bench.run(["python", "-c", "import os, sys; print('{\"ok\": 1}'); assert os.environ['SNAKETUNE_TOKEN']"])
    first = bench.result()
    assert first["status"] == "complete", first["reason"]


def test_working_directory(bench):
    (bench.root / "sub").mkdir()
    assert seen(bench, [], {}, workdir="sub")["cwd"] == str(bench.root / "sub")
    assert "working directory" in bench.run(["true"], workdir="nowhere")["reason"]


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        (["no-such-program"], "cannot start 'no-such-program': program not found"),
        (["./plain.txt"], "cannot start './plain.txt': Permission denied"),
        (
            ["./no-interpreter"],
            "cannot start './no-interpreter': the interpreter that it names does not exist",
        ),
        (["./garbage"], "it is neither a binary for this machine nor has it a line #!"),
        (["true", "{big}"], "argument list too long"),
        (["true", "{nul}"], "embedded null byte"),
    ],
)
def test_a_program_that_cannot_be_started(bench, argv, reason):
    (bench.root / "plain.txt").write_text("text")
    for name, content in (("no-interpreter", "#!/no/such/thing\n"), ("garbage", "\x01\x02")):
        (bench.root / name).write_text(content)
        (bench.root / name).chmod(0o755)
    result = bench.run(argv, {"big": "x" * 3_000_000, "nul": "a\0b"})
    assert result["status"] == "failed"
    assert reason in result["reason"]
    assert (result["exit_code"], result["signal"], result["metrics"]) == (None, None, {})


def test_shell_script(bench):
    script = bench.root / "train.sh"
    script.write_text('#!/bin/sh\necho "training with $1"\necho "loss: $1"\n')
    script.chmod(0o755)
    result = bench.run(["./train.sh", "{lr}"], {"lr": 0.5}, patterns={"loss": r"loss: ([-+.\deE]+)"})
    assert (result["status"], result["metrics"]) == ("complete", {"loss": 0.5})


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not installed")
def test_r_script(bench):
    script = bench.root / "train.R"
    script.write_text("lr <- as.numeric(commandArgs(TRUE)[1]); cat(sprintf('{\"loss\": %f}\\n', lr * 2))")
    assert bench.run(["Rscript", "train.R", "{lr}"], {"lr": 0.5})["metrics"] == {"loss": 1.0}


def test_seed_is_one_number_for_all_folds_and_differs_between_replicates_trials_and_studies():
    seeds = {run_seed(s, t, r) for s in (0, 1) for t in ("t0", "t1") for r in range(20)}
    assert len(seeds) == 80
    assert all(0 <= seed < 2**31 for seed in seeds)
    assert run_seed(0, "t0", 0) == 671183639  # never to change: it decides what old runs are worth


def test_merge_is_a_deep_copy_with_dotted_paths():
    base = {"a": {"b": 1, "c": 2}, "d": 3}
    params = {"a.b": 9, "d.e": 1, "z": {"k": [1]}, "z.k2": 5}
    merged = merge(base, params)
    assert merged == {"a": {"b": 9, "c": 2}, "d": {"e": 1}, "z": {"k": [1], "k2": 5}}
    assert base == {"a": {"b": 1, "c": 2}, "d": 3}
    merged["z"]["k"].append(2)
    assert params["z"] == {"k": [1]}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=40), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_configuration_means_the_same_to_yaml_and_to_json(value):
    assert yaml.safe_load(dump_yaml_safe_json(value)) == value
    assert json.loads(dump_yaml_safe_json(value, yaml=False)) == value


def test_configuration_keeps_numbers_numbers():
    written = dump_yaml_safe_json({"lr": 1e-5, "n": 1, "big": 1e22, "nan": math.nan, "inf": -math.inf})
    assert '"lr": 1.0e-05' in written
    read = yaml.safe_load(written)
    assert (read["lr"], type(read["n"]), read["big"], read["inf"]) == (1e-5, int, 1e22, -math.inf)
    assert math.isnan(read["nan"])


def test_config_file_is_there_before_the_start(bench):
    result = bench.run(["sh", "-c", 'cp "$0" kept.yaml', "{config}"], {"lr": 1e-5}, config_file="conf/c.yaml")
    assert result["status"] == "complete"
    assert yaml.safe_load((bench.root / "kept.yaml").read_text()) == {"lr": 1e-5}
    assert (bench.folder / "conf" / "c.yaml").exists()


@pytest.mark.alone("it is about its words")
def test_usage(bench):
    start = bench.start(["true"]).args[2]
    wrong = subprocess.run([sys.executable, start, "run", "--study"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert "python start.py run --study" in wrong.stderr
