"""Who waits for whom, asked as the rules ask it."""

from pathlib import Path

import pytest
from snaketune.proposing.graph import Graph
from snaketune.results.rounds import RoundNote, write_proposed, write_round
from snaketune.results.waves import Wave, Waves, write_waves
from snaketune.samplers import Proposal

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
        packed=lambda search, number, index: there(layout.wave(search, number, index)),
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


def test_brackets_do_not_wait_for_each_other(made):
    budget = {"min": 1, "max": 3}
    study = made(
        searches={"h": {"strategy": "hyperband", "budget": budget, "sampler": "random"}},
        space={"x": {"type": "uniform", "low": 0, "high": 1}},
        objective={"command": "true {budget}"},
    )
    graph, layout = graph_of(study), study.layout
    # 3 trials with 1 and one of them with 3; 2 with 3 at once.
    assert graph.before_round("h", 0).sources == ()
    assert graph.before_round("h", 1).sources == (layout.proposed("h", 0),)
    assert graph.before_round("h", 2).sources == (layout.gathered("h", 0),)
    assert graph.gathered("h") == [layout.gathered("h", number) for number in range(3)], "all are asked for at once"
    for number in (0, 1):
        study.propose("h", number)
    assert [path.parent.name for path in graph.done_of_round("h", 1)] == ["r0b3", "r0b3"]
    with pytest.raises(NotYetError):
        graph.next_round("h")


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


def test_where_results_say_how_many_rounds_there_are_the_last_one_is_asked_for(made):
    """When it is proposed anew, Snakemake asks again whether it is the last."""
    stop = {"target": 0}
    study = made(searches={"b": BAYES | {"n_initial_points": 8, "stop": stop}, "c": BAYES | {"n_initial_points": 8}})
    for search, expected in ({"b": [study.layout.proposed("b", 0)], "c": []}).items():
        study.propose(search, 0)
        assert graph_of(study).next_round(search) == expected


def test_a_round_is_done_when_its_runs_are(made):
    study = made(searches={"r": RANDOM}, objective={"replicates": 2})
    rows = study.propose("r", 0)
    ids = [row.trial for row in rows]
    expected = [study.layout.result(trial, run) for trial in ids for run in ("r0", "r1")]
    assert graph_of(study).done_of_round("r", 0) == expected


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


def test_what_is_lost_is_told_before_all_rounds_are_proposed(made):
    """Asked for only then, it would be made while others are made from what came of it before."""
    study = made(searches={"b": BAYES | {"n_initial_points": 2}, "r": RANDOM | {"n_trials": 2}})

    def run(search: str, number: int) -> str:
        trials = [row.trial for row in study.propose(search, number)]
        for trial in trials:
            study.run(trial, "r0", {"loss": 1.0})
        study.gather(search, number)
        return trials[0]

    lost = [study.layout.result(run("b", 0), "r0"), study.layout.gathered("r", 0)]
    run("r", 0)
    for path in lost:
        path.unlink()
    graph = graph_of(study)
    assert graph.lost() == lost
    with pytest.raises(NotYetError):
        graph.all_proposed()
    for number in range(4):
        run("b", number)
    of_rounds = [study.layout.proposed("b", number) for number in range(4)]
    assert graph_of(study).all_proposed() == [*of_rounds, study.layout.proposed("r", 0)]


def packed_study(made, *parts):
    """A study of five trials whose only round has these waves noted."""
    study = made(searches={"r": RANDOM | {"batch_size": 5}})
    rows = study.propose("r", 0)
    planned = Waves(study.study.run_spec.contract, "auto", tuple(Wave(*part) for part in parts))
    fingerprint = study.study.searches["r"].fingerprint
    write_round(study.layout.ending("r", 0), RoundNote(None, fingerprint, 5, planned))
    return study, [row.trial for row in rows]


def test_a_round_is_packed_wave_by_wave(made):
    study, ids = packed_study(made, (0, 2, None))
    graph, layout = graph_of(study), study.layout
    probes = [layout.result(trial, "r0") for trial in ids[:2]]
    assert graph.done_of_round("r", 0) == probes
    with pytest.raises(NotYetError):
        graph.next_wave("r", 0)
    assert graph.before_wave("r", 0, 1) == [], "nobody waits for the first runs: they may take long"
    contract = study.study.run_spec.contract
    write_waves(layout.wave("r", 0, 1), Waves(contract, "auto", (Wave(2, 4, 2),)))
    assert graph.done_of_round("r", 0) == [*probes, layout.block("r", 0, 0)]
    assert graph.runs_of_block("r", 0, 0) == [f"{ids[2]}/r0", f"{ids[3]}/r0"]
    assert graph.before_wave("r", 0, 2) == [layout.block("r", 0, 0)], "how long packed runs take is not known yet"
    write_waves(layout.wave("r", 0, 2), Waves(contract, "auto", (Wave(4, 5, 2),)))
    assert graph.next_wave("r", 0) == []
    assert graph.done_of_round("r", 0) == [*probes, layout.block("r", 0, 0), layout.block("r", 0, 1)]
    assert graph_of(study).done_of_round("r", 0) == graph.done_of_round("r", 0)


def test_runs_that_are_recorded_need_no_result(made):
    study, ids = packed_study(made, (0, 5, None))
    for trial in ids[1:3]:
        study.fold(trial, "r0", {"loss": 1.0})
    study.run(ids[2], "r0", {"loss": 1.0})
    left = [study.layout.result(trial, "r0") for trial in (ids[0], *ids[2:])]
    graph = graph_of(study)
    assert graph.done_of_round("r", 0) == left
    study.fold(ids[0], "r0", {"loss": 1.0})
    assert graph.done_of_round("r", 0) == left, "what a round waits for stays, as long as it is the same workflow"
    assert graph_of(study).done_of_round("r", 0) == left[1:]


def test_fewer_trials_than_there_were_when_they_were_packed(made):
    study, ids = packed_study(made, (0, 1, None), (1, 5, 2))
    shorter = study.study.searches["r"].round(0)
    assert shorter.size == 5
    write_proposed(
        study.layout.proposed("r", 0), [Proposal(row.params, row.origin) for row in study.propose("r", 0)][:3],
        start=0, number=0,
    )  # fmt: skip
    write_round(
        study.layout.ending("r", 0),
        RoundNote(None, "f", 5, Waves(study.study.run_spec.contract, "auto", (Wave(0, 1, None), Wave(1, 5, 2)))),
    )
    graph = graph_of(study)
    assert graph.done_of_round("r", 0) == [study.layout.result(ids[0], "r0"), study.layout.block("r", 0, 0)]
    assert graph.runs_of_block("r", 0, 0) == [f"{trial}/r0" for trial in ids[1:3]]


def test_exports_are_asked_for_behind_rounds_that_are_new(made):
    study = made(searches={"r": RANDOM, "b": BAYES}, exports=["json"])
    study.propose("r", 0)
    graph, layout = graph_of(study), study.layout
    assert graph.exported() == [layout.exported("r", 0)]
    layout.gathered("r", 0).write_text("")  # it stays new
    study.propose("b", 0)
    assert graph.exported() == [layout.exported("r", 0), layout.exported("b", 0)]
    assert graph_of(study).exported() == [layout.exported("b", 0)]
    assert graph_of(made(searches={"r": RANDOM})).exported() == []  # none are wanted
    single = {"strategy": "random", "n_trials": 2}
    assert graph_of(made(searches={"r": single}, exports=["json"])).exported() == []  # it is the whole study
