"""Results so far: the trials whose runs are all done, whether their round has ended or not, of how many."""

import pytest
from snaketune.files import write_text
from snaketune.results.best import best_yaml
from snaketune.results.ranking import ranked
from snaketune.results.so_far import SoFar
from snaketune.results.study import read_results
from snaketune.results.summary import summary_md, top_rows


def loss(params: dict, run: str = "r0") -> dict:
    return {"loss": abs(params["x"] - 2)}


def test_what_is_there_is_what_the_end_will_show(made):
    study = made()
    study.finish(loss)
    final, so_far = read_results(study.layout, study.study), SoFar(study.layout, study.study).results()
    assert so_far.trials_of == final.trials_of
    assert so_far.runs() == final.runs()
    assert so_far.incomplete is final.incomplete is None


def test_a_search_half_way(made):
    study = made(objective={"replicates": 2})
    rows = study.propose("grid")
    so_far = SoFar(study.layout, study.study)
    assert so_far.results().trials == []
    assert so_far.results().incomplete == "Incomplete: 0 of 13 trials so far (grid 0 of 9, few 0 of 4)."
    study.run(rows[0].trial, "r0", {"loss": 1.0})
    assert so_far.results().trials == []  # one of its two runs
    study.run(rows[0].trial, "r1", {"loss": 2.0})
    found = so_far.results()
    assert [trial.metrics["loss"] for trial in found.trials] == [1.5]
    assert found.incomplete.startswith("Incomplete: 1 of 13 trials so far (grid 1 of 9")
    assert len(found.runs()[rows[0].trial]) == 2
    # A result that is taken back counts no longer, also where its round was gathered before.
    study.layout.result(rows[0].trial, "r1").unlink()
    assert so_far.results().trials == []


def test_what_is_incomplete_says_so(made):
    study = made()
    rows = study.propose("grid")
    study.run(rows[0].trial, "r0", loss(rows[0].params))
    found = SoFar(study.layout, study.study).results()
    text = summary_md(found.trials_of, study.study, study.layout.shown_logs, found.endings, incomplete=found.incomplete)
    assert text.split("\n\n")[1] == f"**{found.incomplete}**"
    assert best_yaml(found.trials, study.study, "grid", incomplete=found.incomplete).startswith(
        "# Incomplete: 1 of 13 trials so far"
    )


def test_a_search_that_ends_early_is_as_long_as_it_is(made):
    study = made(searches={"few": {"strategy": "random", "n_trials": 4, "batch_size": 2}, "grid": {"strategy": "grid"}})
    rows = study.propose("few")
    path = study.layout.proposed("few", 0)
    write_text(path, "".join(path.read_text().splitlines(keepends=True)[:2]))  # a round that is not full is the last
    study.run(rows[0].trial, "r0", loss(rows[0].params))
    assert SoFar(study.layout, study.study).results().incomplete.endswith("(few 1 of 1, grid 0 of 9).")


def test_ties_are_the_same_everywhere(made):
    study = made(searches={"few": {"strategy": "random", "n_trials": 6}, "grid": {"strategy": "grid"}})
    trials_of = study.finish(lambda params, run: {"loss": 0.5})
    results = read_results(study.layout, study.study)
    order = [trial.trial for trial in ranked(results.trials, study.study)]
    assert order[:2] == [trials_of["few"][0].trial, trials_of["grid"][0].trial] or (
        order[0] == trials_of["few"][0].trial == trials_of["grid"][0].trial
    )
    assert len(order) == len(set(order)) == len(results.distinct)
    best = order[0]
    assert f"trial {best}: loss" in best_yaml(results.trials, study.study, "s")
    assert top_rows(results.rows, results.trials_of, study.study)[0]["trial"] == best
    assert f"({best}), loss = 0.5" in summary_md(
        results.trials_of, study.study, study.layout.shown_logs, results.endings
    )
    # A search alone has the order that its trials have among all.
    alone = [trial.trial for trial in ranked(trials_of["few"], study.study)]
    numbers = {trial.trial: trial.number for trial in trials_of["few"]}
    assert alone == sorted(alone, key=numbers.__getitem__)


@pytest.mark.parametrize("name", ["peek", "by-name"])
def test_no_search_has_the_name_of_a_folder(made, name):
    from snaketune.errors import ConfigError

    with pytest.raises(ConfigError, match="is a folder of every study's results"):
        made(searches={name: {"strategy": "grid"}})
