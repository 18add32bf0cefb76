"""What a trial goes on from is made again if it is lost, and awaited if it is to be done."""

import pytest
from made_up import MadeUp
from snaketune.session.continuing import await_earlier, do_again
from snaketune.session.deletion import delete_unneeded

BUDGET = {"name": "epochs", "min": 1, "max": 9}
HALVING = {"strategy": "halving", "n_trials": 9, "sampler": "random", "budget": BUDGET}


class Rungs(MadeUp):
    """A halving whose second rung is proposed; `order` are its trials, the best first."""

    def __init__(self, root, **objective):
        space = {"x": {"type": "uniform", "low": 0, "high": 1}}
        super().__init__(
            root, objective={"command": "true {budget}", **objective}, space=space, searches={"h": HALVING}
        )

    def train(self, trial: str, budget: float, **fields) -> None:
        (run,) = self.study.searches["h"].runs_of(trial, budget)
        spec = self.study.run_spec
        result = {"status": "complete", "metrics": {"loss": self.x[trial]}, "checkpoint": {"files": 1, "bytes": 3}}
        self.run(trial, run, result | {"contract": spec.contract, "training": spec.training} | fields)
        checkpoint = self.layout.run(trial, run) / "checkpoint"
        checkpoint.mkdir()
        (checkpoint / "weights").write_bytes(b"abc")

    def begin(self) -> "Rungs":
        rows = self.propose("h")
        self.x = {row.trial: row.params["x"] for row in rows}
        for trial in self.x:
            self.train(trial, 1)
        self.gather("h")
        self.propose("h", 1)
        self.order = sorted(self.x, key=self.x.__getitem__)
        return self

    def lose(self, trial: str, run: str = "r0b1") -> None:
        (self.layout.run(trial, run) / "checkpoint" / "weights").unlink()


@pytest.fixture
def begun(tmp_path):
    return Rungs(tmp_path).begin()


def tables(made) -> list[bool]:
    """Whether the tables are there: of the first rung's results, and of the second's proposals."""
    return [made.layout.gathered("h", 0).exists(), made.layout.proposed("h", 1).exists()]


def test_one_that_is_gone_and_needed_is_made_again(begun):
    first = begun.order[0]
    begun.lose(first)
    assert do_again(begun.study, begun.store) == [
        f"the checkpoint of {first}/r0b1 is gone, which r0b3 needs: r0b1 is trained again"
    ]
    assert not begun.layout.result(first, "r0b1").exists()
    await_earlier(begun.study, begun.store)
    assert tables(begun) == [False, False]
    assert do_again(begun.study, begun.store) == []


def test_what_nobody_needs_is_not_made_again(begun):
    for trial in begun.order[3:]:
        begun.lose(trial)
    begun.lose(begun.order[0])
    begun.train(begun.order[0], 3)
    assert do_again(begun.study, begun.store) == []
    await_earlier(begun.study, begun.store)
    assert tables(begun) == [True, True]


def test_it_is_needed_as_soon_as_it_is_known_who_goes_on(begun):
    begun.layout.proposed("h", 1).unlink()
    begun.lose(begun.order[1])
    assert len(do_again(begun.study, begun.store)) == 1


def test_what_was_deleted_on_purpose_is_not_made_again(begun):
    for trial in begun.order[:3]:
        begun.train(trial, 3)
    begun.gather("h", 1)
    begun.propose("h", 2)
    delete_unneeded(begun.study, begun.store)
    first = begun.order[0]
    assert not (begun.layout.run(first, "r0b1") / "checkpoint").exists()
    begun.layout.result(first, "r0b3").unlink()
    assert do_again(begun.study, begun.store) == []


def test_one_that_has_left_none_or_has_failed_has_lost_nothing(begun):
    begun.train_again = [
        begun.run(trial, "r0b1", {"status": "complete", "training": begun.study.run_spec.training, **fields})
        for trial, fields in zip(begun.order, ({}, {"checkpoint": None}), strict=False)
    ]
    for trial in begun.order[:2]:
        begun.lose(trial)
    assert do_again(begun.study, begun.store) == []


def test_a_run_that_has_saved_something_itself_needs_nothing_else(begun):
    begun.lose(begun.order[0])
    own = begun.layout.run(begun.order[0], "r0b3") / "checkpoint"
    own.mkdir(parents=True)
    (own / "weights").write_bytes(b"ab")
    assert do_again(begun.study, begun.store) == []


def test_who_begins_anew_needs_nothing(tmp_path):
    made = Rungs(tmp_path, resume=False).begin()
    made.lose(made.order[0])
    assert do_again(made.study, made.store) == []
    made.layout.result(made.order[0], "r0b1").unlink()
    await_earlier(made.study, made.store)
    assert tables(made) == [True, True]


def test_after_a_change_of_code_earlier_runs_are_awaited(begun):
    for trial in begun.order:
        begun.run(trial, "r0b1", {"status": "complete", "training": "another"})
    await_earlier(begun.study, begun.store)
    assert tables(begun) == [False, False]


def test_an_earlier_run_that_is_done_is_not_awaited(begun):
    begun.layout.result(begun.order[-1], "r0b1").unlink()
    await_earlier(begun.study, begun.store)
    assert tables(begun) == [True, True]
