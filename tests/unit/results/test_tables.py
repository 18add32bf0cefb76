"""The tables that people read: columns in order, names that collide, rankings, filters and groups."""

import csv
import io
import shutil

import pytest
import yaml
from snaketune.errors import ConfigError
from snaketune.files import csv_rows
from snaketune.proposing.warm_start import warm_observations
from snaketune.results.best import best_yaml
from snaketune.results.ranking import feasible, matches, pareto, ranked
from snaketune.results.runs import read_run
from snaketune.results.spreadsheet import spreadsheet_text
from snaketune.results.summary import grouped, top_rows
from snaketune.results.tables import BEFORE, BEHIND, cells_of, runs_table, trial_rows, write_table
from snaketune.results.trials import each_once
from snaketune.values import key


def loss(params, run="r0"):
    return {"loss": params["x"] + params.get("m", 0) / 10, "size": 10 - params["x"]}


def test_columns_in_order(made):
    study = made()
    rows = trial_rows(study.finish(loss), study.study)
    assert tuple(rows[0]) == (*BEFORE, "loss", "size", "x", "o", "m", *BEHIND)
    assert all(list(row) == list(rows[0]) for row in rows)
    first = rows[0]
    assert (first["number"], first["search"], first["status"], first["value"], first["x"], first["o"],
    first["m"]) == (
        0, "grid", "complete", 1.0, 1, "a", None,
    )  # fmt: skip
    assert len(rows) == 9 + 4


def test_names_that_collide(made):
    space = {"status": [1, 2], "loss": ["p"], "name": ["n"], "lr": [0.1], "search": [5]}
    study = made(
        space=space,
        objective={"metric": "value"},
        searches={"g": {"strategy": "grid"}},
        summary_by=["name", "status", "search"],
    )
    others = {"loss": 2, "status": "fine", "trial": 7, "metric.status": 3}
    trials_of = study.finish(lambda p, run: {"status": "complete", "metrics": {"value": p["status"], **others}})
    row = trial_rows(trials_of, study.study)[0]
    between = list(row)[len(BEFORE) : -len(BEHIND)]
    assert between == [
        "metric.value", "loss", "metric.status", "metric.metric.status", "metric.trial",
        "param.status", "param.loss", "param.name", "lr", "param.search",
    ]  # fmt: skip
    assert {row["metric.status"], row["metric.metric.status"]} == {"fine", 3}
    assert (row["status"], row["param.status"], row["loss"], row["param.loss"]) == ("complete", 1, 2, "p")
    assert grouped(trial_rows(trials_of, study.study), trials_of, study.study, "status") == [("1", [1]), ("2", [2])]
    assert grouped(trial_rows(trials_of, study.study), trials_of, study.study, "name") == [("n", [1, 2])]


def test_the_table_on_disk(made, tmp_path):
    study = made(space={"x": [1e-5, 0.1], "s": {"choices": ["a\nb", 'q"', "c\rd", "ü", "x" * 5000, ";",
    "=1+1"]}, "t": [True, None]},
                 searches={"g": {"strategy": "grid"}})  # fmt: skip
    rows = trial_rows(
        study.finish(lambda params, run: {"loss": params["x"], "nan": "NaN", "half": "\ud800"}), study.study
    )
    path = tmp_path / "results.csv"
    write_table(path, rows)
    first = path.read_bytes()
    write_table(path, rows)
    assert path.read_bytes() == first
    found = csv_rows(path)
    assert len(found) == 28
    assert [row["x"] for row in found[:1]] == ["1e-05"]
    assert [row["s"] for row in found[:14:2]] == ["a\nb", 'q"', "c\rd", "ü", "x" * 5000, ";", "=1+1"]
    assert {row["t"] for row in found} == {"true", "null"}
    assert {row["nan"] for row in found} == {"NaN"}
    assert len(list(csv.reader(path.open(newline="")))) == 29


