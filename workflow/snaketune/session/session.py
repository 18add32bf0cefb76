"""The workflow that is at work in a folder, beside its jobs: what it does before the first job, and what it says."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path

from snaketune.command import to_look
from snaketune.config import save_study
from snaketune.config.retry import read_retry
from snaketune.config.study import Study
from snaketune.errors import StudyError
from snaketune.layout import Layout
from snaketune.proposing.told import note_places
from snaketune.results.store import Store
from snaketune.results.study import StudyResults, read_finished
from snaketune.session.continuing import await_earlier, do_again
from snaketune.session.damage import damaged_files, set_aside_damaged
from snaketune.session.deletion import delete_unneeded, disk_text
from snaketune.session.former import drop_pictures, former_searches
from snaketune.session.hopeless import hopeless_text, note_session
from snaketune.session.inputs import outdate_others
from snaketune.session.leftovers import clear_leftovers, submitted_jobs
from snaketune.session.lock import LOCK, Lock, acquire
from snaketune.session.markers import drop_dead_portions, drop_stale_markers
from snaketune.session.notes import Notes, judge_unnoted
from snaketune.session.once import forget_said, not_said_yet
from snaketune.session.orphans import remember, tidy_queue
from snaketune.session.outputs import outputs_of
from snaketune.session.packing import pack_anew
from snaketune.session.params_files import restore_params
from snaketune.session.progress import Progress
from snaketune.session.retry import set_aside
from snaketune.session.standing import end_text

__all__ = ["LOOKING", "Session", "begin"]

# Targets that only look at what is there, so that they may be asked for while another workflow is at work; of these,
# `compare` alone may have jobs to do first.
LOOKING = frozenset({"plan", "status", "peek", "compare"})
_MAY_RUN = frozenset({"compare"})
_NO_TABLES = "[snaketune] There are no tables of what there is: {}"
_SHARE = 20  # a look at how far the search is takes at most one part in so many of the time
_PATIENCE = 300  # seconds for tables of what there is when a search has failed


@dataclass(frozen=True)
class Session:
    """A workflow under way; it has the folder to itself as long as it keeps `lock`.

    One that is `looking` was asked for nothing but targets that speak for themselves. `command` are the words of the
    command that started it, `again` those of the one that goes on with it, below whose `config_key` --config has its
    settings ("": below none; None: nowhere), `since` is when that was, in seconds since the epoch. It is `at_work` if
    it may change what is there; `refused` says why it can't go on, where that is only to be said if somebody wants it
    to.
    """

    study: Study
    layout: Layout
    lock: Lock
    looking: bool
    command: Sequence[str]
    progress: Progress
    since: float
    finished: threading.Event
    at_work: bool
    again: Sequence[str] = ()
    config_key: str | None = ""
    refused: StudyError | None = None
    following: threading.Event = field(default_factory=threading.Event)

    @property
    def followed(self) -> bool:
        """Whether its jobs have begun."""
        return self.following.is_set()

    @property
    def unwritable(self) -> bool:
        """Whether nothing can be written in this folder."""
        return not self.lock.granted and self.lock.owner is None

    def renewed(self, study: Study, at_once: int, *, here: bool) -> "Session":
        """The session of the study as it is now that its inputs are made; no job of its own is under way."""
        self.finished.set()
        if self.at_work:
            store = Store(self.layout, study.run_spec.contract)
            _outdate(study, store)
            save_study(study, self.layout.study)
            note_session(self.layout, study, at_once, here=here, again=self.again, config_key=self.config_key)
            pack_anew(study, self.layout)
            restore_params(store, study)
        return replace(self, study=study, progress=Progress(self.layout, study), finished=threading.Event())

    def follow(self, pause: float) -> None:
        """Prints the state of the search in the background, every `pause` seconds (0: never), if it has changed."""
        self.following.set()
        if pause and not self.looking:
            threading.Thread(target=self._watch, args=(pause,), daemon=True).start()

    def end(self, remarks: Iterable[str] = ()) -> None:
        """Says how the search stands, unless what was asked for has said so itself; then the remarks, a line each."""
        self._end(self.progress.results, remarks)

    def end_idle(self, remarks: Iterable[str] = ()) -> None:
        """As `end`, where nothing was to be done: the tables, which are read sooner than the runs, are up to date."""
        self._end(lambda: read_finished(self.layout, self.study) or self.progress.results(), remarks)

    def _end(self, results: Callable[[], StudyResults], remarks: Iterable[str]) -> None:
        self.finished.set()
        if not self.looking:
            print(end_text(results(), self.progress.said, self.since), file=sys.stderr)
            if stopped := hopeless_text(self.layout, self.study, self.command):
                print("\n".join(f"[snaketune] {line}" for line in stopped.splitlines()), file=sys.stderr)
            remarks = [*self._on_disk(), *remarks]
        for remark in remarks:
            print(f"[snaketune] {remark}", file=sys.stderr)

    def _on_disk(self) -> list[str]:
        """What is said of checkpoints once those of which there is no need are deleted."""
        said = delete_unneeded(self.study, Store(self.layout, self.study.run_spec.contract))
        left = disk_text(self.study, self.layout)
        return [*not_said_yet(self.layout, said), *([left] if left else [])]

    def end_unwritable(self) -> str | None:
        """Ends where nothing can be written, which Snakemake needs; why that is an error, None if all is there."""
        print(end_text(self.progress.results(), "", self.since), file=sys.stderr)
        missing = [path for path in outputs_of(self.study, self.layout) if not path.exists()]
        if missing:
            return f"Nothing can be written in {Path.cwd()}, and {len(missing)} files are missing, such as {missing[0]}"
        print(f"Nothing to be done: all of it is there (and nothing can be written in {Path.cwd()}).", file=sys.stderr)
        return None

    def fail(self, peek: Sequence[str], remarks: Iterable[str] = ()) -> None:
        """As `end`; then, with the words of the command `peek`, has tables made of what there is, and says where."""
        try:
            self.end(remarks)
        except (OSError, ValueError, KeyError, StudyError) as error:  # what has gone wrong before is what matters
            print(f"[snaketune] How the search stands can't be said: {error}", file=sys.stderr)
        if self.looking or not any(Store(self.layout, self.study.run_spec.contract).runs()):
            return
        try:
            done = subprocess.run(peek, capture_output=True, text=True, timeout=_PATIENCE, check=False)
            said = done.stdout.strip() or _NO_TABLES.format(done.stderr.strip()[-300:])
        except (OSError, subprocess.SubprocessError) as error:
            said = _NO_TABLES.format(error)
        print(said, file=sys.stderr)

    def _watch(self, pause: float) -> None:
        took = 0.0
        while not self.finished.wait(max(pause, _SHARE * took)):
            begun = time.monotonic()
            for line in self.progress.news():
                if not self.finished.is_set():  # what is said in the end is newer
                    print(f"[snaketune] {line}", file=sys.stderr, flush=True)
            took = time.monotonic() - begun


def begin(
    study: Study,
    layout: Layout,
    state: Path,
    *,
    looking: Set[str],
    dry_run: bool,
    retry: str | list[str] | None,
    at_once: int,
    here: bool,
    command: Sequence[str],
    again: Sequence[str] = (),
    noted: bool = False,
    hosted: bool = False,
    config_key: str | None = "",
    lock: Lock | None = None,
) -> Session:
    """Begins a session, before the graph of jobs is made; `state` is Snakemake's folder (.snakemake).

    Writes study.json, clears what a killed workflow has left, sets aside what is damaged and the runs that are to be
    tried again (`retry`, as the user gave it). A dry run, one that is `looking` (the targets of that kind which were
    asked for), and one in a folder that can't be written change nothing that is there. `at_once` is how many runs may
    go on at the same time, `here` or on a cluster; `command` is the command that was typed, `again` the one that goes
    on with the study; `noted` says that Snakemake keeps notes of all that it makes in `state`. `hosted`: it is a part
    of another workflow, which may have other things to do, so that the session itself says why it is `refused`, and has
    the study's settings below a `config_key`; `lock` is what another part of that has come to.

    Raises:
        StudyError: another workflow is at work in this folder; the search is hopeless as it is; a trial that is to be
            tried again is none of the study's.
    """
    refused: StudyError | None = None
    for notice in study.notices:
        print(f"[snaketune] {notice}", file=sys.stderr)
    lock = lock or acquire(state / LOCK)
    if lock.owner and not looking and not dry_run:
        refused = StudyError(
            f"Another Snakemake is at work in this folder ({lock.owner}). Wait for it, or see how far it is with: "
            f"{to_look(again, 'status')}"
        )
        if not hosted:
            raise refused
    reading = bool(looking - _MAY_RUN)
    at_work = (
        lock.granted and not dry_run and not reading and (not layout.root.exists() or os.access(layout.root, os.W_OK))
    )
    store = Store(layout, study.run_spec.contract)
    said = _mend(study, store, state, noted=noted, retry=retry) if at_work else []
    print("".join(f"[snaketune] {line}\n" for line in said), end="", file=sys.stderr)
    for damaged in damaged_files(store) if dry_run else ():
        if damaged.path != layout.study:  # of which a dry run needs nothing
            refused = damaged
            if not hosted:
                raise refused
    if lock.granted and (not dry_run or not layout.study.exists()):
        # Not the output of a rule: as long as a checkpoint waits for a job, Snakemake does not look behind it.
        save_study(study, layout.study)
    if at_work:
        note_session(layout, study, at_once, here=here, again=again, config_key=config_key)
        note_places(study, layout)
        forget_said(layout)
        pack_anew(study, layout)
        stopped = None if looking else hopeless_text(layout, study, command)
        if stopped and Progress(layout, study).goes_on():
            refused = StudyError(stopped)
            if not hosted:
                raise refused
        if not looking and (left := tidy_queue(state, layout.root)):
            print(f"[snaketune] {left}", file=sys.stderr)
    if (lock.granted or dry_run) and not reading:
        restore_params(store, study)
    return Session(
        *(study, layout, lock, bool(looking), command, Progress(layout, study), time.time(), threading.Event()),
        at_work=at_work,
        again=again,
        config_key=config_key,
        refused=refused,
    )


def _mend(study: Study, store: Store, state: Path, *, noted: bool, retry: str | list[str] | None) -> list[str]:
    """Puts what an earlier workflow left, and what has happened to it since, in order; says what there was."""
    remember(state, submitted_jobs(state))
    layout = store.layout
    clear_leftovers(state, layout)
    if said := set_aside_damaged(store):
        store.refresh()
    if retry:  # before any of these results is outdated
        said += set_aside(store, study, read_retry(retry))
    if noted:
        said += judge_unnoted(study, store, Notes(state))
    said += do_again(study, store)
    await_earlier(study, store)
    _outdate(study, store)
    drop_dead_portions(layout)
    drop_pictures(study, layout)
    said += [
        f"{folder}/ is of a search that the configuration has no longer; it stays"
        for folder in former_searches(study, layout)
    ]
    return said


def _outdate(study: Study, store: Store) -> None:
    """Outdates what is of another contract and what Snakemake does not know to be so."""
    if study.inputs:
        outdate_others(store, study.run_spec.contract)
    drop_stale_markers(store, study.run_spec.contract)
