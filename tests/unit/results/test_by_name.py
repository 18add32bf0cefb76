"""A trial's folder is found by its name, whatever the name holds."""

from snaketune.results.by_name import file_names, link_by_name
from snaketune.results.study import read_results


def test_links_lead_to_the_trials_and_follow_the_names(made):
    study = made(name="x{x}-{o}")
    trials_of = study.finish(lambda params, run: {"loss": params["x"]})
    folder = study.layout.by_name
    link_by_name(read_results(study.layout, study.study), folder)
    ids = {trial.trial for listed in trials_of.values() for trial in listed}
    links = {path.name: path for path in folder.iterdir()}
    assert {path.resolve().name for path in links.values()} == ids
    assert all(not path.readlink().is_absolute() and (path / "params.json").exists() for path in links.values())
    assert "x1-a" in links
    assert any(name.startswith("x1-b-t") for name in links)  # m is not in the name: two trials are called so
    (folder / "mine.txt").write_text("")
    again = made(name="{o}+{x}-{m}")
    link_by_name(read_results(again.layout, again.study), folder)
    names = {path.name for path in folder.iterdir()}
    assert {"a+1-", "b+1-0", "b+1-1", "mine.txt"} <= names
    assert not any(name.startswith("x") for name in names)


def test_hostile_and_long_names():
    named = [("../../etc", "t1"), ("a/b", "t2"), ("-rf *", "t3"), ("", "t4"), ("\u0000\n", "t5"), ("x" * 900, "t6")]
    named += [("größe=1", "t7"), ("Lr0.1", "t8"), ("lr0.1", "t9"), ("𝛼" * 300, "t10")]
    names = file_names(named)
    assert {trial: name for name, trial in names.items() if trial in ("t1", "t2", "t3", "t7")} == {
        "t1": "_.._etc", "t2": "a_b", "t3": "rf__", "t7": "größe=1",
    }  # fmt: skip
    assert {"Lr0.1-t8", "lr0.1-t9"} <= set(names)
    assert set(names.values()) == {f"t{i}" for i in range(1, 11)}
    for name in names:
        assert name not in (".", "..")
        assert "/" not in name
        assert len(name.encode()) < 255
    assert file_names([("same", "t1"), ("same", "t1")]) == {"same": "t1"}


def test_where_there_can_be_no_links_there_are_none(made):
    study = made()
    study.finish(lambda params, run: {"loss": params["x"]})
    study.layout.by_name.write_text("a file of that name")
    link_by_name(read_results(study.layout, study.study), study.layout.by_name)
    assert study.layout.by_name.read_text() == "a file of that name"
