"""What a study is made of beyond its searches."""

from good_configs import LARGE, SMALL, problems_of, study_of


def test_runs(root):
    assert tuple(map(str, study_of(root).runs)) == ("r0",)
    assert tuple(map(str, study_of(root, objective__replicates=3).runs)) == ("r0", "r1", "r2")
    assert tuple(map(str, study_of(root, LARGE).runs)) == ("r0f0", "r0f1", "r0f2", "r1f0", "r1f1", "r1f2")
    assert tuple(map(str, study_of(root, LARGE).final.runs)) == ("r2f0", "r2f1", "r2f2", "r3f0", "r3f1", "r3f2")


def test_several_objectives(root):
    objectives = [{"metric": "a"}, {"metric": {"name": "b", "take": "last"}, "direction": "maximize"}]
    study = study_of(root, objective__metric=..., objectives=objectives)
    assert [(m.name, m.sign, m.take) for m in study.metrics] == [("a", 1, None), ("b", -1, "last")]
    assert study.metric.name == "a"


def test_one_metric_or_several(root):
    objectives = [{"metric": "a"}, {"metric": "b"}]
    assert "excludes 'objectives'" in problems_of(root, SMALL, objectives=objectives)["objective.metric"]
    assert "is missing" in problems_of(root, SMALL, objective__metric=...)["objective.metric"]
    twice = [{"metric": "a"}, {"metric": {"name": "a"}}]
    assert "named twice" in problems_of(root, SMALL, objective__metric=..., objectives=twice)["objectives"]
    assert (
        "must not be empty"
        in problems_of(root, SMALL, objective__metric=..., objectives=[{"metric": "a"}])["objectives"]
    )


def test_limits(root):
    study = study_of(root, constraint=[{"metric": "m", "max": "1e-3"}, {"metric": "n", "min": 1, "max": 2}])
    assert [(c.metric, c.min, c.max) for c in study.outcome_constraints] == [("m", None, 0.001), ("n", 1.0, 2.0)]
    both = study.outcome_constraints[1]
    assert (both.violation(1.5), both.violation(3), both.violation(0)) == (-0.5, 1.0, 1.0)
    assert all(limit.violation(float("nan")) != limit.violation(float("nan")) for limit in study.outcome_constraints)


def test_what_the_tables_depend_on(root):
    first = study_of(root)
    assert study_of(root, objective__timeout=5).reading == first.reading
    assert study_of(root, top=5).reading != first.reading
    assert study_of(root, top=5).measure == first.measure
    assert study_of(root, objective__direction="maximize").measure != first.measure
    assert study_of(root, constraint={"metric": "m", "max": 1}).measure != first.measure


def test_parameters_of_all_searches(root):
    searches = {"a": {"strategy": "random", "n_trials": 1, "space": {"z": [1]}}}
    assert study_of(root, search=..., searches=searches).parameters == ("x", "y", "z")


def test_overrides_are_numbers_where_they_look_like_it(root):
    study = study_of(root, final={"overrides": {"lr": "1e-3", "epochs": 100}})
    assert dict(study.final.overrides) == {"lr": 0.001, "epochs": 100}


def test_a_list_that_is_nested_too_deep_in_a_pair(root):
    problems = problems_of(root, space={"k": [1, 2], "l": "[" * 30}, zip=[["k", "l"]], search={"strategy": "grid"})
    assert list(problems) == ["space.l"]
    assert "nested deeper than 20 levels" in problems["space.l"]
