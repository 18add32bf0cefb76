"""Who waits for whom, asked as the rules ask it."""

from pathlib import Path

import pytest
from snaketune.proposing.graph import Graph

RANDOM = {"strategy": "random", "n_trials": 5, "batch_size": 2}
BAYES = {"strategy": "bayes", "n_trials": 8, "batch_size": 2, "n_initial_points": 4}


class NotYetError(Exception):
    """What Snakemake raises of a checkpoint that has not run."""


def graph_of(made) -> Graph:
    def there(path: Path) -> Path:
        if not path.exists():
            raise NotYetError
        return path

    layout = made.layout
    return Graph(
        made.study,
        layout,
        proposal=lambda search, number: there(layout.proposed(search, number)),
        finalists=lambda: there(layout.finalists),
        not_yet=NotYetError,
    )


def test_a_round_of_a_search_that_does_not_learn_waits_for_its_turn(made):
    study = made(searches={"r": RANDOM})
    graph, layout = graph_of(study), study.layout
    assert graph.before_round("r", 0).sources == graph.before_round("r", 0).turn == ()
    awaited = graph.before_round("r", 3)
    assert awaited.sources == (layout.proposed("r", 2),)
    assert awaited.turn == (layout.gathered("r", 1),)  # the straggling round 2 is not waited for (overlap: 1)


def test_a_round_of_a_search_that_learns_is_made_from_what_it_may_see(made):
    study = made(searches={"b": BAYES | {"overlap": 1}})
    graph, layout = graph_of(study), study.layout
    awaited = graph.before_round("b", 2)
    assert awaited.turn == ()
    assert awaited.sources == (layout.gathered("b", 0), layout.proposed("b", 1))


def test_a_refinement_waits_for_the_search_that_it_refines(made):
    study = made(searches={"r": RANDOM, "b": BAYES | {"refine": {"search": "r"}}})
    assert graph_of(study).before_round("b", 0).sources == (study.layout.results("r"),)


def test_rounds_are_walked_through_as_they_are_proposed(made):
    study = made(searches={"r": RANDOM})
    graph, layout = graph_of(study), study.layout
    with pytest.raises(NotYetError):
        graph.next_round("r")
    assert graph.gathered("r") == []
    study.propose("r", 0)
    assert graph_of(study).gathered("r") == [layout.gathered("r", 0)]
    for number in (1, 2):
        study.propose("r", number)
    assert graph_of(study).next_round("r") == []
    assert graph_of(study).gathered("r") == [layout.gathered("r", number) for number in range(3)]


def test_a_round_is_done_when_its_runs_are(made):
    study = made(searches={"r": RANDOM}, objective={"replicates": 2})
    rows = study.propose("r", 0)
    ids = [row.trial for row in rows]
    expected = [study.layout.result(trial, run) for trial in ids for run in ("r0", "r1")]
    assert graph_of(study).results_of_round("r", 0) == graph_of(study).done_of_round("r", 0) == expected


def test_packed_runs_are_done_when_their_blocks_are(made):
    study = made(searches={"r": RANDOM}, objective={"replicates": 2, "trials_per_job": 3})
    ids = [row.trial for row in study.propose("r", 0)]
    graph = graph_of(study)
    assert graph.done_of_round("r", 0) == [study.layout.block("r", 0, index) for index in (0, 1)]
    assert graph.runs_of_block("r", 0, 0) == [f"{ids[0]}/r0", f"{ids[0]}/r1", f"{ids[1]}/r0"]
    assert graph.runs_of_block("r", 0, 1) == [f"{ids[1]}/r1"]


def test_a_result_that_was_gathered_and_is_gone_is_lost(made):
    study = made(searches={"r": RANDOM | {"n_trials": 2}})
    rows = study.propose("r", 0)
    for row in rows:
        study.run(row.trial, "r0", {"loss": 1.0})
    assert graph_of(study).lost() == [study.layout.gathered("r", 0)]
    study.gather("r", 0)
    assert graph_of(study).lost() == []
    gone = study.layout.result(rows[0].trial, "r0")
    gone.unlink()
    assert graph_of(study).lost() == [gone]
