"""How the runs of rounds come to be packed into jobs: with their proposals, while the study is under way, and anew."""

import json
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from snaketune.config.search import Asked
from snaketune.config.study import Study
from snaketune.layout import Layout
from snaketune.proposing.durations import mean_budget, mean_seconds
from snaketune.proposing.packed import PackedRounds
from snaketune.proposing.packing import AUTO, Places
from snaketune.proposing.waves import Planner, of_present, places_of, waves_so_far
from snaketune.results.rounds import RoundNote, proposed_trials, read_round, rounds_there, write_round
from snaketune.results.store import Store
from snaketune.results.waves import Wave, Waves, blocks_of, later_waves, read_waves, write_waves
from snaketune.runner.run_id import RunId
from snaketune.session.params_files import write_params_of_round
from snaketune.session.probes import seconds_of_probes
from snaketune.sums import DamagedFile

__all__ = ["drop_other_blocks", "pack", "pack_anew", "pack_proposed"]

Run = tuple[str, RunId]


def pack_proposed(study: Study, layout: Layout, search: str, number: int, trials: Sequence[Asked]) -> Waves:
    """The waves of a round with these trials, as far as they are known; those that it had already stay."""
    try:
        earlier = waves_so_far(layout, search, number, read_round(layout.ending(search, number)), study)
    except (FileNotFoundError, DamagedFile):
        earlier = []
    _drop_plans(layout, search, number)  # the round's note is to say it all
    return _planner(study, layout).of_round(study.searches[search].runs_in(trials), earlier)


def pack(study: Study, layout: Layout, search: str, number: int, index: int) -> str | None:
    """Writes a round's waves/<index>.json, unless it is there and holds; what is to be said of it, if anything."""
    path = layout.wave(search, number, index)
    runs = study.searches[search].runs_in(proposed_trials(layout.proposed(search, number)))
    note = read_round(layout.ending(search, number))
    earlier = waves_so_far(layout, search, number, note, study, index - 1)
    with suppress(FileNotFoundError, DamagedFile):
        there = read_waves(path)
        if there.waves and there.waves[-1] in waves_so_far(layout, search, number, note, study, index):
            write_waves(path, there)
            return None
    if not earlier or earlier[-1].stop >= len(runs):  # it has been proposed anew, and packed as a whole, meanwhile
        write_waves(path, Waves(study.run_spec.contract, study.trials_per_job, ()))
        return None
    last, seconds = earlier[-1], None
    planner = _planner(study, layout)
    if study.trials_per_job == AUTO:
        first = index == 1 and last.per_job is None
        seconds = _seconds(study, planner.store, planner.places, runs[last.start : last.stop], first=first)
    rough = not any(wave.per_job for wave in earlier)
    planned = planner.behind(runs, last.stop, seconds, rough=rough)
    write_waves(path, planned)
    write_params_of_round(study, layout, search, number)
    return None if seconds is None else _words(search, planned.waves[-1], seconds)


def pack_anew(study: Study, layout: Layout) -> None:
    """Plans the waves of proposed rounds anew that were planned for other code or another `trials_per_job`.

    So are those of which too many runs that had a job each are to be done again.
    """
    planner = _planner(study, layout)
    for search in study.searches.values():
        for number in (round_.number for round_ in rounds_there(layout, search)):
            table, ending = layout.proposed(search.name, number), layout.ending(search.name, number)
            with suppress(FileNotFoundError, DamagedFile):  # then it is proposed again
                note = read_round(ending)
                if note.jobs is None:  # from before they were noted
                    continue
                runs = search.runs_in(proposed_trials(table))
                if not _holds(note, search.name, number, runs, planner):
                    _drop_plans(layout, search.name, number)
                    write_round(ending, replace(note, jobs=planner.of_round(runs)))
                    drop_other_blocks(study, layout, search.name, number)


def drop_other_blocks(study: Study, layout: Layout, search: str, number: int) -> None:
    """Removes the markers of a round's blocks that had other runs when these were done."""
    markers = list(layout.block(search, number, 0).parent.glob("*.done"))
    if markers:
        packed = PackedRounds(study, layout).of(search, number)
        count = len(blocks_of(packed.waves))
        for marker in markers:
            index = int(marker.stem)
            if index >= count or packed.runs_of_block(index) != json.loads(marker.read_text(encoding="utf-8"))["runs"]:
                marker.unlink()


def _holds(note: RoundNote, search: str, number: int, runs: Sequence[Run], planner: Planner) -> bool:
    """Whether the waves of a round are still good."""
    layout, study = planner.store.layout, planner.study
    plans = [note.jobs, *later_waves(layout, search, number)]
    waves = waves_so_far(layout, search, number, note, study)
    if not all(plan and of_present(plan, study) for plan in plans) or len(waves) < sum(
        len(p.waves) for p in plans if p
    ):
        return False
    single = [run for wave in waves if wave.per_job is None for run in runs[wave.start : wave.stop]]
    return sum(not planner.store.done(*run) for run in single) <= planner.places.most_jobs


def _drop_plans(layout: Layout, search: str, number: int) -> None:
    shutil.rmtree(layout.wave(search, number, 1).parent, ignore_errors=True)


def _planner(study: Study, layout: Layout) -> Planner:
    return Planner(study, Store(layout, study.run_spec.contract), places_of(study, layout.root))


def _seconds(study: Study, store: Store, places: Places, runs: Sequence[Run], *, first: bool) -> float | None:
    """How long a run takes, as the runs of the wave before did, or others of the study."""
    contract = study.run_spec.contract
    known = seconds_of_probes(store, contract, runs, places) if first else mean_seconds(store, contract, runs)
    return mean_seconds(store, contract, store.runs(), mean_budget(runs)) if known is None else known


def _words(search: str, wave: Wave, seconds: float) -> str | None:
    """What is said of a wave: nothing of one that is a single job, or of runs that have a job each."""
    jobs = len(blocks_of([wave]))
    if jobs < 2 or jobs == wave.stop - wave.start:
        return None
    took = f"{seconds:.1f} s" if seconds >= 0.1 else f"{1000 * seconds:.{0 if seconds >= 0.01 else 1}f} ms"
    return f"{search}: runs take about {took}: {wave.stop - wave.start:,} packed into {jobs:,} jobs"
