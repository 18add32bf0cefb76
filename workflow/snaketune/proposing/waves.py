"""Plans the waves of a round: with its proposals as far as its runs' durations are known, the others when they are."""

from collections.abc import Sequence
from pathlib import Path

from snaketune.config.study import Study
from snaketune.layout import Layout
from snaketune.proposing.durations import mean_budget, mean_seconds
from snaketune.proposing.packing import AUTO, Places, next_waves
from snaketune.results.rounds import RoundNote
from snaketune.results.store import Store
from snaketune.results.waves import Wave, Waves, later_waves
from snaketune.runner.run_id import RunId
from snaketune.runner.states import is_of
from snaketune.runner.stopping import session_of

__all__ = ["Planner", "of_present", "places_of", "waves_so_far"]

Run = tuple[str, RunId]


def places_of(study: Study, root: Path) -> Places:
    """Where the workflow that was begun last does the runs of the study in the folder `root`."""
    session = session_of(str(root))
    here, at_once = bool(session.get("here", True)), int(session.get("at_once", 1))
    threads: int = study.config["objective"]["threads"]
    return Places(max(1, at_once // threads if here else at_once), here)


def of_present(waves: Waves, study: Study) -> bool:
    """Whether waves were planned for the study as it is now."""
    return (waves.contract, waves.trials_per_job) == (study.run_spec.contract, study.trials_per_job)


def waves_so_far(
    layout: Layout, search: str, number: int, note: RoundNote, study: Study, plans: int | None = None
) -> list[Wave]:
    """The waves of a round that are planned for the study as it is now, as far as they hang together.

    `plans` is how many of those that were planned after its proposal are looked at; None: all.
    """
    found: list[Wave] = []
    for waves in (note.jobs, *later_waves(layout, search, number)[:plans]):
        if waves is None or not waves.waves or not of_present(waves, study):
            break
        if found and waves.waves[0].start != found[-1].stop:
            break
        found += waves.waves
    return found


class Planner:
    """Plans waves of a study, from what its runs so far have taken."""

    def __init__(self, study: Study, store: Store, places: Places):
        self.study, self.store, self.places = study, store, places
        self._contract = study.run_spec.contract

    def of_round(self, runs: Sequence[Run], earlier: Sequence[Wave] = ()) -> Waves:
        """All waves of a round that can be planned now; those that there were stay."""
        start = earlier[-1].stop if earlier else 0
        if start >= len(runs):
            return self._planned(earlier)
        known = mean_seconds(self.store, self._contract, self.store.runs(), mean_budget(runs)) if self._auto else None
        if earlier and self._auto and known is None:
            return self._planned(earlier)
        return self._planned([*earlier, *self._next(runs, start, known)])

    def behind(self, runs: Sequence[Run], start: int, seconds: float | None, *, rough: bool) -> Waves:
        """The next waves from the run `start` on, where a run takes so many seconds."""
        return self._planned(self._next(runs, start, seconds, rough=rough))

    @property
    def _auto(self) -> bool:
        return self.study.trials_per_job == AUTO

    def _next(self, runs: Sequence[Run], start: int, seconds: float | None, *, rough: bool = False) -> list[Wave]:
        done = [False] * start + [self._done(*run) for run in runs[start:]]
        return next_waves(done, start, self.study.trials_per_job, self.places, seconds, rough=rough)

    def _done(self, trial: str, run: RunId) -> bool:
        return self.store.recorded(trial, run) or is_of(str(self.store.layout.result(trial, run)), self._contract)

    def _planned(self, waves: Sequence[Wave]) -> Waves:
        return Waves(self._contract, self.study.trials_per_job, tuple(waves))
