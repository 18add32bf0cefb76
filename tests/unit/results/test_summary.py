"""Words about a study: summary.md and the status, whatever there is to say and whatever the values are."""

import re
from dataclasses import replace

import pytest
from snaketune.proposing.jobs import jobs_to_come
from snaketune.proposing.plan import plan_of, plan_text, write_plan
from snaketune.resources import Given
from snaketune.results.final import compared, final_md, final_rows, finalists, proposals_of
from snaketune.results.markdown import inline, number, one_line, table
from snaketune.results.summary import failures, summary_md
from snaketune.session.progress import Progress
from snaketune.session.standing import headline, status_text
from snaketune.values import trial_id

NASTY = ["a\n# b", "| c |", "d\\|e", "\x1b[31mf", "`g`", "x" * 500, "\u2028h", "<b>i</b>", "\\", "j | k\\"]


def loss(params, run="r0"):
    return {"loss": params["x"] + params.get("m", 0) / 10}


def line(study) -> str:
    return headline(Progress(study.layout, study.study).results())


def summary(study, trials_of, endings=None) -> str:
    return summary_md(trials_of, study.study, study.layout.shown_logs, endings or {})


def cells(line: str) -> int:
    """How many cells GitHub sees in a line of a table: a bar counts unless it is escaped."""
    return len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) - 1


def check_markdown(text: str) -> None:
    for block in text.split("\n\n"):
        lines = block.strip().splitlines()
        if lines[0].startswith("|"):
            assert len({cells(line) for line in lines}) == 1, block
            assert set(lines[1]) <= set("|-: ")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028]", text)


def test_a_whole_summary(made):
    study = made(summary_by=["x", "m"], name="{search}-{x}{o}")
    trials_of = study.finish(loss)
    text = summary(study, trials_of, {"grid": None, "few": "the target was reached"})
    check_markdown(text)
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    assert headings == ["s", "Searches", "Best", "Top 9", "By x", "By m", "Cost"]
    assert "Objective: minimize loss." in text
    assert "few ended early: the target was reached." in text
    assert f"grid-1a ({trials_of['grid'][0].trial}), loss = 1:" in text
    assert "- x: 1\n- o: a\n" in text
    assert re.search(r"^\| \(inactive\) +\| +3 \|", text, re.MULTILINE)
    assert "9 trials (4 shared between searches), 13.5 seconds of run time." in text


def test_no_trial_at_all(made):
    text = summary(made(), {"grid": [], "few": []})
    check_markdown(text)
    assert "No trial is complete." in text
    assert "0 trials, 0.0 seconds" in text


def test_one_trial(made):
    study = made(space={"x": 1}, searches={"g": {"strategy": "grid"}}, summary_by=["x"])
    text = summary(study, study.finish(loss))
    check_markdown(text)
    assert "## Top 1" in text


def test_all_failed(made):
    study = made(filter={"status": ["failed"]})
    trials_of = study.finish(
        lambda p, run: {
            "status": "failed",
            "reason": "exit code 1:\nKeyError |" if p["x"] < 3 else "signal 9",
        }
    )
    text = summary(study, trials_of)
    check_markdown(text)
    assert "No trial is complete." in text
    said = failures(trials_of, study.layout.shown_logs)
    assert said.startswith("- failed, 6 trials: exit code 1: KeyError |\n")
    assert "- failed, 3 trials: signal 9\n" in said
    assert "  - and 3 more\n" in said
    assert said.count(f"{study.layout.logs.as_posix()}/trials/t") == 6


def test_replicates_and_limits(made):
    study = made(objective={"replicates": 2}, constraint={"metric": "loss", "max": 0})
    text = summary(study, study.finish(lambda params, run: {"loss": params["x"] + int(run[1])}))
    check_markdown(text)
    assert "loss = 1.5 ± 0.5 (no trial keeps all outcome constraints):" in text
    assert "of 2 runs each" in text


