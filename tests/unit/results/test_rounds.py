"""The tables of rounds keep every type and digit, and are byte-identical when they are written again."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from snaketune.config.retry import read_retry
from snaketune.layout import Layout
from snaketune.results.rounds import (
    forget_later_rounds,
    proposed_ids,
    read_proposed,
    read_trials,
    write_proposed,
    write_trials,
)
from snaketune.results.searched import read_search
from snaketune.results.trials import Trial
from snaketune.samplers import Proposal
from snaketune.session.retry import set_aside
from snaketune.values import key, trial_id

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8) | st.sampled_from(
    ["a\rb", "\r\n", '"', ",", "\n", "x" * 200_000, "null", "", " ", "1"]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
PARAMS = st.dictionaries(st.sampled_from(["x", "a.b", "ü"]), SCALARS | st.lists(SCALARS, max_size=2), max_size=3)


@given(st.lists(st.tuples(PARAMS, st.none() | st.floats(allow_nan=False)), max_size=3))
@settings(max_examples=50)
def test_proposals_come_back(tmp_path_factory, drawn):
    path = tmp_path_factory.getbasetemp() / "trials.csv"
    write_proposed(path, [Proposal(params, "random", mean, mean) for params, mean in drawn], start=7, number=2)
    rows = read_proposed(path)
    assert [key(row.params) for row in rows] == [key(params) for params, _ in drawn]
    assert [(row.number, row.round, row.origin) for row in rows] == [(7 + i, 2, "random") for i in range(len(drawn))]
    assert [row.mean for row in rows] == [mean for _, mean in drawn]
    assert proposed_ids(path) == [row.trial for row in rows] == [trial_id(params) for params, _ in drawn]


@given(PARAMS, TEXTS.filter(bool) | st.none(), st.dictionaries(TEXTS, SCALARS | st.floats(), max_size=3))
@settings(max_examples=50)
def test_results_come_back(tmp_path_factory, params, reason, metrics):
    path = tmp_path_factory.getbasetemp() / "results.csv"
    trial = Trial(
        "t1", 3, 1, "model", params, "failed", reason, 2, metrics, {"loss": 0.1}, {}, 1.5, "a", "b", "h", mean=0.1
    )
    write_trials(path, [trial])
    (found,) = read_trials(path)
    assert json.dumps(vars(found)) == json.dumps(vars(trial))
    first = path.read_bytes()
    write_trials(path, [found])
    assert path.read_bytes() == first


def test_rounds_of_a_search(made):
    study = made(searches={"r": {"strategy": "random", "n_trials": 5, "batch_size": 2}})
    search = study.study.searches["r"]
    assert read_search(study.layout, study.study, search.name).trials == []
    for number, size in enumerate([2, 2, 1]):
        rows = study.propose("r", number)
        assert len(rows) == size
        for row in rows:
            study.run(row.trial, "r0", {"loss": row.number})
        study.gather("r", number)
        found = read_search(study.layout, study.study, search.name)
        assert [trial.number for trial in found.trials] == list(range(sum([2, 2, 1][: number + 1])))
        assert found.ending is None
    assert len({trial.trial for trial in found.trials}) == 5


def test_a_search_that_runs_out_of_space_says_so(made):
    study = made(searches={"r": {"strategy": "random", "n_trials": 50}})
    trials = study.finish(lambda params, run: {"loss": 1})["r"]
    assert len(trials) == 9  # 3 × (a, or b with two values of m)
    assert read_search(study.layout, study.study, "r").ending == "its space has no more than 9 parameter sets"


def again(study, retry):
    return set_aside(study.store, study.study, read_retry(retry))


def test_failed_runs_are_set_aside(made):
    study = made(objective={"replicates": 2})
    status = {"r0": "failed", "r1": "timeout"}
    rows = study.propose("grid")
    for row in rows:
        for run in study.study.runs:
            fine = row.params["x"] == 1
            study.run(row.trial, run, {"loss": 1} if fine else {"status": status[str(run)], "reason": "x"})
    study.run(rows[0].trial, "r7", {"status": "failed", "reason": "of an earlier configuration"})
    assert again(study, "oom") == ["0 runs with status oom will be tried again"]
    assert again(study, "timeout") == ["6 runs with status timeout will be tried again"]
    assert again(study, "all-failed") == ["6 runs with status all-failed will be tried again"]
    last = rows[-1].trial
    assert not study.layout.result(last, "r0").exists()
    assert study.layout.result(last, "r0").with_name("result.1.json").exists()
    study.run(last, "r0", {"status": "failed", "reason": "again"})
    assert again(study, "failed") == ["1 run with status failed will be tried again"]
    assert json.loads(study.layout.result(last, "r0").with_name("result.2.json").read_text())["reason"] == "again"
    assert study.layout.result(rows[0].trial, "r0").exists()
    assert study.layout.result(rows[0].trial, "r7").exists()


def test_later_rounds_are_forgotten(tmp_path):
    layout = Layout(tmp_path)
    for number in range(4):
        layout.proposed("a", number).parent.mkdir(parents=True)
        write_proposed(layout.proposed("a", number), [], start=0, number=number)
    forget_later_rounds(layout, "a", 1)
    assert [layout.proposed("a", number).exists() for number in range(4)] == [True, True, False, False]
