"""A study in Python: its searches are asked for trials, and told what came of them, on the files of the workflow."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from snaketune.asking import configuration
from snaketune.asking.given import metrics_of, params_of, status_of
from snaketune.asking.proposing import askable, asked_of
from snaketune.asking.trials import Result, Trial
from snaketune.config import load_study, read_study, save_study
from snaketune.config.study import Search
from snaketune.errors import StudyError, did_you_mean
from snaketune.layout import Layout
from snaketune.proposing.former_rounds import with_former_rounds
from snaketune.proposing.told import study_with_told
from snaketune.results.ranking import pareto, ranked
from snaketune.results.runs import read_run
from snaketune.results.so_far import SoFar
from snaketune.results.store import Store
from snaketune.results.study import StudyResults
from snaketune.results.told import Told, ToldBook, opened, read_told
from snaketune.results.trials import Proposed, trial_from
from snaketune.runner.status import COMPLETE
from snaketune.values import text, trial_id

if TYPE_CHECKING:
    from snaketune.loading import Results

__all__ = ["Study"]


class Study:
    """A study of a configuration file, of a dictionary, or of the folder of its results (results/mine).

    What is asked and told is in `results/<study>/told.jsonl`. A workflow that begins takes it in: told trials are rows
    of its tables as those are that it runs, count as trials of their search, and are learned from. One that is at work
    does so when it is started again.

    Raises:
        StudyError: the configuration can't be used; with every mistake that could be found.
    """

    def __init__(self, source: "str | Path | Mapping[str, Any]"):
        self.file: Path | None = None
        self.root = Path.cwd()
        if isinstance(source, Mapping):
            self.config = dict(source)
        else:
            self.config = configuration.config_in(Path(source))
        if not isinstance(source, Mapping) and Path(source).is_dir():
            self.layout = Layout(Path(source).resolve())
            self.root = self.layout.root.parent.parent
            self._base = load_study(self.layout.study)
        else:
            self.file = None if isinstance(source, Mapping) else Path(source).resolve()
            checked = read_study(self.config, self.root)
            self.layout = Layout(self.root / "results" / checked.name)
            self._base = with_former_rounds(checked, self.layout)

    @classmethod
    def from_yaml(cls, source: "str | Path | Mapping[str, Any]") -> "Study":
        """The study of a configuration file; a dictionary, or the folder of a study's results, will do as well."""
        return cls(source)

    from_dict = from_yaml

    @property
    def name(self) -> str:
        return self._base.name

    @property
    def searches(self) -> list[str]:
        """The names of its searches."""
        return list(self._base.searches)

    def __repr__(self) -> str:
        return f"<snaketune.Study {self.name}: {self.layout.root}>"

    def ask(self, n: int = 1, *, search: str | None = None) -> list[Trial]:
        """The next `n` trials of a search: fewer, or none, when its space has no more. `search` names one of several.

        They follow from all results that there are; what was asked before, and is neither told nor given up, counts as
        under way, whoever has asked. So the same files give the same trials.

        Raises:
            StudyError: there is no such search, or it trains in rungs.
        """
        if isinstance(n, bool) or not isinstance(n, int) or n < 1:
            raise StudyError(f"ask is given how many trials there are to be, at least 1; found {n!r}")
        chosen = askable(self._search(search))
        self._save()
        with opened(self.layout.told) as file:
            results = self._results(file.book)
            asked = asked_of(results.study.searches[chosen.name], n, results, file.book.open.values())
            if asked:
                file.add([each.event for each in asked])
        return [Trial.of(each) for each in asked]

    @property
    def pending(self) -> list[Trial]:
        """What was asked, and is neither told nor given up."""
        return [Trial.of(asked) for asked in read_told(self.layout.told).open.values()]

    def give_up(self, trials: "Trial | str | Iterable[Trial | str] | None" = None) -> list[Trial]:
        """Has it that trials were never asked for, by default all that are pending; those that were given up.

        Raises:
            StudyError: one of them is not pending.
        """
        listed = [trials] if isinstance(trials, (Trial, str)) else trials
        with opened(self.layout.told) as file:
            open_ = file.book.open
            ids = list(open_) if listed is None else [each.id if isinstance(each, Trial) else each for each in listed]
            for trial in ids:
                if trial not in open_:
                    raise StudyError(f"{trial} is not pending: it was not asked for, or has been told or given up")
            if ids:
                file.add([{"event": "given up", "trial": trial} for trial in ids])
        return [Trial.of(open_[trial]) for trial in ids]

    def tell(
        self,
        trial: "Trial | str | Mapping[str, Any]",
        values: object = None,
        *,
        status: str = COMPLETE,
        reason: str | None = None,
        search: str | None = None,
        replace: bool = False,
    ) -> Result:
        """Notes what came of a trial: one that was asked for, its id, or a parameter set of one's own.

        `values` are a number (that of the only objective), numbers in the order of the objectives, or a mapping of
        metrics. Without a result it has another `status`: failed, timeout, oom, invalid or pruned, and a `reason`. It
        counts for the search that it was asked of; one of one's own for `search`, or the first whose space has it.
        Told again, the same result changes nothing, and another one is taken only to `replace` the first.

        Raises:
            StudyError: the parameters are not in the space, a value is missing or no finite number, or the trial has
                another result already.
        """
        status = status_of(status)
        metrics = metrics_of(values, status, self._base)
        self._save()
        with opened(self.layout.told) as file:
            told = self._told(trial, status, metrics, reason, self._search(search) if search else None, file.book)
            known = file.book.told.get(told.trial) or self._trained(told)
            if known and not _same(known, told) and not replace:
                raise StudyError(
                    f"{told.trial} has another result already ({_in_words(known)}): that would be replaced by "
                    f"{_in_words(told)}. If so, say replace=True"
                )
            if not known or replace:
                file.add([told.event])
                file.book.add(dict(told.event))
            results = self._results(file.book)
        return Result.of_row(results.distinct[told.trial], results.first_search(told.trial), results.study)

    def results(self) -> "Results":
        """What `snaketune.load` gives, also while the study is unfinished; what was told is among it."""
        from snaketune.asking.frames import frames_of

        return frames_of(self._results(read_told(self.layout.told)))

    @property
    def best(self) -> Result | None:
        """The best complete trial so far, by the first of several objectives; None if there is none."""
        results = self._results(read_told(self.layout.told))
        best = ranked(results.trials, results.study)
        return Result.of_row(best[0], results.first_search(best[0].trial), results.study) if best else None

    @property
    def front(self) -> list[Result]:
        """The trials so far that no other one beats in all objectives."""
        results = self._results(read_told(self.layout.told))
        trials = pareto(list(results.distinct.values()), results.study)
        return [Result.of_row(trial, results.first_search(trial.trial), results.study) for trial in trials]

    def _search(self, name: str | None) -> Search:
        """The search of that name, or the only one."""
        searches = self._base.searches
        if name is None and len(searches) == 1:
            return next(iter(searches.values()))
        if name is None:
            raise StudyError(f"{self.name} has several searches; say which: search={' or '.join(map(repr, searches))}")
        if name not in searches:
            raise StudyError(f"{self.name} has no search '{name}'.{did_you_mean(name, searches)}")
        return searches[name]

    def _results(self, book: ToldBook) -> StudyResults:
        return SoFar(self.layout, study_with_told(self._base, self.layout, book)).results()

    def _told(
        self,
        trial: "Trial | str | Mapping[str, Any]",
        status: str,
        metrics: Mapping[str, float],
        reason: str | None,
        search: Search | None,
        book: ToldBook,
    ) -> Told:
        """What is told, of the trial that is meant, with the search that it counts for."""
        given = self._params(trial, book)
        searches = [search] if search else [each for each in self._base.searches.values() if not each.in_rungs]
        if not searches or searches[0].in_rungs:
            raise StudyError(
                f"{searches[0].name if searches else self.name} trains in rungs, where a result that was not come to "
                "step by step has no place; a search of another strategy takes it"
            )
        params, fitting = params_of(given, searches, self._base)
        found = trial_id(params)
        earlier = book.open.get(found) or book.told.get(found)
        whose = search or (self._base.searches.get(earlier.search or "") if earlier else None) or fitting
        why = reason if reason or status == COMPLETE else f"told to be {status}"
        return Told(found, params, status, metrics, why, whose.name)

    def _params(self, trial: "Trial | str | Mapping[str, Any]", book: ToldBook) -> Mapping[str, Any]:
        """The parameters of a trial, which may be given by its id."""
        if isinstance(trial, Trial):
            return trial.params
        if isinstance(trial, Mapping):
            return trial
        known = book.open.get(trial) or book.told.get(trial)
        if known is not None:
            return known.params
        for found in self._results(book).searches.values():
            for row in found.proposed:
                if row.trial == trial:
                    return row.params
        raise StudyError(f"There is no trial {trial!r}: give one that was asked for, its id, or its parameters")

    def _trained(self, told: Told) -> Told | None:
        """What is known of the trial already: from a file of results, or from its runs if all of them are done."""
        study, store = self._base, Store(self.layout, self._base.run_spec.contract)
        for search in study.searches.values():
            if known := search.imported.get(told.trial):
                return replace(told, status=known.status, metrics=known.metrics, reason=known.said)
            runs = search.runs_of(told.trial, search.budget.max if search.budget else None)
            if all(store.done(told.trial, run) for run in runs):
                read = [read_run(store, study, told.trial, run) for run in runs]
                trial = trial_from(Proposed(told.trial, 0, 0, "", told.params), read, study, min_runs=study.min_runs)
                return replace(told, status=trial.status, metrics=trial.metrics, reason=trial.reason)
        return None

    def _save(self) -> None:
        """Leaves a study.json, by which its folder is that of a study, until a workflow does."""
        if not self.layout.session.exists():
            save_study(self._base, self.layout.study)


def _same(known: Told, told: Told) -> bool:
    """Whether what is told is the result that is known."""
    return known.status == told.status and all(known.metrics.get(name) == told.metrics[name] for name in told.metrics)


def _in_words(told: Told) -> str:
    return told.status if told.status != COMPLETE else ", ".join(f"{k} = {text(v)}" for k, v in told.metrics.items())
