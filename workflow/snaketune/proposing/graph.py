"""Who waits for whom: the files that rounds, blocks and tables need. It follows from the tables that rounds write."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from snaketune.config.study import Study
from snaketune.layout import Layout
from snaketune.proposing.packed import PackedRounds
from snaketune.proposing.warm_start import source_path
from snaketune.results.rounds import proposed_ids

__all__ = ["Awaited", "Graph"]


@dataclass(frozen=True)
class Awaited:
    """What a round waits for: files that it is made from, and files that it merely comes after (its turn)."""

    sources: tuple[Path, ...]
    turn: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Graph:
    """The rounds of a study's searches and their runs.

    `proposal` gives the table of a round once it is proposed, and raises `not_yet` before that, which whoever asks
    for the files has to understand; `packed` does so for the plan of one of its waves, from 1, and `finalists` for the
    table of the final training.
    """

    study: Study
    layout: Layout
    proposal: Callable[[str, int], Path]
    packed: Callable[[str, int, int], Path]
    finalists: Callable[[], Path]
    not_yet: type[Exception]
    _at_start: dict[str, int] = field(default_factory=dict)
    _waves_at_start: dict[tuple[str, int], int] = field(default_factory=dict)
    _new_rounds: dict[tuple[str, int], bool] = field(default_factory=dict)

    @cached_property
    def _rounds(self) -> PackedRounds:
        return PackedRounds(self.study, self.layout)

    def before_round(self, search: str, number: int) -> Awaited:
        """What a round waits for: the results that its search learns from, else only its turn.

        The proposals of the round before it are never a mere turn: Snakemake overlooks the changed parameters of a
        job that nothing but ancient inputs connects with jobs that are to run.
        """
        chosen = self.study.searches[search]
        step = chosen.round(number).step
        results = [self.layout.gathered(search, earlier) for earlier in step.needs]
        proposals = [self.layout.proposed(search, earlier) for earlier in step.follows]
        tables = [source_path(source, self.layout.root.parent) for source in chosen.warm_start]
        refined = [self.layout.results(chosen.refines)] if chosen.refines else []
        turn = [self.layout.gathered(search, earlier) for earlier in step.turn]
        return Awaited((*results, *proposals, *tables, *refined), tuple(turn))

    def results_of_final(self) -> list[Path]:
        """The results of the final training."""
        final = self.study.final
        if final is None:
            return []
        return [self.layout.result(trial, run) for trial in proposed_ids(self.finalists()) for run in final.runs]

    def done_of_round(self, search: str, number: int) -> list[Path]:
        """What tells that a round's runs are done, as far as they are packed into jobs.

        Markers of blocks, or the results of runs that have a job each; one of these that is recorded needs none.
        """
        self.proposal(search, number)
        return self._rounds.of(search, number, self._planned(search, number)).done

    def next_wave(self, search: str, number: int) -> list[Path]:
        """Nothing, but not before all runs of a round are packed into jobs: whoever asks waits for the next wave."""
        self.proposal(search, number)
        index = self._planned(search, number)
        if not self._rounds.of(search, number, index).whole:
            self.packed(search, number, index + 1)
        return []

    def before_wave(self, search: str, number: int, index: int) -> list[Path]:
        """What a wave comes after: the wave before it if that tells how long runs take, else the one before that.

        So there are always jobs that are ready. The first wave is not waited for: its runs may take long.
        """
        before = self._rounds.of(search, number, index - 1)
        if before.measured:
            return before.latest
        return self._rounds.of(search, number, index - 2).latest if index > 1 else []

    def runs_of_block(self, search: str, number: int, index: int) -> list[str]:
        """The runs of a block, as <trial>/<run>."""
        return self._rounds.of(search, number).runs_of_block(index)

    def blocks_of_round(self, search: str, number: int) -> int:
        """How many blocks a round has, before there are others that wait for them."""
        return self._rounds.of(search, number).blocks

    def rounds(self, search: str) -> Iterator[int]:
        """The numbers of a search's rounds, up to that with which it ends; `not_yet` at one not yet proposed."""
        chosen, sizes = self.study.searches[search], list[int]()
        for round_ in chosen.rounds():
            table = self.proposal(search, round_.number)
            yield round_.number
            sizes.append(len(proposed_ids(table)))
            if chosen.schedule.is_over(sizes):
                return

    def next_round(self, search: str) -> list[Path]:
        """Nothing, but not before all rounds of the search are proposed: whoever asks waits for the next one.

        Where results say which is the last one, its table: Snakemake asks again only whoever depends on a round that is
        proposed anew, and it may no longer be the last.
        """
        *_, last = self.rounds(search)
        return [self.layout.proposed(search, last)] if self.study.searches[search].ends_by_results else []

    def gathered(self, search: str) -> list[Path]:
        """The results of the rounds that are proposed, whose runs need not wait for the proposal of the next round.

        Earlier rounds are asked for at once, without knowing yet whether their proposals still hold: to extend a
        large graph round by round takes Snakemake long.
        """
        count, known = self.study.searches[search].schedule.count, list[int]()
        try:
            for number in self.rounds(search) if count is None else range(count):
                known.append(number)
        except self.not_yet:
            known += range(len(known), self._rounds_at_start(search))
        return [self.layout.gathered(search, number) for number in known]

    def lost(self) -> list[Path]:
        """What others were made from but is no longer there, deleted or set aside: results, markers, rounds' tables.

        Without being asked for they would count as intermediate files that nobody misses. They are asked for before
        anything runs, though rounds may be missing: later, what is made from them might be under way already.
        """
        return [path for path in self._behind_tables() if not path.exists()]

    def all_proposed(self) -> list[Path]:
        """The tables of all rounds, and of the final training: whoever needs them is asked again after each of them."""
        rounds = ((search, number) for search in self.study.searches for number in self.rounds(search))
        tables = [self.layout.proposed(search, number) for search, number in rounds]
        return [*tables, self.finalists()] if self._final_is_there() else tables

    def exported(self) -> list[Path]:
        """What tells that exports are written, for each round that is proposed and was not gathered before.

        Those that were before this workflow are in the exports of the whole study.
        """
        schedules = [search.schedule.count for search in self.study.searches.values()]
        if not self.study.exports.wanted or schedules == [1]:  # a single round, behind which the study ends
            return []
        found = []
        for search in self.study.searches:
            with suppress(self.not_yet):
                for number in self.rounds(search):
                    if self._is_new(search, number):
                        found.append(self.layout.exported(search, number))
        return found

    def _is_new(self, search: str, number: int) -> bool:
        """Whether a round was not gathered when that was asked first."""
        key = search, number
        if key not in self._new_rounds:
            self._new_rounds[key] = not self.layout.gathered(search, number).exists()
        return self._new_rounds[key]

    def _behind_tables(self) -> Iterator[Path]:
        """The tables of the rounds that are proposed, and the results (or markers of blocks) that are in a table.

        What comes after a round that is to be proposed is made again by itself.
        """
        for search in self.study.searches:
            with suppress(self.not_yet):
                for number in self.rounds(search):
                    yield from self._behind_table(search, number)
        if self._final_is_there():
            with suppress(self.not_yet):
                yield from self.results_of_final()

    def _behind_table(self, search: str, number: int) -> Iterator[Path]:
        """A round's table and, if it is there, what it was made from, with the plan of what of it is not packed yet."""
        table = self.layout.gathered(search, number)
        yield table
        if table.exists():
            index = self._planned(search, number)
            packed = self._rounds.of(search, number, index)
            yield from packed.done
            yield from () if packed.whole else [self.layout.wave(search, number, index + 1)]

    def _final_is_there(self) -> bool:
        return self.study.final is not None and self.layout.results("final").exists()

    def _planned(self, search: str, number: int) -> int:
        """How many plans of waves there are besides the round's own note: from before this workflow, and by it."""
        key = search, number
        if key not in self._waves_at_start:
            self._waves_at_start[key] = self._rounds.plans(search, number)
        index = self._waves_at_start[key]
        while not self._rounds.of(search, number, index).whole:
            try:
                self.packed(search, number, index + 1)
            except self.not_yet:
                break
            index += 1
        return index

    def _rounds_at_start(self, search: str) -> int:
        """How many rounds were proposed before this workflow (if the configuration still has so many)."""
        if search not in self._at_start:
            rounds = self.study.searches[search].rounds()
            there = itertools.takewhile(lambda round_: self.layout.proposed(search, round_.number).exists(), rounds)
            self._at_start[search] = sum(1 for _ in there)
        return self._at_start[search]
