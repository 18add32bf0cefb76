"""Several studies joined into one, before anything is drawn."""

import json
from pathlib import Path

import pytest
from made_up import MadeUp
from snaketune.config import save_study
from snaketune.errors import StudyError
from snaketune.plots.comparison import comparison_data
from snaketune.plots.edf import edf_data
from snaketune.plots.optimization_history import history_data
from snaketune.plots.support.compared import compared_source
from snaketune.results.comparison import (
    JoinedLayout,
    check_finished,
    comparison_rows,
    join,
    joined_results,
    read_studies,
    winner,
)
from snaketune.results.ranking import ranked
from snaketune.results.runs import read_run
from snaketune.results.searched import read_search
from snaketune.results.summary import summary_md
from snaketune.results.tables import runs_table, trial_rows, write_table

ONE = {"space": {"x": [1, 2, 3]}, "searches": {"grid": {"strategy": "grid"}}}


def finished(root: Path, study: str, result_of=lambda params, run: {"loss": params["x"]}, **changes) -> MadeUp:
    """A study of x in 1, 2, 3 (or of what `changes` say) with all that a workflow leaves."""
    made = MadeUp(root, **{"study": study, **ONE, **changes})
    trials_of = made.finish(result_of)
    save_study(made.study, made.layout.study)
    write_table(made.layout.root / "results.csv", trial_rows(trials_of, made.study))
    ids = dict.fromkeys(trial.trial for listed in trials_of.values() for trial in listed)
    runs = [read_run(made.store, made.study, trial, run) for trial in ids for run in made.study.runs]
    write_table(made.layout.root / "runs.csv", runs_table(runs, trials_of, made.study))
    return made


def joined(root: Path, *names: str):
    results = root / "results"
    studies = read_studies(names, results)
    study = join(studies)
    read = joined_results(studies, results)
    trials_of = {name: found.trials for name, found in read.items()}
    return study, trials_of, compared_source(studies, study, read, results)


def test_same_parameters_keep_each_studys_result(tmp_path):
    finished(tmp_path, "a")
    finished(tmp_path, "b", lambda params, run: {"loss": params["x"] - 5})
    study, trials_of, source = joined(tmp_path, "a", "b")
    rows = comparison_rows(trials_of, study)
    assert [(row["study"], row["search"], row["name"], row["value"]) for row in rows] == [
        *(("a", "grid", f"grid-{i}", i + 1) for i in range(3)),
        *(("b", "grid", f"grid-{i}", i - 4) for i in range(3)),
    ]
    assert next(iter(rows[0])) == "study"
    assert rows[0]["trial"] == rows[3]["trial"]
    assert [search.search for search in history_data(source).searches] == ["a/grid", "b/grid"]
    assert [list(search.value) for search in edf_data(source).searches] == [[1, 2, 3], [-4, -3, -2]]
    # Alike searches of one study are repetitions; those of two studies are what is compared.
    assert [curve.label for curve in comparison_data(source).curves] == ["a/grid", "b/grid"]


def test_columns_of_different_spaces_are_united(tmp_path):
    finished(tmp_path, "a")
    space = {"x": [1, 2], "study": ["p"], "loss": [7]}
    finished(tmp_path, "b", lambda params, run: {"loss": params["x"], "more": 1}, space=space)
    study, trials_of, source = joined(tmp_path, "a", "b")
    first, last = (comparison_rows(trials_of, study)[i] for i in (0, -1))
    assert list(first) == list(last)
    assert (first["study"], first["param.study"], first["more"]) == ("a", None, None)
    assert (last["study"], last["param.study"], last["param.loss"], last["more"]) == ("b", "p", 7, 1)
    assert list(source.objective(study.metric)) == [1, 2, 3, 1, 2]


def test_replicates_of_one_study_alone_make_a_band_there(tmp_path):
    finished(tmp_path, "a")
    finished(tmp_path, "b", lambda params, run: {"loss": params["x"] + int(run[1:])}, objective={"replicates": 3})
    alone, repeated = comparison_data(joined(tmp_path, "a", "b")[2]).curves
    assert list(alone.low) == list(alone.high) == list(alone.best) == [1, 1, 1]
    assert (repeated.low[0], repeated.best[0], repeated.high[0]) == (1, 2, 3)


def test_summary_names_studies_and_their_logs(tmp_path):
    finished(tmp_path, "a", lambda params, run: {"status": "failed", "reason": "broke", "metrics": {}})
    b = finished(tmp_path, "b", name="run of {study}, {search}: {x}")
    study, trials_of, _ = joined(tmp_path, "a", "b")
    text = summary_md(trials_of, study, JoinedLayout(tmp_path / "results" / "a+b").shown_logs, {})
    assert text.startswith("# a and b\n\nObjective: minimize loss.")
    best = b.gather("grid")[0].trial
    assert f"b/run of b, grid: 1 (b/{best}), loss = 1:" in text
    failed = trials_of["a/grid"][0].trial.removeprefix("a/")
    assert f"{(tmp_path / 'logs' / 'a' / 'trials' / failed).as_posix()}/" in text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"objective": {"metric": "x"}}, "a is to minimize loss, b is to minimize x"),
        ({"objective": {"direction": "maximize"}}, "a is to minimize loss, b is to maximize loss"),
        ({"constraint": {"metric": "loss", "max": 2}}, "a and b have different outcome constraints"),
    ],
)
def test_what_can_not_be_compared(tmp_path, changes, message):
    finished(tmp_path, "a")
    finished(tmp_path, "b", lambda params, run: {"loss": 1, "x": 2}, **changes)
    with pytest.raises(StudyError, match=message):
        read_studies(["a", "b"], tmp_path / "results")