def test_several_objectives(made):
    study = made(objective={"metric": None}, objectives=[{"metric": "a"}, {"metric": "b", "direction": "maximize"}])
    text = summary(study, study.finish(lambda params, run: {"a": params["x"], "b": params["x"] ** 2}))
    check_markdown(text)
    assert "Objective: minimize a, maximize b." in text
    assert "## Pareto set (9 trials)" in text


def test_a_search_alone(made):
    study = made()
    trials_of = study.finish(loss)
    assert summary(study, {"grid": trials_of["grid"]}).startswith("# s: grid\n")


def test_values_that_would_break_a_page(made):
    space = {"s": {"choices": NASTY}}
    study = made(space=space, searches={"g": {"strategy": "grid"}}, name="n {s}", tags=["{s}"],
    description="{s}", summary_by=["s"],
                 objective={"metric": "lo|ss\n# x"}, top=20)  # fmt: skip
    trials_of = study.finish(lambda params, run: {"lo|ss\n# x": NASTY.index(params["s"])})
    text = summary(study, trials_of)
    check_markdown(text)
    assert not re.search(r"^# [bx]", text, re.MULTILINE)
    assert "\n" not in line(study)
    assert all(line.startswith("[snaketune] ") for line in status_text(study.layout, study.study, "").splitlines())


@pytest.mark.parametrize("direction", ["minimize", "maximize"])
def test_values_near_the_largest_float(made, direction):
    study = made(objective={"direction": direction, "replicates": 2}, summary_by=["x"])
    text = summary(study, study.finish(lambda params, run: {"loss": 1.7e308 * (-1) ** (params["x"] + int(run[1]))}))
    check_markdown(text)


def test_tables():
    assert table(["a", "b"], [["x", 1.0], ["long", None]]) == (
        "| a    |   b |\n| ---- | --: |\n| x    |   1 |\n| long |   – |"
    )
    assert [number(v) for v in (0.1 + 0.2, 123456789.0, 3, True, None, [1, "a"], "x")] == [
        "0.3", "1.23457e+08", "3", "true", "–", '[1, "a"]', "x",
    ]  # fmt: skip
    assert table(["学", "b"], [["ab", "ü"]]) == "| 学  |   b |\n| --- | --: |\n| ab  |   ü |"
    assert one_line(" a\r\n b\x00c ") == "a b c"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("batch_size", "batch_size"), ("_a_", "\\_a\\_"), ("a*b", "a\\*b"), ("`x`", "\\`x\\`"), ("[1, 2]", "[1, 2]"),
        ("[a](b)", "[a\\](b)"), ("![a]", "\\![a]"), ("<b>", "&lt;b>"), ("1 < 2", "1 < 2"), ("&lt;", "&amp;lt;"),
        ("a & b", "a & b"), ("C:\\x", "C:\\x"), ("\\*", "\\\\\\*"), ("a|b", "a\\|b"), ("~~a~~", "\\~\\~a\\~\\~"),
        ("a~b", "a~b"), ("<!-- x", "&lt;!-- x"),
    ],
)  # fmt: skip
def test_values_are_no_markup(value, shown):
    assert inline(value) == shown


def test_long_values_that_begin_or_end_alike_are_told_apart(made):
    values = ["x" * 80 + end for end in "ab"] + [begin + "y" * 80 for begin in "ab"]
    study = made(space={"s": values}, searches={"g": {"strategy": "grid"}}, summary_by=["s"])
    text = summary(study, study.finish(lambda params, run: {"loss": 1}))
    cells_shown = re.findall(r"^\| (\S+…\S+) \|", text, re.MULTILINE)
    assert len(set(cells_shown)) == len(values)


