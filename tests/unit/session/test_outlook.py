"""The time left of searches whose runs train differently long, against searches played with known times."""

import heapq
import time

import pytest
from snaketune.results.so_far import SoFar
from snaketune.session.outlook import outlook

BUDGET = {"name": "epochs", "min": 1, "max": 27}
SEARCHES = {
    "halving": {"strategy": "halving", "n_trials": 27},
    "hyperband": {"strategy": "hyperband"},
    "asha": {"strategy": "asha", "n_trials": 27, "batch_size": 6, "overlap": 1},
}
LOOKS = {"halving": (28, 33, 38), "hyperband": (30, 40, 50), "asha": (18, 25, 35)}
START, EPOCH, PLACES = 2.0, 5.0, 4  # seconds for a run and for each epoch of it; runs at a time


def stamp(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f"{seconds % 1:.3f}"[1:] + "Z"


class Played:
    """A study of one search that is done on some places, run by run: all runs take what they train."""

    def __init__(self, made, search: dict, resume: bool = True):
        objective = {"command": "true {budget} {args}", "resume": resume}
        space = {"x": {"type": "uniform", "low": 0, "high": 1}}
        search = search | {"sampler": "random", "budget": BUDGET}
        self.study = made(objective=objective, space=space, searches={"s": search})
        self.search, self.resume = self.study.study.searches["s"], resume
        self.so_far = SoFar(self.study.layout, self.study.study)
        self.rounds, self.open, self.ready, self.said = {}, {}, [], []
        self.busy, self.begin, self.now = [], 1_000_000.0, 1_000_000.0

    def play(self, look_after) -> list[tuple[float, float | None]]:
        """Plays it to its end; when it was looked at, which is after so many runs, and what was forecast then."""
        ended, looks = 0, []
        while True:
            while self._propose():
                pass
            while self.ready and len(self.busy) < PLACES:
                number, row = self.ready.pop(0)
                added = row.budget - ((row.rung.from_budget or 0) if self.resume else 0)
                heapq.heappush(self.busy, (self.now + START + EPOCH * added, row.number, row.budget, number, row))
                row.started = self.now
            if ended in look_after:
                looks.append((self.now, self.left))
            if not self.busy:
                return looks
            self.now, _, _, number, row = heapq.heappop(self.busy)
            self._result(row)
            self.open[number] -= 1
            if not self.open[number]:
                self.study.gather("s", number)
            ended += 1

    def _result(self, row) -> None:
        fields = {"from_budget": row.rung.from_budget if self.resume else None, "budget": row.budget}
        times = {"started": stamp(row.started), "finished": stamp(self.now), "seconds": self.now - row.started}
        result = {"status": "complete", "metrics": {"loss": row.params["x"]}, **fields, **times}
        self.study.run(row.trial, f"r0b{row.budget}", result)

    def _propose(self) -> bool:
        """Proposes what can be; whether there may be more then."""
        before = len(self.rounds)
        schedule = self.search.schedule
        sizes = [len(self.rounds[k]) for k in range(len(self.rounds)) if k in self.rounds]
        count = schedule.count
        if count is None and sizes and schedule.is_over(sizes):
            return False
        for number in range(len(self.rounds) + 1 if count is None else count):
            step = schedule.step(number)
            done = all(not self.open.get(k, 1) for k in step.needs)
            if number not in self.rounds and done and all(k in self.rounds for k in step.follows):
                rows = [_Row(row) for row in self.study.propose("s", number)]
                self.rounds[number], self.open[number] = rows, len(rows)
                self.ready += [(number, row) for row in rows]
                if not rows:
                    self.study.gather("s", number)
        return len(self.rounds) > before

    @property
    def left(self) -> float | None:
        """The seconds that are forecast, None as long as nothing is."""
        said = outlook(self.so_far, self.so_far.results(), self._running(), self.now)
        if said is None:
            return None
        self.said.append(said)
        return float(said.removeprefix("at most ").split()[1])

    def _running(self):
        return [_Running(f"{row.trial}/r0b{row.budget}", row.started) for *_, row in self.busy]


class _Row:
    def __init__(self, row):
        self._row = row

    def __getattr__(self, name):
        return getattr(self._row, name)


class _Running:
    def __init__(self, name, since):
        self.name, self.since = name, since


@pytest.fixture(autouse=True)
def exact(monkeypatch):
    """Forecasts are said to the second."""
    monkeypatch.setattr("snaketune.session.outlook.duration", lambda seconds: f"{seconds} s")


@pytest.mark.parametrize("name", SEARCHES)
def test_the_time_left_follows_what_runs_train(made, name):
    """Once runs of two budgets have ended; in asha more trials go on than can be said beforehand."""
    played = Played(made, SEARCHES[name])
    looks = played.play(LOOKS[name])
    for at, left in looks:
        assert left == pytest.approx(played.now - at, rel=0.2 if name == "asha" else 0.1)


@pytest.mark.parametrize("resume", [True, False])
def test_of_runs_with_one_budget_alone_it_is_said_how_long_it_takes_at_most(made, resume):
    """What they take may be their start, of which a longer run has no more."""
    played = Played(made, SEARCHES["halving"], resume)
    ((at, left),) = played.play([20])
    assert played.now - at < left < 3 * (played.now - at)
    assert played.said[0].startswith("at most about ")


def test_the_folds_that_trials_have_still_to_do_count_unless_these_are_given_up(made, monkeypatch):
    monkeypatch.setattr(
        "snaketune.session.outlook.seconds_left",
        lambda queues, pace: sum(len(wave.waiting) for queue in queues for wave in queue.waves),
    )
    points = [{"x": float(x)} for x in (1, 2, 3, 4, 0, 5)]
    search = {"strategy": "list", "points": points, "batch_size": 4, "overlap": 0}
    space = {"x": {"type": "uniform", "low": 0, "high": 9}}
    pruner = {"type": "median", "over": "folds", "n_startup_trials": 4}
    study = made(objective={"folds": 3}, space=space, searches={"s": search}, pruner=pruner)
    left = []
    for number in range(6):
        rows = study.propose("s", number)
        so_far = SoFar(study.layout, study.study)
        left.append(outlook(so_far, so_far.results(), [], 0.0))
        for row in rows:
            for trial, run in study.study.searches["s"].runs_in([row.asked]):
                study.run(trial, run, {"loss": row.params["x"]})
        study.gather("s", number)
    # Four trials of three folds and two more; of these one is given up after its first fold.
    runs = (14, 10, 6, 2)
    assert left == [None, *(f"at most about {count} s left" for count in runs), "at most about 1 s left"]
