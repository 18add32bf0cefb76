"""Results of searches with budgets: values of different budgets are never compared as equals."""

from snaketune.results.best import best_yaml
from snaketune.results.comparison import join, joined_results
from snaketune.results.final import finalists, proposals_of
from snaketune.results.frames import read_frame, types_of
from snaketune.results.ranking import pareto, ranked
from snaketune.results.rounds import read_proposed, write_proposed
from snaketune.results.rungs import HEADER, rung_rows
from snaketune.results.so_far import SoFar
from snaketune.results.study import read_results
from snaketune.results.summary import summary_md, top_rows
from snaketune.results.tables import BEFORE, RUNGS
from snaketune.results.writing import write_runs, write_tables
from snaketune.runner.run_id import RunId
from snaketune.samplers import Rung

COMMAND = {"command": "true --epochs {budget} {args}"}
SPACE = {"x": {"type": "uniform", "low": 0, "high": 1}}
HALVING = {"strategy": "halving", "n_trials": 9, "sampler": "random", "budget": {"name": "epochs", "min": 1, "max": 9}}


def less_with_less(params, run):
    """A loss that misleads: it is the less the less is trained."""
    return {"loss": params["x"] + RunId.parse(run).budget, "size": -params["x"]}


def halved(made, searches=None, **changes):
    study = made(**({"objective": COMMAND, "space": SPACE, "searches": searches or {"h": HALVING}} | changes))
    study.through(less_with_less)
    return study, read_results(study.layout, study.study)


def summary_of(results):
    return summary_md(results.trials_of, results.study, results.layout.shown_logs, results.endings)


def test_a_trial_trained_further_is_the_better_one(made):
    study, results = halved(made)
    assert [trial.budget for trial in ranked(results.trials, study.study)] == [9, *[3] * 2, *[1] * 6]
    text = best_yaml(results.trials, study.study, "h")
    assert text.splitlines()[1].endswith(" (minimize) with 9 epochs")
    assert [row["budget"] for row in top_rows(results.rows, results.trials_of, study.study)][:3] == [9, 3, 3]
    summary = summary_of(results)
    assert " with 9 epochs:" in summary and "not trained in full" not in text + summary


def test_values_of_other_budgets_have_no_distance_from_the_best(made):
    _, results = halved(made)
    listed = [line.split("|") for line in summary_of(results).splitlines() if line.startswith(("| 1 ", "| 2 "))]
    assert [cells[4].strip() for cells in listed] == ["0", "–"]
    assert [cells[5].strip() for cells in listed] == ["9", "3"]


def test_groups_are_those_of_one_budget(made):
    _, results = halved(made, summary_by=["search"])
    table = summary_of(results).partition("## By search")[2].partition("##")[0]
    assert [line.split("|")[2:4] for line in table.splitlines()[4:7]] == [
        ["      9 ", "     1 "], ["      3 ", "     2 "], ["      1 ", "     6 "]
    ]  # fmt: skip


def test_it_is_said_that_no_trial_is_trained_in_full(made):
    study = made(objective=COMMAND, space=SPACE, searches={"h": HALVING})
    for row in study.propose("h"):
        study.run(row.trial, "r0b1", less_with_less(row.params, "r0b1"))
    results = SoFar(study.layout, study.study).results()
    said = "It is not trained in full: no complete trial has the full budget, 9 epochs."
    assert said in best_yaml(results.trials, study.study, "h").splitlines()[2]
    assert said in summary_of(results)
    study.gather("h")
    for number in (1, 2):
        for row in study.propose("h", number):
            run = f"r0b{row.budget}"
            study.run(row.trial, run, less_with_less(row.params, run) if number == 1 else {"status": "failed"})
        study.gather("h", number)
    results = read_results(study.layout, study.study)
    best = ranked(results.trials, study.study)
    assert [trial.budget for trial in best] == [*[3] * 2, *[1] * 6]  # the one that failed with 9 is none of them
    assert said in best_yaml(results.trials, study.study, "h")


def test_feasible_trials_come_first_however_far_they_are_trained(made):
    study, results = halved(made, outcome_constraints={"metric": "loss", "max": 5})
    assert [trial.budget for trial in ranked(results.trials, study.study)] == [*[3] * 2, *[1] * 6, 9]
    assert "no complete trial that keeps all outcome constraints has the full budget, 9 epochs" in best_yaml(
        results.trials, study.study, "h"
    )


def test_budgets_of_all_searches_are_shares_of_the_largest(made):
    fixed = {"strategy": "random", "n_trials": 9, "budget": 3}
    study, results = halved(made, {"less": fixed, "h": HALVING})
    best = ranked(results.trials, study.study)
    assert len(best) == len(results.distinct) == 9  # the same trials: random draws are those of its seed
    assert [trial.budget for trial in best] == [9, *[3] * 8]
    assert results.distinct[best[0].trial].budget == 9
    assert results.first_search(best[0].trial) == "h"  # which has trained it furthest
    assert [row["search"] for row in top_rows(results.rows, results.trials_of, study.study)][:1] == ["h"]


