"""Does runs, each from its start to its result."""

from __future__ import annotations

import contextlib
import os
import time
from functools import partial

from snaketune.runner import status
from snaketune.runner.attempt import STOPPED_BY, Attempt
from snaketune.runner.files import Refused, read_bytes, replace_file, say, writing
from snaketune.runner.guardian import Guardian
from snaketune.runner.output import kept_text
from snaketune.runner.place import Place
from snaketune.runner.program import start_program
from snaketune.runner.record import deliver, record_of
from snaketune.runner.recorded import take_record
from snaketune.runner.records import search
from snaketune.runner.reread import read_again
from snaketune.runner.signals import Signals
from snaketune.runner.starts import Starts, note_killed
from snaketune.runner.stopping import Hopeless, Patience
from snaketune.runner.tree import Tree, adopt_orphans
from snaketune.runner.verdict import Outcome

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from snaketune.runner.caller import Caller
    from snaketune.runner.folding import Folding
    from snaketune.runner.guardian import Memory
    from snaketune.runner.program import Program
    from snaketune.runner.run import Run

__all__ = ["Performer"]


class Performer:
    """Does runs in this process, one after the other; what they need that takes time to make is kept between them.

    Runs are written down at once; with `folding`, short ones that go well become records. A `caller` is made with the
    processes' tree, and starts the runs of a function.
    """

    def __init__(self, memory: Memory, folding: Folding | None = None, calling: Callable[[Tree], Caller] | None = None):
        self.folding = folding
        self.tree = Tree(os.urandom(16).hex(), os.getpid())
        self.caller = calling(self.tree) if calling else None
        self.place, self.guardian = Place(), Guardian(memory, _killed)
        self.signals, self.adopting = Signals(), adopt_orphans()
        self._patience: Patience | None = None
        self.stopped: int | None = None  # the signal by which it was asked to end when a run had ended already

    def outcome(self, made: Callable[[], Run], log: str) -> int:
        """All of the run that `made` gives; says why, where it comes to no result. Returns the exit code (`main`)."""
        run = None
        try:
            run = made()
            return self.perform(run)
        except Refused as refusal:
            if not isinstance(refusal, Hopeless):
                say(refusal)
            if run:
                run.note(refusal)
            return refusal.code
        except Exception as error:
            import traceback

            if run:
                with contextlib.suppress(OSError):
                    run.logs.open()
                run.note(traceback.format_exc())
            say(f"a bug of the runner: {type(error).__name__}: {error} (see {log}/runner.log)")
            return 70
        finally:
            if run:
                run.logs.keep()

    def perform(self, run: Run) -> int:
        """All of a run; returns the exit code.

        Raises:
            Refused: it is not begun, or its result can't be written.
        """
        if not (self.folding and self.folding.hopeful):
            self._refuse_if_stopped(run)
        with writing(run.folder):
            fresh = self.place.move(run.folder) or self._taken(run.folder)
            if not fresh and run.adopted():
                run.note("the result is there already")
                return 0
            if take_record(run, self.folding):
                if self.place.has_only(()):
                    self.place.clear()
                return 0
            if not fresh and read_again(run):
                return 0
        return self._begin(run, fresh)

    def _taken(self, folder: str) -> bool:
        """Hold a folder in the place of the one before; whether there is nothing in it."""
        self._unguard()  # it shares the lock of that
        return self.place.take(folder, self.signals.release)

    def guarded(self, held: Sequence[int], words: Mapping[str, Any]) -> None:
        """Have the guardian, who shares the descriptors `held`, watch over the run that `words` describe."""
        before = self.guardian.pid
        now = self.guardian.watch(held, self.place.number, words)
        if before is not None and before != now:
            self.tree.spared.discard(before)
        self.tree.spared.add(now)

    def _unguard(self) -> None:
        before = self.guardian.pid
        self.guardian.end()
        if before is not None:
            self.tree.spared.discard(before)

    def start(self, run: Run, command: Sequence[str]) -> Program:
        """The program of a run.

        Raises:
            CannotStart: says why.
        """
        start = self.caller.start if self.caller else start_program
        return start(command, os.path.join(run.root, run.spec.workdir or ""), run.environment(self.tree.token))

    def sync(self) -> None:
        """Wait until all that was recorded is on the disk.

        Raises:
            Refused: it can't be written.
        """
        if self.folding:
            self.folding.sync()

    def end(self) -> None:
        """No more runs are to be done.

        Raises:
            Refused: what was recorded last can't be written.
        """
        if self.caller:
            self.caller.close()
        self.place.leave()
        self.guardian.end()
        if self.folding:
            self.folding.end()

    def _begin(self, run: Run, fresh: bool) -> int:
        starts = Starts(run.log, run.workflow, run.attempt, run.spec.retries)
        why = starts.hopeless()
        if why:
            starts.end(settled=True)
            return _given_up(run, run.command(), why)
        find = self.folding.records.find if self.folding else partial(search, run.study)
        run.origin.look_back(run.study, run.trial, run.spec, find)
        with writing(run.folder):
            if fresh:
                self.place.mark(run.origin.note(run.spec))
            else:
                run.prepare()
            run.write_inputs()
        command = run.command()
        with self._devices(run) as held:
            if run.asked is not None:
                self._refuse_if_stopped(run)  # the search may have been stopped while this one waited
            return self._attempt(run, command, starts, fresh, held)

    def _attempt(self, run: Run, command: list[str], starts: Starts, fresh: bool, held: Sequence[int]) -> int:
        attempt = Attempt(self, run, command, starts, foldable=fresh)
        self.signals.catch()
        try:
            with writing(run.folder):
                attempt.open()
            code = attempt.perform(held)
        except Exception:
            starts.end(settled=False)
            raise
        finally:
            attempt.close()
            self.stopped = self.signals.asked() or attempt.stopped
        if code < STOPPED_BY:
            starts.end(settled=code == 0)
        return code

    @contextlib.contextmanager
    def _devices(self, run: Run) -> Iterator[Sequence[int]]:
        """The descriptors of the devices that the run holds in here, if it asks for any."""
        if run.asked is None:
            yield ()
            return
        from snaketune.runner.assign import assign  # most studies don't need it

        with writing(run.folder):
            run.logs.open()  # it may have to wait, and says so
            self.signals.release()
            slot = assign(run)
        try:
            yield slot.descriptors if slot else ()
        finally:
            if slot:
                slot.release()

    def _refuse_if_stopped(self, run: Run) -> None:
        if self._patience is None:
            self._patience = Patience(run.study, run.spec)
        self._patience.refuse_if_stopped(run.result_file)


def _killed(words: Mapping[str, Any]) -> None:
    """What is left to be done when the runner is dead."""
    note_killed(words["log"], words["workflow"], words["attempt"])
    params = words.get("params")
    if params and "given" in words and not os.path.exists(params):
        with contextlib.suppress(OSError):
            os.makedirs(os.path.dirname(params), exist_ok=True)
            replace_file(params, words["given"])


def _given_up(run: Run, command: list[str], why: str) -> int:
    """A run that is not started once more has failed; returns the exit code."""
    run.logs.open()
    run.restore()
    said = read_bytes(os.path.join(run.log, "stderr.log")) or b""
    outcome = Outcome(status.FAILED, why)
    record = record_of(run, None, command, time.time(), outcome, kept_text(said)[0], ())
    return deliver(run, record, (), doomed=False)