def test_the_final_training_names_parameters_names_and_searches(made):
    space = {"x": [1, 2, 3], "o": ["a", "<b>"], "m": {"choices": [0], "when": {"o": "a"}}}
    study = made(space=space, name="{search}-{x}{o}", final={"top": 3, "overrides": {"epochs": 9}},
                 searches={"grid": {"strategy": "grid"}})  # fmt: skip
    trials_of = study.finish(loss)
    chosen = proposals_of(finalists(trials_of["grid"], study.study), study.study)
    trained = [
        replace(trials_of["grid"][0], trial=trial_id(p.params), params=p.params, number=i, metrics={"loss": 5 - i})
        for i, p in enumerate(chosen)
    ]
    found = compared(trials_of, trained, study.study)
    rows = final_rows(found, study.study)
    assert all(list(row) == list(rows[0]) for row in rows), "also where a parameter is inactive in some"
    assert [row["name"] for row in rows] == ["grid-2a", "grid-1<b>", "grid-1a"]
    assert rows[0]["searched_as"] in {trial.trial for trial in trials_of["grid"]}
    assert {row["param.epochs"] for row in rows} == {9}
    assert rows[1]["param.m"] is None
    text = final_md(found, study.study)
    check_markdown(text)
    assert f"The winner is {trained[2].trial} (in the search grid-2a, {rows[0]['searched_as']} of grid" in text
    assert "- x: 2\n- o: a\n- m: 0\n- epochs: 9\n" in text
    assert re.search(r"\| grid-1&lt;b> +\| t", text)


# --- status and plan ------------------------------------------------------------------------------


def test_the_status_at_every_stage(made):
    study = made(searches={"grid": {"strategy": "grid"}, "few": {"strategy": "random", "n_trials": 20}})
    assert line(study) == "s: 0 of 21 trials done", "conditions make it fewer, as the rounds will tell"
    rows = study.propose("grid")
    study.propose("few")
    assert line(study) == "s: 0 of 18 trials done"
    best, *others = rows
    study.run(best.trial, "r0", {"loss": 0.5})
    study.run(others[0].trial, "r0", {"status": "timeout", "reason": "after 5 s"})
    said = line(study)
    assert said == f"s: 4 of 18 trials done, 1 timeout, best loss 0.5 ({best.trial} in grid)"
    told = status_text(study.layout, study.study, "")
    assert f"1. 0.5  grid-0 ({best.trial}): x = 1, o = a" in told
    assert "- timeout, 1 trial: after 5 s" in told
    assert "summary.md" not in told
    for row in rows:
        study.run(row.trial, "r0", {"loss": 1})
    study.layout.root.joinpath("summary.md").write_text("")
    assert line(study).startswith("s: 18 of 18 trials done, best")
    assert "(start with" in status_text(study.layout, study.study, "")


def test_progress_follows_what_changes(made):
    study = made(searches={"grid": {"strategy": "grid"}}, objective={"replicates": 2})
    progress = Progress(study.layout, study.study)
    assert progress.news() == ["s: 0 of 9 trials done"]
    rows = study.propose("grid")
    assert progress.news() == []
    study.run(rows[0].trial, "r0", {"loss": 1})
    assert progress.news() == []
    study.run(rows[0].trial, "r1", {"loss": 1})
    assert progress.news()[0].startswith("s: 1 of 9 trials done, best loss 1")
    assert progress.news() == []
    study.layout.result(rows[0].trial, "r0").unlink()
    study.run(rows[0].trial, "r0", {"loss": 3})
    assert "best loss 2 " in progress.news()[0]
    study.layout.result(rows[0].trial, "r1").unlink()
    assert progress.news() == ["s: 0 of 9 trials done"]