def test_an_empty_table_has_its_header(tmp_path):
    write_table(tmp_path / "t.csv", [])
    assert (tmp_path / "t.csv").read_text() == ",".join(BEFORE + BEHIND) + "\n"


def test_the_table_of_runs(made):
    study = made(objective={"replicates": 2}, space={"x": [1, 2, 3], "seed": [5], "m": {"choices": [None, ""],
                 "when": {"x": 1}}})  # fmt: skip
    trials_of = study.finish(lambda params, run: {"loss": params["x"], "seed": int(run[1])})
    runs = [
        read_run(study.store, study.study, trial, run) for trial in each_once(trials_of) for run in study.study.runs
    ]
    rows = runs_table(runs, trials_of, study.study)
    between = ["searches", "loss", "metric.seed", "x", "param.seed", "m"]
    assert list(rows[0])[:12] == ["trial", "run", "replicate", "fold", "seed", "status", *between]
    assert [row["metric.seed"] for row in rows[:2]] == [0, 1]
    assert len(rows) == 2 * 4
    assert {row["searches"] for row in rows} == {"grid;few"}
    cells = cells_of(rows, ["x", "param.seed", "m"])
    assert cells == [[x, "5", m] for x, m in (("1", "null"), ("1", '""'), ("2", ""), ("3", "")) for _ in "ab"]


def test_a_table_for_spreadsheets(made):
    space = {"x": ["-1.5", "=1+1", "-a", "@b", "a="], "y": [-1.5]}
    study = made(space=space, searches={"g": {"strategy": "grid"}})
    rows = trial_rows(study.finish(lambda params, run: {"loss": 1, "=HYPERLINK(1)": "+2"}), study.study)
    text = spreadsheet_text(rows, [])
    assert text.startswith("\ufefftrial,number,")
    found = list(csv.DictReader(io.StringIO(text[1:])))
    assert [row["x"] for row in found] == ["-1.5", "'=1+1", "'-a", "'@b", "a="]
    assert {row["y"] for row in found} == {"-1.5"}
    assert {row["'=HYPERLINK(1)"] for row in found} == {"+2"}


# --- which are best -------------------------------------------------------------------------------


def test_ranking(made):
    study = made()
    trials = study.finish(lambda p, run: loss(p) if p["x"] != 1 else {"status": "failed", "reason": "x"})["grid"]
    best = ranked(trials, study.study)
    assert [t.metrics["loss"] for t in best] == [2, 2, 2.1, 3, 3, 3.1]
    assert best[0].number < best[1].number
    most = made(objective={"direction": "maximize"})
    assert [t.metrics["loss"] for t in ranked(trials, most.study)][:2] == [3.1, 3]


@pytest.mark.parametrize(
    ("limit", "size", "kept"),
    [
        ({"max": 3}, 3, True), ({"max": 3}, 3.1, False), ({"min": 3}, 2.9, False), ({"min": 1, "max": 3}, 2,
         True),
        ({"max": 3}, "NaN", False), ({"min": 3}, "NaN", False), ({"max": 3}, "-Infinity", True), ({"min": 3},
         "text", False),
        ({"max": 3}, None, False), ({"max": 3}, True, False),
    ],
)  # fmt: skip
def test_feasibility(made, limit, size, kept):
    study = made(constraint={"metric": "size", **limit}, searches={"g": {"strategy": "grid"}})
    trials = study.finish(lambda params, run: {"loss": params["x"], "size": size})["g"]
    assert [feasible(trial, study.study) for trial in trials] == [kept] * 9
    missing = made(constraint={"metric": "other", **limit})
    assert not feasible(trials[0], missing.study)


def test_feasible_trials_come_first(made):
    study = made(constraint={"metric": "size", "max": 8})
    trials = study.finish(loss)["grid"]
    assert [trial.params["x"] for trial in ranked(trials, study.study)] == [2, 2, 2, 3, 3, 3, 1, 1, 1]


