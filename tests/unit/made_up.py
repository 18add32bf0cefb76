"""A study with results that no program has computed: the files that runs and rounds leave."""

import copy
from collections.abc import Callable
from pathlib import Path

from snaketune.config import read_study
from snaketune.config.study import Study
from snaketune.layout import Layout, write_params
from snaketune.proposing.propose import first_number, propose
from snaketune.results.records import record_from
from snaketune.results.rounds import RoundNote, read_proposed, write_proposed, write_round, write_trials
from snaketune.results.runs import RunResult
from snaketune.results.searched import read_search
from snaketune.results.store import Store
from snaketune.results.study import gathered
from snaketune.results.trials import Proposed, Trial
from snaketune.runner.record_file import RecordFile
from snaketune.runner.run_id import RunId
from snaketune.runner.seal import sealed
from snaketune.values import trial_id

CONFIG = {
    "study": "s",
    "objective": {"command": "true", "metric": "loss", "code": []},
    "space": {"x": [1, 2, 3], "o": ["a", "b"], "m": {"choices": [0, 1], "when": {"o": "b"}}},
    "searches": {"grid": {"strategy": "grid"}, "few": {"strategy": "random", "n_trials": 4}},
}


class MadeUp:
    """A study in `root`, of `CONFIG` with changes."""

    def __init__(self, root: Path, **changes):
        config = copy.deepcopy(CONFIG)
        objective = config["objective"] | changes.pop("objective", {})
        self.study: Study = read_study(
            {**config, **changes, "objective": {k: v for k, v in objective.items() if v is not None}}, root
        )
        self.layout = Layout(root / "results" / self.study.name)

    def propose(self, search: str, number: int = 0) -> list[Proposed]:
        """Writes what generate writes; the rows."""
        proposed = propose(self.study, search, number, self.layout)
        path = self.layout.proposed(search, number)
        path.parent.mkdir(parents=True, exist_ok=True)
        by = self.study.searches[search]
        start = first_number(by, by.round(number), self.layout)
        write_proposed(path, proposed.proposals, start=start, number=number)
        write_round(path.with_name("round.json"), RoundNote(proposed.ending, self.study.searches[search].fingerprint))
        for proposal in proposed.proposals:
            write_params(self.layout, trial_id(proposal.params), proposal.params)
        return read_proposed(path)

    def rows(self, search: str, number: int) -> list[Proposed]:
        """The rows of a round that was proposed."""
        return read_proposed(self.layout.proposed(search, number))

    def run(self, trial: str, run: RunId | str, result: dict) -> None:
        """Leaves a result; `result` holds metrics, or under `status` and so on fields of the record."""
        path = self.layout.result(trial, run)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(sealed(record(trial, str(run), result)))

    def fold(self, trial: str, run: RunId | str, result: dict, stdout: str = "", reported: str | None = None) -> None:
        """Leaves a result as a worker does, as a line of a record file; `result` is as for `run`."""
        told = {"contract": self.study.run_spec.contract, "printed": {"stdout": stdout, "stderr": ""}}
        file = RecordFile(str(self.layout.root))
        file.append(told | {"reported": reported} | record(trial, str(run), result))
        file.close()

    @property
    def store(self) -> Store:
        """The results that there are now."""
        return Store(self.layout, self.study.run_spec.contract)

    def gather(self, search: str, number: int = 0) -> list[Trial]:
        """Writes what gather writes; the trials."""
        trials = gathered(self.layout, self.study, search, number)
        write_trials(self.layout.gathered(search, number), trials)
        return trials

    def finish(self, result_of: Callable[[dict, str], dict]) -> dict[str, list[Trial]]:
        """Runs all searches of one round; the trials by search, as the tables' script reads them."""
        for search in self.study.searches:
            for row in self.propose(search):
                for _, run in self.study.searches[search].runs_in([row.asked]):
                    self.run(row.trial, run, result_of(row.params, str(run)))
            self.gather(search)
        return {name: read_search(self.layout, self.study, name).trials for name in self.study.searches}

    def through(self, result_of: Callable[[dict, str], dict]) -> None:
        """Runs all rounds of all searches, one search after the other."""
        for name, search in self.study.searches.items():
            sizes: list[int] = []
            while not sizes or not search.schedule.is_over(sizes):
                number = len(sizes)
                for row in self.propose(name, number):
                    for trial, run in search.runs_in([row.asked]):
                        self.run(trial, run, result_of(row.params, str(run)))
                sizes.append(len(self.gather(name, number)))


def record(trial: str, run: str, result: dict) -> dict:
    """A record as the runner writes it."""
    fields = result if "status" in result else {"metrics": result}
    return {
        "version": 1, "trial": trial, "run": run, "replicate": int(run[1:2]), "fold": None, "seed": 1,
        "status": "complete",
        "reason": None, "metrics": {}, "attempt": 1, "seconds": 1.5, "cpu_seconds": 1.0, "max_rss_mb": 10.0,
        "started": "2030-01-01T00:00:00Z", "finished": f"2030-01-01T00:00:0{run[1]}Z", "host": "h",
        "exit_code": 0, "signal": None, "budget": None, "command": ["true"], "log": f"logs/s/trials/{trial}/{run}",
        **fields,
    }  # fmt: skip


def runs_of(*results: dict) -> list[RunResult]:
    """Runs r0, r1, … of a trial with the given metrics or fields."""
    records = [record_from(record("t1", f"r{i}", result)) for i, result in enumerate(results)]
    return [RunResult(r.status, r.reason, r.metrics, r) for r in records]
