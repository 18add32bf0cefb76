"""What is said of a study on its way, of one that nobody is at work on, and in the end."""

import fcntl
import time

from snaketune.results.study import read_finished
from snaketune.session.idle import idle_seconds, waiting_text
from snaketune.session.progress import Progress
from snaketune.session.running import under_way
from snaketune.session.standing import end_text, status_text

BAYES = {"b": {"strategy": "bayes", "n_trials": 12, "n_initial_points": 4, "batch_size": 4}}


def stamp(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def run(study, row, start: float, end: float, **fields) -> None:
    fields = {"status": "complete", "metrics": {"loss": row.params["x"]}} | fields
    study.run(row.trial, "r0", {"started": stamp(start), "finished": stamp(end), **fields})


def hold(study, row, attempt: int = 1):
    """A runner at work on a run; it is as long as the file is open."""
    folder = study.layout.run(row.trial, "r0")
    folder.mkdir(parents=True, exist_ok=True)
    log = study.layout.run_logs(row.trial, "r0") / "runner.log"
    log.parent.mkdir(parents=True)
    log.write_text("".join(f"2030-01-01T00:00:00.000Z attempt {i + 1} on node{i}: []\n" for i in range(attempt)))
    file = (folder / ".lock").open("w")
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


def test_status_of_a_search_on_its_way(made):
    study = made()
    rows = study.propose("grid")
    now = time.time()
    for i, row in enumerate(rows[:5]):
        run(study, row, now - 60 + 10 * i, now - 50 + 10 * i)
    run(study, rows[5], now - 9, now, status="failed", reason="exit code 1", metrics={})
    with hold(study, rows[6], attempt=2):
        text = status_text(study.layout, study.study, "process 1 on h")
    lines = [line.removeprefix("[snaketune] ") for line in text.splitlines()]
    assert lines[0].startswith("s: 6 of 13 trials done, 1 failed, best loss 1 (")
    assert "about " in lines[0]
    assert lines[1] == "Best:"
    assert lines[2].startswith(f"  1. 1  grid-0 ({rows[0].trial}): x = 1, o = a")
    assert len([line for line in lines if line[:3] == "  1" or line[:3] == "  5"]) == 2
    assert "Running (1):" in lines
    assert f"  {rows[6].trial}/r0 since " in text
    assert ", attempt 2, on node1" in text
    assert "- failed, 1 trial: exit code 1" in text
    assert lines[-1].endswith("snakemake --cores 1 peek")
    # Nobody is at work on it: nothing can be said of the time left.
    text = status_text(study.layout, study.study, "")
    assert "about" not in text
    assert "Running" not in text
    assert "No workflow is at work on it" in text


def test_the_time_left_is_known_when_some_runs_have_ended(made):
    study = made()
    rows = study.propose("grid")
    assert "left" not in status_text(study.layout, study.study, "process 1 on h")
    for i, row in enumerate(rows[:4]):
        run(study, row, 100 * i, 100 * i + 99)
    first = status_text(study.layout, study.study, "process 1 on h").splitlines()[0]
    assert first.endswith("about 15 min left")  # nine runs of a hundred seconds, one after the other


def test_runs_under_way_are_those_whose_lock_is_held(made):
    study = made()
    rows = study.propose("grid")
    runs = [(row.trial, study.study.runs[0]) for row in rows]
    assert under_way(study.layout, runs) == []
    with hold(study, rows[0]):
        (found,) = under_way(study.layout, runs)
        assert (found.name, found.attempt, found.host) == (f"{rows[0].trial}/r0", 1, "node0")
        assert abs(found.since - time.time()) < 60
    assert under_way(study.layout, runs) == []


def test_progress_says_each_failure_once_and_not_too_many(made):
    study = made(space={"x": list(range(30))}, searches={"grid": {"strategy": "grid"}})
    rows = study.propose("grid")
    run(study, rows[0], 0, 1, status="failed", reason="before", metrics={})
    progress = Progress(study.layout, study.study)
    first = progress.news()
    assert len(first) == 1  # what had failed before is no news
    assert progress.news() == []
    run(study, rows[1], 0, 1, status="oom", reason="too \x1b much", metrics={})
    said = progress.news()
    assert said[0] == f"{rows[1].trial} oom: too much; log: {study.layout.trial_logs(rows[1].trial)}/"
    for row in rows[2:]:
        run(study, row, 0, 1, status="failed", reason="exit code 1", metrics={})
    said = progress.news()
    assert len(said) == 11
    assert said[-2].startswith("further failures")
    assert said[-1] == "s: all 30 trials are done"
    assert progress.news() == []


def test_the_last_word_does_not_repeat_the_last_line(made):
    study = made()
    run(study, study.propose("grid")[0], 0, 1)
    progress = Progress(study.layout, study.study)
    progress.news()
    assert "1 of 13 trials" not in end_text(progress.results(), progress.said, 0)
    assert "1 of 13 trials" in end_text(progress.results(), "", 0)
    assert "Best: x = 1" in end_text(progress.results(), progress.said, 0)


def test_what_waiting_cost(made):
    assert idle_seconds([(0, 10), (0, 4)], [(0, 10), (0, 4)], 2) == 6
    assert idle_seconds([(0, 10), (0, 4)], [(0, 10), (0, 4), (4, 9)], 2) == 1  # another search has used the place
    study = made(searches=BAYES, space={"x": "uniform(0, 1)"})
    begun = 1_000_000.0
    for number in range(3):
        rows = study.propose("b", number)
        for i, row in enumerate(rows):
            run(study, row, begun + 1000 * number, begun + 1000 * number + (900 if i == 0 else 300))
        study.gather("b", number)
    results = Progress(study.layout, study.study).results()
    # Three of four places for 600 s, after the first two rounds: 3600 s; the last one is followed by nothing.
    assert "1.0 h of core time idle" not in (waiting_text(results, begun + 1) or "")
    text = waiting_text(results, begun)
    assert "left 60 min of core time idle (31 %): overlap: 1 of b" in text
    assert waiting_text(results, begun + 10_000) is None
    ours = {**BAYES, "b": BAYES["b"] | {"overlap": 1}}
    assert (
        waiting_text(Progress(study.layout, made(searches=ours, space={"x": "uniform(0, 1)"}).study).results(), begun)
        is None
    )


def test_rungs_wait_for_the_one_below_whatever_the_overlap(made):
    budget = {"name": "epochs", "min": 1, "max": 9}
    search = {"strategy": "halving", "n_trials": 9, "sampler": "random", "budget": budget}
    objective = {"command": "true {budget} {args}"}
    study = made(objective=objective, searches={"h": search}, space={"x": {"type": "uniform", "low": 0, "high": 1}})
    begun = 1_000_000.0
    for number in range(3):
        for i, row in enumerate(study.propose("h", number)):
            times = {"started": stamp(begun), "finished": stamp(begun + (900 if i == 0 else 300))}
            metrics = {"loss": row.params["x"]}
            study.run(row.trial, f"r0b{row.budget}", {"status": "complete", "metrics": metrics, **times})
        study.gather("h", number)
        begun += 1000
    text = waiting_text(Progress(study.layout, study.study).results(), 1_000_000.0)
    assert text.endswith(": strategy: hyperband or asha in place of h would have other trials to train")


def test_imported_trials_of_a_round_wait_for_nobody(made, tmp_path):
    """They stand in its table, and have no run."""
    (tmp_path / "old.csv").write_text("x,loss\n0.25,4\n0.5,5\n0.75,6\n")
    space, imported = {"x": "uniform(0, 1)"}, [{"file": "old.csv", "count": True}]
    study = made(searches={"few": {"strategy": "random", "n_trials": 6}, **BAYES}, space=space, imported=imported)
    begun = 1_000_000.0
    for search in ("few", "b"):
        rows = [row for row in study.propose(search) if row.origin != "imported"]
        for row in rows:
            run(study, row, begun, begun + 900)
        study.gather(search)
    results = Progress(study.layout, study.study).results()
    assert {trial.origin for trial in results.trials_of["b"]} >= {"imported"}
    assert waiting_text(results, begun) is None
    assert "s: " in end_text(results, "", begun)
    # Nor are they still to be done: what is left are b's two rounds of 4 trials, which last 900 s each.
    study.propose("b", 1)
    assert status_text(study.layout, study.study, "process 1 on h").splitlines()[0].endswith("about 30 min left")


def test_a_search_in_rungs_goes_on_when_all_trials_are_there(made):
    halving = {"strategy": "halving", "n_trials": 9, "sampler": "random", "budget": {"min": 1, "max": 9}}
    study = made(
        objective={"command": "true {budget} {args}"},
        space={"x": {"type": "uniform", "low": 0, "high": 1}},
        searches={"h": halving | {"budget": {"name": "epochs", "min": 1, "max": 9}}},
    )
    progress = Progress(study.layout, study.study)
    for number, said in enumerate(["9 of 13 runs done, up to 1 of", "12 of 13 runs done, up to 3 of", None]):
        for row in study.propose("h", number):
            study.run(row.trial, f"r0b{row.budget}", {"loss": row.params["x"] - row.budget})
        (line,) = progress.news()
        if said is None:
            assert line == "s: all 9 trials are done"
            assert (
                end_text(progress.results(), "", 0.0)
                .splitlines()[0]
                .startswith("[snaketune] s: 9 of 9 trials, 13 of 13 runs done, best loss -8.7")
            )
        else:
            assert line.startswith(f"s: 9 of 9 trials, {said} 9 epochs, best loss ")
            assert "No workflow is at work on it" in status_text(study.layout, study.study, "")
        study.gather("h", number)
        assert (read_finished(study.layout, study.study) is None) == (number < 2)


def test_asha_goes_on_as_long_as_a_round_may_come(made):
    asha = {"strategy": "asha", "n_trials": 9, "sampler": "random", "budget": {"min": 1, "max": 9}, "batch_size": 4}
    study = made(
        objective={"command": "true {budget} {args}"},
        space={"x": {"type": "uniform", "low": 0, "high": 1}},
        searches={"a": asha},
    )
    progress = Progress(study.layout, study.study)
    assert progress.news() == ["s: 0 of 9 trials, 0 of about 13 runs done"]
    sizes: list[int] = []
    while not sizes or not study.study.searches["a"].schedule.is_over(sizes):
        assert progress.goes_on()
        for row in study.propose("a", len(sizes)):
            study.run(row.trial, f"r0b{row.budget}", {"loss": row.params["x"]})
        sizes.append(len(study.gather("a", len(sizes))))
    assert not progress.goes_on()
    assert read_finished(study.layout, study.study) is not None
