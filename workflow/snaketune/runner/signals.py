"""The signals by which a run is asked to stop."""

from __future__ import annotations

import contextlib
import os
import signal

from snaketune.runner.files import Refused

__all__ = ["STOP_SIGNALS", "Signals", "ignore_stop_signals"]

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def ignore_stop_signals() -> None:
    """Ignores them from now on, here and in whatever is started."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


class Signals:
    """Signals as bytes that can be waited for, while a program runs; `wake` is the descriptor to read them from."""

    def __init__(self) -> None:
        self.wake, write = os.pipe()
        os.set_blocking(self.wake, False)
        os.set_blocking(write, False)
        signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        # nohup stays in force
        self._numbers = [number for number in STOP_SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
        self._caught = False

    def catch(self) -> None:
        """From now on, being asked to stop is a byte."""
        if not self._caught:
            self._caught = True
            for number in self._numbers:
                signal.signal(number, lambda *_: None)

    def asked(self) -> int | None:
        """The signal by which the process has been asked to stop, if any and nobody has read of it yet."""
        with contextlib.suppress(BlockingIOError):
            return next((n for n in os.read(self.wake, 4096) if n in STOP_SIGNALS), None)
        return None

    def release(self) -> None:
        """From now on, being asked to stop ends the process: it is going to wait for something else.

        Raises:
            Refused: it has been asked already.
        """
        if self._caught:
            self._caught = False
            for number in self._numbers:
                signal.signal(number, signal.SIG_DFL)
        asked = self.asked()
        if asked is not None:
            raise Refused(128 + asked, f"stopped by {signal.Signals(asked).name}")