def test_the_pareto_set_is_that_of_the_largest_budget(made):
    several = {"objective": COMMAND | {"metric": None}, "objectives": [{"metric": "loss"}, {"metric": "size"}]}
    study, results = halved(made, **several)
    assert [trial.budget for trial in pareto(results.trials, study.study)] == [9]
    assert "## Pareto set (1 trials)" in summary_of(results)


def test_tables_say_how_far_trials_are_trained(made, tmp_path):
    (tmp_path / "old.csv").write_text("x,loss,size\n0.5,2,3\n")
    searches = {"h": HALVING, "r": {"strategy": "random", "n_trials": 2, "budget": 9}}
    study, results = halved(made, searches, imported=[{"file": "old.csv", "count": ["r"]}])
    write_tables(results, tmp_path)
    write_runs(results, tmp_path)
    types = types_of(study.study)
    table, runs = (read_frame(tmp_path / name, types) for name in ("results.csv", "runs.csv"))
    assert tuple(table.columns[: len(BEFORE) + 3]) == (*BEFORE, *RUNGS)
    assert table[table["search"] == "h"]["rung"].value_counts().to_dict() == {0: 6, 1: 2, 2: 1}
    assert table[table["search"] == "r"]["budget"].fillna(0).tolist() == [0, 9]  # an imported one is trained in full
    assert table.dtypes[["bracket", "rung", "budget"]].map(str).tolist() == ["Int64", "Int64", "Float64"]
    assert list(runs.columns[3:6]) == ["fold", "budget", "from_budget"]
    assert runs["budget"].value_counts(dropna=False).to_dict() == {1: 9, 3: 3, 9: 2}


def test_a_study_without_budgets_may_have_a_parameter_of_that_name(made, tmp_path):
    study = made(space={"budget": ["3", "9"], "rung": [1.5]}, searches={"g": {"strategy": "grid"}})
    study.through(lambda params, run: {"loss": int(params["budget"])})
    write_tables(read_results(study.layout, study.study), tmp_path)
    table = read_frame(tmp_path / "results.csv", types_of(study.study))
    assert table["budget"].tolist() == ["3", "9"] and table["rung"].tolist() == [1.5, 1.5]


def test_studies_with_and_without_budgets_side_by_side(made):
    with_budgets, _ = halved(made, study="with")
    without = made(study="without", space=SPACE, searches={"r": {"strategy": "random", "n_trials": 2}})
    without.through(lambda params, run: {"loss": params["x"]})
    studies = {"with": with_budgets.study, "without": without.study}
    joined = join(studies)
    found = joined_results(studies, with_budgets.layout.root.parent)
    best = ranked([trial for each in found.values() for trial in each.trials], joined)
    assert [(trial.trial.partition("/")[0], trial.budget) for trial in best[:4]] == [
        ("without", None), ("without", None), ("with", 9), ("with", 3)
    ]  # fmt: skip


