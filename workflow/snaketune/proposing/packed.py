"""The rounds of a study as their runs are packed into jobs, read from their files when these have changed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from snaketune.config.study import Study
from snaketune.layout import Layout
from snaketune.proposing.packing import AUTO
from snaketune.proposing.waves import waves_so_far
from snaketune.results.rounds import RoundNote, proposed_trials, read_round
from snaketune.results.store import Store
from snaketune.results.waves import Wave, blocks_of
from snaketune.runner.run_id import RunId
from snaketune.sums import DamagedFile

__all__ = ["PackedRound", "PackedRounds"]

Run = tuple[str, RunId]
Stamp = tuple[int, int] | None


@dataclass(frozen=True)
class PackedRound:
    """A round's runs and its waves, as far as they are planned.

    `done` are the files that tell that the runs of these waves are done, `latest` those of the last wave; `measured`:
    that wave tells how long runs take if many are done by one job. `blocks` is how many blocks there are, with those to
    come that don't wait for these.
    """

    runs: list[Run]
    waves: list[Wave]
    done: list[Path]
    latest: list[Path]
    measured: bool
    blocks: int

    @property
    def whole(self) -> bool:
        """Whether all runs of the round are in a wave."""
        return not self.runs or (bool(self.waves) and self.waves[-1].stop >= len(self.runs))

    @property
    def single(self) -> list[Run]:
        """The runs that have a job each."""
        return [run for wave in self.waves if wave.per_job is None for run in self.runs[wave.start : wave.stop]]

    def runs_of_block(self, index: int) -> list[str]:
        """The runs of a block, as <trial>/<run>."""
        start, stop = blocks_of(self.waves)[index]
        return [f"{trial}/{run}" for trial, run in self.runs[start:stop]]


class PackedRounds:
    """Asked again and again while the graph of jobs is made: what has been read is kept as long as it holds.

    What a round waits for stays what it was when it was first asked, while its runs come to be recorded.
    """

    def __init__(self, study: Study, layout: Layout):
        self._study, self._layout = study, layout
        self._store = Store(layout, study.run_spec.contract)
        self._runs: dict[tuple[str, int], tuple[Stamp, list[Run]]] = {}
        self._known: dict[tuple[str, int, int | None], tuple[Any, PackedRound]] = {}

    def plans(self, search: str, number: int) -> int:
        """How many plans of waves a round has besides its own note."""
        index = 0
        while self._layout.wave(search, number, index + 1).exists():
            index += 1
        return index

    def of(self, search: str, number: int, plans: int | None = None) -> PackedRound:
        """A round as it is packed by its note and so many later plans; None: all that there are.

        Raises:
            FileNotFoundError: it is not proposed.
            DamagedFile: one of its files is not what was written.
        """
        later = self.plans(search, number) if plans is None else plans
        files = [self._layout.ending(search, number), *(self._layout.wave(search, number, i + 1) for i in range(later))]
        stamps = [_stamp(path) for path in (self._layout.proposed(search, number), *files)]
        known = self._known.get((search, number, later))
        if known is None or known[0] != stamps:
            self._store.refresh()
            known = self._known[search, number, later] = stamps, self._read(search, number, later)
        return known[1]

    def _read(self, search: str, number: int, plans: int) -> PackedRound:
        runs = self._runs_of(search, number)
        waves = [wave for wave in self._waves(search, number, len(runs), plans) if wave.start < len(runs)]
        blocks, parts = 0, list[list[Path]]()
        for wave in waves:
            if wave.per_job is None:
                parts.append(self._results(runs[wave.start : wave.stop]))
                continue
            stop = min(wave.stop, len(runs))  # fewer than there were when it was planned
            count = -(-(stop - wave.start) // wave.per_job)
            parts.append([self._layout.block(search, number, blocks + i) for i in range(count)])
            blocks += len(blocks_of([wave]))
        measured = bool(waves) and waves[-1].per_job is not None and self._study.trials_per_job == AUTO
        done = [path for part in parts for path in part]
        size = self._study.trials_per_job
        left = len(runs) - (waves[-1].stop if waves else 0)
        to_come = 0 if size in (AUTO, 1) else max(0, -(-left // int(size)))
        planned = sum(path.suffix == ".done" for path in done)
        return PackedRound(runs, waves, done, parts[-1] if parts else [], measured, planned + to_come)

    def _runs_of(self, search: str, number: int) -> list[Run]:
        table = self._layout.proposed(search, number)
        stamp, known = _stamp(table), self._runs.get((search, number))
        if known is None or known[0] != stamp:
            runs = self._study.searches[search].runs_in(proposed_trials(table))
            known = self._runs[search, number] = stamp, runs
        return known[1]

    def _waves(self, search: str, number: int, runs: int, plans: int) -> list[Wave]:
        try:
            note = read_round(self._layout.ending(search, number))
        except (FileNotFoundError, DamagedFile):  # then the round is proposed again
            note = RoundNote(None, None)
        if note.jobs is None:  # from before it was noted
            size = self._study.trials_per_job
            return [Wave(0, runs, None if size in (AUTO, 1) else int(size))]
        return waves_so_far(self._layout, search, number, note, self._study, plans)

    def _results(self, runs: list[Run]) -> list[Path]:
        """The results that runs with a job each leave; one that is recorded already needs none."""
        results = [(run, self._layout.result(*run)) for run in runs]
        return [path for run, path in results if not self._store.recorded(*run) or path.exists()]


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_ino
