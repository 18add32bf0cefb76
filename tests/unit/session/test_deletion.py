"""Checkpoints are deleted when nobody needs them, and nothing else ever is."""

import shutil

import pytest
from made_up import MadeUp
from snaketune.session import deletion
from snaketune.session.deletion import NOTE, delete_unneeded, disk_text, result_in, was_deleted

BUDGET = {"name": "epochs", "min": 1, "max": 3}
HALVING = {"strategy": "halving", "n_trials": 6, "sampler": "random", "budget": BUDGET}
SIZE = 1000


class Rungs(MadeUp):
    """A study whose loss is x; its runs have left checkpoints."""

    def __init__(self, root, checkpoints=None, **searches):
        objective = {"command": "true {budget}", "checkpoints": checkpoints or {}}
        space = {"x": {"type": "uniform", "low": 0, "high": 1}}
        super().__init__(root, objective=objective, space=space, searches=searches or {"h": HALVING})

    def run_of(self, trial: str, budget: float):
        (run,) = self.study.searches["h"].runs_of(trial, budget)
        return self.layout.run(trial, run)

    def train(self, search: str, number: int, **fields) -> list[str]:
        """Proposes a round, and trains what is not trained yet; its trials, the best first."""
        rows = self.propose(search, number)
        for row in rows:
            for run in self.study.searches[search].runs_of(row.trial, row.budget):
                told = {"status": "complete", "metrics": {"loss": row.params["x"]}}
                self.run(row.trial, run, told | {"contract": self.study.run_spec.contract} | fields)
                checkpoint = self.layout.run(row.trial, run) / "checkpoint"
                (checkpoint / "deep").mkdir(parents=True, exist_ok=True)
                (checkpoint / "deep" / "weights").write_bytes(bytes(SIZE))
        self.gather(search, number)
        return [row.trial for row in sorted(rows, key=lambda row: row.params["x"])]

    def delete(self) -> list[str]:
        return delete_unneeded(self.study, self.store)

    def left(self) -> set[tuple[str, str]]:
        return {path.parts[-3:-1] for path in self.layout.trials.glob("*/*/checkpoint")}


@pytest.fixture
def decided(tmp_path):
    """A halving whose second rung is proposed, and not trained; its trials, the best first."""
    made = Rungs(tmp_path)
    made.order = made.train("h", 0)
    made.propose("h", 1)
    return made


def test_eliminated_trials_lose_their_checkpoint_and_nothing_else(decided):
    loser = decided.run_of(decided.order[-1], 1)
    (loser / "history.jsonl").write_text("{}\n")
    assert decided.delete() == []
    assert decided.left() == {
        (trial, "r0b1") for trial in decided.order[:3]
    }  # two go on; the third is the best of others
    assert sorted(path.name for path in loser.iterdir()) == [NOTE, "history.jsonl", "result.json"]
    assert was_deleted(loser, result_in(loser))
    assert disk_text(decided.study, decided.layout) == "checkpoints: 3 kB kept, 3 kB deleted"
    decided.train("h", 1)
    decided.delete()
    assert decided.left() == {(trial, "r0b3") for trial in decided.order[:2]}


def test_a_run_that_is_done_anew_has_not_lost_its_checkpoint_on_purpose(decided):
    decided.delete()
    loser = decided.run_of(decided.order[-1], 1)
    decided.run(decided.order[-1], loser.name, {"status": "complete", "started": "2031-01-01T00:00:00Z"})
    assert not was_deleted(loser, result_in(loser))


def test_what_a_kill_has_left_goes_the_next_time(decided, monkeypatch):
    def killed(path):
        (path / "deep" / "weights").unlink()
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", killed)
        with pytest.raises(KeyboardInterrupt):
            decided.delete()
    decided.delete()
    assert len(decided.left()) == 3
    assert disk_text(decided.study, decided.layout) == "checkpoints: 3 kB kept, 3 kB deleted"


def test_links_are_not_followed(decided, tmp_path):
    first, second, third = (decided.run_of(trial, 1) for trial in decided.order[3:])
    elsewhere = tmp_path / "scratch"
    (first / "checkpoint").rename(elsewhere)
    (first / "checkpoint").symlink_to(elsewhere)
    shutil.move(second, tmp_path / "moved")
    second.symlink_to(tmp_path / "moved")
    (third / "checkpoint" / "up").symlink_to(tmp_path)
    decided.delete()
    assert (elsewhere / "deep" / "weights").exists()
    assert (tmp_path / "moved" / "checkpoint" / "deep" / "weights").exists()
    assert not (third / "checkpoint").exists()
    assert "deleted; links to elsewhere, which are left alone: 1" in disk_text(decided.study, decided.layout)