def test_a_plan(made):
    study = made(objective={"replicates": 2})
    study.run(study.propose("grid")[0].trial, "r0", {"loss": 1})
    plans = [plan_of(study.study, search, study.store) for search in study.study.searches.values()]
    assert [(len(plan.proposals), plan.later) for plan in plans] == [(9, 0), (4, 0)]
    said = plan_text(plans, study.study, study.store, Given())
    assert "18 runs in all (9 trials × 2), 1 done, 17 to run." in said
    packed = "When the first ones take less than 5 s, further ones are packed, several to a job.\n"
    assert f"That is at most 17 jobs. {packed}" in said
    on_cluster = plan_text(plans, study.study, study.store, Given({"runtime": 60}, cluster=True))
    asked = "which ask for at most 17.0 core hours (a job has 60 min at most)"
    assert f"That is at most 17 jobs, {asked}. {packed}" in on_cluster
    check_markdown("\n".join(line for line in said.splitlines() if line.startswith("|")))
    write_plan(plans[0], study.layout)
    lines = (study.layout.root / "grid" / "plan.csv").read_text().splitlines()
    assert lines[0] == "trial,number,origin,runs,done,x,o,m"
    assert lines[1].endswith(",0,grid,2,1,1,a,")


def test_the_jobs_of_a_plan_with_packed_runs(made):
    """A job is a part of a round; one whose runs are done, or are another search's, is not counted."""
    grid, random = {"strategy": "grid", "batch_size": 6}, {"strategy": "random", "n_trials": 9}
    study = made(objective={"trials_per_job": 4, "threads": 2}, searches={"grid": grid, "random": random})
    plans = [plan_of(study.study, search, study.store) for search in study.study.searches.values()]
    planned = [(plan.search, plan.proposals, ()) for plan in plans]
    jobs = jobs_to_come(planned, study.study, study.store).jobs
    assert [len(job) for job in jobs] == [4, 2, 3]
    assert "That is 3 jobs of 2 cores.\n" in plan_text(plans, study.study, study.store, Given())
    for proposal, run in jobs[1]:
        study.run(trial_id(proposal.params), str(run), {"loss": 1})
    assert [len(job) for job in jobs_to_come(planned, study.study, study.store).jobs] == [4, 3]


def test_a_search_that_ended_early_is_done(made):
    study = made(searches={"few": {"strategy": "random", "n_trials": 6, "batch_size": 2}})
    rows = study.propose("few")
    for row in rows:
        study.run(row.trial, "r0", {"loss": 1})
    assert line(study).startswith("s: 2 of 6 trials done")
    empty = study.layout.proposed("few", 1)
    empty.parent.mkdir(parents=True)
    empty.write_text(study.layout.proposed("few", 0).read_text().splitlines()[0] + "\n")
    assert line(study).startswith("s: 2 of 2 trials done")


def test_importances_and_cpu_time_where_they_are_known(made):
    study = made(summary_by=["x", "m"])
    trials_of = study.finish(loss)
    assert "## Importances" not in summary(study, trials_of)
    rows = [
        {
            "parameter": "x",
            "fanova": "0.61",
            "fanova_sd": "0.1",
            "permutation": "",
            "permutation_sd": "",
            "note": "few",
        },
        {
            "parameter": "m",
            "fanova": "0.2",
            "fanova_sd": "0",
            "permutation": "0.3",
            "permutation_sd": "0",
            "note": "few",
        },
    ]
    text = summary_md(trials_of, study.study, study.layout.shown_logs, {}, cpu_seconds=7200.0, importances=rows)
    check_markdown(text)
    assert "| x         |   0.61 | 0.1 |           – |   – |" in text
    assert text.count("few") - summary(study, trials_of).count("few") == 1, "a note is said once"
    assert "of run time, 2.00 hours of CPU time." in text
    fixed = dict.fromkeys(rows[0], "0") | {"note": "has one value only"}
    text = summary_md(
        trials_of,
        study.study,
        study.layout.shown_logs,
        {},
        importances=[
            rows[0],
            rows[1] | {"note": "few; paired with x"},
            fixed | {"parameter": "a"},
            fixed | {"parameter": "b"},
        ],
    )
    assert "\n\nOne value only: a, b.\n\n" in text
    assert "\n\nJudged together, as they are paired: m, x.\n\n" in text
    assert not re.search(r"^\| [ab] ", text, re.MULTILINE)
