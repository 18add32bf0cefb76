import pytest
from snaketune.errors import StudyError
from snaketune.looking.naming import names_beginning, trial_named
from snaketune.looking.seen import look


@pytest.fixture
def study(begun):
    """A search whose trials are named after their values, and one of which nothing is done."""
    study = begun(name="x{x}/{o}", searches={"grid": {"strategy": "grid"}})
    study.finish(lambda params, run: {"loss": float(params["x"])})
    return study


def test_a_trial_goes_by_id_beginning_name_link_number_and_best(study):
    results = look(study.layout).results
    first = results.trials[0]
    for word in (first.trial, first.trial[:8], "x1/a", "x1_a", "0", "best"):
        assert trial_named(word, results) == first.trial
    assert trial_named("8", results) == results.trials[8].trial


@pytest.mark.parametrize(("word", "said"), [
    ("x9/a", r"no trial 'x9/a'. Did you mean x\d/a or"),
    ("99", "no trial '99'"),
    ("t1", "no trial 't1'"),
    ("zzz", "named by its id"),
    ("x3/b", r"means several trials of s: t\w{16} \(number \d of grid\), t"),
])  # fmt: skip
def test_a_word_that_means_none_or_several(study, word, said):
    with pytest.raises(StudyError, match=said):
        trial_named(word, look(study.layout).results)


def test_what_is_there_but_of_no_search_is_said(study):
    (study.layout.trials / "t0123456789abcdef").mkdir()
    with pytest.raises(
        StudyError, match=r"final training \(.*final/\) or of an earlier configuration; its files are in"
    ):
        trial_named("t0123456789abcdef", look(study.layout).results)


def test_a_number_of_several_searches_needs_an_id(begun):
    study = begun()
    study.finish(lambda params, run: {"loss": float(params["x"])})
    results = look(study.layout).results
    with pytest.raises(StudyError, match=r"number 1 of grid\), t\w+ \(number 1 of few"):
        trial_named("1", results)
    assert trial_named("few-1", results) == results.trials_of["few"][1].trial


def test_trials_that_are_not_done_have_names_too(begun):
    study = begun()
    rows = study.propose("grid")
    results = look(study.layout).results
    assert trial_named("grid-2", results) == rows[2].trial
    with pytest.raises(StudyError, match="no best one"):
        trial_named("best", results)


def test_nothing_is_proposed(begun):
    with pytest.raises(StudyError, match="has been proposed yet"):
        trial_named("grid-2", look(begun().layout).results)


def test_words_are_completed(study):
    results = look(study.layout).results
    assert names_beginning("x1", results) == ["x1/a", "x1/b"]
    assert "best" in names_beginning("", results)