def continued(params, run):
    """A run that went on from the rung below, as the runner notes it."""
    budget = RunId.parse(run).budget
    metrics = {"loss": params["x"], "size": 1}
    return {"status": "complete", "metrics": metrics, "from_budget": budget // 3 if budget > 1 else None}


def test_rungs_of_81_trials_train_297_epochs(made, tmp_path):
    largest = {"budget": {"name": "epochs", "min": 1, "max": 81}, "n_trials": 81}
    study = made(objective=COMMAND, space=SPACE, searches={"h": HALVING | largest})
    study.through(continued)
    results = read_results(study.layout, study.study)
    assert (results.trained.trained, results.trained.anew, results.trained.in_full) == (297, 405, 6561)
    summary = summary_md(
        results.trials_of, results.study, str, results.endings, searches=results.searches, trained=results.trained
    )
    assert "epochs trained: 297 of 6,561 in full, 405 without continuing." in summary
    rows = [line.split("|")[1:-2] for line in summary.partition("## Rungs")[2].splitlines()[4:9]]
    assert [[cell.strip() for cell in row[1:]] for row in rows] == [
        ["0", "0", "1", "81", "81", "27"],
        ["0", "1", "3", "27", "27", "9"],
        ["0", "2", "9", "9", "9", "3"],
        ["0", "3", "27", "3", "3", "1"],
        ["0", "4", "81", "1", "1", "0"],
    ]


def test_runs_that_begin_anew_are_trained_as_a_whole(made):
    _, results = halved(made)
    assert str(results.trained) == "epochs trained: 27 of 81 in full"


def test_the_table_of_rungs(made, tmp_path):
    def result_of(params, run):
        failed = params["x"] < 0.25 and run == "r0b3"
        return {"status": "failed", "reason": "x"} if failed else less_with_less(params, run)

    study = made(objective=COMMAND, space=SPACE, searches={"h": HALVING})
    study.through(result_of)
    results = read_results(study.layout, study.study)
    rows = rung_rows(results.searches, study.study)
    assert [row["rung"] for row in rows] == [0] * 9 + [1] * 3 + [2] * 1
    first = rows[:9]
    assert [row["rank"] for row in first] == [*range(1, 10)]
    assert [row["value"] for row in first] == sorted(row["value"] for row in first)
    assert [row["promoted"] for row in first] == ["yes"] * 3 + ["no"] * 6
    second = rows[9:12]
    assert [(row["status"], row["rank"]) for row in second][-1] == ("failed", None)
    assert [row["promoted"] for row in second] == ["yes", "no", "no"]
    assert {row["budget"] for row in second} == {3} and {row["from_budget"] for row in second} == {1}
    write_tables(results, tmp_path)
    table = read_frame(tmp_path / "rungs.csv", types_of(study.study))
    assert tuple(table.columns) == HEADER and len(table) == 13
    assert table.dtypes[["rank", "budget", "promoted"]].map(str).tolist() == ["Int64", "Float64", "string"]


def test_a_promoted_trial_is_one_before_its_next_run_has_ended(made):
    study = made(objective=COMMAND, space=SPACE, searches={"h": HALVING})
    for row in study.propose("h"):
        study.run(row.trial, "r0b1", less_with_less(row.params, "r0b1"))
    study.gather("h")
    so_far = SoFar(study.layout, study.study)
    assert so_far.results().incomplete == "Incomplete: 9 of 9 trials, 9 of 13 runs so far."
    assert {row["promoted"] for row in rung_rows(so_far.results().searches, study.study)} == {"no"}
    study.propose("h", 1)
    rows = rung_rows(so_far.results().searches, study.study)
    assert [row["promoted"] for row in rows] == ["yes"] * 3 + ["no"] * 6


def test_the_cost_is_that_of_all_runs_once(made):
    fixed = {"strategy": "random", "n_trials": 9, "budget": 9}
    study, results = halved(made, {"h": HALVING, "r": fixed})
    summary = summary_md(results.trials_of, study.study, str, results.endings, searches=results.searches)
    assert f"{(9 + 3 + 9) * 1.5} seconds of run time" in summary


def test_asha_ends_where_nothing_is_complete_in_full(made):
    asha = HALVING | {"strategy": "asha", "batch_size": 4}
    study = made(objective=COMMAND, space=SPACE, searches={"a": asha})
    study.through(lambda params, run: {"status": "failed"} if run == "r0b9" else less_with_less(params, run))
    results = read_results(study.layout, study.study)
    assert results.searches["a"].ending.startswith("no trial is complete with 9 epochs (")
    runs = [(trial.trial, trial.budget) for trial in results.searches["a"].rungs]
    assert len(runs) == len(set(runs))  # none is begun again
    assert SoFar(study.layout, study.study).results().incomplete is None


def test_a_bracket_of_which_all_have_failed_does_not_end_the_others(made):
    searches = {"h": HALVING | {"strategy": "hyperband"}}
    del searches["h"]["n_trials"]
    study = made(objective=COMMAND, space=SPACE, searches=searches)
    study.through(lambda params, run: {"status": "failed"} if run == "r0b1" else less_with_less(params, run))
    results = read_results(study.layout, study.study)
    assert results.searches["h"].ending == "no trial of bracket 0 is complete with a budget of 1 (epochs) (9 failed)"
    assert ranked(results.trials, study.study)[0].budget == 9
    so_far = SoFar(study.layout, study.study).results()
    assert so_far.incomplete is None and so_far.endings == results.endings


def test_an_imported_trial_is_trained_in_full_and_is_not_promoted(made, tmp_path):
    space = {"x": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]}
    (tmp_path / "old.csv").write_text("x,loss\n0.1,0.5\n")
    study = made(objective=COMMAND, space=space, searches={"h": HALVING}, imported=[{"file": "old.csv"}])
    study.through(less_with_less)
    results = read_results(study.layout, study.study)
    assert len(results.trials) == 9
    assert ranked(results.trials, study.study)[0].origin == "imported"
    rows = rung_rows(results.searches, study.study)
    assert [row["rung"] for row in rows] == [0] * 8 + [1] * 3 + [2]
    assert str(results.trained) == "epochs trained: 26 of 72 in full"


def test_the_final_training_has_the_full_budget(made, tmp_path):
    study, results = halved(made, final={"top": 2, "replicates": 2})
    assert [str(run) for run in study.study.final.runs] == ["r1b9", "r2b9"]
    chosen = finalists(results.trials, study.study)
    assert [trial.budget for trial in chosen] == [9, 3]
    write_proposed(tmp_path / "trials.csv", proposals_of(chosen, study.study), start=0, number=0)
    assert [row.rung for row in read_proposed(tmp_path / "trials.csv")] == [Rung(0, 0, 9, None, 9)] * 2