def test_the_pareto_set(made):
    study = made(objective={"metric": None}, objectives=[{"metric": "a"}, {"metric": "b",
    "direction": "maximize"}],
                 space={"x": [0, 1, 2, 3, 4]}, searches={"g": {"strategy": "grid"}})  # fmt: skip
    values = {0: (1, 1), 1: (2, 5), 2: (2, 4), 3: (1, 1), 4: (0, 0)}
    trials = study.finish(lambda params, run: dict(zip("ab", values[params["x"]], strict=True)))["g"]
    assert [trial.params["x"] for trial in pareto(trials, study.study)] == [0, 1, 3, 4]
    assert pareto([], study.study) == []


def where(made, condition, **changes):
    study = made(filter={"where": condition}, **changes)
    trials_of = study.finish(loss)
    return [
        row["x"]
        for row in trial_rows(trials_of, study.study)
        if row["search"] == "grid" and matches(study.study.filter, row)
    ]


def test_filters(made):
    assert where(made, "x > 2 and o == 'a'") == [3]
    assert where(made, "loss < 1.05 and number >= 0 and search == 'grid'") == [1, 1]
    assert where(made, "m == 1") == [1, 2, 3]
    assert where(made, "seconds > 1e9") == []


def test_values_that_differ_in_their_type_alone(made, tmp_path):
    values = ["true", True, "", None, "null", "a"]
    study = made(space={"x": {"choices": values}}, searches={"g": {"strategy": "grid"}}, summary_by=["x"], top=9)
    trials_of = study.finish(lambda params, run: {"loss": 1})
    rows = trial_rows(trials_of, study.study)
    write_table(tmp_path / "t.csv", rows)
    cells = ['"true"', "true", '""', "null", '"null"', "a"]
    assert [row["x"] for row in csv_rows(tmp_path / "t.csv")] == cells
    assert [label for label, _ in grouped(trial_rows(trials_of, study.study), trials_of, study.study, "x")] == cells
    chosen = made(space={"x": {"choices": values}}, filter={"where": "x == null or x == 'true'"}).study.filter
    assert [matches(chosen, row) for row in rows] == [True, False, False, True, False, False]
    shutil.copy(tmp_path / "t.csv", tmp_path / "points.csv")
    again = made(space={"x": {"choices": values}}, searches={"l": {"strategy": "list", "file": "points.csv"}})
    assert [key(p["x"]) for p in again.study.searches["l"].options["points"]] == list(map(key, values))
    warm = {"strategy": "bayes", "n_trials": 9, "warm_start": [str(tmp_path / "points.csv")]}
    study = made(space={"x": {"choices": values}}, searches={"b": warm}).study
    observed, notes = warm_observations(study, study.searches["b"], tmp_path)
    assert ([key(o.params["x"]) for o in observed], notes) == (list(map(key, values)), [])


def test_filters_that_are_wrong(made):
    with pytest.raises(ConfigError, match="'los' is no column"):
        where(made, "los < 1")
    with pytest.raises(ConfigError, match="can't be computed"):
        where(made, "o > 1")


def test_a_filter_by_status_and_tags(made):
    study = made(filter={"status": ["failed"], "tags": ["t-b"]}, tags=["t-{o}", "m-{m}"])
    trials_of = study.finish(
        lambda params, run: loss(params) if params["x"] == 1 else {"status": "failed", "reason": "r"}
    )
    rows = [
        row
        for row in trial_rows(trials_of, study.study)
        if row["search"] == "grid" and matches(study.study.filter, row)
    ]
    assert [(row["x"], row["tags"]) for row in rows] == [
        (2, "t-b;m-0"),
        (2, "t-b;m-1"),
        (3, "t-b;m-0"),
        (3, "t-b;m-1"),
    ]


