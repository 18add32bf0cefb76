"""Where everything lies below results/<study>/: the one place that knows the names of files and folders."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from snaketune.files import replaced
from snaketune.runner.lock import kept_in_place
from snaketune.runner.pruner_file import NAME as PRUNER
from snaketune.runner.records import FOLDER
from snaketune.runner.run_id import RunId
from snaketune.values import canonical

__all__ = ["Layout", "write_params"]


@dataclass(frozen=True)
class Layout:
    """The paths of one study; `root` is its folder, such as results/digits.

    Names may be wildcards, as in `layout.proposed("{search}", "{round}")`: the rules' outputs come from here too.
    """

    root: Path

    @property
    def study(self) -> Path:
        return self.root / "study.json"

    @property
    def session(self) -> Path:
        """What the workflow that was begun last says of itself."""
        return self.root / "session.json"

    @property
    def said(self) -> Path:
        """What has been said in this session that is to be said once."""
        return self.root / "session.said"

    @property
    def given(self) -> Path:
        """The configuration, where it came from Python and not from a file."""
        return self.root / "given.yaml"

    @property
    def told(self) -> Path:
        """What was asked and told by hand."""
        return self.root / "told.jsonl"

    @property
    def inputs(self) -> Path:
        """What the content of `objective.inputs` was when the rules that make them had run."""
        return self.root / "inputs.json"

    @property
    def results_of_all(self) -> Path:
        """The folder of all studies, beside that of this one."""
        return self.root.parent

    @property
    def logs(self) -> Path:
        """Where the runs' logs are: results/ is mirrored by logs/ beside it."""
        return self.root.parent.parent / "logs" / self.root.name

    @property
    def peek(self) -> Path:
        """The folder of what there is so far, which nothing else reads."""
        return self.root / "peek"

    @property
    def records(self) -> Path:
        """The folder of the files in which the results of many short runs are."""
        return self.root / FOLDER

    @property
    def by_name(self) -> Path:
        """The folder of links by which trials are found under their names."""
        return self.root / "by-name"

    def exports(self, search: str | None = None) -> Path:
        """The folder of the exports for other tools, of the study or of one of its searches."""
        return self.root / "exports" / search if search else self.root / "exports"

    @property
    def final(self) -> Path:
        """The folder of the final training."""
        return self.root / "final"

    @property
    def finalists(self) -> Path:
        """The table of what the final training runs."""
        return self.final / "trials.csv"

    def file(self, name: str, search: str | None = None) -> Path:
        """A table, text or folder of pictures of a search, or of the whole study."""
        return self.root / search / name if search else self.root / name

    def results(self, search: str | None = None) -> Path:
        """The table of all trials of a search, or of the study."""
        return self.file("results.csv", search)

    @property
    def trials(self) -> Path:
        """The folder of the trials' folders."""
        return self.root / "trials"

    def params(self, trial: str) -> Path:
        return self.root.joinpath("trials", trial, "params.json")  # at once: they are thousands

    def run(self, trial: str, run: RunId | str) -> Path:
        """The folder of a run."""
        return self.root.joinpath("trials", trial, str(run))

    def result(self, trial: str, run: RunId | str) -> Path:
        return self.root.joinpath("trials", trial, str(run), "result.json")

    def history(self, trial: str, run: RunId | str) -> Path:
        """What a run reported while it trained."""
        return self.run(trial, run) / "history.jsonl"

    def run_logs(self, trial: str, run: RunId | str) -> Path:
        return self.trial_logs(trial) / str(run)

    def trial_logs(self, trial: str) -> Path:
        """The folder of a trial's logs."""
        return self.logs / "trials" / trial

    def shown_logs(self, trial: str) -> str:
        """The folder of a trial's logs, as it is named to the user."""
        return f"{self.trial_logs(trial).as_posix()}/"

    def round(self, search: str, number: int | str) -> Path:
        """The folder of a round."""
        return self.root / search / "rounds" / str(number)

    def proposed(self, search: str, number: int | str) -> Path:
        """The table of what a round proposed."""
        return self.round(search, number) / "trials.csv"

    def pruner(self, search: str, number: int | str) -> Path:
        """By what a round's runs are judged while they train, if its search has a pruner."""
        return self.round(search, number) / PRUNER

    def ending(self, search: str, number: int | str) -> Path:
        """Why a search ends with a round, if it does."""
        return self.round(search, number) / "round.json"

    def wave(self, search: str, number: int | str, index: int | str) -> Path:
        """How a part of a round's runs are packed into jobs, where that was not known with the proposals; from 1."""
        return self.round(search, number) / "waves" / f"{index}.json"

    def gathered(self, search: str, number: int | str) -> Path:
        """The table of a round's results."""
        return self.round(search, number) / "results.csv"

    def exported(self, search: str, number: int | str) -> Path:
        """What tells that exports have been written since a round was gathered."""
        return self.round(search, number) / "exported"

    def block(self, search: str, number: int | str, index: int | str) -> Path:
        """What tells that all runs of one of a round's blocks (`objective.trials_per_job`) are done."""
        return self.round(search, number) / "blocks" / f"{index}.done"


def write_params(layout: Layout, trial: str, params: Mapping[str, object]) -> None:
    """Puts a trial's exact parameters on disk, unless they are there already."""
    path = layout.params(trial)
    if not path.exists():
        # Neither waited for nor noted, since there are many: the trial's id says whether they are whole, and the table
        # that proposed it has them too.
        with kept_in_place(str(path.parent)), replaced(path) as temporary:
            temporary.write_text(canonical(params) + "\n", encoding="utf-8", newline="")
