"""Metrics that are read again from what a run has left, and when the run has to be done again instead."""

import json

import pytest
from snaketune.runner import states
from snaketune.runner.output import Output, kept_text

LOSS = {"patterns": {"loss": r"loss: (\S+)"}, "metrics_wanted": ["loss"]}
ACC = {"patterns": {"acc": r"acc: (\S+)"}, "metrics_wanted": ["acc"], "contract": "c2"}
# It leaves a file, and so has a folder and logs; of others see test_recorded.py.
PRINTS = ["sh", "-c", "touch $SNAKETUNE_DIR/model; echo start >> starts; echo 'loss: 1'; echo 'acc: 2'"]


def starts(bench) -> int:
    return len((bench.root / "starts").read_text().splitlines())


@pytest.mark.parametrize("state", [states.RESULT, states.ADOPT, states.OUTDATED])
def test_a_result_of_the_same_training_is_read_again(bench, state):
    first = bench.run(PRINTS, training="t", **LOSS)
    (bench.folder / "result.json").rename(bench.folder / state)
    again = bench.run(PRINTS, training="t", **ACC)
    assert (first["metrics"], again["metrics"], starts(bench)) == ({"loss": 1.0}, {"acc": 2.0}, 1)
    changed = {key for key in again if again[key] != first.get(key)}
    assert changed == {"metrics", "contract", "notes", "digest"}
    assert not (bench.folder / "attempts").exists()
    assert [file.name for file in bench.folder.glob("result*")] == ["result.json"]


@pytest.mark.parametrize(("before", "now"), [("t", "other"), (None, "t"), ("t", None), (None, None)])
def test_another_training_is_done_again(bench, before, now):
    bench.run(PRINTS, training=before, **LOSS)
    assert bench.run(PRINTS, training=now, **ACC)["metrics"] == {"acc": 2.0}
    assert starts(bench) == 2


@pytest.mark.alone("what is there is not done again by a worker")
def test_a_result_that_is_to_be_computed_again_is_no_source(bench):
    """Not even where an older one, of another contract, is beside it."""
    bench.run(PRINTS, training="t", **LOSS)
    bench.run(PRINTS, training="t", **ACC)
    (bench.folder / states.OUTDATED).write_text(json.dumps({**bench.result(), "contract": "c"}))
    bench.run(PRINTS, training="t", **ACC)
    assert starts(bench) == 2
    assert not (bench.folder / states.OUTDATED).exists()


@pytest.mark.parametrize(
    ("script", "options", "status"),
    [
        ("echo 'acc: 2'; exit 3", {}, "failed"),
        ("echo 'acc: 2'; sleep 60", {"timeout": 0.5}, "timeout"),
        ("echo 'acc: 2'; echo '{\"snaketune_status\": \"pruned\"}'", {}, "pruned"),
        ("echo 'acc: 2'", {}, "complete"),
        ("echo nothing", {}, "invalid"),
    ],
)
def test_what_became_of_the_program_stays(bench, script, options, status):
    first = bench.run(["sh", "-c", "echo start >> starts; " + script], training="t", **LOSS, **options)
    again = bench.run(["false"], training="t", **ACC, retries=1)
    assert (again["status"], starts(bench)) == (status, 1)
    assert ("stderr_tail" in again) == (status != "complete")
    if status in ("failed", "timeout"):
        assert again["reason"] == first["reason"]
    failures = bench.study / "failures.jsonl"
    assert failures.exists() == (first["status"] != "pruned")


NOISE = "head -c 5000 /dev/zero"
CUT = f"echo start >> starts; echo 'loss: 1'; {NOISE}; echo; echo 'acc: 2'; {NOISE}"


def test_a_cut_output_in_which_the_metric_is_not_found(bench):
    bench.run(["sh", "-c", CUT], training="t", output_limit=1000, **LOSS)
    again = bench.run(["sh", "-c", CUT], training="t", output_limit=10**6, **ACC)
    assert (again["metrics"], starts(bench)) == ({"acc": 2.0}, 2)
    assert "t0/r0: 'acc' is not found in its output, which was cut: it is trained again" in bench.err


def test_a_cut_output_in_which_the_metric_is_found(bench):
    bench.run(["sh", "-c", CUT], training="t", output_limit=1000, **{**LOSS, "patterns": {}})
    again = bench.run(["sh", "-c", CUT], training="t", output_limit=1000, **{**LOSS, "contract": "c2"})
    assert (again["metrics"], starts(bench)) == ({"loss": 1.0}, 1)


def test_an_output_that_is_no_longer_there(bench):
    bench.run(PRINTS, training="t", **LOSS)
    (bench.log / "stdout.log").unlink()
    assert bench.run(PRINTS, training="t", **ACC)["status"] == "complete"
    assert "which is no longer there: it is trained again" in bench.err
    assert starts(bench) == 2


@pytest.mark.parametrize("size", [0, 100, 200, 201, 1000])
def test_a_kept_output_is_read_as_it_was(tmp_path, size):
    """Also where its tail had to make room on a full disk."""
    output = Output(str(tmp_path / "log"), 100, lambda: None)
    output.open()
    output.write(b"".join(b"%d\n" % (i % 7) for i in range(size // 2)) + b"x" * (size % 2))
    output.finish()
    assert kept_text((tmp_path / "log").read_bytes()) == (output.text(), max(0, size - 200))
    output.drop_tail()
    assert kept_text((tmp_path / "log").read_bytes())[1] == max(0, size - 100)


def test_failures_of_another_contract_do_not_stop_a_search(bench):
    """What made them fail may have been mended."""
    for run in ("r1", "r2"):
        bench.run(["false"], run=run, on_failure="continue")
    assert bench.run(["true"], contract="c2", on_failure="stop")["status"] == "complete"