def test_missing_and_unfinished_studies(tmp_path):
    results = tmp_path / "results"
    finished(tmp_path, "digits")
    (results / "begun").mkdir()
    (results / "begun" / "study.json").write_text(json.dumps({}))
    check_finished(["digits"], results)
    with pytest.raises(StudyError, match=r"no study 'digit' in .*Did you mean 'digits'\? Allowed: digits\.$"):
        check_finished(["digits", "digit"], results)
    with pytest.raises(StudyError, match=r"'begun' has no results\.csv yet"):
        check_finished(["begun"], results)
    with pytest.raises(StudyError, match="say which studies"):
        read_studies([], results)


def test_a_comparison_has_a_winner(tmp_path):
    finished(tmp_path, "a", lambda params, run: {"loss": params["x"]})
    finished(tmp_path, "b", lambda params, run: {"loss": params["x"] / 2})
    best, *each, where = winner(["a", "b"], tmp_path / "results")
    assert best.startswith("Best loss: 0.5 of b/grid-0 (b/t")
    assert "): x = 1" in best
    assert [line.split(",")[0] for line in each] == ["  a: loss 1", "  b: loss 0.5"]
    assert where.endswith("a+b/summary.md)")


def in_rungs(root: Path, study: str, most: int, by: int = 1, name: str = "epochs") -> None:
    """A study of three trials with x / `by` as their loss, of which one is trained three times as long."""
    budget = {"name": name, "min": most // 3, "max": most}
    halving = {"strategy": "halving", "n_trials": 3, "sampler": "random", "budget": budget}
    made = MadeUp(
        root, study=study, objective={"command": "true {budget}"}, space=ONE["space"], searches={"h": halving}
    )
    made.through(lambda params, run: {"loss": params["x"] / by})
    save_study(made.study, made.layout.study)
    trials_of = {"h": read_search(made.layout, made.study, "h").trials}
    write_table(made.layout.root / "results.csv", trial_rows(trials_of, made.study))
    write_table(made.layout.root / "runs.csv", [], ("trial", "run", "replicate", "status"))


def test_values_of_different_budgets_are_not_compared(tmp_path):
    """What has had 9 epochs is no equal of what has had 27 in another study, though each is its study's full budget."""
    in_rungs(tmp_path, "short", 9, by=100)
    in_rungs(tmp_path, "long", 27)
    study, trials_of, source = joined(tmp_path, "short", "long")
    rows = comparison_rows(trials_of, study)
    assert {(row["study"], row["budget"]) for row in rows} == {("short", 3), ("short", 9), ("long", 9), ("long", 27)}
    best = ranked([trial for listed in trials_of.values() for trial in listed], study)
    assert [trial.budget for trial in best] == [27, 9, 9, 9, 3, 3]
    names, results = ["short", "long"], tmp_path / "results"
    said = winner(names, results)
    assert said[0].startswith("Best loss: 1 with 27 epochs of long/h-")
    assert said[1:3] == ["  short: loss 0.01 with 9 epochs, 3 trials", "  long: loss 1 with 27 epochs, 3 trials"]
    summary = summary_md(trials_of, study, {}, {}, searches=joined_results(read_studies(names, results), results))
    assert "loss = 1 with 27 epochs:" in summary
    assert "| rank | name | loss | from best | epochs |" in " ".join(summary.split())
    # All with 9 epochs are drawn: three of one study, of which one went on, and one of the other.
    values = {search.search: list(search.value) for search in edf_data(source).searches}
    assert values == {"short/h": [0.01], "long/h": [1, 2, 3]}
    assert [bool(search.trials.full.any()) for search in history_data(source).searches] == [False, True]
    assert [list(curve.best[-1:]) for curve in comparison_data(source).curves][1] == [1]


def test_the_largest_budgets_of_different_units_are_training_in_full(tmp_path):
    """As is what has no budget."""
    in_rungs(tmp_path, "epochs", 9)
    in_rungs(tmp_path, "trees", 300, by=2, name="trees")
    finished(tmp_path, "none", lambda params, run: {"loss": params["x"] / 4})
    names = ["epochs", "trees", "none"]
    study, trials_of, _ = joined(tmp_path, *names)
    best = ranked([trial for listed in trials_of.values() for trial in listed], study)
    assert [trial.trial.partition("/")[0] for trial in best] == [
        "none",
        *["trees", "none", "none", "epochs"],
        *["trees"] * 2,
        *["epochs"] * 2,
    ]
    assert winner(names, tmp_path / "results")[1:4] == [
        "  epochs: loss 1 with 9 epochs, 3 trials",
        "  trees: loss 0.5 with 300 trees, 3 trials",
        "  none: loss 0.25, 3 trials",
    ]
    assert "| rank | name | loss | from best | budget |" in " ".join(summary_md(trials_of, study, {}, {}).split())