def test_results_may_be_links_themselves(decided, tmp_path):
    shutil.move(decided.layout.trials, tmp_path / "scratch")
    decided.layout.trials.symlink_to(tmp_path / "scratch")
    decided.delete()
    assert len(decided.left()) == 3


@pytest.mark.parametrize("what", ["result.json is gone", "another contract", "a further run is of another contract"])
def test_what_is_to_be_done_again_keeps_its_checkpoint(decided, what):
    loser = decided.run_of(decided.order[-1], 1)
    if what == "result.json is gone":
        (loser / "result.json").unlink()
    elif what == "another contract":
        decided.run(decided.order[-1], loser.name, {"status": "complete", "contract": "another"})
    else:
        decided.train("h", 1, contract="another")
        loser = decided.run_of(decided.order[0], 1)
    decided.delete()
    assert (loser / "checkpoint").exists()


def test_another_search_may_need_it(tmp_path):
    made = Rungs(tmp_path, h=HALVING, other=HALVING | {"eta": 2})
    order = made.train("h", 0)
    made.propose("h", 1)
    made.delete()
    assert len(made.left()) == 6  # the other one has not begun
    made.train("other", 0)
    made.delete()
    assert len(made.left()) == 6
    made.propose("other", 1)
    made.delete()
    assert made.left() == {(trial, "r0b1") for trial in order[:4]}


@pytest.mark.parametrize(("keep", "count"), [("promotable", 2), ({"best": 1}, 1), ({"best": 5}, 2), ("all", 8)])
def test_what_is_kept_is_the_users_choice(tmp_path, keep, count):
    made = Rungs(tmp_path, {"keep": keep})
    order = made.train("h", 0)
    made.train("h", 1)
    made.delete()
    assert len(made.left()) == count
    assert (order[0], "r0b3") in made.left()


@pytest.mark.parametrize(
    ("keep", "limit", "left", "words"),
    [
        ("all", 8 * SIZE, 8, []),
        ("all", 6 * SIZE, 6, ["checkpoints took more than 6 kB"]),
        ("all", 1500, 1, ["checkpoints took more than 1.5 kB (objective.checkpoints.max_disk): 7 kB were deleted"]),
        ("promotable", 2 * SIZE, 2, []),
        ("promotable", SIZE, 1, ["checkpoints took more than 1 kB"]),
        ("promotable", 10, 1, ["checkpoints took", "WARNING: checkpoints take 1 kB, more than 10 B"]),
    ],
)
def test_more_is_deleted_where_the_disk_is_small(tmp_path, keep, limit, left, words):
    made = Rungs(tmp_path, {"keep": keep, "max_disk": limit})
    order = made.train("h", 0)
    made.train("h", 1)
    said = made.delete()
    assert len(made.left()) == left
    assert (order[0], "r0b3") in made.left()
    assert len(said) == len(words)
    assert all(line.startswith(word) for line, word in zip(said, words, strict=True))
    if left == 6:
        assert {run for trial, run in made.left() if trial not in order[:2]} == {"r0b1"}


def test_what_may_go_on_is_kept_however_small_the_disk(tmp_path):
    made = Rungs(tmp_path, {"max_disk": 1})
    made.train("h", 0)
    limit = "1 B (objective.checkpoints.max_disk)"
    assert made.delete() == [
        f"WARNING: checkpoints take 6 kB, more than {limit}, and all of them are needed: trials may go on from them, "
        "or they are the best one's (this is said once; the end says what is left)"
    ]
    assert len(made.left()) == 6


def test_what_can_not_be_deleted_is_told(decided, monkeypatch):
    def refused(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(deletion.shutil, "rmtree", refused)
    said = decided.delete()
    assert len(said) == 3
    assert all("can't be deleted: [Errno 13] Permission denied" in line for line in said)


def test_a_study_without_budgets_has_nothing_to_say(tmp_path):
    made = MadeUp(tmp_path)
    assert disk_text(made.study, made.layout) is None
    assert delete_unneeded(made.study, made.store) == []