def test_a_filter_on_metrics_when_no_trial_has_any(made):
    study = made(filter={"status": ["failed"], "where": "accuracy > 1"})
    trials_of = study.finish(lambda params, run: {"status": "failed", "reason": "r"})
    assert top_rows(trial_rows(trials_of, study.study), trials_of, study.study) == []


def test_the_top(made):
    study = made(top=2)
    trials_of = study.finish(loss)
    rows = top_rows(trial_rows(trials_of, study.study), trials_of, study.study)
    assert [(row["value"], row["search"]) for row in rows] == [(1.0, "grid"), (1.0, "grid")]
    assert rows[0]["trial"] != rows[1]["trial"]


def test_groups(made):
    lists = {"x": [[1], [1, 2], True, 1, 1.0, None, {"a": 1}]}
    study = made(space=lists, searches={"g": {"strategy": "grid"}}, summary_by=["x"])
    trials_of = study.finish(lambda params, run: {"loss": 1.7e308})
    assert [group for group, _ in grouped(trial_rows(trials_of, study.study), trials_of, study.study, "x")] == [
        "[1]",
        "[1, 2]",
        "true",
        "1",
        "1.0",
        "null",
        '{"a": 1}',
    ]


def test_groups_of_an_inactive_parameter_and_of_shared_trials(made):
    study = made(summary_by=["m"])
    trials_of = study.finish(loss)
    rows = trial_rows(trials_of, study.study)
    groups = dict(grouped(rows, trials_of, study.study, "m"))
    assert {name: len(values) for name, values in groups.items()} == {"(inactive)": 3, "0": 3, "1": 3}
    assert {
        name: len(values)
        for name, values in grouped(trial_rows(trials_of, study.study), trials_of, study.study, "search")
    } == {
        "grid": 9,
        "few": 4,
    }


def test_names_tags_and_descriptions(made):
    study = made(name="{search}-x{x}-{m}", tags=["{o}", "m{m}", "all"], description="{study} {number} {trial}")
    rows = trial_rows(study.finish(loss), study.study)
    assert (rows[0]["name"], rows[0]["tags"]) == ("grid-x1-", "a;all")
    assert rows[1]["name"] == "grid-x1-0"
    assert rows[1]["tags"] == "b;m0;all"
    assert rows[1]["description"] == f"s 1 {rows[1]['trial']}"


# --- best.yaml ------------------------------------------------------------------------------------


def test_the_best_configuration(made):
    study = made(objective={"base_config": {"optimizer": {"name": "sgd", "lr": 1}, "z": "1e-5",
    "keep": "on"}},
                 space={"optimizer.lr": [1e-5, 0.1], "optimizer.new.deep": [[1, "a: b"], None], "s": ["yes",
                 "ü\n", "1e5x"]},
                 searches={"g": {"strategy": "grid"}})  # fmt: skip
    trials = study.finish(lambda params, run: {"loss": params["optimizer.lr"]})["g"]
    written = best_yaml(trials, study.study, "g")
    assert yaml.safe_load(written) == {
        "optimizer": {"name": "sgd", "lr": 1e-5, "new": {"deep": [1, "a: b"]}}, "z": 1e-5, "keep": "on",
        "s": "yes",
    }  # fmt: skip
    assert f"# trial {trials[0].trial}: loss = 1e-05 (minimize)" in written


def test_no_best_configuration(made):
    study = made()
    trials = study.finish(lambda params, run: {"status": "failed", "reason": "r"})["grid"]
    assert yaml.safe_load(best_yaml(trials, study.study, "grid")) == {}
    assert "no trial is complete" in best_yaml([], study.study, "grid")


def test_a_metric_with_a_strange_name_does_not_break_the_best_configuration(made):
    study = made(objective={"metric": "a\nb: {"})
    trials = study.finish(lambda params, run: {"a\nb: {": 1})["grid"]
    assert yaml.safe_load(best_yaml(trials, study.study, "grid"))["x"] == 1
