import fcntl

import pytest
from snaketune.looking.curves import curves_of
from snaketune.looking.differing import columns_of_differences, differences
from snaketune.looking.documents import document_of_differences, document_of_trial
from snaketune.looking.listing import aligned
from snaketune.looking.naming import trial_named
from snaketune.looking.seen import look
from snaketune.looking.shown import shown
from snaketune.looking.shown_text import text_of

GRID = {"grid": {"strategy": "grid"}}


def show(study, word="0"):
    results = look(study.layout).results
    return shown(results, trial_named(word, results))


def said(study, word="0", *, bars=True):
    return "\n".join(text_of(show(study, word), study.study, bars=bars))


def test_a_complete_trial(begun):
    study = begun(objective={"replicates": 2}, searches=GRID)
    study.finish(lambda params, run: {"loss": params["x"] + int(run[1]) / 2, "size": 3})
    text = said(study)
    for line in (
        "complete", "rank 1 of 9 complete trials", "number 0 of the search grid (round 0, grid)", "  x  1",
        "  loss  1.25 ± 0.25 (standard error) (minimize)", "  size  3", "Command: true",
        "  run  status    loss  seconds  started               host  attempt  exit",
        "  r1   complete   1.5      1.5  2030-01-01T00:00:00Z  h           1     0",
    ):  # fmt: skip
        assert line in text.splitlines()
    trial = show(study).trial
    assert f"python -P -m snaketune.runner.alone {study.layout.run(trial, 'r1').as_posix()}" in text
    assert f"snaketune rerun {trial} --study s" in text
    assert show(study).folder == str(study.layout.trials / trial)


def test_a_trial_that_failed_says_why_and_what_it_printed_last(begun):
    study = begun(searches=GRID)
    study.finish(lambda params, run: {
        "status": "failed", "reason": "exit code 1", "exit_code": 1, "stderr_tail": ["Traceback", "ValueError: no\n"],
    })  # fmt: skip
    text = said(study)
    assert "failed: exit code 1" in text
    assert "  r0: exit code 1\n    Traceback\n    ValueError: no" in text
    assert "rank" not in text.splitlines()[2]


def test_runs_that_wait_run_or_are_damaged(begun):
    study = begun(objective={"replicates": 3}, searches=GRID)
    trial = study.propose("grid")[0].trial
    study.run(trial, "r0", {"loss": 1.0})
    study.layout.result(trial, "r0").write_text("{}")
    assert [run.status for run in show(study).runs] == ["damaged", "waiting", "waiting"]
    folder = study.layout.run(trial, "r1")
    folder.mkdir()
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = show(study)
        assert (found.status, [run.status for run in found.runs]) == ("running", ["damaged", "running", "waiting"])
        assert found.runs[1].started
        assert "r1   running" in said(study)
    assert show(study, "1").status == "waiting"
    assert document_of_trial(show(study, "1"))["metrics"] == {}


def test_a_trial_in_rungs_and_what_it_reported(begun):
    study = begun(
        objective={"command": "true {budget}"},
        searches={"half": {"strategy": "halving", "n_trials": 4, "eta": 2}},
        budget={"name": "epochs", "min": 1, "max": 4},
    )
    study.through(lambda params, run: {"loss": params["x"] + 10.0 * int(run.partition("b")[2])})
    best = show(study, "best")
    for run in best.runs:
        lines = [f'{{"step": {i}, "loss": {10 - i}}}\n' for i in range(1, 6)]
        study.layout.history(best.trial, run.run).write_text("".join(lines))
    best, text = show(study, "best"), said(study, "best")
    assert [row["budget"] for row in best.rungs] == [1, 2, 4]
    assert list(best.curves) == ["r0b4"]
    assert "trained with 4 epochs of 4" in text
    assert "  r0b4\n  loss  █▆▅▃▁  9 → 5 (min 5, max 9, 5 steps)" in text
    assert "▆" not in said(study, "best", bars=False)


def test_runs_with_and_without_a_budget_are_listed_together(begun, tmp_path):
    (tmp_path / "train.sh").write_text("train $SNAKETUNE_BUDGET\n")
    study = begun(
        objective={"command": "bash train.sh", "code": ["train.sh"]},
        searches=GRID
        | {"half": {"strategy": "halving", "n_trials": 9, "budget": {"name": "epochs", "min": 1, "max": 9}}},
    )
    study.propose("grid")
    study.propose("half")
    assert [run.run for run in show(study, "grid-0").runs] == ["r0", "r0b1"]


def test_an_imported_trial_has_no_runs(begun, tmp_path):
    (tmp_path / "known.csv").write_text("x,o,loss\n1,a,0.5\n")
    study = begun(searches=GRID, imported=[{"file": "known.csv"}])
    study.propose("grid")
    found = show(study)
    assert (found.status, found.runs, found.by_hand) == ("complete", [], None)
    assert "imported from" in said(study)


def test_curves_are_as_wide_as_a_terminal_has_room_for():
    history = "".join(f'{{"loss": {1 / (i + 1)}, "note": "x", "acc": 0.5}}\n' for i in range(200)).encode()
    first, second = curves_of(history, ["acc"])
    assert (first.metric, second.metric) == ("acc", "loss")
    assert (len(second.line), second.line[0], second.line[-1]) == (32, "█", "▁")
    assert set(first.line) == {"▁"}
    assert second.figures == "1 → 0.005 (min 0.005, max 1, 200 steps)"
    assert curves_of(b"", []) == curves_of(b'{"step": 1}\n', []) == []


@pytest.fixture
def two(begun):
    study = begun(searches=GRID)
    study.finish(lambda params, run: {"loss": float(params["x"]), "nan": "NaN", "inf": "Infinity", "t": "a"})
    return show(study, "0"), show(study, "1")


def test_trials_differ_in_what_is_not_the_same(two):
    found = differences(*two)
    assert [(each.kind, each.name) for each in found] == [("parameter", "o"), ("parameter", "m")]
    assert aligned(columns_of_differences(*two, found))[1:] == [
        "parameter  o                  a                  b",
        "parameter  m                                     0",
    ]
    document = document_of_differences(*two, found)
    assert document["differences"] == [
        {"kind": "parameter", "name": "o", "a": "a", "b": "b"}, {"kind": "parameter", "name": "m", "b": 0},
    ]  # fmt: skip
    assert differences(two[0], two[0]) == []


def test_a_difference_of_numbers_is_given(two):
    import dataclasses

    other = dataclasses.replace(two[1], study="z", metrics={"loss": 1.5, "t": 1, "inf": "a"})
    gaps = {each.name: each.gap for each in differences(two[0], other)}
    assert gaps == {"study": None, "o": None, "m": None, "loss": 0.5, "nan": None, "inf": None, "t": None}
    assert f"s/{two[0].trial}" in aligned(columns_of_differences(two[0], other, differences(two[0], other)))[0]
