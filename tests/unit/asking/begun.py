"""A study whose workflow is played through: what Snakemake does, as far as rounds, runs and tables are concerned."""

import copy
from pathlib import Path

import snaketune
import yaml
from made_up import MadeUp
from snaketune.config import read_study
from snaketune.proposing.told import note_places, with_told_by_now
from snaketune.results.searched import read_search
from snaketune.results.trials import Trial

SPACE = {"x": {"type": "uniform", "low": 0, "high": 1}, "k": ["a", "b"], "m": {"choices": [1, 2], "when": {"k": "b"}}}


def value(params: dict) -> float:
    """What comes of a trial."""
    return (params["x"] - 0.3) ** 2 + 0.1 * params.get("m", 0)


class Begun:
    """A study `s` of one search in the working directory, with a workflow that can be started again and again.

    `trained` are the trials that were run, as often as they were; `digests` are those that Snakemake compares.
    """

    def __init__(self, search: dict, /, **changes):
        config = {
            "study": "s",
            "objective": {"command": "true", "metric": "loss", "code": []},
            "space": SPACE,
            "search": copy.deepcopy(search),
        }
        if search.get("pruner"):
            config["objective"]["folds"] = 2
        for name, change in changes.items():
            config[name] = {**config.get(name, {}), **change} if name == "objective" else change
        dropped = {"objective": {k: v for k, v in config["objective"].items() if v is not ...}}
        self.config = {name: part for name, part in (config | dropped).items() if part is not ...}
        Path("s.yaml").write_text(yaml.safe_dump(self.config, sort_keys=False))
        self.study = snaketune.Study(self.config)
        self.name = next(iter(self.checked.searches))
        self.trained: list[str] = []
        self._made: dict[int, object] = {}

    @property
    def checked(self):
        return with_told_by_now(read_study(self.config, Path.cwd()), self.study.layout)

    def again(self) -> None:
        """As a notebook that was restarted."""
        self.study = snaketune.Study("s.yaml")

    def digests(self) -> list:
        study = self.checked
        search = study.searches[self.name]
        rounds = [(search.asked_of(k), study.measure_of(self.name, k)) for k in range(5)]
        return [search.fingerprint, study.measure, study.reading, *rounds]

    def workflow(self, rounds: int | None = None) -> int:
        """Starts the workflow and ends it after so many rounds, by default at its end; how many tables it has made."""
        made = MadeUp(Path.cwd())
        made.study = self.checked
        note_places(made.study, made.layout)
        search = made.study.searches[self.name]
        sizes: list[int] = []
        count = 0
        while (not sizes or not search.schedule.is_over(sizes)) and (rounds is None or len(sizes) < rounds):
            number = len(sizes)
            asked = (search.fingerprint, search.asked_of(number))
            measure = made.study.measure_of(self.name, number)
            if self._made.get(number) != (asked, measure):
                if self._made.get(number, (None,))[0] != asked:
                    made.propose(self.name, number)
                    count += 1
                self._made[number] = asked, measure
                count += 1
            rows = made.rows(self.name, number)
            for row in rows:
                runs = search.runs_in([row.asked])
                missing = [run for trial, run in runs if not made.store.done(trial, run)]
                for run in missing:
                    made.run(row.trial, run, {"loss": value(row.params)})
                self.trained += [row.trial] if any(str(run) in ("r0", "r0f0") for run in missing) else []
            sizes.append(len(made.gather(self.name, number)))
        return count

    def tables(self) -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in self.study.layout.root.glob("*/rounds/*/trials.csv")}

    def rows(self) -> dict[str, Trial]:
        """The rows of the search's table."""
        trials = read_search(self.study.layout, self.checked, self.name).trials
        assert len({trial.trial for trial in trials}) == len(trials), "a trial is there twice"
        return {trial.trial: trial for trial in trials}
